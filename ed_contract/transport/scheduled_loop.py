"""An event loop that runs the requests of a burst in an order drawn from a seed, on a clock that jumps.

Which request goes on next is drawn. Within each of them, and among whatever belongs to none, callbacks keep their
order, as asyncio promises. When none can go on, the clock jumps to the next timer, unless a thread, a socket or a
subprocess may be what they wait for: then the loop really waits, and the schedule no longer decides alone.

The one module that relies on CPython's internals: `_run_once` takes callbacks from `_ready` with `popleft`, each has a
`_context`, and it waits in `select`. `is_possible` says whether that holds.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
import math
import queue
import random
import selectors
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from functools import cache
from typing import TypeAlias, TypeVar, TypeVarTuple

from ed_contract.transport.base import SCHEDULES

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
_Events: TypeAlias = list[tuple[selectors.SelectorKey, int]]

APART = 16  # turns by which the requests begin apart in half of the schedules: one may meet the end of another
MOST_JUMPS = 100  # of a burst: who polls the system's clock waits for real time, however often ours jumps
_TICK = 1e-7  # seconds that pass whenever the clock is read: timers that are set one after the other end so, too
_CHECK_SECONDS = 5.0

logger = logging.getLogger("ed_contract.in_process")
_request: contextvars.ContextVar[bytes] = contextvars.ContextVar("ed_contract_request")
_thread = threading.local()


def context_of(request: bytes) -> contextvars.Context:
    """Return the context in which a request of a burst runs, with all that it starts; what names it is its own."""
    context = contextvars.copy_context()
    context.run(_request.set, request)
    return context


def is_ours() -> None:
    """Note that this thread is ours, not one of the application's."""
    _thread.is_ours = True


class Schedule:
    """The order in which the requests of one burst take their turns.

    Each turn takes a random time, and the request that has used the least goes on. Measured on twenty races, this finds
    more of them than an even choice, priorities with a change, or requests of different speeds. The times follow from
    what names a request: where some of a burst's are sent without the others, they meet as they did.
    """

    def __init__(self, number: int, *, seconds: float, over: Callable[[], None]) -> None:
        """Begin.

        Args:
            number: the seed.
            seconds: how far the clock may jump, and after which real time `over` is called.
            over: gives up what is still under way.
        """
        self.is_alone = True  # whether nothing outside of the loop took part
        self._number = number
        self._in_order = number % SCHEDULES == 0
        self._apart = random.Random(number).choice((0, APART))  # noqa: S311 - an order, not a secret
        self._used: dict[bytes, float] = {}
        self._times: dict[bytes, random.Random] = {}
        self._deadline, self._over = time.monotonic() + seconds, over
        self._is_over = False
        self._seconds, self._jumps = seconds, MOST_JUMPS
        self._threads = frozenset(threading.enumerate())

    def next_of(self, ready: deque[asyncio.Handle]) -> int:
        """Return the place of the callback whose turn it is."""
        if self._in_order:
            return 0
        firsts: dict[bytes, int] = {}
        for place, handle in enumerate(tuple(ready)):  # a copy: threads may add to it meanwhile
            firsts.setdefault(handle._context.get(_request, b""), place)  # type: ignore[attr-defined] # noqa: SLF001
        for one in firsts.keys() - self._used.keys():
            self._times[one] = random.Random(b"%d %b" % (self._number, one))  # noqa: S311 - the same
            self._used[one] = self._times[one].uniform(0, self._apart)
        chosen = min(firsts, key=self._used.__getitem__)
        self._used[chosen] += self._times[chosen].expovariate(1)
        return firsts[chosen]

    def seconds_left(self) -> float:
        """Return how long it may still really take; when that is over, say so."""
        left = self._deadline - time.monotonic()
        if left <= 0 and not self._is_over:
            self._is_over = True
            self._over()
        return math.inf if self._is_over else left

    def jumps(self, seconds: float) -> bool:
        """Whether the clock may jump this far; if so, that is used up."""
        if seconds > self._seconds or not self._jumps or not self._threads.issuperset(threading.enumerate()):
            return False
        self._seconds -= seconds
        self._jumps -= 1
        return True


class _Ready(deque[asyncio.Handle]):
    """The callbacks that can run; under a schedule, the next one is drawn."""

    schedule: Schedule | None = None

    def popleft(self) -> asyncio.Handle:
        if self.schedule is None:
            return super().popleft()
        place = self.schedule.next_of(self)
        handle = self[place]
        del self[place]
        return handle


