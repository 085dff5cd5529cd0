"""Ways to fail at a request: with 500, with a dropped connection, half-way through, or never answering.

Knows nothing of requirements, nor of which requests are failed at.
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
    """Can fail in every way."""

    def set_up(self) -> None:
        self.stopping = threading.Event()

    def close(self) -> None:
        self.stopping.set()
        super().close()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            return super().__call__(environ, start_response)
        except Dropped:
            raise ClientDisconnected from None  # waitress closes the connection then, and says nothing


Failure: TypeAlias = Callable[[Failing], NoReturn]


def crash(server: Failing) -> NoReturn:
    """Fail with 500."""
    raise ZeroDivisionError(server)


def drop(server: Failing) -> NoReturn:
    """Close the connection without an answer."""
    raise Dropped(server)


def hang(server: Failing) -> NoReturn:
    """Answer nothing until the server is stopped."""
    server.stopping.wait()
    raise Dropped(server)


def failing_at_params(when: Callable[[Params], bool], failure: Failure = crash) -> type[Reference]:
    """Return the server that fails at some parameters before it looks whether they are valid."""

    class FailsAtParams(Failing):
        def answer(self, create: Create) -> Response:
            if when(create.params):
                failure(self)
            return super().answer(create)

    return FailsAtParams


def failing_at_bodies(when: Callable[[bytes], bool], failure: Failure = crash) -> type[Reference]:
    """Return the server that fails at some bodies before it reads them."""

    class FailsAtBodies(Failing):
        def parse(self, body: bytes) -> Params:
            if when(body):
                failure(self)
            return super().parse(body)

    return FailsAtBodies


def failing_at_requests(when: Callable[[Request], bool], failure: Failure = crash) -> type[Reference]:
    """Return the server that fails at some requests before it looks who is asking."""

    class FailsAtRequests(Failing):
        def authenticate(self, request: Request) -> str:
            if when(request):
                failure(self)
            return super().authenticate(request)

    return FailsAtRequests


def failing_for_good(when: Callable[[bytes], bool], failure: Failure = crash) -> type[Reference]:
    """Return the server that refuses some bodies, and fails at every request from then on."""

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
