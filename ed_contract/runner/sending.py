"""Sends what is planned, turn by turn, and keeps what follows from the answers for those turns that come after."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from ed_contract.case import CaseSequence
from ed_contract.finding import Observation
from ed_contract.judging import Judged
from ed_contract.record.history import History
from ed_contract.record.steps import flat
from ed_contract.runner import again
from ed_contract.runner.events import End, Event
from ed_contract.runner.guest import Shrinks
from ed_contract.runner.overlapping import Overlapping
from ed_contract.runner.planned_phases import Phases, PlannedPhase
from ed_contract.runner.reserve import Reserve
from ed_contract.runner.sender import Sender
from ed_contract.runner.turns import Ended, Turns
from ed_contract.runner.watchers import Stop

Enough: TypeAlias = Callable[[Iterable[Observation]], bool]
"""Says whether a run has found as much as it was asked for."""


class Sending:
    """What a run sends, and what it sends with."""

    def __init__(
        self,
        sender: Sender,
        history: History,
        turns: Turns,
        phases: Phases,
        *,
        enough: Enough,
        restart: Callable[[], None] | None,
        shrinking: Shrinks | None,
        kept: int,
        hasty: bool,
    ) -> None:
        """Begin; `kept` is the `reserve` of `execute`, and the other arguments are its own."""
        self.sender, self.history, self.turns = sender, history, turns
        self._enough, self._restart, self._shrinking, self._hasty = enough, restart, shrinking, hasty
        self.reserve = Reserve(sender, history, phases, shrinking=kept if shrinking else 0, asks_later=not hasty)
        self._first_done: float | None = None  # when what is looked back on at the end was made
        self._overlapping: Overlapping | None = None
        if sender.workers > 1:
            self._overlapping = Overlapping(
                sender,
                turns,
                self.reserve,
                tuple(phases),
                by_itself=self._sequence,
                drawn=self._sequences,
                answered=self._answered,
            )

    @property
    def requests(self) -> int:
        """How many requests were sent so far, but for those of phases that have not begun."""
        return self.sender.requests - (0 if self._overlapping is None else self._overlapping.ahead)

    def planned(self, phase: PlannedPhase) -> Iterator[Event]:
        """Send what is planned for a phase, and judge it."""
        if self._first_done is not None:
            self.sender.wait_until(self._first_done + phase.age)
        if phase.restarts:
            if self._restart is None:
                raise ValueError("a phase that restarts the target, and nothing that restarts it")
            self.turns.restart(self._restart)
        if phase.lists:
            self.reserve.begin(1, of=phase)
            self.turns.list_what_was_made()
        yield from self._watched(self._sent(phase))
        if phase.goes_on:
            return
        if self._overlapping is None or not self._overlapping.under_way:
            yield from self._watched(again.bursts(self.turns, self.history))
        if phase.hostile:
            self.reserve.begin(1, of=phase)
            yield from self.turns.ask_whether_it_serves()
        if self._first_done is None:
            self._first_done = time.monotonic()

    def _sent(self, phase: PlannedPhase) -> Iterator[Judged]:
        """Send the sequences of a phase, one after the other or beside each other."""
        if self._overlapping is not None:
            yield from self._overlapping.sent(phase)
            return
        for sequence in self._sequences(phase):
            yield from self._sequence(sequence, phase)

    def _sequences(self, phase: PlannedPhase) -> Iterator[CaseSequence]:
        """Yield the sequences of a phase; random ones as long as they need not make room."""
        left = phase.requests
        for sequence in phase.sequences:
            if self.reserve.wants(len(sequence), left, of=phase):
                return
            left -= len(sequence)
            yield sequence

    def _sequence(self, sequence: CaseSequence, phase: PlannedPhase) -> Iterator[Judged]:
        """Send a sequence, step by step."""
        values: dict[str, str] = {}
        for step in sequence.steps:
            self.reserve.begin(len(flat([step])), of=phase)
            yield from self._answered(self.turns.take(step, phase.name, values))

    def _answered(self, judgements: Iterator[Judged]) -> Iterator[Judged]:
        """Yield the judgements of a turn; in haste, what got no answer is asked again immediately."""
        yield from judgements
        if self._hasty:
            yield from again.cases(self.turns, self.history)

    def leave(self, *, interrupted: bool) -> None:
        """Send nothing more of what was planned; record what is under way, unless the run is to end at once."""
        if self._overlapping is not None and interrupted:
            self._overlapping.close()
        elif self._overlapping is not None:
            self._overlapping.leave()

    def asked_again(self) -> Iterator[Judged]:
        """Ask again for what got no answer, for which requests were kept."""
        self.reserve.asks_later = False
        self._update()
        yield from self._watched(again.cases(self.turns, self.history))

    def _watched(self, judgements: Iterable[Judged]) -> Iterator[Judged]:
        """Keep the findings to be shrunk, and end the run when there are enough."""
        for judged in judgements:
            if self._shrinking is not None:
                self._shrinking.remember(judged.observations)
            yield judged
            if self._enough(judged.observations):
                raise Ended(Stop(end=End.MAX_FINDINGS))
            self._update()

    def _update(self) -> None:
        """Let the sender know what follows from the last answers."""
        self.sender.hurried = self.history.facts.drops
        self.reserve.update(finding=self._shrinking is not None and self._shrinking.has_work)
