"""What a transport is, and the ways in which it can fail to bring an answer.

Lost
├── Unreached    no connection could be made
├── TimedOut     no complete answer within the time-out
├── Dropped      the connection ended, or what came was no HTTP
├── TooLong      the answer is longer than we read
└── Unsendable   our own client refuses to send the request: not the target's fault
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ed_contract.interaction import Request, Response


class Lost(Exception):  # noqa: N818 - reads as the state it names
    """No answer came back; the message says why, in a few words."""


class Unreached(Lost):
    """No connection could be made."""


class TimedOut(Lost):
    """No complete answer came within the time-out."""


class Dropped(Lost):
    """The connection ended without a complete answer, or what came was no HTTP."""


class TooLong(Lost):
    """An answer came that is longer than we read."""


class Unsendable(Lost):
    """Our own client refuses to send the request."""


class Transport(Protocol):
    """Sends requests to one target."""

    def send(self, request: Request) -> Response:
        """Send `request` and return the answer, read to its end; raise Lost if there is none."""
        ...

    def burst(self, requests: Sequence[Request]) -> list[Response | Lost]:
        """Send all `requests` so that they arrive at once, and return their answers in the same order."""
        ...

    def disconnect(self) -> None:
        """Close the connections that are kept alive; the next request opens one."""
        ...

    def close(self) -> None:
        """Close the connections."""
        ...
