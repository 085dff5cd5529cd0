"""The main loop: send, record, judge, say so."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator

from ed_contract import interrupts
from ed_contract.case import Case
from ed_contract.interaction import AGAIN, Interaction
from ed_contract.judging import Judging
from ed_contract.phases import SHRINK
from ed_contract.record.history import Entry
from ed_contract.runner import again
from ed_contract.runner.events import End, Event, PhaseFinished, PhaseStarted, RunFinished
from ed_contract.runner.guest import Shrinks, shrunk
from ed_contract.runner.ledger import DestinationLedger, NoRoom
from ed_contract.runner.limits import CapReached, TimeIsUp
from ed_contract.runner.planned_phases import Phases
from ed_contract.runner.questions import Renew
from ed_contract.runner.sender import Sender
from ed_contract.runner.sending import Enough, Sending
from ed_contract.runner.turns import Ended, Turns
from ed_contract.runner.watchers import Stop

ASKS_AGAIN = frozenset({End.FINISHED, End.MAX_REQUESTS, End.QUOTA})
"""After these there is room, or some was kept, to ask again for what got no answer."""
SHRINKS = frozenset({End.FINISHED, End.MAX_REQUESTS})
"""After these there is room, or some was kept, to shrink what was found."""

FINISHED = Stop(end=End.FINISHED)
INTERRUPTED = Stop(end=End.INTERRUPTED)


def execute(
    phases: Phases,
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
        enough: called with the observations of each interaction; true ends the run.
        on_first: called with each node's first interaction before it is judged; raises if that cannot be judged.
        on_entry: called with what is recorded, in order, before it is judged.
        probe: a valid create, sent when the target may have stopped serving.
        restart: restarts the target, for phases that want it; raises RestartFailed if it cannot.
        renew: gets a fresh credential when the one of the run is refused.
        shrinking: shrinks the findings when all phases are done, or were cut at the cap.
        reserve: how many requests are kept for that, as soon as there is a finding.
        ledger: the transport that the sender sends over, where it counts and deletes what is made: before where there
            would be no room, and at the end.
        hasty: whether what gets no answer is asked again immediately, not at the end of the run.
    """
    turns = Turns(sender, judging, on_first=on_first, on_entry=on_entry, probe=probe, renew=renew, ledger=ledger)
    sending = Sending(
        sender,
        judging.history,
        turns,
        phases,
        enough=enough,
        restart=restart,
        shrinking=shrinking,
        kept=reserve,
        hasty=hasty,
    )
    began = time.monotonic()
    try:
        stop = yield from _all(phases, sending, shrinking, hasty=hasty)
    except KeyboardInterrupt:  # while the end of a phase was told
        stop = INTERRUPTED
    finally:
        sending.leave(interrupted=True)
    seconds = time.monotonic() - began
    with interrupts.deferred():
        cleaned = None if ledger is None else ledger.clean_up(interrupted=stop.end is End.INTERRUPTED)
    yield RunFinished(end=stop.end, requests=sender.requests, seconds=seconds, note=stop.note, clean_up=cleaned)


def _all(phases: Phases, sending: Sending, shrinking: Shrinks | None, *, hasty: bool) -> Generator[Event, None, Stop]:
    """Yield what happens in all phases, and return why the run ends."""
    stop = FINISHED
    for phase in phases:
        stop = yield from _phase(phase.name, sending, sending.planned(phase), phase.requests)
        if stop is not FINISHED:
            sending.leave(interrupted=stop is INTERRUPTED)
            break
    if stop.end in ASKS_AGAIN and again.is_due(sending.history):
        then = yield from _phase(AGAIN, sending, sending.asked_again())
        stop = stop if then is FINISHED else then
    asked_for = stop.end is End.MAX_FINDINGS and not hasty  # all that was chosen has failed
    if (asked_for or stop.end in SHRINKS) and shrinking is not None and shrinking.has_work:
        room = sending.reserve.release()
        if room or stop is FINISHED or asked_for:
            then = yield from _phase(SHRINK, sending, shrunk(shrinking, sending.turns, room))
            stop = stop if then is FINISHED else then
    return stop


def _phase(name: str, sending: Sending, events: Iterator[Event], requests: int = 0) -> Generator[Event, None, Stop]:
    """Yield what happens in a phase, and return why the run ends, if it does."""
    before, began, stop = sending.requests, time.monotonic(), FINISHED
    try:
        yield PhaseStarted(phase=name, requests=requests)
        yield from events
    except NoRoom:
        stop = Stop(end=End.MAX_DESTINATIONS, note="there is no room for another destination")
    except CapReached:
        stop = Stop(end=End.MAX_REQUESTS, note="the limit of --max-requests was reached")
    except TimeIsUp:
        stop = Stop(end=End.MAX_TIME, note="the time limit of --max-time was reached")
    except Ended as ended:
        stop = ended.stop
    except KeyboardInterrupt:
        stop = INTERRUPTED
    sent, seconds = sending.requests - before, time.monotonic() - began
    yield PhaseFinished(phase=name, requests=sent, seconds=seconds, cut=stop is not FINISHED)
    return stop
