"""Spaces requests out, so that at most a given number are sent in a second."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from ed_contract import interrupts
from ed_contract.interaction import Request, Response
from ed_contract.transport import Lost, Transport, Unsendable


class RateLimitedTransport:
    """A transport that keeps to a rate, whoever sends over it; threads share one.

    In any second there are no more requests than the rate allows, as the *server* counts them: it may have seen one at
    any moment from its sending to its answer, so that a request counts until a second after its answer. Below one
    request a second it is one in several seconds. A burst of more than the rate allows in a second is sent when nothing
    counts any more, and is made up for afterwards.
    """

    def __init__(
        self, transport: Transport, per_second: float, *, sleep: Callable[[float], None] = interrupts.sleep
    ) -> None:
        self._transport = transport
        self._gap = 1 / per_second
        self._most = max(1, math.floor(per_second))
        self._window = max(1.0, self._gap)
        self._sleep = sleep
        self._next = 0.0  # the moment from which on the next may be sent
        self._under_way = 0
        self._counting: list[float] = []  # until when each of those that were answered counts, the earliest first
        self._turn = threading.Lock()  # held by the one who waits, so that none is overtaken
        self._answered = threading.Condition()

    def send(self, request: Request, *, until: float = math.inf) -> Response:
        """Send `request` when it is its turn; raise Unsendable if that is after `until`."""
        with self._in_turn(1, until):
            return self._transport.send(request, until=until)

    def burst(self, requests: Sequence[Request], *, until: float = math.inf) -> list[Response | Lost]:
        """Send all `requests` when there is room for all of them."""
        try:
            with self._in_turn(len(requests), until):
                return self._transport.burst(requests, until=until)
        except Unsendable as unsent:
            return [unsent for _ in requests]

    def disconnect(self) -> None:
        """Close the connections that are kept alive."""
        self._transport.disconnect()

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    @contextmanager
    def _in_turn(self, requests: int, until: float) -> Iterator[None]:
        """Wait until this many requests may be sent together; they are sent, and answered, within the context."""
        sent = 0
        try:
            with self._turn:
                seconds = self._taken(requests)
                left = until - time.monotonic()
                if (wait := min(seconds, left)) > 0:
                    self._sleep(wait)
                if seconds > left:
                    raise Unsendable("its turn would come after the run's time limit")
            sent = requests
            yield
        finally:
            self._done(sent, of=requests)

    def _taken(self, requests: int) -> float:
        """Count this many requests, and return for how many seconds they have to wait."""
        needed = min(requests, self._most)
        with self._answered:
            self._answered.wait_for(lambda: self._under_way + needed <= self._most)
            now = time.monotonic()
            room = self._most - self._under_way - needed
            self._counting = [moment for moment in self._counting if moment > now]
            over = len(self._counting) - room
            begins = max(self._next, self._counting[over - 1] if over > 0 else now, now)
            self._next = begins + requests * self._gap
            self._under_way += requests
        return begins - now

    def _done(self, sent: int, *, of: int) -> None:
        """Let those that were sent count for a while from now on."""
        with self._answered:
            self._under_way -= of
            now = time.monotonic()
            self._counting += [now + self._window * (1 + number // self._most) for number in range(sent)]
            self._counting.sort()
            self._answered.notify_all()
