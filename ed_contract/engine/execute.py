"""The main loop: send, record, judge, say so."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from ed_contract.case import Burst, Case, Step
from ed_contract.engine.events import End, Event, Judged, PhaseFinished, PhaseStarted, RunFinished
from ed_contract.engine.plan import Phase
from ed_contract.engine.sender import CapReached, Sender
from ed_contract.finding import Observation
from ed_contract.interaction import PROBE, History, Interaction, NoAnswer

Judge: TypeAlias = Callable[[Interaction, History], tuple[Observation, ...]]
"""Says what an interaction shows, in the light of those before it."""

DEAD_IN_A_ROW = 2  # so many cases without an answer, and a probe decides whether the target still serves


class _Ended(Exception):  # noqa: N818 - how the loop is left from within
    def __init__(self, end: End, note: str = "") -> None:
        self.end, self.note = end, note


class _Run:
    """The state of one run: what was sent, and how many cases in a row got no answer."""

    def __init__(
        self,
        sender: Sender,
        judge: Judge,
        enough: Callable[[Iterable[Observation]], bool],
        on_first: Callable[[Interaction], None],
        probe: Case,
    ) -> None:
        self._sender, self._judge, self._enough, self._on_first = sender, judge, enough, on_first
        self._probe = probe
        self._history = History()
        self._dead = 0

    def phase(self, phase: Phase) -> Iterator[Event]:
        for sequence in phase.sequences:
            values: dict[str, str] = {}
            for step in sequence.steps:
                if isinstance(step, Burst):
                    yield from self._burst(step, phase.name, values)
                else:
                    yield from self._step(step, phase.name, values)

    def _step(self, step: Step, phase: str, values: dict[str, str]) -> Iterator[Event]:
        interaction = self._sender.send(step, phase=phase, values=values)
        if not len(self._history):
            self._on_first(interaction)
        yield from self._record(interaction)
        self._dead = self._dead + 1 if isinstance(interaction.answer, NoAnswer) else 0
        if self._dead == DEAD_IN_A_ROW:
            probe = self._sender.send(Step(case=self._probe), phase=PROBE, values={})
            yield from self._record(probe)
            if isinstance(probe.answer, NoAnswer):
                raise _Ended(End.TARGET_DOWN, f"the target stopped answering: {probe.answer.reason}")
            self._dead = 0

    def _burst(self, burst: Burst, phase: str, values: dict[str, str]) -> Iterator[Event]:
        """Send all steps at once; each is judged when all are recorded, for none of them was first."""
        together = self._sender.burst(burst, phase=phase, values=values)
        for interaction in together:
            self._history.add(interaction)
        for interaction in together:
            yield from self._judged(interaction)

    def _record(self, interaction: Interaction) -> Iterator[Event]:
        self._history.add(interaction)
        yield from self._judged(interaction)

    def _judged(self, interaction: Interaction) -> Iterator[Event]:
        observations = self._judge(interaction, self._history)
        yield Judged(interaction=interaction, observations=observations)
        if self._enough(observations):
            raise _Ended(End.MAX_FINDINGS)


def execute(
    phases: Iterable[Phase],
    sender: Sender,
    judge: Judge,
    *,
    enough: Callable[[Iterable[Observation]], bool],
    on_first: Callable[[Interaction], None],
    probe: Case,
) -> Iterator[Event]:
    """Send the phases in order and yield what happens; the last event is RunFinished.

    Args:
        phases: what to send.
        sender: sends it.
        judge: says what each interaction shows.
        enough: is told the observations of each interaction; true ends the run.
        on_first: is told the first interaction before it is judged, and raises if the target cannot be judged.
        probe: a valid create, sent when cases in a row got no answer.
    """
    run = _Run(sender, judge, enough, on_first, probe)
    began = time.monotonic()
    end, note = End.FINISHED, ""
    for phase in phases:
        before, phase_began = sender.requests, time.monotonic()
        yield PhaseStarted(phase=phase.name, requests=phase.requests)
        try:
            yield from run.phase(phase)
        except CapReached:
            end, note = End.MAX_REQUESTS, "the cap of --max-requests was reached"
        except _Ended as ended:
            end, note = ended.end, ended.note
        except KeyboardInterrupt:
            end = End.INTERRUPTED
        yield PhaseFinished(
            phase=phase.name,
            requests=sender.requests - before,
            seconds=time.monotonic() - phase_began,
        )
        if end is not End.FINISHED:
            break
    yield RunFinished(end=end, requests=sender.requests, seconds=time.monotonic() - began, note=note)
