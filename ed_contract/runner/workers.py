"""Threads that carry out calls beside each other; what comes of each is fetched in the order in which they end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Generic, TypeAlias, TypeVar

from ed_contract import interrupts

What = TypeVar("What")
Came = TypeVar("Came")
_Call: TypeAlias = "tuple[What, Callable[[], Came]]"


class Workers(Generic[What, Came]):
    """Some threads, which begin when they are needed; those that still wait for somebody end with the process."""

    def __init__(self, many: int) -> None:
        self._many, self._begun = many, 0
        self._calls: SimpleQueue[_Call[What, Came] | None] = SimpleQueue()
        self._ended: SimpleQueue[tuple[What, Came | BaseException]] = SimpleQueue()
        self.under_way = 0

    @property
    def is_free(self) -> bool:
        """Whether there is a worker with nothing to do."""
        return self.under_way < self._many

    def begin(self, what: What, call: Callable[[], Came]) -> None:
        """Let a worker carry out a call, which is about `what`."""
        self.under_way += 1
        if self._begun < min(self.under_way, self._many):
            self._begun += 1
            threading.Thread(target=self._work, name=f"ed_contract-worker-{self._begun}", daemon=True).start()
        self._calls.put((what, call))

    def next(self) -> tuple[What, Came | BaseException]:
        """Wait until one of the calls has ended, and return what it was about, and what it returned or raised."""
        with interrupts.waiting():
            ended = self._ended.get()
        self.under_way -= 1
        return ended

    def close(self) -> None:
        """Let the threads end."""
        for _ in range(self._begun):
            self._calls.put(None)
        self._begun = 0

    def _work(self) -> None:
        while (asked := self._calls.get()) is not None:
            what, call = asked
            came: Came | BaseException
            try:
                came = call()
            except BaseException as error:  # noqa: BLE001 - who asked decides
                came = error
            self._ended.put((what, came))
            del asked, what, call, came  # an answer may be large, and the next call may be long in coming
