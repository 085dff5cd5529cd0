"""The proxy: a listener on loopback, a thread with an event loop, and what ends them in order."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Self

from ed_contract import interrupts
from ed_contract.exceptions import UsageError
from ed_contract.proxy.connection import Connection
from ed_contract.proxy.lines import Line
from ed_contract.proxy.recording import Recorder
from ed_contract.proxy.upstream import Upstream
from ed_contract.record.exchange import Exchange

MOST_CLIENTS = 100  # connections at once; further ones wait to be accepted
GRACE = 3.0  # seconds that requests on their way get when the proxy ends
_HOST = "127.0.0.1"
_ENDING = b"ending: what is on its way is answered first; once more ends at once\n"
_BACKLOG = 128
_AGAIN = 0.1  # seconds until a connection is accepted again that could not be
_SLICE = 0.5  # seconds between two looks at whether the thread still runs
_SWITCHING = 0.0005  # seconds that a busy callback keeps the pumps waiting; Python's own 5 ms would be felt


class Proxy:
    """A reverse proxy for one server, which hands on what passed as exchanges.

        with Proxy(to="https://sandbox.example", on_exchange=exchanges.append) as proxy:
            print(proxy.url)
            proxy.wait()

    Args:
        to: the base URL of the server.
        on_exchange: is called with each exchange once its answer was passed on, in a thread of its own, one call
            after the other. What it raises is raised at the end.
        port: on loopback; 0 takes a free one.
        allow_live: whether requests with a live key are passed on.
        verify: what the server's certificate is checked with; None checks it as Python does.

    Raises:
        UsageError: `to` is not a base URL, or, when it is entered, the port is taken.
    """

    def __init__(
        self,
        *,
        to: str,
        on_exchange: Callable[[Exchange], object],
        port: int = 0,
        allow_live: bool = False,
        verify: ssl.SSLContext | None = None,
    ) -> None:
        self._upstream = Upstream.of(to, verify)
        self._on_exchange, self._port, self._allow_live = on_exchange, port, allow_live
        self._failed: list[BaseException] = []
        self._refused: list[str] = []

    @property
    def url(self) -> str:
        """The base URL that clients are pointed at; the port is known once the proxy is entered."""
        return f"http://{_HOST}:{self._port}"

    @property
    def refused(self) -> Sequence[str]:
        """Why requests were not passed on, of which nothing was recorded: a sentence for each."""
        return self._refused

    def __enter__(self) -> Self:
        """Begin to serve."""
        try:
            listener = socket.create_server((_HOST, self._port), backlog=_BACKLOG)
        except OSError as error:
            why = os.strerror(error.errno) if error.errno else str(error)
            raise UsageError(f"cannot serve on port {self._port}: {why}\ngive another, or 0 for a free one.") from error
        listener.setblocking(False)
        self._port = listener.getsockname()[1]
        self._interval = sys.getswitchinterval()
        sys.setswitchinterval(min(self._interval, _SWITCHING))
        self._recorder = Recorder(self._on_exchange)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(listener,), name="ed-contract proxy", daemon=True)
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        """Take no more, give what is on its way a short grace, close everything, and hand on what is left."""
        with suppress(RuntimeError):  # it has ended by itself
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        sys.setswitchinterval(self._interval)
        self._recorder.close()
        if self._failed:
            raise self._failed[0]

    def wait(self, stop: threading.Event | None = None) -> None:
        """Return at Ctrl-C or SIGTERM, as `interrupts` handles them, or when `stop` is set."""
        with suppress(KeyboardInterrupt), interrupts.orderly(_ENDING):
            while self._thread.is_alive() and not (stop is not None and stop.is_set()):
                interrupts.sleep(_SLICE)

    def _run(self, listener: socket.socket) -> None:
        with listener:
            try:
                with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:  # the one that waits for sockets
                    runner.run(self._serve(listener))
            except BaseException as error:  # noqa: BLE001 - is raised in the thread that waits for us
                self._failed.append(error)
            finally:
                self._ready.set()

    async def _serve(self, listener: socket.socket) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._ready.set()
        connections: dict[asyncio.Task[None], Connection] = {}
        accepting = asyncio.create_task(self._accept(listener, connections))
        stopping = asyncio.create_task(self._stop.wait())
        await asyncio.wait({accepting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        accepting.cancel()
        stopping.cancel()
        await asyncio.wait({accepting, stopping})
        listener.close()
        await asyncio.gather(*(self._ended(task, one) for task, one in tuple(connections.items())))
        if not accepting.cancelled():
            accepting.result()

    async def _accept(self, listener: socket.socket, connections: dict[asyncio.Task[None], Connection]) -> None:
        places = asyncio.Semaphore(MOST_CLIENTS)
        count = 0

        def ended(task: asyncio.Task[None]) -> None:
            connections.pop(task).close()  # one that was cancelled before it began has closed nothing
            places.release()
            if not task.cancelled() and (error := task.exception()) is not None:
                self._failed.append(error)

        while True:
            await places.acquire()
            accepted = await self._accepted(listener)
            count += 1
            connection = Connection(
                Line(accepted),
                name=str(count),
                upstream=self._upstream,
                allow_live=self._allow_live,
                record=self._recorder.put,
                refused=self._refused.append,
            )
            task = asyncio.create_task(connection.run())
            connections[task] = connection
            task.add_done_callback(ended)

    async def _accepted(self, listener: socket.socket) -> socket.socket:
        """Return the next connection. It is accepted where we cannot be cancelled, so that none is lost."""
        while True:
            try:
                return listener.accept()[0]
            except BlockingIOError:
                await self._readable(listener)
            except OSError:  # the client is gone already, or there are no more file descriptors
                await asyncio.sleep(_AGAIN)

    async def _readable(self, listener: socket.socket) -> None:
        readable = asyncio.Event()
        self._loop.add_reader(listener, readable.set)
        try:
            await readable.wait()
        finally:
            self._loop.remove_reader(listener)

    @staticmethod
    async def _ended(task: asyncio.Task[None], connection: Connection) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(connection.settled(), GRACE)
        task.cancel()
        await asyncio.wait({task})
