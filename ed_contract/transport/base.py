"""What a transport is, and the ways in which it can fail to bring an answer.

Lost
├── Unreached    no connection could be made
├── TimedOut     no complete answer within the time-out
├── OutOfTime    no complete answer before the moment at which the caller wants to be done
├── Dropped      the connection ended, or what came was not HTTP
├── TooLong      the answer is longer than we read
├── HungUp       we ended the connection ourselves, as the request says
└── Unsendable   our own client refuses to send the request: not the target's fault
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Protocol

from ed_contract.interaction import Request, Response
from ed_contract.parsing import LARGEST_BODY

SCHEDULES = 1000
"""How many orders of bursts each seed of a run has; the first of them is asyncio's own order."""


class Lost(Exception):  # noqa: N818 - reads as the state it names
    """No answer came back; the message says why, in a few words."""


class Unreached(Lost):
    """No connection could be made."""


class TimedOut(Lost):
    """No complete answer came within the time-out."""


class OutOfTime(Lost):
    """The caller's time ended before a complete answer came: it says nothing about the target."""

    def __init__(self) -> None:
        super().__init__("the time of the run is over")


class Dropped(Lost):
    """The connection ended without a complete answer, or what came was not HTTP."""


class TooLong(Lost):
    """The answer is longer than we read: it says nothing about the target."""

    def __init__(self, largest: int = LARGEST_BODY) -> None:
        super().__init__(f"the answer is longer than {largest >> 20} MiB")


class HungUp(Lost):
    """We ended the connection ourselves, as the request says."""

    def __init__(self, status: int | None = None, identifier: str | int | None = None) -> None:
        """Say what was seen of the answer before, if anything."""
        super().__init__("we ended the connection before its answer was read")
        self.status, self.identifier = status, identifier


class Unsendable(Lost):
    """Our own client refuses to send the request."""


class Transport(Protocol):
    """Sends requests to one target."""

    def send(self, request: Request, *, until: float = math.inf) -> Response:
        """Send `request` and return the answer, read to its end; raise Lost if there is none.

        Gives up after the target's time-out, or at `until`, a moment of time.monotonic, if that is earlier.
        """
        ...

    def burst(self, requests: Sequence[Request], *, until: float = math.inf) -> list[Response | Lost]:
        """Send all `requests` so that they arrive together, and return their answers in the same order."""
        ...

    def disconnect(self) -> None:
        """Close the connections that are kept alive; the next request opens one."""
        ...

    def close(self) -> None:
        """Close the connections."""
        ...


def seconds_left(timeout: float, until: float) -> float:
    """Return how long an answer is waited for, above 0; raise OutOfTime if `until` has passed."""
    seconds = min(timeout, until - time.monotonic())
    if seconds <= 0:
        raise OutOfTime
    return seconds


def late(timeout: float, until: float, *, begun: bool = False) -> Lost:
    """Return why an answer is no longer waited for."""
    if time.monotonic() >= until:
        return OutOfTime()
    return TimedOut(f"no {'complete ' if begun else ''}answer within {timeout:g} s")
