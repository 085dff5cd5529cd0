"""The bursts that were tried: how many of how many creates, and how close together they came."""

from __future__ import annotations

from statistics import median
from typing import Any

from ed_contract.interaction import Interaction


class Bursts:
    """Folds the interactions of bursts."""

    def __init__(self) -> None:
        self._sizes: dict[int, int] = {}
        self._spreads: dict[int, float] = {}  # seconds, of those of which it is known
        self._lasted: dict[int, float] = {}  # seconds until the last answer
        self._scheduled: set[int] = set()  # those of which a schedule alone decided the order

    def add(self, one: Interaction) -> None:
        """Note an interaction, if it is of a burst."""
        if one.burst is None:
            return
        self._sizes[one.burst] = self._sizes.get(one.burst, 0) + 1
        self._lasted[one.burst] = max(self._lasted.get(one.burst, 0.0), round(one.ended, 6) - round(one.began, 6))
        if one.request.schedule is not None:
            self._scheduled.add(one.burst)
        if one.spread:
            self._spreads[one.burst] = round(one.spread, 6)

    def summary(self) -> dict[str, Any]:
        """Return the report's member `bursts`, with medians in milliseconds; nothing where there were none."""
        if not self._sizes:
            return {}
        found: dict[str, Any] = {"sent": len(self._sizes), "of": sorted({*self._sizes.values()})}
        if self._scheduled:
            found["scheduled"] = len(self._scheduled)
        if self._spreads:
            found["sent_within_ms"] = round(1000 * median(self._spreads.values()), 3)
        found["answered_within_ms"] = round(1000 * median(self._lasted.values()), 3)
        return {"bursts": found}
