"""Each mutation once, the most telling of every requirement first and on both types."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from ed_contract.case import Case, Sequence, single
from ed_contract.strategies.mutations import ROWS, Row
from ed_contract.strategies.params import EVENT_PAYLOADS, TYPES
from ed_contract.strategies.rotation import Rotation

_ON_BOTH = 2  # operators of each requirement that are sent on both types
_TRIES = 8  # creates from which an operator may start: some need two elements in a list


def mutations_phase(seed: int = 0) -> tuple[Sequence, ...]:
    """Return every operator of every requirement of the request schema.

    The most telling ones are sent on both types, where both have the place; of the others every second is sent on
    the one type, and the rest on the other: twice all of them would take a quarter of a run. Payloads, and full and
    plain creates, take turns as what is mutated.
    """
    rotation = Rotation(seed)
    columns = [
        list(_column(row, kind, rotation, shift=number + shift, half=shift))
        for shift, kind in enumerate(TYPES)
        for number, row in enumerate(ROWS.values())
    ]
    # Row by row of the table, so that no requirement waits for the last operator of another.
    return tuple(single(one) for line in zip_longest(*columns) for one in line if one is not None)


def _column(row: Row, kind: str, rotation: Rotation, *, shift: int, half: int) -> Iterator[Case]:
    """Yield the cases of one requirement on one type; all of them, where the other type has not the place."""
    shared = row.place.partition(".")[0] not in TYPES
    for number, operator in enumerate(row.operators, start=shift):
        if shared and number - shift >= _ON_BOTH and (number - shift) % len(TYPES) != half:
            continue
        bases = (_base(kind, rotation, number + turn) for turn in range(_TRIES))
        cases = (row.mutated(base, operator) for base in bases)
        found = next((one for one in cases if one is not None), None)
        if found is not None:
            yield found


def _base(kind: str, rotation: Rotation, turn: int) -> dict[str, Any]:
    payload = EVENT_PAYLOADS[turn % 2]
    return rotation.full(kind, payload) if turn // 2 % 2 else rotation.create(kind, payload)
