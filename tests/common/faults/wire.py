"""An HTTP/1.1 server over plain sockets, whose answers are written byte by byte and may be anything.

A script decides what becomes of a request: pieces to send as they are, seconds to pause, and how the connection
ends. If it decides nothing, an application answers.
"""

from __future__ import annotations

import contextlib
import enum
import io
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from email.utils import formatdate
from typing import TypeAlias

from common.faults.ledger import Ledger
from werkzeug.test import run_wsgi_app

from ed_contract.reference import Reference

PIECE = 64 * 1024
TLS = b"\x16"
"""The first bytes of a TLS client."""


class Ending(enum.Enum):
    """How a connection ends after an answer that ends it."""

    CLOSE = enum.auto()  # FIN
    RESET = enum.auto()  # RST


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as received."""

    number: int  # 1 for the first one that the server received
    method: str
    path: str
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    app: Reference  # the application behind the script

    @property
    def key(self) -> str:
        """Its idempotency key."""
        return self.headers.get("idempotency-key", "")

    @property
    def alone(self) -> bool:
        """Whether it has its own connection, as the requests of a burst do."""
        return self.headers.get("connection", "").lower() == "close"

    def at(self, path: str, **headers: str) -> Asked:
        """Return the same request at another path, with other headers."""
        return replace(self, path=path, headers={**self.headers, **headers})

    def answer(self) -> tuple[int, list[tuple[str, str]], bytes]:
        """Return what the application answers: status, headers, body."""
        environ = {
            "REQUEST_METHOD": self.method,
            "PATH_INFO": self.path,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(self.body),
            "CONTENT_LENGTH": str(len(self.body)),
            "CONTENT_TYPE": self.headers.get("content-type", ""),
            **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in self.headers.items()},
        }
        body, status, headers = run_wsgi_app(self.app, environ)
        return int(status[:3]), list(headers), b"".join(body)


Pieces: TypeAlias = Iterable[bytes | float | Ending]
Script: TypeAlias = Callable[[Asked], Pieces | None]
"""What becomes of a request; None leaves it to the application."""


class WireServer:
    """Serves a script, and an application if the script decides nothing; with a thread for each connection."""

    def __init__(
        self,
        script: Script,
        app: Reference,
        ledger: Ledger,
        *,
        tls: ssl.SSLContext | None = None,
        backlog: int = 128,
    ) -> None:
        self._script, self._app, self._ledger, self._tls = script, app, ledger, tls
        self._stopped = threading.Event()
        self._connections: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=backlog)
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        """Close every socket; the threads end by themselves."""
        self._stopped.set()
        end(self._listener)
        for connection in list(self._connections):
            end(connection)

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._ledger.connections += 1
            self._connections.add(connection)
            threading.Thread(target=self._connected, args=(connection,), daemon=True).start()

    def _connected(self, connection: socket.socket) -> None:
        plain = connection
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            self._converse(connection)
        except OSError:  # the client went away, or does not speak TLS
            pass
        finally:
            self._connections.discard(plain)
            connection.close()

    def _converse(self, connection: socket.socket) -> None:
        reader = connection.makefile("rb")
        if reader.peek(1)[:1] == TLS:
            connection.sendall(plain(400, (), b"This port speaks plain HTTP."))
            return
        while (asked := self._read(reader)) is not None:
            pieces = self._script(asked)
            if pieces is None:
                pieces = [plain(*asked.answer())]
            for piece in pieces:
                if isinstance(piece, bytes):
                    connection.sendall(piece)
                elif isinstance(piece, float):
                    if self._stopped.wait(piece):
                        return
                else:
                    if piece is Ending.RESET:
                        reset(connection)
                    return
            if asked.alone:
                return

    def _read(self, reader: io.BufferedReader) -> Asked | None:
        line = reader.readline(PIECE)
        if not line.endswith(b"\r\n"):
            return None
        method, path, _ = line.decode("latin-1").split(" ", 2)
        headers = {}
        while (line := reader.readline(PIECE)) not in {b"\r\n", b""}:
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        body = reader.read(int(headers.get("content-length", 0)))
        number = self._ledger.note(method, path)
        return Asked(number=number, method=method, path=path, headers=headers, body=body, app=self._app)


def plain(status: int, headers: Iterable[tuple[str, str]], body: bytes) -> bytes:
    """Return an answer as sent on the wire; the date is now unless given."""
    given = {name.lower(): (name, value) for name, value in headers}
    given.setdefault("date", ("Date", formatdate(usegmt=True)))
    given["content-length"] = ("Content-Length", str(len(body)))
    head = "".join(f"{name}: {value}\r\n" for name, value in given.values())
    return f"HTTP/1.1 {status} Whatever\r\n{head}\r\n".encode("latin-1") + body


def reset(connection: socket.socket) -> None:
    """Have a connection end with RST when it is closed."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def end(connection: socket.socket) -> None:
    """Wake the thread that waits on a socket, and close it."""
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
