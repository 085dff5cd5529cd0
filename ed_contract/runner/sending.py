"""Sends what is planned, turn by turn, and keeps what follows from the answers for those turns that come after."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ed_contract.case import CaseSequence, Step
from ed_contract.finding import Observation
from ed_contract.judging import Judged
from ed_contract.record.history import History
from ed_contract.record.steps import flat
from ed_contract.runner import again
from ed_contract.runner.events import End, Event
from ed_contract.runner.guest import Shrinks
from ed_contract.runner.planned_phases import PlannedPhase, groups
from ed_contract.runner.reserve import Reserve
from ed_contract.runner.sender import Sender
from ed_contract.runner.turns import Ended, Turns
from ed_contract.runner.watchers import Stop

Enough: TypeAlias = Callable[[Iterable[Observation]], bool]
"""Says whether a run has found as much as it was asked for."""


@dataclass(slots=True, kw_only=True)
class Sending:
    """What a run sends, and what it sends with."""

    sender: Sender
    history: History
    turns: Turns
    reserve: Reserve
    enough: Enough
    restart: Callable[[], None] | None
    shrinking: Shrinks | None
    hasty: bool  # whether what gets no answer is asked again at once
    first_done: float | None = None  # when what is looked back on at the end was made

    def planned(self, phase: PlannedPhase) -> Iterator[Event]:
        """Send what is planned for a phase, and judge it."""
        if self.first_done is not None:
            self.sender.wait_until(self.first_done + phase.age)
        if phase.restarts:
            if self.restart is None:
                raise ValueError("a phase that restarts the target, and nothing that restarts it")
            self.turns.restart(self.restart)
        if phase.lists:
            self.reserve.begin(1, of=phase)
            self.turns.list_what_was_made()
        for group in self._groups(phase):
            yield from self._watched(self._group(group, phase))
        if phase.goes_on:
            return
        yield from self._watched(again.bursts(self.turns, self.history))
        if phase.hostile:
            self.reserve.begin(1, of=phase)
            yield from self.turns.ask_whether_it_serves()
        if self.first_done is None:
            self.first_done = time.monotonic()

    def _groups(self, phase: PlannedPhase) -> Iterator[Sequence[CaseSequence]]:
        """Yield the sequences that are sent together; random ones as long as they need not make room."""
        left = phase.requests
        for group in groups(phase.sequences, self.sender.workers if self.first_done is not None else 1):
            size = sum(map(len, group))
            if self.reserve.wants(size, left, of=phase):
                return
            left -= size
            yield group

    def _group(self, sequences: Sequence[CaseSequence], phase: PlannedPhase) -> Iterator[Judged]:
        """Send a sequence, or several plain creates concurrently."""
        if len(sequences) > 1:
            steps = [step for sequence in sequences for step in sequence.steps if isinstance(step, Step)]
            self.reserve.begin(len(steps), of=phase)
            yield from self._answered(self.turns.take_all(steps, phase.name))
            return
        values: dict[str, str] = {}
        for step in sequences[0].steps:
            self.reserve.begin(len(flat([step])), of=phase)
            yield from self._answered(self.turns.take(step, phase.name, values))

    def _answered(self, judgements: Iterator[Judged]) -> Iterator[Judged]:
        """Yield the judgements of a turn; in haste, what got no answer is asked again immediately."""
        yield from judgements
        if self.hasty:
            yield from again.cases(self.turns, self.history)

    def asked_again(self) -> Iterator[Judged]:
        """Ask again for what got no answer, for which requests were kept."""
        self.reserve.asks_later = False
        self._update()
        yield from self._watched(again.cases(self.turns, self.history))

    def _watched(self, judgements: Iterable[Judged]) -> Iterator[Judged]:
        """Keep the findings to be shrunk, and end the run when there are enough."""
        for judged in judgements:
            if self.shrinking is not None:
                self.shrinking.remember(judged.observations)
            yield judged
            if self.enough(judged.observations):
                raise Ended(Stop(end=End.MAX_FINDINGS))
            self._update()

    def _update(self) -> None:
        """Let the sender know what follows from the last answers."""
        self.sender.hurried = self.history.facts.drops
        self.reserve.update(finding=self.shrinking is not None and self.shrinking.has_work)
