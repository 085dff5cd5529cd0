"""Hosts: each serves a WSGI application on a free port of the loopback interface, in its own manner of HTTP.

Knows nothing of event destinations.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from socketserver import BaseServer
from typing import TypeAlias
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.types import WSGIApplication, WSGIEnvironment

from werkzeug import serving
from werkzeug.wrappers import Request

from ed_contract.reference import serve

Host: TypeAlias = Callable[[WSGIApplication, int], AbstractContextManager[str]]
"""Serves an application on a port, 0 being any free one, and yields its URL without a path."""

LOOPBACK = "127.0.0.1"
_POLL_SECONDS = 0.01
_SPELLED = "ed_contract.header_names"  # in an environment: the names of headers as they were sent


@contextmanager
def on_waitress(app: WSGIApplication, port: int = 0) -> Iterator[str]:
    """Serve with HTTP/1.1, kept-alive connections and many threads."""
    with serve(app, port=port) as server:
        yield server.url


@contextmanager
def on_http10(app: WSGIApplication, port: int = 0) -> Iterator[str]:
    """Serve with HTTP/1.0: one request at a time, each on its own connection."""
    server = make_server(LOOPBACK, port, app, handler_class=_Quiet)
    with _answering(server, server.server_port) as url:
        yield url


@contextmanager
def on_closing(app: WSGIApplication, port: int = 0) -> Iterator[str]:
    """Serve with HTTP/1.1 and threads, and close each connection after its answer."""
    server = serving.make_server(LOOPBACK, port, app, threaded=True, request_handler=_Silent)
    with _answering(server, server.server_port) as url:
        yield url


@contextmanager
def on_spelling(app: WSGIApplication, port: int = 0) -> Iterator[str]:
    """Serve as `on_closing` does, and pass the application the names of headers as they were sent."""
    server = serving.make_server(LOOPBACK, port, app, threaded=True, request_handler=_Spelling)
    with _answering(server, server.server_port) as url:
        yield url


def spelled(request: Request, name: str) -> bool:
    """Return whether a header is spelled exactly so; True if the host does not know."""
    return name in request.environ.get(_SPELLED, (name,))


@contextmanager
def _answering(server: BaseServer, port: int) -> Iterator[str]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": _POLL_SECONDS}, daemon=True)
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Quiet(WSGIRequestHandler):
    """Writes no log."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Silent(serving.WSGIRequestHandler):
    """Writes no log, and speaks HTTP/1.1."""

    protocol_version = "HTTP/1.1"

    def log(self, *_: object) -> None:
        """Say nothing."""


class _Spelling(_Silent):
    """Keeps the names of headers as they were sent."""

    def make_environ(self) -> WSGIEnvironment:
        """Return the environment of a request."""
        return super().make_environ() | {_SPELLED: tuple(self.headers)}
