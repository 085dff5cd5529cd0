"""What can be done to one value so that it breaks one keyword of the request schema.

The names of the operators are what users read in findings and write in waivers: short, and never changed. Of
each table the most telling operator comes first.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from ed_contract.case import ANYTHING


class _Mark:
    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name


REMOVED = _Mark("REMOVED")
"""Stands for the value of a member that is left out."""
NO_CASE = _Mark("NO_CASE")
"""Stands for the value of an operator that does not apply."""

Change: TypeAlias = Callable[[Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """One change of a valid value: it gives a broken one, REMOVED, or NO_CASE."""

    name: str
    change: Change

    @property
    def family(self) -> str:
        """The family of the faults that it makes."""
        return _FAMILIES.get(self.name, "")


_FAMILIES = {
    name: family
    for family, names in {
        ANYTHING: ("unrelated", "unrelated in the middle", "unrelated first", "unrelated last"),
        "the type is not looked at": (
            *("number", "number in the middle", "number first", "number last"),
            *("true", "false", "array", "object", "string", "list around it"),
        ),
        "case is folded": ("upper case", "capitalised"),
        "blanks are trimmed": ("padded right", "padded left", "line feed after"),
        "a part is enough": ("prefix", "first segment", "last segment"),
    }.items()
    for name in names
}
"""The operators that one bug lets through together."""


def _table(**changes: Change) -> tuple[Operator, ...]:
    return tuple(Operator(name=name.replace("_", " "), change=change) for name, change in changes.items())


def _always(value: object) -> Change:
    return lambda _: value


def _number(text: str) -> int:
    """Return 7, or for digits a number of as many: what stays valid where a server reads numbers as text."""
    return int("1" + text[1:]) if text.isdigit() else 7


# What later editions of the page allow in the place of values of this one.
_LATER_EDITION = {
    "self": "@self",
    "other_accounts": "@accounts",
    "webhook_endpoint": "azure_event_grid",
    "amazon_eventbridge": "azure_event_grid",
}


def _words(value: str) -> Iterable[tuple[int, str]]:
    return enumerate(value.split("_"))


_REMOVED = _table(removed=_always(REMOVED))
_NULL = _table(null=_always(None))
_WRONG_TYPES: dict[str, tuple[Operator, ...]] = {
    "string": _table(
        number=_number,
        array=lambda text: [text],
        true=_always(value=True),
        object=lambda text: {"value": text},
        false=_always(value=False),
    ),
    "array": _table(
        string=lambda listed: str(listed[0]) if listed else "text",
        object=lambda listed: {str(one): one for one in listed or ["text"]},
        number=_always(1),
        false=_always(value=False),
        joined=lambda listed: ",".join(map(str, listed)) if len(listed) > 1 else NO_CASE,
        true=_always(value=True),
    ),
    "object": _table(
        string=lambda members: next((str(one) for one in members.values()), "text"),
        array=lambda members: [members],
        number=_always(1),
        false=_always(value=False),
        JSON_text=json.dumps,
        pairs=lambda members: [list(pair) for pair in members.items()],
    ),
}
_NEAR_MISSES = _table(
    unrelated=_always("carrier_pigeon"),
    upper_case=str.upper,
    capitalised=str.capitalize,
    padded_right=lambda value: f"{value} ",
    plural=lambda value: f"{value}s",
    padded_left=lambda value: f" {value}",
    later_edition=lambda value: _LATER_EDITION.get(value, NO_CASE),
    prefix=lambda value: value[:-1],
    camel_case=lambda value: "".join(part[:1].upper() + part[1:] if place else part for place, part in _words(value)),
    hyphenated=lambda value: value.replace("_", "-"),
    underscore_for_dot=lambda value: value.replace(".", "_"),
    first_segment=lambda value: value.split(".")[0],
    last_segment=lambda value: value.split(".")[-1],
    line_feed_after=lambda value: f"{value}\n",
    empty_string=_always(""),
    first_word=lambda value: value.split("_")[0],
    wildcard=_always("*"),
    other_member=lambda value: f"{value.rpartition('.')[0]}.id" if "." in value else NO_CASE,
)
_OF_ENUMS_ALONE = {"capitalised", "plural", "padded left", "hyphenated"}
"""What is not done to elements of arrays: what looks at them looks at other forms that come close in the same way."""
_OF_ITEMS_ALONE = {"wildcard", "other member"}
"""What is done to elements of arrays alone: all of them, or another of what is in the same place."""
_NO_STRINGS = _table(
    null=_always(None),
    number=_always(1),
    list_around_it=lambda value: [value],
)
_EMPTY = {"array": _table(empty_object=_always({}))}
_NO_ENUM_VALUES = _table(false=_always(value=False), object=lambda value: {"value": value}, true=_always(value=True))


def required() -> tuple[Operator, ...]:
    """Return what breaks `required`."""
    return _REMOVED


def wrong_types(expected: str, *, required: bool) -> tuple[Operator, ...]:
    """Return what breaks `type`; what says nothing where the member is required: an optional one may be without."""
    first, *rest = _WRONG_TYPES[expected]
    return (first, *((*_NULL, *_EMPTY.get(expected, ())) if required else ()), *rest)


def no_enum_values(allowed: Sequence[str]) -> tuple[Operator, ...]:
    """Return what breaks an enum of `allowed`."""
    near = (_Guarded(operator, allowed).operator() for operator in _NEAR_MISSES if operator.name not in _OF_ITEMS_ALONE)
    return (*near, *_NO_STRINGS, *_NO_ENUM_VALUES)


def bad_items(item: dict[str, Any]) -> tuple[Operator, ...]:
    """Return what breaks an array whose items have the schema `item`: one bad element beside the good ones."""
    allowed = item.get("enum")
    if allowed is None:
        number, rest = _WRONG_TYPES[item["type"]][0], (*_NULL, *_WRONG_TYPES[item["type"]][1:])
        bad = (number, *rest)
    else:
        near = (operator for operator in _NEAR_MISSES if operator.name not in _OF_ENUMS_ALONE)
        bad = (*(_Guarded(operator, allowed).operator() for operator in near), *_NO_STRINGS)
    sample = allowed[0] if allowed else "text"
    first = bad[0]
    return (
        *(_beside(first, position, sample, name=f"{first.name} {position}") for position in _POSITIONS),
        *(_beside(operator, "last", sample, name=operator.name) for operator in bad[1:]),
    )


@dataclass(frozen=True, slots=True)
class _Guarded:
    """Makes no case of a near-miss that is a valid value."""

    inner: Operator
    allowed: Sequence[str]

    def operator(self) -> Operator:
        return Operator(name=self.inner.name, change=self._change)

    def _change(self, value: str) -> object:
        missed = self.inner.change(value)
        return NO_CASE if missed in self.allowed else missed


# With how many good elements a position is another one than those with fewer.
_POSITIONS = {"in the middle": 2, "first": 1, "last": 0}


def _beside(bad: Operator, position: str, sample: str, *, name: str) -> Operator:
    def change(good: list[Any]) -> Any:  # noqa: ANN401 - a list, or NO_CASE
        element = bad.change(good[0] if good else sample)
        if element is NO_CASE or len(good) < _POSITIONS[position]:
            return NO_CASE
        place = {"in the middle": len(good) // 2, "first": 0, "last": len(good)}[position]
        return [*good[:place], element, *good[place:]]

    return Operator(name=name, change=change)
