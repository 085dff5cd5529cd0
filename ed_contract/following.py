"""Follows a run from event to event: folds and records what happens, tells a listener, and ends in order."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TypeAlias

from ed_contract.exceptions import EdContractError, ToolError
from ed_contract.folding import Folding
from ed_contract.recording import Recorder
from ed_contract.runner import Sender
from ed_contract.runner.events import End, Event, RunFinished
from ed_contract.runner.ledger import DestinationLedger

Listener: TypeAlias = Callable[[Event], None]


@contextmanager
def cleaned_up(ledger: DestinationLedger | None) -> Iterator[None]:
    """Leave nothing behind when a listener raises; a target that cannot be judged is not asked for more."""
    try:
        yield
    except EdContractError:
        raise
    except BaseException:
        if ledger is not None:
            ledger.clean_up(interrupted=True)
        raise


class Followed:
    """Advances a run event by event, folds what it tells, and records it."""

    def __init__(self, folding: Folding, recorder: Recorder | None, began: float) -> None:
        """Begin a run that began at a moment, of the monotonic clock."""
        self._folding, self._recorder, self._began = folding, recorder, began

    def further(
        self, advance: Callable[[], Event], *, sender: Sender, ledger: DestinationLedger | None
    ) -> Event | None:
        """Return the next event, folded; a crash is a ToolError, with what was judged so far."""
        try:
            event = advance()
            self._fold(event)
        except StopIteration:
            return None
        except EdContractError:
            raise
        except KeyboardInterrupt:  # before the runner began, or once more
            self._broken_off(End.INTERRUPTED, sender, ledger)
            return None
        except Exception as error:
            self._broken_off(End.CRASHED, sender, ledger)
            said = f"ed-contract crashed: {type(error).__name__}: {error}"
            raise ToolError(said, report=self._folding.verdicts()) from error
        return event

    def _broken_off(self, end: End, sender: Sender, ledger: DestinationLedger | None) -> None:
        """Note the end of a run that the runner did not tell."""
        cleaned = None if ledger is None else ledger.clean_up(interrupted=True)
        seconds = time.monotonic() - self._began
        self._fold(RunFinished(end=end, requests=sender.requests, seconds=seconds, clean_up=cleaned))

    def _fold(self, event: Event) -> None:
        if self._recorder is not None:
            self._recorder.event(event)
        self._folding.add(event)


def follow(
    first: Event, events: Generator[Event], further: Callable[[Callable[[], Event]], Event | None], on_event: Listener
) -> None:
    """Tell a listener the events; an interrupt there ends the run in order, as one in the runner does."""
    interrupted = False
    event = further(lambda: first)
    while event is not None:
        advance = partial(next, events)
        try:
            on_event(event)
        except KeyboardInterrupt as interrupt:
            advance = advance if interrupted else partial(events.throw, interrupt)
            interrupted = True
        event = further(advance)
