"""What is done to creates to break each requirement of the request schema, in the order in which it is done."""

from __future__ import annotations

from collections import defaultdict

from ed_contract.case import Case, Mutation
from ed_contract.strategies import mutations
from ed_contract.strategies.params import EVENT_PAYLOADS, TYPES
from ed_contract.strategies.rotation import Rotation

_rotation = Rotation(0)
CASES: tuple[Case, ...] = tuple(
    case
    for kind in TYPES
    for payload in EVENT_PAYLOADS
    for make in (_rotation.rich, _rotation.full, _rotation.full, _rotation.create)
    for case in mutations(make(kind, payload))
)
"""The mutations of creates of each type and payload, full and plain; those of lists of one and of several events."""
MUTATIONS: tuple[Mutation, ...] = tuple(dict.fromkeys(one.mutation for one in CASES if one.mutation is not None))
"""Each requirement with each operator, once."""


def operators() -> dict[str, list[str]]:
    """Return the names of the operators by requirement."""
    names: defaultdict[str, list[str]] = defaultdict(list)
    for one in MUTATIONS:
        names[one.requirement].append(one.operator)
    return dict(names)
