"""Each mutation once, the most telling of every requirement first, on both types and with other options too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import zip_longest
from typing import Any

from ed_contract.case import Case, Sequence, single
from ed_contract.contract import CONTRACT
from ed_contract.strategies.breaking import Row
from ed_contract.strategies.mutations import ROWS, mutated
from ed_contract.strategies.params import SNAPSHOT, THIN, TYPES
from ed_contract.strategies.rotation import Rotation

_MOST = {"type": 6, "enum": 19, "items": 16}  # operators of a requirement; more would take a third of a run
_OF_LISTS = 8  # of the type of a list: there are more ways to take something else for one
_ON_BOTH = 2  # operators of each requirement that are sent on both types
_OF_A_TYPE = {("type", "first word"), ("type", "true")}
"""What says another thing of each type, and what is taken for one of them."""
_BASES = ((THIN, True), (SNAPSHOT, False), (SNAPSHOT, True), (THIN, False))
"""What is mutated: a create of either payload, with every optional field or with none."""
_TURNS = ((0, 1, 3, 2), (1, 0, 2, 3))
"""In which order the bases take turns, on the one type and on the other."""


def mutations_phase(seed: int = 0) -> tuple[Sequence, ...]:
    """Return the most telling operators of every requirement of the request schema, as many as a run has room for.

    What is required is removed from creates of each type with either payload, one of them full and one plain: a
    server may look for it in some of them alone. Of the other requirements the most telling operators are sent on
    both types, where both have the place; of the rest every second is sent on the one type, and the others on the
    other: twice all of them would take a quarter of a run. Payloads, and full and plain creates, take turns as what
    is mutated, so that what is sent on both types is sent with both payloads, and each type has each of them soon.
    """
    rotation = Rotation(seed)
    columns = [list(_column(row, kind, rotation)) for kind in TYPES for row in ROWS.values()]
    # Row by row of the table, so that no requirement waits for the last operator of another.
    return tuple(single(one) for line in zip_longest(*columns) for one in line if one is not None)


def _column(row: Row, kind: str, rotation: Rotation) -> Iterator[Case]:
    """Yield the cases of one requirement on one type; all of them, where the other type has not the place."""
    shift = TYPES.index(kind)
    by_type = {one: _operators(row, one) for one in TYPES}
    shared = all(by_type.values())
    names = list(dict.fromkeys(name for one in TYPES for name in by_type[one]))[: most(row)]
    if row.keyword == "required":
        # Thin and full, then a plain snapshot; on the other type the other way round.
        halves = ((0, 1), (3, 2))
        for turn in halves[shift] if shared else range(len(_BASES)):
            yield from _cases(row, "removed", kind, rotation, (turn,))
        return
    if not shared and names:  # the most telling one with the other payload too
        yield from _cases(row, names[0], kind, rotation, range(1, 1 + len(_BASES)))
    sent = [
        name
        for number, name in enumerate(names)
        if not shared or number < _ON_BOTH or number % len(TYPES) == shift or (row.place, name) in _OF_A_TYPE
    ]
    for number, name in enumerate(sent):
        turn = _TURNS[shift][number % len(_BASES)]
        yield from _cases(row, name, kind, rotation, range(turn, turn + 2 * len(_BASES)))


def most(row: Row) -> int | None:
    """Return how many operators of a requirement a run of the usual length sends; None means all."""
    return _OF_LISTS if row.keyword == "type" and row.spec.item is not None else _MOST.get(row.keyword)


@cache
def _operators(row: Row, kind: str) -> tuple[str, ...]:
    """Return the names of what can be done to break a requirement on a type, the most telling first."""
    rotation = Rotation(0)
    made = [rotation.rich(kind, payload) for payload in (THIN, SNAPSHOT)]
    made += [_base(kind, rotation, turn) for turn in range(2 * len(_BASES))]
    cases = (one for params in made for one in mutated(CONTRACT, row, params))
    return tuple(dict.fromkeys(one.mutation.operator for one in cases if one.mutation is not None))


def _cases(row: Row, operator: str, kind: str, rotation: Rotation, turns: Iterable[int]) -> Iterator[Case]:
    """Yield the first case that the operator makes of a create of these turns, if any: some need two in a list."""
    for turn in turns:
        for one in mutated(CONTRACT, row, _base(kind, rotation, turn)):
            if one.mutation is not None and one.mutation.operator == operator:
                yield one
                return


def _base(kind: str, rotation: Rotation, turn: int) -> dict[str, Any]:
    payload, full = _BASES[turn % len(_BASES)]
    return rotation.full(kind, payload) if full else rotation.create(kind, payload)
