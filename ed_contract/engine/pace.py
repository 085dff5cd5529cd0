"""Spaces requests out, so that no more than so many a second are sent."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


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
