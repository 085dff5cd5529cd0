"""Serves a WSGI application on a socket: waitress, with real threads, so that races are real.

Knows nothing of event destinations.
"""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable
from typing import Any, Self, TypeAlias
from wsgiref.types import WSGIApplication

from waitress import wasyncore
from waitress.server import create_server

THREADS = 32
CONNECTION_LIMIT = 1000
IDLE_SECONDS = 600  # a client's pooled connection must not be closed in the middle of a run
BODY_LIMIT = 64 * 1024 * 1024  # bytes; the application's own limit is lower and gives a better answer
STOP_SECONDS = 0.5  # how long requests in flight may delay a stop
_FOREVER = 3600.0

WaitressServer: TypeAlias = Any  # waitress is untyped


class RunningServer:
    """A server that answers in background threads until it is stopped."""

    def __init__(self, app: WSGIApplication, *, host: str, port: int, threads: int) -> None:
        self._server = _listening(app, host, port, threads)
        self.host: str = self._server.effective_host
        self.port = int(self._server.effective_port)
        self._stopping = False
        self._closing = threading.Lock()  # nothing may wake the loop while its descriptors are closed
        self._thread = threading.Thread(target=self._answer, name=f"reference-{self.port}", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """The server's URL, without a path."""
        return _url(self._server)

    def stop(self) -> None:
        """Stop answering, close every socket, and return when that is done."""
        with self._closing:
            if not self._stopping:
                self._stopping = True
                self._server.pull_trigger()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _answer(self) -> None:
        try:
            while not self._stopping:
                _turn(self._server)
        finally:
            with self._closing:
                self._stopping = True
                _close(self._server)


def serve(app: WSGIApplication, *, host: str = "127.0.0.1", port: int = 0, threads: int = THREADS) -> RunningServer:
    """Start answering in the background; port 0 means any free one.

    Raises:
        OSError: the port is taken, or the host is not ours.
    """
    return RunningServer(app, host=host, port=port, threads=threads)


def serve_forever(
    app: WSGIApplication, host: str = "127.0.0.1", port: int = 0, on_ready: Callable[[str], None] = print
) -> None:
    """Answer in this thread until Ctrl-C; `on_ready` is called with the URL once connections are accepted.

    Raises:
        OSError: the port is taken, or the host is not ours.
    """
    server = _listening(app, host, port, THREADS)
    try:
        on_ready(_url(server))
        while True:
            _turn(server)
    except KeyboardInterrupt:
        return
    finally:
        _close(server)


def _listening(app: WSGIApplication, host: str, port: int, threads: int) -> WaitressServer:
    logging.getLogger("waitress").setLevel(logging.ERROR)  # a queue of waiting requests is normal here
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    # Bound by us: waitress would bind every address of a host name, each to a different free port.
    bound = socket.create_server((str(address[0]), int(address[1])), family=family)
    return create_server(
        app,
        sockets=[bound],
        threads=threads,
        connection_limit=CONNECTION_LIMIT,
        channel_timeout=IDLE_SECONDS,
        max_request_body_size=BODY_LIMIT,
        inbuf_overflow=BODY_LIMIT,  # bodies stay in memory: no temporary files
        asyncore_use_poll=True,
        log_socket_errors=False,  # clients that hang up are expected
        expose_tracebacks=False,
        clear_untrusted_proxy_headers=True,
        ident="ed-contract reference",
    )


def _url(server: WaitressServer) -> str:
    host = f"[{server.effective_host}]" if ":" in server.effective_host else server.effective_host
    return f"http://{host}:{server.effective_port}"


def _turn(server: WaitressServer) -> None:
    wasyncore.loop(timeout=_FOREVER, use_poll=True, map=server._map, count=1)  # noqa: SLF001 - the only way to its sockets


def _close(server: WaitressServer) -> None:
    server.task_dispatcher.shutdown(timeout=STOP_SECONDS)
    # A late thread must not wake a loop that is gone, through a descriptor that has been reused since.
    server.pull_trigger = lambda: None
    server.close()
    wasyncore.close_all(server._map, ignore_all=True)  # noqa: SLF001 - the only way to its sockets
