"""Spaces requests out, so that no more than so many a second are sent."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Pace:
    """Says when the next requests may be sent; threads share one.

    In any second there are no more than the rate allows, as the *server* counts them: it may have seen a request at any
    moment from its sending to its answer, so that a request counts until a second after its answer. Below one request
    a second it is one in so many seconds. A burst of more than the rate allows in a second is sent when nothing
    counts any more, and is made up for afterwards.
    """

    def __init__(self, per_second: float | None, pause: Callable[[float], None] = time.sleep) -> None:
        """Begin; None is no limit. `pause` waits for some seconds, or raises if the run may not last so long."""
        rate = 0.0 if per_second is None else per_second
        self._gap = 1 / rate if rate else 0.0
        self._most = max(1, math.floor(rate))
        self._window = max(1.0, self._gap)
        self._pause = pause
        self._next = 0.0  # the moment from which on the next may be sent
        self._under_way = 0
        self._counting: list[float] = []  # until when each of those that were answered counts, the earliest first
        self._turn = threading.Lock()  # held by the one who waits, so that none is overtaken
        self._answered = threading.Condition()

    @contextmanager
    def turn(self, requests: int = 1, *, pause: Callable[[float], None] | None = None) -> Iterator[None]:
        """Wait until so many requests may be sent together; they are sent, and answered, within the context.

        `pause` waits in the place of the one that was given at the beginning.
        """
        if not self._gap:
            yield
            return
        with self._turn:
            seconds = self._taken(requests)
            try:
                if seconds:
                    (pause or self._pause)(seconds)
            except BaseException:
                self._done(0, of=requests)
                raise
        try:
            yield
        finally:
            self._done(requests, of=requests)

    def _taken(self, requests: int) -> float:
        """Count so many requests, and return for how many seconds they have to wait."""
        needed = min(requests, self._most)
        with self._answered:
            self._answered.wait_for(lambda: self._under_way + needed <= self._most)
            now = time.monotonic()
            room = self._most - self._under_way - needed
            self._counting = [until for until in self._counting if until > now]
            over = len(self._counting) - room
            begins = max(self._next, self._counting[over - 1] if over > 0 else now, now)
            self._next = begins + requests * self._gap
            self._under_way += requests
        return begins - now

    def _done(self, requests: int, *, of: int) -> None:
        """Let so many of the requests count for a while from now on."""
        with self._answered:
            self._under_way -= of
            now = time.monotonic()
            self._counting += [now + self._window * (1 + number // self._most) for number in range(requests)]
            self._counting.sort()
            self._answered.notify_all()
