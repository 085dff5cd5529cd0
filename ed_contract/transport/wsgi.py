"""Calls a WSGI application (PEP 3333) in process. A call that hangs is left to itself, in its thread."""

from __future__ import annotations

import io
import math
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Any, TypeAlias

from ed_contract import interrupts
from ed_contract.interaction import Request, Response
from ed_contract.transport.application import Application
from ed_contract.transport.base import Dropped, Lost, late, seconds_left
from ed_contract.transport.in_process import Body, Gate, answer_of, failure, fields_of, split
from ed_contract.transport.target import HOST, Target

ExcInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]
_OWN_NAMES = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


class WsgiTransport:
    """Sends requests to an application by calling it, one at a time in one thread that is kept."""

    def __init__(self, target: Target, application: Application) -> None:
        self._target, self._app = target, application.call
        self._worker = _Worker()

    def send(self, request: Request, *, until: float = math.inf) -> Response:
        """Call the application and return its answer; raise Lost if there is none."""
        environ = self._environ(request, io.BytesIO(request.body), multithread=False)
        done = self._called_by(self._worker, environ, until)
        if done is None:
            self._worker = _Worker()
            raise late(self._target.request_timeout, until)
        return _brought(done)

    def burst(self, requests: Sequence[Request], *, until: float = math.inf) -> list[Response | Lost]:
        """Call the application in as many threads, each of which gets its last byte when all are there.

        Threads take turns in one interpreter: a race shows where one of them gives way between look-up and insert,
        as at a lock, a file or a database.
        """
        gate = Gate(len(requests))

        def one(request: Request) -> Response | Lost:
            worker = _Worker()
            try:
                environ = self._environ(request, _HeldBack(request.body, gate), multithread=True)
                done = self._called_by(worker, environ, until)
                return late(self._target.request_timeout, until) if done is None else _brought(done)
            except Lost as lost:
                return lost
            finally:
                worker.end()

        with ThreadPoolExecutor(max_workers=len(requests)) as pool:
            return list(pool.map(one, requests))

    def disconnect(self) -> None:
        """There are no connections."""

    def close(self) -> None:
        """End the thread."""
        self._worker.end()

    def _environ(self, request: Request, body: io.BytesIO, *, multithread: bool) -> dict[str, Any]:
        path, query = split(request.path)
        environ: dict[str, Any] = {
            "REQUEST_METHOD": request.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": path.decode("latin-1"),
            "QUERY_STRING": query.decode("ascii"),
            "SERVER_NAME": HOST,
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": body,
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": multithread,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in fields_of(request, self._target):
            known = name.decode("ascii")
            key = _OWN_NAMES.get(known) or f"HTTP_{known.upper().replace('-', '_')}"
            said = value.decode("latin-1")
            environ[key] = f"{environ[key]},{said}" if key in environ else said
        return environ

    def _called_by(self, worker: _Worker, environ: dict[str, Any], until: float) -> Response | _Raised | None:
        """Let `worker` call the application, and return what comes of it in time."""
        seconds = seconds_left(self._target.request_timeout, until)
        deadline = time.monotonic() + seconds

        def check() -> None:
            if time.monotonic() > deadline:  # nobody waits any more, and a body without end has to end
                raise late(self._target.request_timeout, until)

        return worker.call(lambda: self._called(environ, Body(check)), seconds)

    def _called(self, environ: dict[str, Any], body: Body) -> Response:
        """Call the application to the end of its answer."""
        begun = _Begun(body)
        try:
            answer: Iterable[bytes] = self._app(environ, begun.start_response)
            try:
                for chunk in answer:
                    begun.write(chunk)
            finally:
                close = getattr(answer, "close", None)
                if close is not None:
                    close()
        except Lost:
            raise
        except Exception as error:  # noqa: BLE001 - whatever an application raises, a server answers 500
            return failure(self._target, error)
        except BaseException as error:
            raise Dropped(f"the application ended with {type(error).__name__}") from error
        body.require_all()
        if begun.status is None:
            raise Dropped("the application did not call start_response")
        return answer_of(self._target, begun.status, tuple(begun.headers), body.chunks)


class _Begun:
    """The answer as far as it has come."""

    def __init__(self, body: Body) -> None:
        self.status: int | None = None
        self.headers: list[tuple[str, str]] = []
        self._body = body

    def start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: ExcInfo | None = None
    ) -> Callable[[bytes], None]:
        """Take status and headers, a second time only where something went wrong."""
        if exc_info is not None and self._body.chunks and exc_info[1] is not None:
            raise exc_info[1]  # too late for another answer
        if self.status is not None and exc_info is None:
            raise AssertionError("start_response was called twice")
        self.headers = [(_latin(name).lower(), _latin(value)) for name, value in headers]
        self.status = int(status.split(None, 1)[0])
        return self.write

    def write(self, chunk: bytes) -> None:
        """Take a part of the body."""
        self._body.add(chunk)


class _HeldBack(io.BytesIO):
    """A body of which the end is read only when the gate is open."""

    def __init__(self, body: bytes, gate: Gate) -> None:
        super().__init__(body)
        self._gate: Gate | None = gate
        self._size = len(body)

    def _reaching(self, size: int | None) -> None:
        if self._gate is not None and (size is None or size < 0 or self.tell() + size >= self._size):
            gate, self._gate = self._gate, None
            gate.wait()

    def read(self, size: int | None = -1, /) -> bytes:
        """Read, and wait before the end."""
        self._reaching(size)
        return super().read(size)

    def read1(self, size: int | None = -1, /) -> bytes:
        """Read, and wait before the end."""
        self._reaching(size)
        return super().read1(size)

    def readinto(self, buffer: Any, /) -> int:  # noqa: ANN401 - anything that holds bytes
        """Read, and wait before the end."""
        self._reaching(len(buffer))
        return super().readinto(buffer)

    def readline(self, size: int | None = -1, /) -> bytes:
        """Read a line, and wait before: where it ends is not known."""
        self._reaching(-1)
        return super().readline(size)

    def __iter__(self) -> Iterator[bytes]:
        self._reaching(-1)
        return super().__iter__()


@dataclass(frozen=True, slots=True)
class _Raised:
    error: BaseException


class _Worker:
    """A thread that makes calls, so that the caller need not wait for one that hangs."""

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue[Callable[[], Response] | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[Response | _Raised] = queue.SimpleQueue()
        threading.Thread(target=self._work, name="ed_contract-wsgi", daemon=True).start()

    def call(self, function: Callable[[], Response], timeout: float) -> Response | _Raised | None:
        """Return what the function returned or raised, or None if it takes too long; the worker is lost then."""
        self._calls.put(function)
        try:
            with interrupts.waiting():
                return self._done.get(timeout=timeout)
        except queue.Empty:
            return None

    def end(self) -> None:
        """Let the thread end when it has nothing to do."""
        self._calls.put(None)

    def _work(self) -> None:
        while (function := self._calls.get()) is not None:
            try:
                self._done.put(function())
            except BaseException as error:  # noqa: BLE001 - it is raised where it was called for
                self._done.put(_Raised(error))


def _latin(text: str) -> str:
    """Return what a header can carry; raise where a server would."""
    return text.encode("latin-1").decode("latin-1")


def _brought(done: Response | _Raised) -> Response:
    if isinstance(done, _Raised):
        raise done.error
    return done
