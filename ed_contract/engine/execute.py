"""The main loop: send, record, judge, say so."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from typing import TypeAlias

from ed_contract import interrupts
from ed_contract.case import Case, Step
from ed_contract.case import Sequence as CaseSequence
from ed_contract.engine import again
from ed_contract.engine.events import End, Event, PhaseFinished, PhaseStarted, RunFinished
from ed_contract.engine.guest import Shrinks, shrunk
from ed_contract.engine.ledger import DestinationLedger, NoRoom
from ed_contract.engine.limits import CapReached, TimeIsUp
from ed_contract.engine.plan import Phase, groups
from ed_contract.engine.questions import Renew
from ed_contract.engine.reserve import Reserve
from ed_contract.engine.sender import Sender
from ed_contract.engine.turns import Ended, Turns
from ed_contract.engine.watchers import Stop
from ed_contract.finding import Observation
from ed_contract.interaction import AGAIN, Interaction
from ed_contract.judging import Judged, Judging
from ed_contract.phases import SHRINK
from ed_contract.record.history import Entry
from ed_contract.record.steps import flat

Enough: TypeAlias = Callable[[Iterable[Observation]], bool]
"""Says whether a run has found as much as it was asked for."""

ASKS_AGAIN = frozenset({End.FINISHED, End.MAX_REQUESTS, End.QUOTA})
"""After these there is room, or some was kept, to ask again for what got no answer."""
SHRINKS = frozenset({End.FINISHED, End.MAX_REQUESTS})
"""After these there is room, or some was kept, to shrink what was found."""

FINISHED = Stop(end=End.FINISHED)
INTERRUPTED = Stop(end=End.INTERRUPTED)


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
    shrinking: Shrinks | None = None,
    reserve: int = 0,
    ledger: DestinationLedger | None = None,
    hasty: bool = False,
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
        shrinking: shrinks the findings when all phases are done, or were cut at the cap.
        reserve: how many requests are kept for that, as soon as there is a finding.
        ledger: the transport that the sender sends over, where it counts and deletes what is made: before where there
            would be no room, and at the end.
        hasty: whether what gets no answer is asked again at once, and not at the end of the run.
    """
    phases = tuple(phases)
    turns = Turns(sender, judging, on_first=on_first, on_entry=on_entry, probe=probe, renew=renew, ledger=ledger)
    kept = Reserve(sender, judging.history, phases, shrinking=reserve if shrinking else 0, asks_later=not hasty)
    run = _Run(sender, judging, turns, kept, enough=enough, restart=restart, shrinking=shrinking, hasty=hasty)
    began = time.monotonic()
    try:
        stop = yield from run.events(phases)
    except KeyboardInterrupt:  # while the end of a phase was told
        stop = INTERRUPTED
    seconds = time.monotonic() - began
    with interrupts.deferred():
        cleaned = None if ledger is None else ledger.clean_up(interrupted=stop.end is End.INTERRUPTED)
    yield RunFinished(end=stop.end, requests=sender.requests, seconds=seconds, note=stop.note, clean_up=cleaned)


