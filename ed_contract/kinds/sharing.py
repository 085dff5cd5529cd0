"""Several series in one: each gets its share of what there is room for."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from typing import TypeVar

One = TypeVar("One")

EVENLY = 0.4
"""Thirty-two times as many values have four times as many turns."""
BY_NUMBER = 0.75
"""Sixteen times as many values have eight times as many turns."""


def shared(*series: Iterable[One], power: float = EVENLY) -> Iterator[One]:
    """Yield from all series, each in its order, first the first of each: those of more values have more turns."""
    lists = [list(one) for one in series]
    turns = (
        [(number / len(one) ** power, place, number) for number in range(len(one))] for place, one in enumerate(lists)
    )
    for _, place, number in heapq.merge(*turns):
        yield lists[place][number]
