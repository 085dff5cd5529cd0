"""The operators that break each requirement of the request schema, in the order in which they are applied."""

from __future__ import annotations

from collections import defaultdict

from ed_contract.case import Case, Mutation
from ed_contract.cases.creates import Creates
from ed_contract.contract import CONTRACT
from ed_contract.strategies import mutations

_creates = Creates(CONTRACT)
CASES: tuple[Case, ...] = tuple(
    case
    for shape in _creates.shapes
    for make in (_creates.rich, _creates.full, _creates.full, _creates.plain)
    for case in mutations(make(shape))
)
"""The mutations of creates of each shape, full and plain; those of lists of one and of several events."""
MUTATIONS: tuple[Mutation, ...] = tuple(dict.fromkeys(one.mutation for one in CASES if one.mutation is not None))
"""Each requirement with each operator, once."""


def operators() -> dict[str, list[str]]:
    """Return the names of the operators by requirement."""
    names: defaultdict[str, list[str]] = defaultdict(list)
    for one in MUTATIONS:
        names[one.requirement].append(one.operator)
    return dict(names)
