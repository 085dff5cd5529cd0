"""Lays two JSON values side by side, member by member: what stands beside what, and what differs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile
from typing import Any

DEEPEST = 8  # levels; what a target nests deeper is not worth a reader's time
LONGEST = 400  # characters of one value


class _Absent:
    """The type of `ABSENT`."""


ABSENT = _Absent()
"""Stands for a member that a side does not have."""


class State(StrEnum):
    """How the two sides of a line stand to each other."""

    SAME = "same"
    CHANGED = "changed"
    LEFT = "left"  # the left side alone has it
    RIGHT = "right"  # the right side alone has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a line: its text, of which the middle is what differs."""

    before: str
    middle: str
    after: str
    cut: int = 0  # characters that are left out at the end


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignedLine:
    """A member, or an item, and its value on both sides."""

    depth: int
    name: str
    place: str  # the dotted name
    state: State
    left: Side | None  # None: absent, or its members stand on the lines below
    right: Side | None


def aligned(left: object, right: object, *, name: str = "", place: str = "", depth: int = 0) -> Iterator[AlignedLine]:
    """Yield the lines of two values; `ABSENT` stands for no value.

    The order is the left side's; what only the right side has comes after.
    """
    nested = [side for side in (left, right) if _nested(side)]
    if nested and depth < DEEPEST:
        if depth:
            yield _line(left, right, name=name, place=place, depth=depth)
        sides = [_members(side) for side in (left, right)]
        for member in dict.fromkeys((*sides[0], *sides[1])):
            yield from aligned(
                sides[0].get(member, ABSENT),
                sides[1].get(member, ABSENT),
                name=member,
                place=f"{place}.{member}" if place else member,
                depth=depth + 1,
            )
        return
    yield _line(left, right, name=name, place=place, depth=depth)


def _nested(value: object) -> bool:
    """Whether a value takes lines of its own: a list of plain values is easier to read in one."""
    if isinstance(value, list):
        return any(isinstance(one, dict | list) for one in value)
    return isinstance(value, dict) and bool(value)


def _members(value: object) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    return {f"[{number}]": one for number, one in enumerate(value)} if isinstance(value, list) else {}


def _line(left: object, right: object, *, name: str, place: str, depth: int) -> AlignedLine:
    texts = [_shown(side, depth) for side in (left, right)]
    before = after = 0
    match texts:
        case None, _:
            state = State.RIGHT
        case _, None:
            state = State.LEFT
        case str(one), str(other) if one != other:
            state = State.CHANGED
            before = _common(one, other)
            after = _common(one[before:][::-1], other[before:][::-1])
            if not (one[:before] + one[len(one) - after :]).strip('"'):  # quotation marks are nothing in common
                before = after = 0
        case _:
            state = State.SAME
    sides = [_side(text, before, after) if text else None for text in texts]
    return AlignedLine(depth=depth, name=name, place=place, state=state, left=sides[0], right=sides[1])


def _shown(value: object, depth: int) -> str | None:
    """Return what stands on a value's own line: nothing where its members stand below."""
    if isinstance(value, _Absent):
        return None
    if _nested(value) and depth < DEEPEST:
        return ""
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "…"


def _common(one: str, other: str) -> int:
    """Return how many characters both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _side(text: str, shared: int, tail: int) -> Side:
    """Return the text in its three parts; of a long one the part that differs is what is kept."""
    end = len(text) - tail
    before, middle, after = text[:shared], text[shared:end], text[end:]
    if len(text) <= LONGEST:
        return Side(before=before, middle=middle, after=after)
    if len(before) > LONGEST // 2 and middle:
        before = f"…{before[-LONGEST // 4 :]}"
    before, middle = before[:LONGEST], middle[: LONGEST // 2]
    after = after[: max(0, LONGEST - len(before) - len(middle))]
    return Side(before=before, middle=middle, after=after, cut=len(text) - len(before) - len(middle) - len(after))
