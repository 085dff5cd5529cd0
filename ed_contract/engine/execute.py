"""The main loop: send, record, judge, say so."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from ed_contract.case import Burst, Case, Expectation, Step
from ed_contract.engine.events import REDUCTION, End, Event, Judged, PhaseFinished, PhaseStarted, RunFinished
from ed_contract.engine.plan import Phase
from ed_contract.engine.reduction import Reduction
from ed_contract.engine.sender import CapReached, Sender, TimeIsUp
from ed_contract.exceptions import RestartFailed
from ed_contract.finding import Observation
from ed_contract.interaction import CONFLICT, PROBE, History, Interaction, NoAnswer, Response

Judge: TypeAlias = Callable[[Interaction, History], tuple[Observation, ...]]
"""Says what an interaction shows, in the light of those before it."""

DEAD_IN_A_ROW = 2  # so many cases without an answer, and a probe decides whether the target still serves
REFUSED_IN_A_ROW = 3  # so many valid creates refused one after the other, and a probe asks whether any is taken


class _Ended(Exception):  # noqa: N818 - how the loop is left from within
    def __init__(self, end: End, note: str = "") -> None:
        self.end, self.note = end, note


class _Run:
    """The state of one run: what was sent, and how many cases in a row got no answer or were refused."""

    def __init__(
        self,
        *,
        sender: Sender,
        judge: Judge,
        enough: Callable[[Iterable[Observation]], bool],
        on_first: Callable[[Interaction], None],
        probe: Case,
        restart: Callable[[], None] | None,
    ) -> None:
        self._sender, self._judge, self._enough, self._on_first = sender, judge, enough, on_first
        self._probe, self._restart = probe, restart
        self._history = History()
        self._dead = self._refused = 0
        self._served = False
        self._first_done: float | None = None  # when what is looked back on at the end was made
        self.reduction = Reduction(self.send, self._history)

    def phase(self, phase: Phase) -> Iterator[Event]:
        if self._first_done is not None:
            self._sender.wait_until(self._first_done + phase.age)
        if phase.restarts:
            self._restarted()
        for sequence in phase.sequences:
            values: dict[str, str] = {}
            for step in sequence.steps:
                for event in self.send(step, phase.name, values):
                    if isinstance(event, Judged):
                        self.reduction.remember(event.observations)
                    yield event
                    if isinstance(event, Judged) and self._enough(event.observations):
                        raise _Ended(End.MAX_FINDINGS)
        if phase.hostile:
            yield from self._probed()
        if self._first_done is None:
            self._first_done = time.monotonic()

    def send(self, step: Step | Burst, phase: str, values: dict[str, str]) -> Iterator[Event]:
        """Send a step or a burst, and judge it when all of it is recorded: of a burst, no one was first."""
        if isinstance(step, Burst):
            together = self._sender.burst(step, phase=phase, values=values)
        else:
            together = [self._sender.send(step, phase=phase, values=values)]
        if not len(self._history):
            self._on_first(together[0])
        for interaction in together:
            self._history.add(interaction)
        self._ask_for_quota(together[-1])
        for interaction in together:
            yield Judged(interaction=interaction, observations=self._judge(interaction, self._history))
        self._end_at_quota(together[-1])
        self._dead = self._dead + 1 if all(isinstance(one.answer, NoAnswer) for one in together) else 0
        if self._dead == DEAD_IN_A_ROW:
            yield from self._probed()
            self._dead = 0

    def _probed(self) -> Iterator[Event]:
        """Send the page's example and judge whether the target keeps serving; end the run if it does not answer."""
        probe = self._sender.send(Step(case=self._probe), phase=PROBE, values={})
        self._history.add(probe)
        self._history.at_quota = self._served and isinstance(probe.answer, Response) and _refuses(probe.answer)
        yield Judged(interaction=probe, observations=self._judge(probe, self._history))
        self._end_at_quota(probe)
        if isinstance(probe.answer, NoAnswer):
            raise _Ended(End.TARGET_DOWN, f"the target stopped answering: {probe.answer.reason}")

    def _restarted(self) -> None:
        """Restart the target, and tell the history."""
        if self._restart is None:
            raise ValueError("a phase that restarts the target, and nothing that restarts it")
        self._sender.disconnect()  # a server that stops in order waits for open connections
        try:
            self._restart()
        except RestartFailed as failed:
            raise _Ended(End.RESTART_FAILED, str(failed).replace("\n", "; ")) from failed
        self._history.restarted()

    def _end_at_quota(self, interaction: Interaction) -> None:
        if self._history.at_quota:
            raise _Ended(End.QUOTA, f"plain creates are refused since request {interaction.number}: a quota?")

    def _ask_for_quota(self, interaction: Interaction) -> None:
        """Find out if the target now refuses what it took before, the page's own example, and tell the history."""
        answer = interaction.answer
        if interaction.case.expectation is not Expectation.ACCEPT or not isinstance(answer, Response):
            return
        if answer.successful:
            self._served, self._refused = True, 0
        elif _refuses(answer) and (interaction.key is None or not self._history.under_key_before(interaction)):
            self._refused += 1
            if self._served and self._refused in {1, REFUSED_IN_A_ROW}:
                probe = self._sender.send(Step(case=self._probe), phase=PROBE, values={})
                self._history.add(probe)
                self._history.at_quota = isinstance(probe.answer, Response) and _refuses(probe.answer)


