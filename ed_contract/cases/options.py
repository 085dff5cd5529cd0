"""The options of a create: fields with few values, and optional fields; and creates that combine them."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from functools import cache, cached_property, lru_cache
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
_STRIDE = 7919  # a prime larger than any field's number of usual values: each seed starts at a different one
_MOST_SHAPES = 12
_MOST_NAMES = 4  # options in one condition of the array: with more it takes minutes
_NO_WAY = 3  # the number of ways to complete a create
_TELLING = 24  # usual values, the more varied half of which is the most telling


class Options:
    """The options of a contract's creates."""

    def __init__(self, contract: Contract) -> None:
        self._spec = contract.request_spec
        self._choice = choice = contract.parts.choice
        self._selected = frozenset[str]() if choice is None else frozenset(choice.objects.values())
        self._clauses = contract.operation.request.get("x-realistic", {}).get("allOf", ())
        self._first_ways: dict[str, int] = {}
        self._told: dict[tuple[int, ...], tuple[tuple[Json, ...], tuple[Json, ...]]] = {}
        self._fit: dict[tuple[Any, ...], tuple[Json, ...]] = {}
        self.dimensions: Mapping[str, tuple[Any, ...]] = dict(self._dimensions())
        deciding = (*((choice.place,) if choice else ()), *contract.parts.goes_with)
        self.deciding = tuple(name for name in deciding if name in self.dimensions and name in self._spec.required)

    @property
    def enums(self) -> tuple[str, ...]:
        """The options that have values, one or several, rather than being merely present or absent."""
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
            elif absent and is_usual(member, kind_of(member).plain(member)):  # else no realistic value is known
                yield name, (False, True)

    @cached_property
    def shapes(self) -> tuple[Row, ...]:
        """The combinations of the required options that decide which other fields a create has, the plainest first.

        Each differs from the one before in as many options as possible, so that a few combinations cover every value.
        """
        values = [self.dimensions[name] for name in self.deciding]
        rows = [dict(zip(self.deciding, one, strict=True)) for one in islice(product(*values), _MOST_SHAPES)]
        left, ordered = rows[1:], rows[:1]
        while left:
            left.sort(key=lambda row: sum(row[name] == ordered[-1][name] for name in row))
            ordered.append(left.pop(0))
        return tuple(ordered)

    def fullest(self, row: Row) -> Row:
        """Return a row with as many further options as a realistic create can have beside those of a row."""
        full = dict(row)
        for name, values in self.dimensions.items():
            if name in row or name in self._spec.required:
                continue
            fitting = ({**full, name: value} for value in reversed(values))
            full = next((one for one in fitting if not self._foreign(one)), full)
        return full

    @cached_property
    def constraints(self) -> list[dict[str, Any]]:
        """The constraints on a realistic create, in covertable's terms."""
        found = []
        for clause in self._clauses:
            conditions, then = (clause.get(part, {}).get("properties", {}) for part in ("if", "then"))
            names = [name for part in (conditions, then) for name in part if name in self.dimensions]
            apart = [names]
            if len(names) > _MOST_NAMES:  # each member has its own condition
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
        """Return the fields that a row sets, with a turn's usual value for those with any value."""
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
        """Return one of these values of a field, or of all usual ones, the plainest last: it shows less."""
        values = values or self._known(name, turn)
        values = of_world(self._spec, name, values, turn % self._spec.worlds) or values
        names = list(self._spec.members)
        if not telling and name in self._spec.required and self._spec.members[name].kind == "text":
            # The text that every create has must show damage to letters, whatever else is special about the create.
            values = tuple(one for one in values if _has_both_cases(one)) or values
        if not telling:
            return values[(turn + names.index(name) + 1) % len(values)]
        kind = self._spec.members[name].kind
        alike = [one for one in names if self._spec.members[one].kind == kind]
        values = self._most_telling(values)
        return values[(turn + alike.index(name)) % len(values)]

    def _most_telling(self, values: tuple[Json, ...]) -> tuple[Json, ...]:
        some = values[:_TELLING]
        same = tuple(map(id, some))  # of values that the entry keeps
        if same not in self._told:
            self._told[same] = (some, _most_telling(some))
        return self._told[same][1]

    def _known(self, name: str, turn: int) -> tuple[Json, ...]:
        """Return the usual values of a field; of a field with variants, those of one variant in each turn."""
        spec = self._spec.members[name]
        return (objects.of_variant(spec, turn) if spec.of_variants else ()) or kind_of(spec).usual(spec)

    def create(self, row: Row, turn: int, *, seed: int = 0, telling: bool = False) -> dict[str, Any]:
        """Return the create with the options of a row, and with different values in each turn.

        Args:
            row: some of the options; the others take realistic values.
            turn: a number.
            seed: the seed of a run.
            telling: whether to take values with many parts that can be changed.
        """
        turn += seed * _STRIDE
        given, foreign = self._begun(row, turn, telling=telling)
        ways = self._ways(row, given, turn)[self._first_way(row) :]
        found = next((found for complete_it in ways if (found := complete_it()) is not None), None)
        if found is None:  # a required field without realistic values: a server may refuse a valid one
            found = {**objects.plain(self._spec), **given}
        order = {**found, **foreign}
        return {name: deepcopy(order[name]) for name in self._spec.members if name in order}

    def _begun(self, row: Row, turn: int, *, telling: bool = False) -> tuple[dict[str, Json], dict[str, Json]]:
        """Return the fields of a row and the required ones, and those that do not go with the rest."""
        given = self._given(row, turn, telling=telling)
        # Added all the same: the page does not forbid it.
        foreign = {name: given.pop(name) for name in self._foreign(row) & given.keys()}
        for name in self._spec.members:
            if name in self._spec.required and name not in given:
                given[name] = self._usual(name, turn, self.fitting(name, given), telling=telling)
        return given, foreign

    def _ways(self, row: Row, given: dict[str, Json], turn: int) -> tuple[Callable[[], dict[str, Json] | None], ...]:
        """Return the ways to complete the given fields to a realistic create: with all of them, some, or none."""
        return (
            lambda: complete(self._spec, given, turn=turn),
            # The document has rules for it that no option knows.
            lambda: repaired(self._spec, given, keep={*row} & self._spec.required, turn=turn),
            lambda: complete(self._spec, {}, turn=turn, full=True),
        )

    def _first_way(self, row: Row) -> int:
        """Return the first way that finds a create: trying the others each time would take long."""
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
        """Return the fields of a row that a realistic create cannot have beside the others."""
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
        """Return each option's value in params, or None if one of them is not among the option's values."""
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
    """Return the more telling half of the values: the more different characters in one, the more it shows."""
    some = sorted(values, key=lambda one: (len(set(_signs(one))), len(str(one))), reverse=True)
    return tuple(some[: (len(some) + 1) // 2])


def _signs(value: Json) -> Iterator[str]:
    """Yield the characters of a value; letters of one script count as one, and so do digits."""
    for char in json.dumps(value, ensure_ascii=False):
        yield _script(char) if char.isalnum() else char
    for text in _texts_of(value):
        yield from (f"^{text[:1]}", f"{text[-1:]}$")


@lru_cache(maxsize=4096)
def _script(char: str) -> str:
    return unicodedata.name(char, char).split(" ", maxsplit=2)[0]


def _texts_of(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for one in value:
            yield from _texts_of(one)
        yield from (text for one in value.values() for text in _texts_of(one)) if isinstance(value, dict) else ()


def _holds(conditions: Checked, params: Params) -> bool:
    """Whether part of a create satisfies a schema, even if other fields are missing."""
    return all(error.keyword == "required" for error in conditions.broken(params))


def _is_among(value: object, values: tuple[Any, ...]) -> bool:
    return any(type(one) is type(value) and one == value for one in values)


def _said(value: Json) -> Json:
    return str(value).lower() if isinstance(value, bool) else value


@cache
def options_of(contract: Contract) -> Options:
    """Return the options of a contract's creates."""
    return Options(contract)
