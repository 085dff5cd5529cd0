"""What the proxy adds to one request on a kept-alive connection.

    uv run python benchmarks/proxy.py
    uv run python benchmarks/proxy.py 5000

Requests go directly and through the proxy in turn, to one server that answers immediately. Server, proxy and client
are separate processes. The proxy parses the traffic into exchanges meanwhile, as in the command.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import socket
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection

from ed_contract.proxy import Proxy
from ed_contract.record.exchange import Exchange

HOST, PIECE, WARMING = "127.0.0.1", 65536, 200
BODY = b'{"name": "n", "type": "webhook_endpoint", "event_payload": "thin", "webhook_endpoint": {"url": "https://a.example"}}'
REQUEST = (
    b"POST /v2/core/event_destinations HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nAuthorization: Bearer sk_test_a\r\n"
    b"Accept: application/json\r\nUser-Agent: benchmark\r\nStripe-Version: 2025-01-27.acacia\r\n"
    b"Content-Type: application/json\r\nIdempotency-Key: 7d9f1f0e\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY)
)
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY)


def answer(connection: socket.socket) -> None:
    """Answer every request of a connection as soon as its body ends."""
    with connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        come = b""
        while received := connection.recv(PIECE):
            come += received
            if come.endswith(BODY):
                connection.sendall(ANSWER)
                come = b""


def serve(pipe: Connection) -> None:
    """Send the port, then serve until we are terminated."""
    with socket.create_server((HOST, 0)) as listener:
        pipe.send(listener.getsockname()[1])
        while True:
            threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()


def proxy(pipe: Connection, port: int) -> None:
    """Send the port, then forward until the pipe says to stop; send the number of exchanges."""
    exchanges: list[Exchange] = []
    with Proxy(to=f"http://{HOST}:{port}", on_exchange=exchanges.append) as running:
        pipe.send(int(running.url.rpartition(":")[2]))
        pipe.recv()
    pipe.send(len(exchanges))


def seconds(connection: socket.socket) -> float:
    """Return how long one request takes."""
    began = time.perf_counter()
    connection.sendall(REQUEST)
    missing = len(ANSWER)
    while missing:
        missing -= len(connection.recv(PIECE))
    return time.perf_counter() - began


@contextlib.contextmanager
def opened(port: int) -> Iterator[socket.socket]:
    """Yield a connection that is warmed up."""
    with socket.create_connection((HOST, port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(WARMING):
            seconds(connection)
        yield connection


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    port = ours.recv()
    between = context.Process(target=proxy, args=(theirs, port), daemon=True)
    between.start()
    with opened(port) as direct, opened(ours.recv()) as proxied:
        pairs = [(seconds(direct), seconds(proxied)) for _ in range(count)]
    ours.send(None)
    exchanges = ours.recv()
    server.terminate()
    added = [through - without for without, through in pairs]
    columns = zip(("direct", "proxied"), zip(*pairs, strict=True), strict=True)
    print(f"{count} requests each, in turn; {exchanges} exchanges were handed on")
    for name, taken in columns:
        print(f"{name:<8} {statistics.median(taken) * 1e3:.3f} ms")
    worst = statistics.quantiles(added, n=100)[98]
    print(
        f"added    {statistics.median(added) * 1e3:.3f} ms at the median, {worst * 1e3:.3f} ms at the 99th percentile"
    )
    print(f"ratio    {statistics.median(through / without for without, through in pairs):.2f}")


if __name__ == "__main__":
    main()
