"""The proxy between two raw sockets: bytes sent by the client are compared with bytes received by the target."""

from __future__ import annotations

import itertools
import queue
import socket
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from common.servers import raw_server

from ed_contract.proxy import Proxy

PATIENCE = 60  # seconds after which a test fails; passing tests never wait
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


@dataclass
class Ends:
    """The proxy, with the queues of its exchanges and of its target's connections."""

    proxy: Proxy
    port: int  # of the target
    exchanges: queue.Queue = field(default_factory=queue.Queue)

    @property
    def host(self):
        """The Host that the target receives."""
        return f"127.0.0.1:{self.port}".encode()

    @property
    def own_port(self):
        """The port of the proxy."""
        return int(self.proxy.url.rpartition(":")[2])

    def connected(self):
        """Return a connection to the proxy."""
        connection = socket.create_connection(("127.0.0.1", self.own_port), timeout=PATIENCE)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def exchange(self):
        """Return the next exchange."""
        return self.exchanges.get(timeout=PATIENCE)

    def asked(self, *pieces):
        """Send pieces over one connection, end our side, and return everything received."""
        with self.connected() as client:
            send(client, *pieces)
            client.shutdown(socket.SHUT_WR)
            return rest(client)


@contextmanager
def proxied(handle, *, path="", **options):
    """Run a proxy for a target that passes each connection to `handle`; an error in a connection ends it."""

    def handled(connection):
        connection.settimeout(PATIENCE)
        with suppress(OSError):
            handle(connection)
        connection.close()

    exchanges = queue.Queue()
    with (
        raw_server(handled) as port,
        Proxy(to=f"http://127.0.0.1:{port}{path}", on_exchange=exchanges.put, **options) as proxy,
    ):
        yield Ends(proxy=proxy, port=port, exchanges=exchanges)


def send(connection, *pieces):
    """Send pieces one by one."""
    for piece in pieces:
        connection.sendall(piece)


def rest(connection):
    """Return everything received until the end."""
    come = bytearray()
    while piece := connection.recv(65536):
        come += piece
    return bytes(come)


def until(connection, end):
    """Return everything up to `end`, without reading beyond it."""
    come = b""
    while not come.endswith(end):
        piece = connection.recv(1)
        if not piece:
            raise ConnectionError(f"the connection ended behind {come!r}")
        come += piece
    return come


def pieces_of(connection, size):
    """Yield the next `size` bytes as they arrive."""
    while size:
        piece = connection.recv(min(size, 65536))
        if not piece:
            raise ConnectionError(f"the connection ended {size} bytes too early")
        size -= len(piece)
        yield piece


def taken(connection, size):
    """Return the next `size` bytes."""
    return b"".join(pieces_of(connection, size))


def request(body=b"{}", *headers, method="POST", target="/v2/core/event_destinations", host=b"proxy.example"):
    """Return a request with a fixed length."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host.decode()}", *headers, f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def cut(whole, places):
    """Return `whole` in pieces, cut at arbitrary places."""
    edges = [0, *sorted(place % (len(whole) + 1) for place in places), len(whole)]
    return [whole[start:end] for start, end in itertools.pairwise(edges) if start < end]
