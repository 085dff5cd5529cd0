"""Spaces requests out, so that no more than so many a second are sent."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

from ed_contract.exceptions import UsageError

_UNITS = {"s": 1, "m": 60, "h": 3600}


def rate_of(text: str) -> float:
    """Return a rate in requests a second, given as 20/s, 600/m or 5000/h; raise UsageError for anything else."""
    number, slash, unit = text.partition("/")
    try:
        requests = float(number)
    except ValueError:
        requests = math.nan
    if not slash or unit not in _UNITS or not 0 < requests < math.inf:
        raise UsageError(f"{text!r} is no rate\ngive it as 20/s, 600/m or 5000/h.")
    return requests / _UNITS[unit]


class Pace:
    """Says when the next requests may be sent; threads share one."""

    def __init__(self, per_second: float | None, sleep: Callable[[float], None] = time.sleep) -> None:
        """Begin; None is no limit."""
        self._gap = 0.0 if per_second is None else 1 / per_second
        self._sleep = sleep
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self, requests: int = 1) -> None:
        """Return when so many requests may be sent; what comes at once is made up for afterwards."""
        if not self._gap:
            return
        with self._lock:
            now = time.monotonic()
            seconds = max(0.0, self._next - now)
            self._next = now + seconds + requests * self._gap
        if seconds:
            self._sleep(seconds)