class _Selector(selectors.DefaultSelector):
    """Asks the loop how it waits."""

    loop: ScheduledLoop | None = None

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return super().select(timeout) if self.loop is None else self.loop.wait(super().select, timeout)


class ScheduledLoop(asyncio.SelectorEventLoop):
    """Asyncio's own loop, except while it is `under` a schedule."""

    def __init__(self) -> None:
        self._schedule: Schedule | None = None
        self._ahead, self._now = 0.0, 0.0  # of the system's clock; ours while there is a schedule
        self._met_others = False  # whether threads that are not ours called us
        selector = _Selector()
        super().__init__(selector)
        self._ready = _Ready()
        self._own_files = frozenset(selector.get_map())
        self._files = selector.get_map()
        selector.loop = self

    @contextmanager
    def under(self, schedule: Schedule) -> Iterator[None]:
        """Run what is ready in the order of a schedule, on a clock that jumps; called on the loop."""
        self._now = self.time()
        self._schedule = self._ready.schedule = schedule
        try:
            yield
        finally:
            self._schedule = self._ready.schedule = None
            self._ahead += self._now - self.time()

    def time(self) -> float:
        """Return the time of the loop's clock, in seconds."""
        if self._schedule is None:
            return super().time() + self._ahead
        self._now += _TICK
        return self._now

    def wait(self, select: Callable[[float | None], _Events], timeout: float | None) -> _Events:
        """Wait as the selector does, or let the clock jump."""
        schedule = self._schedule
        if schedule is None:
            return select(timeout)
        left = schedule.seconds_left()
        events = select(0)
        if any(key.fd not in self._own_files for key, _ in events):
            schedule.is_alone = False
        if events or self._ready or timeout == 0:
            return events
        others = self._met_others or self._files.keys() != self._own_files
        if timeout is not None and not others and schedule.jumps(timeout):
            self._now += timeout
            return []
        schedule.is_alone = False
        began, wait = time.monotonic(), min(left, math.inf if timeout is None else timeout)
        events = select(None if wait == math.inf else wait)
        self._now += time.monotonic() - began
        return events

    def call_soon_threadsafe(
        self, callback: Callable[[*Ts], object], *args: *Ts, context: contextvars.Context | None = None
    ) -> asyncio.Handle:
        """Call it on the loop; from a thread of the application's, the schedule does not decide alone."""
        if not getattr(_thread, "is_ours", False):
            self._met_others = True
            if self._schedule is not None:
                self._schedule.is_alone = False
        return super().call_soon_threadsafe(callback, *args, context=context)

    def run_in_executor(self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts) -> asyncio.Future[T]:
        """Run it in a thread, which calls us when it is done: until then, that is waited for."""
        self._met_others = True
        return super().run_in_executor(executor, func, *args)


def new_loop() -> asyncio.AbstractEventLoop:
    """Return a loop that can be under a schedule, or asyncio's own where the internals are not those that we know."""
    if is_possible():
        return ScheduledLoop()
    logger.warning("in process, races are not searched for by schedules: this Python's event loop is not as expected")
    return asyncio.new_event_loop()


@cache
def is_possible() -> bool:
    """Whether this Python's loop runs in the order of a schedule, on a clock that jumps: it is tried."""
    if sys.platform == "win32":  # its usual loop waits otherwise, and ours knows no subprocesses there
        return False
    came: queue.SimpleQueue[bool] = queue.SimpleQueue()
    threading.Thread(target=lambda: came.put(_tried()), name="ed_contract-check", daemon=True).start()
    try:
        return came.get(timeout=_CHECK_SECONDS)
    except queue.Empty:
        return False


def _tried() -> bool:
    """Whether two schedules give two orders, each the same twice, in no time."""
    is_ours()
    try:
        loop = ScheduledLoop()
        try:
            one, other, again = (loop.run_until_complete(_order(loop, number)) for number in (1, 2, 1))
        finally:
            loop.close()
    except Exception:  # noqa: BLE001 - whatever is different there
        return False
    return one == again != other and sorted(one) == sorted(other)


async def _order(loop: ScheduledLoop, number: int) -> list[int]:
    """Return the order in which some requests take their turns."""
    order: list[int] = []

    async def request(own: int) -> None:
        for _ in range(8):
            order.append(own)
            await asyncio.sleep(0)
        await asyncio.sleep(2 * _CHECK_SECONDS)

    with loop.under(Schedule(number, seconds=4 * _CHECK_SECONDS, over=lambda: None)):
        await asyncio.gather(*(loop.create_task(request(own), context=context_of(b"%d" % own)) for own in range(4)))
    return order
