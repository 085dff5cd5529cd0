"""Judges a record as it grows, or when it is read: the same entries in the same order give the same observations.

An interaction is judged once its whole burst, and the probes that it caused, are recorded. Knows no check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from ed_contract.finding import Observation
from ed_contract.interaction import PROBE, Interaction
from ed_contract.record.history import Abandoned, Entry, History

Judge: TypeAlias = Callable[[Interaction, History], tuple[Observation, ...]]
"""Says what an interaction shows, in the light of earlier ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One interaction, as kept, and what it shows."""

    interaction: Interaction
    observations: tuple[Observation, ...]


class Judging:
    """Reads the entries of a record one by one, and judges each interaction once it is complete."""

    def __init__(self, judge: Judge) -> None:
        self.history = History()
        self._judge = judge
        self._waiting: list[Interaction] = []  # whole, as they came

    def add(self, entry: Entry) -> tuple[Judged, ...]:
        """Add an entry, and return the judgements of those that were waiting, unless it is about one of them."""
        if isinstance(entry, Abandoned):
            self._waiting.clear()
        judged = () if self._is_about_those_waiting(entry) else self.judged()
        self.history.add(entry)
        if isinstance(entry, Interaction):
            self._waiting.append(entry)
        return judged

    def judged(self) -> tuple[Judged, ...]:
        """Judge all that are waiting: nothing more will be recorded about them."""
        return tuple(self._judgements())

    def _is_about_those_waiting(self, entry: Entry) -> bool:
        if not self._waiting or not isinstance(entry, Interaction):
            return False
        return entry.phase == PROBE or (entry.burst is not None and entry.burst == self._waiting[-1].burst)

    def _judgements(self) -> Iterator[Judged]:
        waiting, self._waiting = self._waiting, []
        asked_again = {one.number for one, other in pairwise(waiting) if _is_asked_again(one, other)}
        for place, one in enumerate(waiting):
            kept = waiting[place] = self.history.kept(one)  # nobody holds the whole answer after this
            if one.number not in asked_again:
                yield Judged(interaction=kept, observations=self._judge(one, self.history))


def _is_asked_again(probe: Interaction, other: Interaction) -> bool:
    """Whether the same plain create was resent: a server may refuse one now and then, and the last one counts."""
    return probe.is_probe and other.is_probe and probe.request.body == other.request.body
