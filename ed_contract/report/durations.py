"""When a run began, and how long the requests took that say something of each requirement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from ed_contract.judging import Judged


class Durations:
    """Folds the interactions of a run."""

    def __init__(self) -> None:
        self.began = 0.0  # seconds since the epoch; 0 where that is not known
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def add(self, event: Judged) -> None:
        """Count the time of a request once for each requirement of which it says something."""
        self.began = self.began or event.interaction.began
        for requirement in {one.requirement for one in event.observations}:
            self._seconds[requirement] += event.interaction.seconds

    @property
    def seconds(self) -> Mapping[str, float]:
        """Of each requirement of which something was observed: they overlap, and add up to more than the run took."""
        return self._seconds
