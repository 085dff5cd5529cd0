"""Small servers on loopback that do one thing, for tests of the transport and of the runner."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from pathlib import Path
from typing import Any

Answer = tuple[int, dict[str, str], bytes]
CERTIFICATES = Path(__file__).parents[1] / "transport" / "certificates"
AUTHORITY = str(CERTIFICATES / "authority.pem")


@contextmanager
def http_server(answer: Callable[[bytes, Any], Answer], *, threads: bool = True, quiet: bool = False) -> Iterator[str]:
    """Serve `answer(body, headers)` for every POST, with one thread per connection or a single one; yield the URL.

    With `quiet`, an `answer` that raises drops the connection without a log line.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # it would delay the body, which follows the headers, by 40 ms

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, headers, content = answer(body, self.headers)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = (ThreadingHTTPServer if threads else HTTPServer)(("127.0.0.1", 0), Handler)
    if quiet:
        server.handle_error = lambda *_: None
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def raw_server(handle: Callable[[socket.socket], None]) -> Iterator[int]:
    """Pass each connection to `handle`, in a separate thread, and yield the port."""
    listener = socket.create_server(("127.0.0.1", 0))
    connections: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connections.append(connection)
            threading.Thread(target=handle, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for connection in connections:
            connection.close()
        thread.join()


@contextmanager
def tls_server(certificate: str = "server", *, wants: bool = False) -> Iterator[str]:
    """Serve one answer per connection over TLS, and yield the URL; `wants` is the client's certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATES / f"{certificate}.pem")
    if wants:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(AUTHORITY)

    def handle(connection: socket.socket) -> None:
        with suppress(OSError), context.wrap_socket(connection, server_side=True) as inside:
            inside.recv(65536)
            inside.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            inside.recv(1)
        connection.close()

    with raw_server(handle) as port:
        yield f"https://127.0.0.1:{port}"


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def as_json(document: object, status: int = 200, **headers: str) -> Answer:
    """Return an answer with `document` as JSON."""
    return status, {"Content-Type": "application/json", **headers}, json.dumps(document).encode()