def _refuses(answer: Response) -> bool:
    """Whether an answer may be that of a quota: a 409 is about its key, and 429 says nothing."""
    return answer.refused and not answer.says_nothing and answer.status != CONFLICT


def execute(
    phases: Iterable[Phase],
    sender: Sender,
    judge: Judge,
    *,
    enough: Callable[[Iterable[Observation]], bool],
    on_first: Callable[[Interaction], None],
    probe: Case,
    restart: Callable[[], None] | None = None,
    shrink: bool = True,
) -> Iterator[Event]:
    """Send the phases in order and yield what happens; the last event is RunFinished.

    Args:
        phases: what to send.
        sender: sends it.
        judge: says what each interaction shows.
        enough: is told the observations of each interaction; true ends the run.
        on_first: is told the first interaction before it is judged, and raises if the target cannot be judged.
        probe: a valid create, sent when the target may have stopped serving.
        restart: restarts the target, for phases that want it; raises RestartFailed if it cannot.
        shrink: whether findings are made smaller when all phases are done.
    """
    run = _Run(sender=sender, judge=judge, enough=enough, on_first=on_first, probe=probe, restart=restart)
    began = time.monotonic()
    end, note = End.FINISHED, ""
    work: list[tuple[str, int, Callable[[], Iterator[Event]]]]
    work = [(phase.name, phase.requests, lambda phase=phase: run.phase(phase)) for phase in phases]  # type: ignore[misc]
    if shrink:
        work.append((REDUCTION, 0, run.reduction.events))
    for name, requests, events in work:
        if name == REDUCTION and not run.reduction.has_work:
            continue
        before, phase_began = sender.requests, time.monotonic()
        yield PhaseStarted(phase=name, requests=requests)
        try:
            yield from events()
        except CapReached:
            end, note = End.MAX_REQUESTS, "the cap of --max-requests was reached"
        except TimeIsUp:
            end, note = End.MAX_TIME, "the time of --max-time was over"
        except _Ended as ended:
            end, note = ended.end, ended.note
        except KeyboardInterrupt:
            end = End.INTERRUPTED
        yield PhaseFinished(phase=name, requests=sender.requests - before, seconds=time.monotonic() - phase_began)
        if end is not End.FINISHED:
            break
    yield RunFinished(end=end, requests=sender.requests, seconds=time.monotonic() - began, note=note)
