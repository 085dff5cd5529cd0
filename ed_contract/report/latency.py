"""How long the answers of a phase took, in memory that does not grow with them."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

FINEST = 0.000_125  # seconds; whatever is faster counts as this
STEPS = 16  # buckets to a doubling: a quantile is off by 4.4 % at most
JOINED = 4  # buckets that a bar of the histogram holds
BAR = 2.0 ** (JOINED / STEPS)
"""How many times as long the longest durations of a bar are as its shortest."""


def shortest(bar: int) -> float:
    """Return the shortest duration, in seconds, that a bar of a histogram holds."""
    return float(FINEST * BAR**bar)


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """How long answers took, in seconds."""

    answers: int
    median: float
    p95: float
    slowest: float
    bars: tuple[tuple[int, int], ...]  # the number of each that holds any, and how many


class Latencies:
    """Takes durations one by one, and tells their distribution."""

    __slots__ = ("_buckets", "_slowest")

    def __init__(self) -> None:
        self._buckets: Counter[int] = Counter()
        self._slowest = 0.0

    def add(self, seconds: float) -> None:
        """Count one duration; zero stands for one that was not measured."""
        if seconds > 0:
            self._buckets[max(0, math.floor(STEPS * math.log2(seconds / FINEST)))] += 1
            self._slowest = max(self._slowest, seconds)

    def summary(self) -> Latency | None:
        """Return the distribution, or None where nothing was measured."""
        if not self._buckets:
            return None
        bars: Counter[int] = Counter()
        for bucket, count in self._buckets.items():
            bars[bucket // JOINED] += count
        return Latency(
            answers=self._buckets.total(),
            median=self._quantile(0.5),
            p95=self._quantile(0.95),
            slowest=self._slowest,
            bars=tuple(sorted(bars.items())),
        )

    def _quantile(self, share: float) -> float:
        """Return the upper bound of the bucket in which the quantile lies."""
        left = math.ceil(share * self._buckets.total())
        for bucket, count in sorted(self._buckets.items()):
            left -= count
            if left <= 0:
                return float(min(self._slowest, FINEST * 2.0 ** ((bucket + 1) / STEPS)))
        return self._slowest
