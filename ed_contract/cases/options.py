"""The options of a create: fields of few values, and fields that may be there or not; and creates that combine them."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from functools import cache, cached_property
from itertools import islice, product
from typing import Any, TypeAlias

from ed_contract.case import Params
from ed_contract.contract import Contract
from ed_contract.contract.validator import validator
from ed_contract.kinds import Json, kind_of, objects
from ed_contract.kinds.object_repair import complete, knows_any, of_world, repaired
from ed_contract.kinds.predicates import Checked
from ed_contract.kinds.validity import is_usual

Row: TypeAlias = Mapping[str, Any]
"""A value of each option: `()` and False stand for an absent field, a tuple for a list, True for any value."""
_STRIDE = 7919  # a prime beyond the number of usual values of any field: each seed begins at another place
_MOST_SHAPES = 12
_MOST_NAMES = 4  # of options that one condition of the array is about: with more it takes minutes
_NO_WAY = 3  # the number of ways in which a create is completed
_TELLING = 24  # usual values among which the longer half are those of which the most parts can be changed


class Options:
    """The options of a contract's creates."""

    def __init__(self, contract: Contract) -> None:
        self._spec = contract.request_spec
        self._choice = choice = contract.parts.choice
        self._selected = frozenset[str]() if choice is None else frozenset(choice.objects.values())
        self._clauses = contract.operation.request.get("x-realistic", {}).get("allOf", ())
        self._first_ways: dict[str, int] = {}
        self._fit: dict[tuple[Any, ...], tuple[Json, ...]] = {}
        self.dimensions: Mapping[str, tuple[Any, ...]] = dict(self._dimensions())
        deciding = (*((choice.place,) if choice else ()), *contract.parts.goes_with)
        self.deciding = tuple(name for name in deciding if name in self.dimensions and name in self._spec.required)

    @property
    def enums(self) -> tuple[str, ...]:
        """The options that are no mere presence: those of one value, and those of several."""
        return tuple(name for name, values in self.dimensions.items() if True not in values)

    def _dimensions(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        for name, member in self._spec.members.items():
            absent = () if name in self._spec.required else ((),)
            if name in self._selected:
                continue
            if member.kind == "enum":
                yield name, (*absent, *kind_of(member).usual(member))
            elif member.kind == "boolean":
                yield name, (*absent, "false", "true")
            elif member.item is not None and member.item.kind == "enum":
                known = tuple(kind_of(member.item).usual(member.item))
                several = (known, known[::-1]) if known[1:] else ()
                yield name, (*absent, *((one,) for one in known), *several)
            elif absent and is_usual(member, kind_of(member).plain(member)):  # else nothing realistic is known of it
                yield name, (False, True)

    @cached_property
    def shapes(self) -> tuple[Row, ...]:
        """The combinations of those required options that decide what else a realistic create has, the plainest first.

        Each differs from the one before in as many of them as can be, so that a few of them have every value.
        """
        values = [self.dimensions[name] for name in self.deciding]
        rows = [dict(zip(self.deciding, one, strict=True)) for one in islice(product(*values), _MOST_SHAPES)]
        left, ordered = rows[1:], rows[:1]
        while left:
            left.sort(key=lambda row: sum(row[name] == ordered[-1][name] for name in row))
            ordered.append(left.pop(0))
        return tuple(ordered)

    def fullest(self, row: Row) -> Row:
        """Return a row with as many options more as a realistic create has beside those of a row."""
        full = dict(row)
        for name, values in self.dimensions.items():
            if name in row or name in self._spec.required:
                continue
            fitting = ({**full, name: value} for value in reversed(values))
            full = next((one for one in fitting if not self._foreign(one)), full)
        return full

    @cached_property
    def constraints(self) -> list[dict[str, Any]]:
        """What any realistic create satisfies, in the terms of covertable."""
        found = []
        for clause in self._clauses:
            conditions, then = (clause.get(part, {}).get("properties", {}) for part in ("if", "then"))
            names = [name for part in (conditions, then) for name in part if name in self.dimensions]
            apart = [names]
            if len(names) > _MOST_NAMES:  # what is said of each member is said of no other
                apart = [[*(one for one in conditions if one in names), name] for name in then if name in names]
            found += [
                {"operator": "fn", "requires": some, "evaluate": self._holds(clause, tuple(some))}
                for some in apart
                if some[1:]
            ]
        return found

    def _holds(self, clause: Mapping[str, Any], names: tuple[str, ...]) -> Any:  # noqa: ANN401 - covertable's
        conditions = validator(clause)

        @cache
        def holds(values: tuple[Any, ...]) -> bool:
            params = self._given(dict(zip(names, values, strict=True)), 0)
            return _holds(conditions, params)

        return lambda row: holds(tuple(row.get(name, ()) for name in names))

    def _given(self, row: Row, turn: int, *, telling: bool = False) -> dict[str, Json]:
        """Return the fields that a row says something of, with the usual value of a turn for those of any value."""
        said = {name: value for name, value in row.items() if value not in {(), False}}
        given = {
            name: self._usual(name, turn, telling=telling) if value is True else self._sent(name, value)
            for name, value in said.items()
        }
        selected = self._choice.objects.get(str(given.get(self._choice.place))) if self._choice else None
        return given if selected is None else {**given, selected: self._usual(selected, turn, telling=telling)}

    def _sent(self, name: str, value: Any) -> Json:  # noqa: ANN401 - a value of any option
        if self._spec.members[name].kind == "boolean":
            return value == "true"
        return list(value) if isinstance(value, tuple) else value

    def _usual(self, name: str, turn: int, values: tuple[Json, ...] = (), *, telling: bool = False) -> Json:
        """Return one of these values of a field, or of all usual ones, the plainest last: less shows in it."""
        values = values or self._known(name, turn)
        values = of_world(self._spec, name, values, turn % self._spec.worlds) or values
        names = list(self._spec.members)
        if not telling and name in self._spec.required and self._spec.members[name].kind == "text":
            # The text that every create has shows what becomes of letters, whatever else is special about the create.
            values = tuple(one for one in values if _has_both_cases(one)) or values
        if not telling:
            return values[(turn + names.index(name) + 1) % len(values)]
        kind = self._spec.members[name].kind
        alike = [one for one in names if self._spec.members[one].kind == kind]
        values = _most_telling(values)
        return values[(turn + alike.index(name)) % len(values)]

    def _known(self, name: str, turn: int) -> tuple[Json, ...]:
        """Return the usual values of a field; of one of several variants, those of one in each turn."""
        spec = self._spec.members[name]
        return (objects.of_variant(spec, turn) if spec.of_variants else ()) or kind_of(spec).usual(spec)

    def create(self, row: Row, turn: int, *, seed: int = 0, telling: bool = False) -> dict[str, Any]:
        """Return the create that combines the options as a row says, with other values in each turn.

        Args:
            row: some of the options; the others are as a realistic create has them.
            turn: a number.
            seed: as that of a run.
            telling: whether values are such of which many parts can be changed.
        """
        turn += seed * _STRIDE
        given, foreign = self._begun(row, turn, telling=telling)
        ways = self._ways(row, given, turn)[self._first_way(row) :]
        found = next((found for complete_it in ways if (found := complete_it()) is not None), None)
        if found is None:  # nothing realistic is known of a required field: a valid value may be taken or not
            found = {**objects.plain(self._spec), **given}
        order = {**found, **foreign}
        return {name: deepcopy(order[name]) for name in self._spec.members if name in order}

    def _begun(self, row: Row, turn: int, *, telling: bool = False) -> tuple[dict[str, Json], dict[str, Json]]:
        """Return what a row gives and what is required, and what of it does not go with the rest."""
        given = self._given(row, turn, telling=telling)
        # It is put beside it: the page does not forbid it.
        foreign = {name: given.pop(name) for name in self._foreign(row) & given.keys()}
        for name in self._spec.members:
            if name in self._spec.required and name not in given:
                given[name] = self._usual(name, turn, self.fitting(name, given), telling=telling)
        return given, foreign

    def _ways(self, row: Row, given: dict[str, Json], turn: int) -> tuple[Callable[[], dict[str, Json] | None], ...]:
        """Return what makes a whole realistic create of what is given: with all of it, with some, or with none."""
        return (
            lambda: complete(self._spec, given, turn=turn),
            # The document says of it what no option knows.
            lambda: repaired(self._spec, given, keep={*row} & self._spec.required, turn=turn),
            lambda: complete(self._spec, {}, turn=turn, full=True),
        )

    def _first_way(self, row: Row) -> int:
        """Return the first of the ways that may find something: to try the others each time would take long."""
        known = json.dumps(sorted(row.items()))
        if known not in self._first_ways:
            given, _ = self._begun(row, 0)
            ways = self._ways(row, given, 0) if self._knows_any else ()
            found = (number for number, complete_it in enumerate(ways) if complete_it() is not None)
            self._first_ways[known] = next(found, _NO_WAY)
        return self._first_ways[known]

    @cached_property
    def _knows_any(self) -> bool:
        return knows_any(self._spec)

    def _foreign(self, row: Row) -> set[str]:
        """Return the fields of a row that a realistic create does not have beside the others."""
        broken = (one["requires"] for one in self.constraints if not one["evaluate"](row))
        optional = ([name for name in names if name not in self._spec.required] for names in broken)
        return {names[-1] for names in optional if names}

    def fitting(self, name: str, given: Mapping[str, Json]) -> tuple[Json, ...]:
        """Return the usual values of a field that go with the options."""
        about = [
            one
            for one in self._clauses
            if name in one.get("then", {}).get("properties", {})
            and (conditions := one.get("if", {}).get("properties", {}).keys())
            and conditions <= given.keys()
        ]
        deciding = {one: given[one] for clause in about for one in clause["if"]["properties"]}
        known = (name, *deciding.items())
        if known not in self._fit:
            validators = [validator(one) for one in about]
            values = kind_of(self._spec.members[name]).usual(self._spec.members[name])
            self._fit[known] = tuple(
                value for value in values if all(_holds(one, {**deciding, name: value}) for one in validators)
            )
        return self._fit[known]

    def place_of(self, params: Params) -> dict[str, Any] | None:
        """Return the value that params have of each option, or None if one of them is none of the option's."""
        row = {name: self._place(values, params.get(name)) for name, values in self.dimensions.items()}
        return row if all(_is_among(row[name], values) for name, values in self.dimensions.items()) else None

    @staticmethod
    def _place(values: tuple[Any, ...], given: Json) -> Any:  # noqa: ANN401 - a value of any option
        if True in values:
            return bool(given)
        if isinstance(given, list):
            return tuple(given) if all(isinstance(one, str) for one in given) else None
        return () if given is None and () in values else _said(given)


def _has_both_cases(value: Json) -> bool:
    return isinstance(value, str) and value.lower() != value != value.upper()


def _most_telling(values: tuple[Json, ...]) -> tuple[Json, ...]:
    """Return the telling half of the values that come first: the more different signs one holds, the more shows."""
    some = sorted(values[:_TELLING], key=lambda one: (len(set(_signs(one))), len(str(one))), reverse=True)
    return tuple(some[: (len(some) + 1) // 2])


def _signs(value: Json) -> Iterator[str]:
    """Yield the signs of a value, letters of one script and all digits as one."""
    for char in json.dumps(value, ensure_ascii=False):
        yield unicodedata.name(char, char).split(" ", maxsplit=2)[0] if char.isalnum() else char
    for text in _texts_of(value):
        yield from (f"^{text[:1]}", f"{text[-1:]}$")


def _texts_of(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for one in value:
            yield from _texts_of(one)
        yield from (text for one in value.values() for text in _texts_of(one)) if isinstance(value, dict) else ()


def _holds(conditions: Checked, params: Params) -> bool:
    """Whether part of a create satisfies a schema, whatever else is missing."""
    return all(error.validator == "required" for error in conditions.iter_errors(params))


def _is_among(value: object, values: tuple[Any, ...]) -> bool:
    return any(type(one) is type(value) and one == value for one in values)


def _said(value: Json) -> Json:
    return str(value).lower() if isinstance(value, bool) else value


@cache
def options_of(contract: Contract) -> Options:
    """Return the options of a contract's creates."""
    return Options(contract)
