"""Mutated creates: valid params changed in one way, so that they break one requirement of the schema.

The operators of each requirement come from the request schema, so a new field needs no new mutations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ed_contract.case import Case, Expectation, Mutation, Params, case
from ed_contract.cases.breaking import Row
from ed_contract.contract import Contract


def applies(contract: Contract, row: Row, params: Params) -> bool:
    """Whether breaking this row breaks nothing else, and shows more than that a foreign field is refused."""
    choice = contract.parts.choice
    if is_excluded(contract, row, params):
        return False
    if choice is not None and row.head in choice.objects.values():
        return isinstance(params.get(row.head), Mapping)
    if row.keyword == "required" or (choice is not None and row.head == choice.place):
        return True
    # A server may refuse the create for a field that goes with only one value of this one.
    return contract.is_own or not bound_to(contract, row.head) & params.keys()


def is_excluded(contract: Contract, row: Row, params: Params) -> bool:
    """Whether a realistic create with the choices of params cannot have the field of a row."""
    excludes = contract.parts.excludes.items()
    return any(params.get(name) == value and row.head in excluded for (name, value), excluded in excludes)


def bound_to(contract: Contract, head: str) -> frozenset[str]:
    """Return the fields that go with only some values of a field."""
    excludes = contract.parts.excludes.items()
    return frozenset().union(*(names for (name, _), names in excludes if name == head))


def mutated(contract: Contract, row: Row, params: Params, *, foreign: bool = False) -> Iterator[Case]:
    """Yield the cases that the operators of a row make from valid params, the most telling first.

    Args:
        contract: whose creates.
        row: the row to break.
        params: not changed.
        foreign: whether to add the row's field to params of a realistic create that cannot have it.
    """
    if not (foreign or applies(contract, row, params)):
        return
    for one in row.broken(params, adding=True):
        done = Mutation(requirement=row.requirement, operator=one.operator, place=row.place, family=one.family)
        yield case(f"{row.requirement} [{one.operator}]", one.document, Expectation.REJECT, mutation=done)
