"""Calls an ASGI 3 application in process, on an event loop of its own, between its start-up and its shutdown.

An application that holds up its loop answers nobody any more, here as on a server.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import queue
import threading
from collections import Counter
from collections.abc import Coroutine, Iterable, Iterator, MutableMapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from ed_contract import interrupts
from ed_contract.exceptions import TargetError
from ed_contract.interaction import Request, Response
from ed_contract.transport.application import Application
from ed_contract.transport.base import Dropped, Lost, TimedOut, late, seconds_left
from ed_contract.transport.in_process import GRACE, Body, answer_of, failure, fields_of, split, text
from ed_contract.transport.scheduled_loop import Schedule, ScheduledLoop, context_of, is_ours, new_loop
from ed_contract.transport.target import HOST, Target

Message: TypeAlias = MutableMapping[str, Any]
LIFESPAN_SECONDS = 30.0  # for start-up, and for shutdown


class AsgiTransport:
    """Sends requests to an application by calling it on one event loop, in a thread that is kept."""

    def __init__(self, target: Target, application: Application) -> None:
        self._target, self._app = target, application.call
        self._state: dict[str, Any] = {}
        self._loop = _running_loop()
        self._lifespan = _Lifespan(self._app, self._state)
        try:
            self._awaited(self._lifespan.start(), LIFESPAN_SECONDS)
        except BaseException as error:
            self._stop()
            if isinstance(error, TimedOut):
                raise TargetError(
                    f"{application} did not start within {LIFESPAN_SECONDS:g} s\ncheck what it does at start-up."
                ) from error
            raise

    def send(self, request: Request, *, until: float = math.inf) -> Response:
        """Call the application and return its answer; raise Lost if there is none."""
        timeout = self._target.request_timeout
        seconds = seconds_left(timeout, until)
        try:
            answer: Response = self._awaited(self._exchange(request, None), seconds)
        except TimedOut as error:
            raise late(timeout, until) from error
        return answer

    def burst(self, requests: Sequence[Request], *, until: float = math.inf) -> list[Response | Lost]:
        """Call the application in as many tasks, each of which gets its last byte when all have got the others.

        Tasks give way to each other where they await something: a race shows where the application does so between
        look-up and insert, or leaves that to threads. The requests' schedule says whose turn is next, if there is one.
        """
        timeout = self._target.request_timeout
        try:
            together = self._together(requests, seconds_left(timeout, until), until)
            # Each of them ends before, unless the loop is held up.
            answers: list[Response | Lost] = self._awaited(together, seconds_left(timeout * 2, until + GRACE))
        except Lost:
            return [late(timeout, until) for _ in requests]
        return answers

    async def _together(self, requests: Sequence[Request], seconds: float, until: float) -> list[Response | Lost]:
        """Call the application with all requests, and give those up that are not answered in time."""
        gate, limits = _TaskGate(len(requests)), list[asyncio.Timeout]()

        async def one(request: Request) -> Response | Lost:
            try:
                async with asyncio.timeout(None) as limit:
                    limits.append(limit)
                    return await self._exchange(request, gate)
            except TimeoutError:
                return late(self._target.request_timeout, until)
            except Lost as lost:
                return lost

        def give_up() -> None:
            for limit in limits:
                with contextlib.suppress(RuntimeError):  # it has ended
                    limit.reschedule(0.0)

        number = requests[0].schedule
        if number is None or not isinstance(self._loop, ScheduledLoop):
            end = self._loop.call_later(seconds, give_up)
            try:
                return await asyncio.gather(*map(one, requests))
            finally:
                end.cancel()
        schedule = Schedule(number, seconds=seconds, over=give_up)
        with self._loop.under(schedule):
            named = zip(requests, _names_of(requests), strict=True)
            tasks = [self._loop.create_task(one(each), context=context_of(name)) for each, name in named]
            came = await asyncio.gather(*tasks)
        return [replace(each, scheduled=schedule.is_alone) if isinstance(each, Response) else each for each in came]

    def disconnect(self) -> None:
        """There are no connections."""

    def close(self) -> None:
        """Let the application shut down, and end the loop."""
        with contextlib.suppress(TimedOut):
            self._awaited(self._lifespan.stop(), LIFESPAN_SECONDS)
        self._stop()

    def _stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _awaited(self, coroutine: Coroutine[Any, Any, Any], timeout: float) -> Any:  # noqa: ANN401 - what it returns
        is_ours()
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        ended: queue.SimpleQueue[object] = queue.SimpleQueue()
        future.add_done_callback(ended.put)
        try:
            with interrupts.waiting():  # here, and not for the future, which has a lock of its own
                ended.get(timeout=timeout)
            return future.result()
        except (queue.Empty, TimeoutError) as error:
            future.cancel()
            raise TimedOut(f"no answer within {timeout:g} s") from error

    def _scope(self, request: Request) -> dict[str, Any]:
        path, query = split(request.path)
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": "http",
            "path": path.decode("utf-8", "replace"),
            "raw_path": request.path.partition("?")[0].encode("ascii", "replace"),
            "query_string": query,
            "root_path": "",
            "headers": fields_of(request, self._target),
            "client": ("127.0.0.1", 1),
            "server": (HOST, 80),
            "state": self._state.copy(),
        }

    async def _exchange(self, request: Request, gate: _TaskGate | None) -> Response:
        call = _Call(request.body, gate)
        try:
            await self._app(self._scope(request), call.receive, call.send)
        except Lost:
            raise
        except Exception as error:  # noqa: BLE001 - whatever an application raises, a server answers 500
            if not call.complete:
                return failure(self._target, error)
        except asyncio.CancelledError as error:
            if (task := asyncio.current_task()) is not None and task.cancelling():
                raise  # by us: nobody waits any more
            raise Dropped("the application ended with CancelledError") from error
        except BaseException as error:  # it would end the loop, and with it every other call
            raise Dropped(f"the application ended with {type(error).__name__}") from error
        call.body.require_all()
        if call.status is None:
            raise Dropped("the application ended without an answer")
        if not call.complete:
            raise Dropped("the application ended in the middle of its answer")
        return answer_of(self._target, call.status, text(call.headers), call.body.chunks)


def _names_of(requests: Iterable[Request]) -> Iterator[bytes]:
    """Yield a name for each request of a burst that it keeps when only some are sent again: its body and a number."""
    alike = Counter[bytes]()
    for request in requests:
        yield b"%d %b" % (alike[request.body], request.body)
        alike[request.body] += 1


class _TaskGate:
    """Opens when all requests of a burst have got all but their last byte, or after a moment."""

    def __init__(self, missing: int) -> None:
        self._missing = missing
        self._open = asyncio.Event()

    async def wait(self) -> None:
        """Arrive, and wait for the others."""
        self._missing -= 1
        if not self._missing:
            self._open.set()
            await asyncio.sleep(0)  # as the others, it goes on when its turn comes
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                await self._open.wait()


class _Call:
    """One request that the application receives, and the answer that it sends."""

    def __init__(self, body: bytes, gate: _TaskGate | None) -> None:
        self._parts = [body] if gate is None or not body else [body[:-1], body[-1:]]
        self._gate = gate
        self._answered = asyncio.Event()
        self.status: int | None = None
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = Body()

    @property
    def complete(self) -> bool:
        """Whether the whole answer was sent."""
        return self._answered.is_set()

    async def receive(self) -> Message:
        """Give the next part of the body, and after the answer that the client is gone."""
        if not self._parts:
            await self._answered.wait()
            return {"type": "http.disconnect"}
        part = self._parts.pop(0)
        if self._gate is not None and not self._parts:
            await self._gate.wait()
        return {"type": "http.request", "body": part, "more_body": bool(self._parts)}

    async def send(self, message: Message) -> None:
        """Take the answer, part by part."""
        if message["type"] == "http.response.start":
            self.status = int(message["status"])
            self.headers = [(bytes(name), bytes(value)) for name, value in message.get("headers", ())]
        elif message["type"] == "http.response.body":
            self.body.add(bytes(message.get("body", b"")))
            if not message.get("more_body", False):
                self._answered.set()


class _Lifespan:
    """The application's start-up and shutdown, where it has them."""

    def __init__(self, app: Any, state: dict[str, Any]) -> None:  # noqa: ANN401 - an ASGI application
        self._app, self._state = app, state
        self._task: asyncio.Task[None] | None = None
        self._to_app: asyncio.Queue[Message] = asyncio.Queue()
        self._from_app: asyncio.Queue[Message] = asyncio.Queue()

    async def start(self) -> None:
        """Start the application up; raise TargetError if it says that it cannot."""
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self._state}
        self._task = asyncio.ensure_future(self._app(scope, self._to_app.get, self._from_app.put))
        message = await self._told("lifespan.startup")
        if message is not None and message["type"] == "lifespan.startup.failed":
            why = " ".join(str(message.get("message", "")).split()) or "it does not say why"
            raise TargetError(f"the application fails at start-up: {why}\nfix that first.")

    async def stop(self) -> None:
        """Shut the application down."""
        if self._task is not None and not self._task.done():
            await self._told("lifespan.shutdown")
            self._task.cancel()

    async def _told(self, event: str) -> Message | None:
        """Tell the application of an event, and return what it says; None if it knows no such events."""
        if self._task is None:
            return None
        await self._to_app.put({"type": event})
        said = asyncio.ensure_future(self._from_app.get())
        await asyncio.wait({self._task, said}, return_when=asyncio.FIRST_COMPLETED)
        if said.done():
            return said.result()
        said.cancel()
        with contextlib.suppress(BaseException):  # many applications raise where they know no lifespan
            self._task.result()
        return None


def _running_loop() -> asyncio.AbstractEventLoop:
    """Return a new loop that runs in a thread of its own until it is stopped."""
    loop = new_loop()

    def work() -> None:
        is_ours()
        try:
            loop.run_forever()
        finally:
            loop.close()

    threading.Thread(target=work, name="ed_contract-asgi", daemon=True).start()
    return loop
