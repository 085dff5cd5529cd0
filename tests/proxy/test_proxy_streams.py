"""What is larger than any buffer goes through in bounded memory, at the pace of who reads it."""

from __future__ import annotations

import hashlib
import select
import socket
import threading
import tracemalloc

from common.proxied import OK, PATIENCE, pieces_of, proxied, request, send, until

from ed_contract.interaction import NotRead
from ed_contract.parsing import LARGEST_BODY

END = b"\r\n\r\n"
MIB = 1024 * 1024
PIECE = bytes(range(256)) * 256  # 64 KiB


def pieces(size):
    """Yield `size` bytes, each piece made anew."""
    for number in range(size // len(PIECE)):
        yield number.to_bytes(4, "big") + PIECE[4:]


def digest(parts):
    """Return what tells the parts from any others."""
    summed = hashlib.sha256()
    for part in parts:
        summed.update(part)
    return summed.digest()


def test_a_large_answer_passes_in_bounded_memory():
    """20 MiB go by, and what is held never is more than the largest body that is read and some pieces."""
    size = 20 * MIB
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size

    def handle(connection):
        until(connection, END)
        send(connection, head, *pieces(size))

    with proxied(handle) as ends, ends.connected() as client:
        send(client, b"GET / HTTP/1.1\r\n\r\n")
        assert until(client, END) == head
        tracemalloc.start()
        try:
            assert digest(pieces_of(client, size)) == digest(pieces(size))
            assert ends.exchange().answer == NotRead(reason="the answer is longer than 16 MiB")
            assert tracemalloc.get_traced_memory()[1] < LARGEST_BODY + 2 * MIB
        finally:
            tracemalloc.stop()


def test_a_large_request_passes():
    """Nothing can be said of it, as its exchange does not hold it."""
    size = 20 * MIB

    def handle(connection):
        until(connection, END)
        digests.append(digest(pieces_of(connection, size)))
        send(connection, OK)

    digests = []
    with proxied(handle) as ends, ends.connected() as client:
        send(client, b"PUT / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % size, *pieces(size))
        assert until(client, OK) == OK
        exchange = ends.exchange()
    assert digests == [digest(pieces(size))]
    assert (exchange.body, exchange.answer) == (b"", NotRead(reason="the request is longer than 16 MiB"))


def test_a_body_that_is_large_when_decoded_is_not_read():
    """A small answer may hold much."""
    import gzip  # noqa: PLC0415 - for this alone

    body = gzip.compress(bytes(LARGEST_BODY + 1))
    answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    with proxied(lambda connection: (until(connection, END), send(connection, answer))) as ends:
        assert ends.asked(b"GET / HTTP/1.1\r\n\r\n") == answer
        assert ends.exchange().answer == NotRead(reason="the answer is longer than 16 MiB")


def written(connection, size):
    """Send until nobody takes any more for a while, and return how much was taken; at most `size`."""
    connection.setblocking(False)
    sent = 0
    while sent < size and select.select([], [connection], [], 0.5)[1]:
        sent += connection.send(PIECE)
    connection.settimeout(PATIENCE)
    return sent


def test_a_client_that_does_not_read_stops_the_target():
    """What lies between them is what the system's own buffers hold; the rest comes when the client reads."""
    size = 256 * MIB
    sent, stopped = [], threading.Event()

    def handle(connection):
        until(connection, END)
        send(connection, b"HTTP/1.1 200 OK\r\n\r\n")
        sent.append(written(connection, size))
        stopped.set()
        send(connection, b"end")

    with proxied(handle) as ends, socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        client.settimeout(PATIENCE)
        client.connect(("127.0.0.1", ends.own_port))
        send(client, b"GET / HTTP/1.1\r\n\r\n")
        assert stopped.wait(PATIENCE)
        assert 0 < sent[0] < size / 4
        until(client, END)
        for _ in pieces_of(client, sent[0]):
            pass
        assert until(client, b"end") == b"end"


def test_a_target_that_does_not_read_stops_the_client():
    """The same the other way round."""
    size = 256 * MIB
    read = threading.Event()

    def handle(connection):
        until(connection, END)
        assert read.wait(PATIENCE)
        for _ in pieces_of(connection, sent + 3):
            pass
        send(connection, OK)

    with proxied(handle) as ends, ends.connected() as client:
        send(client, b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n" % size)
        sent = written(client, size) - 3
        assert 0 < sent < size / 4
        read.set()
        assert until(client, OK) == OK


def test_a_slow_callback_delays_no_byte():
    """It is still busy with the first exchange when all answers have come."""
    go, seen = threading.Event(), []

    def handle(connection):
        for _ in range(3):
            until(connection, b"{}")
            send(connection, OK)

    with proxied(handle) as ends:
        ends.proxy._recorder._on_exchange = lambda exchange: (go.wait(PATIENCE), seen.append(exchange))
        with ends.connected() as client:
            for _ in range(3):
                send(client, request())
                assert until(client, OK) == OK
            assert not seen
            go.set()
    assert len(seen) == 3