class _Run:
    """One run, turn by turn."""

    def __init__(
        self,
        sender: Sender,
        judging: Judging,
        turns: Turns,
        reserve: Reserve,
        *,
        enough: Enough,
        restart: Callable[[], None] | None,
        shrinking: Shrinks | None,
        hasty: bool,
    ) -> None:
        self._sender, self._history, self._turns, self._reserve = sender, judging.history, turns, reserve
        self._enough, self._restart, self._shrinking, self._hasty = enough, restart, shrinking, hasty
        self._first_done: float | None = None  # when what is looked back on at the end was made

    def events(self, phases: Iterable[Phase]) -> Generator[Event, None, Stop]:
        """Yield what happens in all phases, and return why the run ends."""
        stop = FINISHED
        for phase in phases:
            stop = yield from self._phase(phase.name, self._planned(phase), phase.requests)
            if stop is not FINISHED:
                break
        if stop.end in ASKS_AGAIN and again.is_due(self._history):
            then = yield from self._phase(AGAIN, self._asked_again())
            stop = stop if then is FINISHED else then
        if stop.end in SHRINKS and self._shrinking is not None and self._shrinking.has_work:
            room = self._reserve.release()
            if room or stop is FINISHED:
                then = yield from self._phase(SHRINK, shrunk(self._shrinking, self._turns, room))
                stop = stop if then is FINISHED else then
        return stop

    def _phase(self, name: str, events: Iterator[Event], requests: int = 0) -> Generator[Event, None, Stop]:
        """Yield what happens in a phase, and return why the run ends, if it does."""
        before, began, stop = self._sender.requests, time.monotonic(), FINISHED
        try:
            yield PhaseStarted(phase=name, requests=requests)
            yield from events
        except NoRoom:
            stop = Stop(end=End.MAX_DESTINATIONS, note="there is no room for another destination")
        except CapReached:
            stop = Stop(end=End.MAX_REQUESTS, note="the cap of --max-requests was reached")
        except TimeIsUp:
            stop = Stop(end=End.MAX_TIME, note="the time of --max-time was over")
        except Ended as ended:
            stop = ended.stop
        except KeyboardInterrupt:
            stop = INTERRUPTED
        sent, seconds = self._sender.requests - before, time.monotonic() - began
        yield PhaseFinished(phase=name, requests=sent, seconds=seconds, cut=stop is not FINISHED)
        return stop

    def _planned(self, phase: Phase) -> Iterator[Event]:
        """Send what is planned for a phase, and judge it."""
        if self._first_done is not None:
            self._sender.wait_until(self._first_done + phase.age)
        if phase.restarts:
            if self._restart is None:
                raise ValueError("a phase that restarts the target, and nothing that restarts it")
            self._turns.restart(self._restart)
        for group in self._groups(phase):
            yield from self._watched(self._group(group, phase))
        yield from self._watched(again.bursts(self._turns, self._history))
        if phase.hostile:
            self._reserve.begin(1, of=phase)
            yield from self._turns.ask_whether_it_serves()
        if self._first_done is None:
            self._first_done = time.monotonic()

    def _groups(self, phase: Phase) -> Iterator[Sequence[CaseSequence]]:
        """Yield the sequences that are sent together; random ones as long as they need not make room."""
        left = phase.requests
        for group in groups(phase.sequences, self._sender.workers if self._first_done is not None else 1):
            size = sum(map(len, group))
            if self._reserve.wants(size, left, of=phase):
                return
            left -= size
            yield group

    def _group(self, sequences: Sequence[CaseSequence], phase: Phase) -> Iterator[Judged]:
        """Send a sequence, or several plain creates at once."""
        if len(sequences) > 1:
            steps = [step for sequence in sequences for step in sequence.steps if isinstance(step, Step)]
            self._reserve.begin(len(steps), of=phase)
            yield from self._answered(self._turns.take_all(steps, phase.name))
            return
        values: dict[str, str] = {}
        for step in sequences[0].steps:
            self._reserve.begin(len(flat([step])), of=phase)
            yield from self._answered(self._turns.take(step, phase.name, values))

    def _answered(self, judgements: Iterator[Judged]) -> Iterator[Judged]:
        """Yield the judgements of a turn; in haste, what got no answer is asked again at once."""
        yield from judgements
        if self._hasty:
            yield from again.cases(self._turns, self._history)

    def _asked_again(self) -> Iterator[Judged]:
        """Ask again for what got no answer, for which requests were kept."""
        self._reserve.asks_later = False
        self._update()
        yield from self._watched(again.cases(self._turns, self._history))

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
        self._sender.hurried = self._history.facts.drops
        self._reserve.update(finding=self._shrinking is not None and self._shrinking.has_work)
