"""Ways to fail on a request: answer 500, close the connection, or never answer.

Knows nothing of requirements, nor of which requests fail.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import NoReturn, TypeAlias
from wsgiref.types import StartResponse, WSGIEnvironment

from waitress.channel import ClientDisconnected
from werkzeug.wrappers import Request, Response

from ed_contract.reference import Create, Params, Reference


class Dropped(BaseException):
    """The connection is to be closed without an answer."""


class Failing(Reference):
    """Can fail in each of these ways."""

    def set_up(self) -> None:
        self.stopping = threading.Event()

    def close(self) -> None:
        self.stopping.set()
        super().close()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            return super().__call__(environ, start_response)
        except Dropped:
            raise ClientDisconnected from None  # waitress then closes the connection without a word


Failure: TypeAlias = Callable[[Failing], NoReturn]


def crash(server: Failing) -> NoReturn:
    """Fail with 500."""
    raise ZeroDivisionError(server)


def drop(server: Failing) -> NoReturn:
    """Close the connection without an answer."""
    raise Dropped(server)


def hang(server: Failing) -> NoReturn:
    """Do not answer until the server is stopped."""
    server.stopping.wait()
    raise Dropped(server)


def failing_at_params(when: Callable[[Params], bool], failure: Failure = crash) -> type[Reference]:
    """Return the server that fails on some parameters before it validates them."""

    class FailsAtParams(Failing):
        def answer(self, create: Create) -> Response:
            if when(create.params):
                failure(self)
            return super().answer(create)

    return FailsAtParams


def failing_at_bodies(when: Callable[[bytes], bool], failure: Failure = crash) -> type[Reference]:
    """Return the server that fails on some bodies before it parses them."""

    class FailsAtBodies(Failing):
        def parse(self, body: bytes) -> Params:
            if when(body):
                failure(self)
            return super().parse(body)

    return FailsAtBodies


def failing_at_requests(when: Callable[[Request], bool], failure: Failure = crash) -> type[Reference]:
    """Return the server that fails on some requests before it authenticates them."""

    class FailsAtRequests(Failing):
        def authenticate(self, request: Request) -> str:
            if when(request):
                failure(self)
            return super().authenticate(request)

    return FailsAtRequests


def failing_for_good(when: Callable[[bytes], bool], failure: Failure = crash) -> type[Reference]:
    """Return the server that fails on every request after one with such a body."""

    class FailsForGood(Failing):
        _broken = False

        def dispatch(self, request: Request) -> Response:
            if self._broken:
                failure(self)
            return super().dispatch(request)

        def parse(self, body: bytes) -> Params:
            if when(body):
                self._broken = True
            return super().parse(body)

    return FailsForGood
