"""Mutated creates: valid params to which one thing is done, so that they break one requirement of the schema.

The operators of each requirement follow from the request schema: a new field brings its mutations along.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument
from hypothesis.strategies import DrawFn, SearchStrategy

from ed_contract.case import Case, Expectation, Mutation, Params, case
from ed_contract.contract import CONTRACT
from ed_contract.strategies import operators
from ed_contract.strategies.operators import NO_CASE, REMOVED, Operator
from ed_contract.strategies.params import EVENT_PAYLOADS, SNAPSHOT, TYPES, create_params
from ed_contract.strategies.readable import Arguments

PAYLOAD = "event_payload"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A requirement of the request schema, with what can be done to break it."""

    requirement: str
    place: str  # a dotted name
    operators: tuple[Operator, ...]
    sample: Any  # a valid value, for params that have none

    def applies(self, params: Params) -> bool:
        """Whether breaking this row breaks nothing else, and says more than that a foreign field is refused."""
        head = self.place.partition(".")[0]
        if head in TYPES:
            return params["type"] == head and isinstance(params.get(head), Mapping)
        if head == PAYLOAD and not self.requirement.endswith("/required"):
            # With a version, a server that takes the broken payload for thin may refuse that.
            return "snapshot_api_version" not in params
        return head != "snapshot_api_version" or params[PAYLOAD] == SNAPSHOT

    def mutated(self, params: Params, operator: Operator) -> Case | None:
        """Return the case that `operator` makes of valid params, or None if it makes none."""
        if not self.applies(params):
            return None
        broken = _changed(params, self.place.split("."), operator, self.sample)
        if broken is None:
            return None
        return case(
            f"{self.requirement} [{operator.name}]",
            broken,
            Expectation.REJECT,
            mutation=Mutation(
                requirement=self.requirement, operator=operator.name, place=self.place, family=operator.family
            ),
        )


def _changed(params: Params, path: list[str], operator: Operator, sample: object) -> dict[str, Any] | None:
    """Return a copy of `params` with the member at `path` changed, or None if the operator does not apply."""
    name, *rest = path
    value = _changed(params[name], rest, operator, sample) if rest else operator.change(params.get(name, sample))
    if value is NO_CASE or (rest and value is None):
        return None
    if value is REMOVED:
        return {other: kept for other, kept in params.items() if other != name}
    return {**params, name: value}


def _rows(node: Mapping[str, Any], parent: str = "") -> Iterator[Row]:
    """Yield the rows of a schema, in the order of the contract."""
    for name, child in node.get("properties", {}).items():
        place = f"{parent}{name}"
        required = name in node.get("required", ())
        tables = {
            "required": operators.required() if required else (),
            "type": operators.wrong_types(child["type"], required=required) if "type" in child else (),
            "enum": operators.no_enum_values(child["enum"]) if "enum" in child else (),
            "items": operators.bad_items(child["items"]) if "items" in child else (),
        }
        for keyword, table in tables.items():
            if table:
                # One bad element alone says more than one beside good ones that were not there before.
                sample = [] if keyword == "items" else _sample(child)
                yield Row(requirement=f"request/{place}/{keyword}", place=place, operators=table, sample=sample)
        yield from _rows(child, f"{place}.")


def _sample(schema: Mapping[str, Any]) -> object:
    """Return a valid value."""
    if "enum" in schema:
        return schema["enum"][0]
    if schema["type"] == "array":
        return [_sample(schema["items"])]
    return "text" if schema["type"] == "string" else {"team": "billing"}


ROWS: Mapping[str, Row] = MappingProxyType({row.requirement: row for row in _rows(CONTRACT.request_schema)})
"""What can be broken, by the id of the requirement, in the order of the contract."""


def mutations(params: Params, requirement: str | None = None) -> Iterator[Case]:
    """Yield every REJECT case that one operator makes of valid `params`, the most telling of each row first.

    Raises:
        InvalidArgument: `requirement` is none of the request schema's.
    """
    for row in _chosen(requirement):
        for operator in row.operators:
            mutated = row.mutated(params, operator)
            if mutated is not None:
                yield mutated


def _chosen(requirement: str | None) -> tuple[Row, ...]:
    if requirement is None:
        return tuple(ROWS.values())
    if requirement not in ROWS:
        raise InvalidArgument(f"{requirement!r} is no requirement of the request schema; they are {', '.join(ROWS)}")
    return (ROWS[requirement],)


def mutated_cases(
    requirement: str | None = None, *, params: SearchStrategy[dict[str, Any]] | None = None
) -> SearchStrategy[Case]:
    """Cases that break one requirement of the request schema: the one given, or any.

    Args:
        requirement: an id such as `request/type/enum`.
        params: valid params to start from; by default those of `create_params` in which it can be broken.

    Raises:
        InvalidArgument: `requirement` is none of the request schema's.
    """
    rows = _chosen(requirement)
    held = rows, _suitable(rows) if params is None else params
    return _drawn(Arguments(held, requirement=requirement, params=params))


def _suitable(rows: tuple[Row, ...]) -> SearchStrategy[dict[str, Any]]:
    heads = {row.place.partition(".")[0] for row in rows}
    types = TYPES if len(rows) > 1 else [kind for kind in TYPES if kind in heads] or TYPES
    if heads == {PAYLOAD}:
        return create_params(snapshot_api_versions=st.none())
    return create_params(
        types=types, event_payloads=[SNAPSHOT] if heads == {"snapshot_api_version"} else EVENT_PAYLOADS
    )


def _mutated_cases(draw: DrawFn, arguments: Arguments) -> Case:
    rows, params = arguments.held
    valid = draw(params)
    possible = [row for row in rows if row.applies(valid)]
    assume(possible)
    row = draw(st.sampled_from(possible))
    cases = [one for one in (row.mutated(valid, operator) for operator in row.operators) if one is not None]
    mutated: Case = draw(st.sampled_from(cases))
    return mutated


_mutated_cases.__name__ = "mutated_cases"  # as which it shows in a repr
_drawn = st.composite(_mutated_cases)
