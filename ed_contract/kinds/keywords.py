"""What single keywords of JSON Schema, and our own, say of values: those that Python does not say in one expression."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

from ed_contract.kinds.forms import written
from ed_contract.kinds.spec import Json

TOGETHER = "$together"
"""Our own keyword, in the schema of a whole object: sets of values by place, one of which the object must follow."""
APART = "$apart"
"""Our own keyword, in the schema of a list: the members whose values must differ between its elements."""


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str] | None:
    """Return a pattern as ECMA-262 reads it, in which `$` is the very end, or None if Python cannot read it."""
    try:
        # Only the last `$`: an earlier one is rare, and Python's reading accepts nothing more there.
        return re.compile(re.sub(r"(?<!\\)\$$", r"\\Z", pattern))
    except re.error:
        return None


def is_multiple(value: float, step: float) -> bool:
    """Divide decimals as they are written, without binary rounding errors or overflow."""
    whole = isinstance(value, int)  # even of 4,000 digits, which cannot be converted to text
    finite = whole or math.isfinite(value)
    return finite and not (Fraction(value if whole else repr(value)) / Fraction(repr(step))) % 1


def equal(one: Json, other: Json) -> bool:
    """Whether two values are equal to JSON Schema: `1` is `1.0`, and is not `true`."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal(value, other[name]) for name, value in one.items())
    return bool(one == other)


def are_unique(values: Sequence[Json]) -> bool:
    """Whether no two of these are equal to JSON Schema."""
    return len(set(map(_hashable, values))) == len(values)


def _hashable(value: Json) -> Any:  # noqa: ANN401 - equal for equal values
    if isinstance(value, dict):
        return frozenset((name, _hashable(one)) for name, one in value.items())
    if isinstance(value, list):
        return tuple(map(_hashable, value))
    return ("", value) if isinstance(value, bool) else value


def foreign(worlds: Sequence[Mapping[str, set[str] | frozenset[str]]], value: Json) -> list[str]:
    """Return the places at which a value departs from the closest of these sets of values."""
    shown = {place: set(map(written, values_at(value, place))) for world in worlds for place in world}
    return min(([place for place, known in world.items() if not shown[place] <= known] for world in worlds), key=len)


def values_at(value: Json, place: str) -> Iterator[Json]:
    """Yield the values at a dotted place; `[]` stands for each element of a list."""
    found = [value]
    for step in place.replace("[]", ".[]").split("."):
        if step == "[]":
            found = [one for listed in found if isinstance(listed, list) for one in listed]
        else:
            found = [one[step] for one in found if isinstance(one, dict) and step in one]
    yield from found


def repeated(names: Sequence[str], value: Json) -> list[str]:
    """Return the members of which two elements of a list have the same value."""
    found = []
    for name in names if isinstance(value, list) else ():
        shown = [written(one[name]) for one in value if isinstance(one, dict) and name in one]
        found += [name] if len(set(shown)) < len(shown) else []
    return found
