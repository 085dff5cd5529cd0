"""Mutated creates: valid params to which one thing is done, so that they break one requirement of the schema.

The operators of each requirement follow from the request schema: a new field brings its mutations along.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ed_contract.case import Case, Expectation, Mutation, Params, case
from ed_contract.contract import CONTRACT, Contract
from ed_contract.strategies.breaking import Row, chosen_rows, rows_of
from ed_contract.strategies.params import EVENT_PAYLOADS, SNAPSHOT, TYPES, create_params
from ed_contract.strategies.readable import Arguments

PAYLOAD = "event_payload"

ROWS: Mapping[str, Row] = rows_of(CONTRACT, "request")
"""What can be broken of the page's create, by the id of the requirement, in the order of the contract."""


def applies(contract: Contract, row: Row, params: Params) -> bool:
    """Whether breaking this row breaks nothing else, and says more than that a foreign field is refused."""
    choice, excludes = contract.parts.choice, contract.parts.excludes
    if any(params.get(name) == value and row.head in excluded for (name, value), excluded in excludes.items()):
        return False
    if choice is not None and row.head in choice.objects.values():
        return isinstance(params.get(row.head), Mapping)
    if row.keyword == "required" or (choice is not None and row.head == choice.place):
        return True
    # What goes with one value of this field only may be why a server refuses the create.
    others = (names for (name, _), names in excludes.items() if name == row.head)
    return not any(name in params for names in others for name in names)


def mutated(contract: Contract, row: Row, params: Params) -> Iterator[Case]:
    """Yield the cases that the operators of a row make of valid params, the most telling first."""
    if not applies(contract, row, params):
        return
    for one in row.broken(params, adding=True):
        done = Mutation(requirement=row.requirement, operator=one.operator, place=row.place, family=one.family)
        yield case(f"{row.requirement} [{one.operator}]", one.document, Expectation.REJECT, mutation=done)


def mutations(params: Params, requirement: str | None = None) -> Iterator[Case]:
    """Yield every REJECT case that one operator makes of valid `params`, the most telling of each row first.

    Raises:
        InvalidArgument: `requirement` is none of the request schema's.
    """
    for row in chosen_rows(CONTRACT, "request", requirement):
        yield from mutated(CONTRACT, row, params)


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
    rows = chosen_rows(CONTRACT, "request", requirement)
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
    possible = [row for row in rows if applies(CONTRACT, row, valid)]
    assume(possible)
    row = draw(st.sampled_from(possible))
    cases = list(mutated(CONTRACT, row, valid))
    assume(cases)
    broken: Case = draw(st.sampled_from(cases))
    return broken


_mutated_cases.__name__ = "mutated_cases"  # as which it shows in a repr
_drawn = st.composite(_mutated_cases)
