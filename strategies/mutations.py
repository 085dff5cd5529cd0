"""Mutated creates: valid params changed in one way, so that they break one requirement of the schema.

The operators of each requirement come from the request schema, so a new field needs no new mutations.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ed_contract.case import Case, Params
from ed_contract.cases.breaking import Row
from ed_contract.cases.creates import Creates
from ed_contract.cases.mutating import applies, bound_to, mutated
from ed_contract.contract import CONTRACT, Contract
from ed_contract.strategies.choosing import chosen_rows
from ed_contract.strategies.params import creates
from ed_contract.strategies.readable import Arguments


def mutations(params: Params, requirement: str | None = None, *, contract: Contract = CONTRACT) -> Iterator[Case]:
    """Yield every REJECT case that one operator makes from valid `params`, the most telling of each row first.

    Raises:
        InvalidArgument: the request schema has no such requirement.
    """
    for row in chosen_rows(contract, "request", requirement):
        yield from mutated(contract, row, params)


def mutated_cases(
    requirement: str | None = None,
    *,
    params: SearchStrategy[dict[str, Any]] | None = None,
    contract: Contract = CONTRACT,
) -> SearchStrategy[Case]:
    """Cases that break one requirement of the request schema: the given one, or any.

    Args:
        requirement: an id such as `request/type/enum`.
        params: valid params to start from; by default realistic ones that can break it.
        contract: whose schema, by default the page's.

    Raises:
        InvalidArgument: the request schema has no such requirement.
    """
    rows = chosen_rows(contract, "request", requirement)
    held = contract, rows, _suitable(contract, rows) if params is None else params
    return _drawn(Arguments(held, requirement=requirement, params=params))


def _suitable(contract: Contract, rows: tuple[Row, ...]) -> SearchStrategy[dict[str, Any]]:
    """Return the creates in which one of the rows can be broken."""
    known = Creates(contract)
    shapes = [shape for shape in known.shapes if any(applies(contract, row, known.plain(shape)) for row in rows)]
    choice = contract.parts.choice
    free = rows[1:] or (choice is not None and rows[0].head == choice.place)
    bound = frozenset[str]() if free else bound_to(contract, rows[0].head) - contract.request_spec.required
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


_mutated_cases.__name__ = "mutated_cases"  # its name in a repr
_drawn = st.composite(_mutated_cases)
