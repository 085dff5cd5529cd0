"""Keeps requests of a run for later: for asking again what got no answer, and for shrinking."""

from __future__ import annotations

from functools import cached_property

from ed_contract.record.history import History
from ed_contract.runner.planned_phases import Drawn, Phases, PlannedPhase
from ed_contract.runner.sender import Sender
from ed_contract.runner.watchers import unanswered


class Reserve:
    """Tells the sender what it may not use yet."""

    def __init__(self, sender: Sender, history: History, phases: Phases, *, shrinking: int, asks_later: bool) -> None:
        """Begin; `shrinking` is how many requests are kept for that, as soon as there is a finding."""
        self._sender, self._history = sender, history
        self._wanted, self._kept = shrinking, 0
        self._phases, self._begun = phases, 0
        self.asks_later = asks_later  # whether lost answers are asked for at the end, and not at once

    @cached_property
    def _planned(self) -> int:
        """How many requests are planned in all, random ones apart: counted once there is a finding."""
        return sum(phase.requests for phase in self._phases if not _is_random(phase))

    def begin(self, requests: int, *, of: PlannedPhase) -> None:
        """Note that this many requests of a phase are sent now; random ones are not counted as planned."""
        self._begun += 0 if _is_random(of) else requests

    def update(self, *, finding: bool) -> None:
        """Keep what has to be kept by now; `finding` says whether one waits to be shrunk."""
        if finding and self._wanted:
            self._kept, self._wanted = for_shrinking(self._wanted, self._sender.left, self._planned - self._begun), 0
        asking = unanswered.reserve(self._history) if self.asks_later else 0
        self._sender.reserved = self._kept + asking

    def wants(self, requests: int, left: int, *, of: PlannedPhase) -> bool:
        """Whether this many requests of a phase, and all that are left of it, are given up for shrinking.

        Random ones are, where they and all that is planned would have been sent: so it is a whole run still.
        """
        if not (self._kept and _is_random(of)):
            return False
        room = self._sender.left - (self._planned - self._begun)
        return room < requests and room + self._kept >= left

    def release(self) -> int:
        """Keep nothing any more, and return how many requests may be sent."""
        self._sender.reserved = 0
        return self._sender.left


def for_shrinking(wanted: int, left: int, planned: int) -> int:
    """Return how many requests are kept for shrinking, where this many are left and planned.

    A run that has room for all that is planned gives up nothing of it; one that is cut anyway is cut sooner.
    """
    return wanted if planned > left else min(wanted, left - planned)


def _is_random(phase: PlannedPhase) -> bool:
    return isinstance(phase.sequences, Drawn) and phase.sequences.spare
