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
from ed_contract.strategies.breaking import Row, chosen_rows
from ed_contract.strategies.creates import Creates
from ed_contract.strategies.params import creates
from ed_contract.strategies.readable import Arguments


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
    return not _bound_to(contract, row.head) & params.keys()


def _bound_to(contract: Contract, head: str) -> frozenset[str]:
    """Return the fields that go with some values of a field only."""
    excludes = contract.parts.excludes.items()
    return frozenset().union(*(names for (name, _), names in excludes if name == head))


def mutated(contract: Contract, row: Row, params: Params) -> Iterator[Case]:
    """Yield the cases that the operators of a row make of valid params, the most telling first."""
    if not applies(contract, row, params):
        return
    for one in row.broken(params, adding=True):
        done = Mutation(requirement=row.requirement, operator=one.operator, place=row.place, family=one.family)
        yield case(f"{row.requirement} [{one.operator}]", one.document, Expectation.REJECT, mutation=done)


def mutations(params: Params, requirement: str | None = None, *, contract: Contract = CONTRACT) -> Iterator[Case]:
    """Yield every REJECT case that one operator makes of valid `params`, the most telling of each row first.

    Raises:
        InvalidArgument: `requirement` is none of the request schema's.
    """
    for row in chosen_rows(contract, "request", requirement):
        yield from mutated(contract, row, params)


def mutated_cases(
    requirement: str | None = None,
    *,
    params: SearchStrategy[dict[str, Any]] | None = None,
    contract: Contract = CONTRACT,
) -> SearchStrategy[Case]:
    """Cases that break one requirement of the request schema: the one given, or any.

    Args:
        requirement: an id such as `request/type/enum`.
        params: valid params to start from; by default realistic ones in which it can be broken.
        contract: whose schema, by default the page's.

    Raises:
        InvalidArgument: `requirement` is none of the request schema's.
    """
    rows = chosen_rows(contract, "request", requirement)
    held = contract, rows, _suitable(contract, rows) if params is None else params
    return _drawn(Arguments(held, requirement=requirement, params=params))


def _suitable(contract: Contract, rows: tuple[Row, ...]) -> SearchStrategy[dict[str, Any]]:
    """Return the creates in which one of the rows can be broken."""
    known = Creates(contract)
    shapes = [shape for shape in known.shapes if any(applies(contract, row, known.plain(shape)) for row in rows)]
    bound = frozenset[str]() if rows[1:] else _bound_to(contract, rows[0].head) - contract.request_spec.required
    return creates(contract, shapes=shapes, fields=dict.fromkeys(bound, st.none()))


def _mutated_cases(draw: DrawFn, arguments: Arguments) -> Case:
    contract, rows, params = arguments.held
    valid = draw(params)
    possible = [row for row in rows if applies(contract, row, valid)]
    assume(possible)
    row = draw(st.sampled_from(possible))
    cases = list(mutated(contract, row, valid))
    assume(cases)
    broken: Case = draw(st.sampled_from(cases))
    return broken


_mutated_cases.__name__ = "mutated_cases"  # as which it shows in a repr
_drawn = st.composite(_mutated_cases)
