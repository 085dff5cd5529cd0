"""Interleaves several series: each gets a share of the places."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from typing import TypeVar

One = TypeVar("One")

EVENLY = 0.4
"""A series of thirty-two times as many values has four times as many turns."""
BY_NUMBER = 0.75
"""A series of sixteen times as many values has eight times as many turns."""


def shared(*series: Iterable[One], power: float = EVENLY) -> Iterator[One]:
    """Yield from all series, each in its order, the first of each first; longer series have more turns."""
    lists = [list(one) for one in series]
    turns = (
        [(number / len(one) ** power, place, number) for number in range(len(one))] for place, one in enumerate(lists)
    )
    for _, place, number in heapq.merge(*turns):
        yield lists[place][number]
