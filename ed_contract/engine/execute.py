"""The main loop: send, record, judge, say so."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from functools import partial
from typing import TypeAlias

from ed_contract import interrupts
from ed_contract.case import Burst, Case, Credential, Key, Step
from ed_contract.case import Sequence as CaseSequence
from ed_contract.engine import retry
from ed_contract.engine.events import REDUCTION, End, Event, PhaseFinished, PhaseStarted, RunFinished
from ed_contract.engine.families import Group, together
from ed_contract.engine.ledger import DestinationLedger, NoRoom
from ed_contract.engine.plan import Phase
from ed_contract.engine.questions import Questions, Renew
from ed_contract.engine.reduce import steps_of
from ed_contract.engine.reduction import Reduction
from ed_contract.engine.sender import CapReached, Sender, TimeIsUp
from ed_contract.engine.watchers import Stop, busy, down, quota, unanswered
from ed_contract.exceptions import RestartFailed
from ed_contract.finding import Observation
from ed_contract.interaction import AGAIN, Interaction
from ed_contract.judging import Judged, Judging
from ed_contract.record.history import Abandoned, Entry, Restarted

Enough: TypeAlias = Callable[[Iterable[Observation]], bool]
"""Says whether a run has found as much as it was asked for."""

ASKS_AGAIN = frozenset({End.FINISHED, End.MAX_REQUESTS, End.QUOTA})
"""After these there is room, or some was kept, to ask again for what got no answer."""


FINISHED = Stop(end=End.FINISHED)
INTERRUPTED = Stop(end=End.INTERRUPTED)


class _Ended(Exception):  # noqa: N818 - how the loop is left from within
    def __init__(self, stop: Stop) -> None:
        self.stop = stop


class _Run:
    """The state of one run: what was sent, and what was made."""

    def __init__(
        self,
        *,
        sender: Sender,
        judging: Judging,
        enough: Enough,
        on_first: Callable[[Interaction], None],
        on_entry: Callable[[Entry], None],
        probe: Case,
        restart: Callable[[], None] | None,
        renew: Renew | None,
        ledger: DestinationLedger | None,
        hasty: bool,
        group: Group,
    ) -> None:
        self._sender, self._judging, self._enough = sender, judging, enough
        self._on_first, self._on_entry = on_first, on_entry
        self._restart, self._ledger, self._hasty = restart, ledger, hasty
        self._history = judging.history
        self._questions = Questions(
            sender, self._history, probe, make_room=lambda: self._make_room(1), add=self._add, renew=renew
        )
        self._first_done: float | None = None  # when what is looked back on at the end was made
        self.reduction = Reduction(self.send, self._history, group, lambda: sender.left)

    def phase(self, phase: Phase) -> Iterator[Event]:
        if self._first_done is not None:
            self._sender.wait_until(self._first_done + phase.age)
        if phase.restarts:
            self._restarted()
        for group in _groups(phase.sequences, self._sender.workers if self._first_done is not None else 1):
            yield from self._remembered(self._group(group, phase.name))
        yield from self._remembered(self._bursts_again())
        if phase.hostile:
            yield from self._judged_after(self._questions.still_serves)
            self._end_if_over()
        if self._first_done is None:
            self._first_done = time.monotonic()

    def _remembered(self, events: Iterable[Event]) -> Iterator[Event]:
        """Keep the findings to be made smaller, and end the run when there are enough."""
        for event in events:
            if isinstance(event, Judged):
                self.reduction.remember(event.observations)
            yield event
            if isinstance(event, Judged) and self._enough(event.observations):
                raise _Ended(Stop(end=End.MAX_FINDINGS))

    def _group(self, sequences: Sequence[CaseSequence], phase: str) -> Iterator[Event]:
        """Send a sequence, or several plain creates at once."""
        if len(sequences) > 1:
            self._make_room(len(sequences), begins=True)
            steps = [step for sequence in sequences for step in sequence.steps if isinstance(step, Step)]
            for interaction in self._sender.send_all(steps, phase=phase):
                yield from self._judged([interaction])
            self._end_if_over()
            return
        values: dict[str, str] = {}
        for step in sequences[0].steps:
            yield from self.send(step, phase, values)

    def send(self, step: Step | Burst, phase: str, values: dict[str, str]) -> Iterator[Event]:
        """Send a step or a burst, and judge it when all of it is recorded: of a burst, no one was first."""
        # No key was filled in yet: a sequence begins, and needs nothing of what was made before it.
        self._make_room(len(step.steps) if isinstance(step, Burst) else 1, begins=not values)
        if isinstance(step, Burst):
            together = self._sender.burst(step, phase=phase, values=values)
        else:
            together = [self._sender.send(step, phase=phase, values=values)]
        if not len(self._history):
            self._on_first(together[0])
        yield from self._judged(together)
        self._end_if_over()
        if self._questions.renewed and isinstance(step, Step):  # what the old credential was refused for
            yield from self._judged([self._sender.send(step, phase=phase, values=values)])

    def _make_room(self, more: int, *, begins: bool = False) -> None:
        """See to it that there is room for so many more destinations; `begins`: those made before are not needed."""
        if self._ledger is not None:
            if begins:
                self._ledger.begin_sequence()
            self._ledger.make_room(more)

    def _judged(self, together: Sequence[Interaction]) -> Iterator[Event]:
        """Record and judge what was sent at once, and do what the watchers say."""
        for interaction in together:
            self._add(interaction)
        lost = any(one.unanswered or one.is_unanswered for one in together) and together[0].phase != AGAIN
        ask = partial(self._questions.about, together)
        del interaction, together  # nobody but who judges sees the whole answers after this
        yield from self._judged_after(ask)
        if lost:
            self._sender.hurried = self._history.facts.drops
            self._sender.reserved = unanswered.reserve(self._history)
            if self._hasty:
                yield from self._asked_again()

    def _judged_after(self, ask: Callable[[], Stop | None]) -> Iterator[Event]:
        """Ask what the last answers are about, judge them, and end the run if a watcher says so."""
        try:
            stop = ask()
        except BaseException:
            self._add(Abandoned())
            raise
        yield from self._judging.judged()
        history = self._history
        _end(stop or quota.reached(history) or down.is_down(history) or busy.always_busy(history))

    @property
    def has_unanswered(self) -> bool:
        """Whether there is anything to be asked again."""
        return unanswered.next_case(self._history) is not None

    def last_asked(self) -> Iterator[Event]:
        """Ask again for all that got no answer, at the end of the run."""
        yield from self._remembered(self._asked_again())

    def _asked_again(self) -> Iterator[Event]:
        """Ask again for what got no answer: if it gets none again, the line is not to blame."""
        self._sender.reserved = 0
        while (lost := unanswered.next_case(self._history)) is not None:
            tries = retry.HURRIED if unanswered.confirmed(self._history) else retry.AT_LAST
            self._make_room(1, begins=True)
            yield from self._judged([self._sender.send_again(lost, phase=AGAIN, tries=tries)])
            self._end_if_over()

    def _bursts_again(self) -> Iterator[Event]:
        """Send a burst of each kind again of which all lost an answer, until one loses none, or enough did."""
        while (burst := unanswered.next_burst(self._history)) is not None:
            for step in steps_of(burst):
                yield from self.send(step, AGAIN, {})

    def _add(self, entry: Entry) -> None:
        self._judging.add(entry)
        self._on_entry(entry)
        if self._ledger is not None and isinstance(entry, Interaction):
            self._ledger.keep(entry)

    def _end_if_over(self) -> None:
        """End the run if an answer would have been asked for again, and there was no room or time."""
        if self._sender.over is not None:
            over, self._sender.over = self._sender.over, None
            raise over

    def _restarted(self) -> None:
        """Restart the target, and tell the history."""
        if self._restart is None:
            raise ValueError("a phase that restarts the target, and nothing that restarts it")
        self._sender.disconnect()  # a server that stops in order waits for open connections
        try:
            self._restart()
        except RestartFailed as failed:
            raise _Ended(Stop(end=End.RESTART_FAILED, note=str(failed).replace("\n", "; "))) from failed
        self._add(Restarted())


def _end(stop: Stop | None) -> None:
    if stop is not None:
        raise _Ended(stop)


_PLAIN_KEY = Key()


def _groups(sequences: Iterable[CaseSequence], workers: int) -> Iterator[Sequence[CaseSequence]]:
    """Yield the sequences one by one, but for plain creates, of which so many may be sent at once."""
    group: list[CaseSequence] = []
    for sequence in sequences:
        first, *others = sequence.steps
        plain = isinstance(first, Step) and first.key == _PLAIN_KEY and first.credential is Credential.FIRST
        alone = others or not plain or workers == 1
        if group and (len(group) == workers or alone):
            yield group
            group = []
        if not alone:
            group.append(sequence)
        else:
            yield [sequence]
    if group:
        yield group


def execute(
    phases: Iterable[Phase],
    sender: Sender,
    judging: Judging,
    *,
    enough: Enough,
    on_first: Callable[[Interaction], None],
    on_entry: Callable[[Entry], None] = lambda _: None,
    probe: Case,
    restart: Callable[[], None] | None = None,
    renew: Renew | None = None,
    shrink: bool = True,
    ledger: DestinationLedger | None = None,
    hasty: bool = False,
    group: Group = together,
) -> Generator[Event]:
    """Send the phases in order and yield what happens; the last event is RunFinished.

    Args:
        phases: what to send.
        sender: sends it.
        judging: judges the record as it grows.
        enough: is told the observations of each interaction; true ends the run.
        on_first: is told the first interaction before it is judged, and raises if the target cannot be judged.
        on_entry: is told what is recorded, in order, before it is judged.
        probe: a valid create, sent when the target may have stopped serving.
        restart: restarts the target, for phases that want it; raises RestartFailed if it cannot.
        renew: gets a fresh credential when the one of the run is refused.
        shrink: whether findings are made smaller when all phases are done.
        ledger: the transport that the sender sends over, where it counts and deletes what is made: before where there
            would be no room, and at the end.
        hasty: whether what gets no answer is asked again at once, and not at the end of the run.
        group: says what findings may be told together, as in `families.leaders`.
    """
    run = _Run(
        sender=sender,
        judging=judging,
        enough=enough,
        on_first=on_first,
        on_entry=on_entry,
        probe=probe,
        restart=restart,
        renew=renew,
        ledger=ledger,
        hasty=hasty,
        group=group,
    )
    began = time.monotonic()
    try:
        stop = yield from _all(phases, sender, run, shrink=shrink)
    except KeyboardInterrupt:  # while the end of a phase was told
        stop = INTERRUPTED
    seconds = time.monotonic() - began
    with interrupts.deferred():
        cleaned = None if ledger is None else ledger.clean_up(interrupted=stop.end is End.INTERRUPTED)
    yield RunFinished(end=stop.end, requests=sender.requests, seconds=seconds, note=stop.note, clean_up=cleaned)


def _all(phases: Iterable[Phase], sender: Sender, run: _Run, *, shrink: bool) -> Generator[Event, None, Stop]:
    """Yield what happens in all phases, and return why the run ends."""
    stop = FINISHED
    for phase in phases:
        stop = yield from _phase(sender, phase.name, phase.requests, run.phase(phase))
        if stop is not FINISHED:
            break
    if stop.end in ASKS_AGAIN and run.has_unanswered:
        then = yield from _phase(sender, AGAIN, 0, run.last_asked())
        stop = stop if then is FINISHED else then
    if stop is FINISHED and shrink and run.reduction.has_work:
        stop = yield from _phase(sender, REDUCTION, 0, run.reduction.events())
    return stop


def _phase(sender: Sender, name: str, requests: int, events: Iterator[Event]) -> Generator[Event, None, Stop]:
    """Yield what happens in a phase, and return why the run ends, if it does."""
    before, began, stop = sender.requests, time.monotonic(), FINISHED
    try:
        yield PhaseStarted(phase=name, requests=requests)
        yield from events
    except NoRoom:
        stop = Stop(end=End.MAX_DESTINATIONS, note="there is no room for another destination")
    except CapReached:
        stop = Stop(end=End.MAX_REQUESTS, note="the cap of --max-requests was reached")
    except TimeIsUp:
        stop = Stop(end=End.MAX_TIME, note="the time of --max-time was over")
    except _Ended as ended:
        stop = ended.stop
    except KeyboardInterrupt:
        stop = INTERRUPTED
    yield PhaseFinished(phase=name, requests=sender.requests - before, seconds=time.monotonic() - began)
    return stop
