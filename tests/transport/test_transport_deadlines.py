"""The time-out and the caller's last moment hold over the whole of an exchange, whatever the other side does.

Each server goes on for far longer than the client may wait, and then hangs up, which would be another outcome.
"""

from __future__ import annotations

import contextlib
import gzip
import socket
import ssl
import threading
import time
import zlib
from types import SimpleNamespace

import pytest
from common.servers import AUTHORITY, CERTIFICATES, raw_server

from ed_contract.interaction import Request
from ed_contract.transport import OutOfTime, Target, TimedOut, TooLong, Unreached, timed
from ed_contract.transport.http import HttpTransport

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
REQUEST = Request(method="POST", path="/", headers=(), body=b"{}")
SHORT = 0.3  # seconds that the client may wait
LONG = 20.0  # seconds that a server goes on


def goes_on(piece, *, start=b"", pause=0.01):
    """Return a server that sends `start`, and then `piece` again and again."""

    def handle(connection):
        with contextlib.suppress(OSError):
            connection.recv(65536)
            connection.sendall(start)
            end = time.monotonic() + LONG
            while time.monotonic() < end:
                connection.sendall(piece)
                time.sleep(pause)
        connection.close()

    return handle


def empty_blocks():
    """Return the start of a gzip stream, and a block of it that holds nothing."""
    packer = zlib.compressobj(wbits=31)
    return packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH), b"\x00\x00\x00\xff\xff"


GZIP = HEAD + b"Content-Encoding: gzip\r\nConnection: close\r\n\r\n"
ENDLESS = {
    "the head comes byte by byte": goes_on(b"a", start=b"HTTP/1.1 200 OK\r\nX-Long: "),
    "100 Continue for ever": goes_on(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "103 Early Hints for ever": goes_on(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"),
    "the body comes byte by byte": goes_on(b" ", start=HEAD + b"Content-Length: 100000\r\n\r\n"),
    "chunks come byte by byte": goes_on(b"1\r\n \r\n", start=HEAD + b"Transfer-Encoding: chunked\r\n\r\n"),
    "a chunk's size never ends": goes_on(b";a", start=HEAD + b"Transfer-Encoding: chunked\r\n\r\n1"),
    "gzip of blocks that hold nothing": goes_on(empty_blocks()[1], start=GZIP + empty_blocks()[0]),
    "gzip of members that hold nothing": goes_on(gzip.compress(b""), start=GZIP),
}


@pytest.mark.parametrize("handle", ENDLESS.values(), ids=ENDLESS)
def test_an_answer_without_end_meets_the_time_out(handle):
    """Sent alone and in a burst: each byte comes in time, the answer as a whole does not."""
    with raw_server(handle) as port:
        transport = HttpTransport(Target(url=f"http://127.0.0.1:{port}", request_timeout=SHORT))
        with pytest.raises(TimedOut, match=r"^no complete answer within 0\.3 s$"):
            transport.send(REQUEST)
        assert [str(one) for one in transport.burst([REQUEST] * 2)] == ["no complete answer within 0.3 s"] * 2
        transport.close()


@pytest.mark.parametrize("handle", [*ENDLESS.values(), lambda _: None], ids=[*ENDLESS, "nothing comes"])
def test_an_answer_without_end_meets_the_callers_last_moment(handle):
    """Which says nothing about the target."""
    with raw_server(handle) as port:
        transport = HttpTransport(Target(url=f"http://127.0.0.1:{port}", request_timeout=LONG))
        with pytest.raises(OutOfTime, match=r"^the time of the run is over$"):
            transport.send(REQUEST, until=time.monotonic() + SHORT)
        answers = transport.burst([REQUEST] * 2, until=time.monotonic() + SHORT)
        assert [type(one) for one in answers] == [OutOfTime] * 2
        transport.close()


def test_nothing_is_sent_when_the_last_moment_has_passed():
    """Nobody connects."""
    met = []
    with raw_server(met.append) as port:
        transport = HttpTransport(Target(url=f"http://127.0.0.1:{port}"))
        with pytest.raises(OutOfTime):
            transport.send(REQUEST, until=time.monotonic() - 1)
        assert [type(one) for one in transport.burst([REQUEST] * 2, until=time.monotonic() - 1)] == [OutOfTime] * 2
        transport.close()
    assert met == []


def test_a_handshake_that_drips_is_no_connection():
    """A record of TLS of which a byte comes now and then."""
    with raw_server(goes_on(b"\x02", start=b"\x16\x03\x03\x40\x00")) as port:
        transport = HttpTransport(Target(url=f"https://127.0.0.1:{port}", request_timeout=SHORT, tls_verify=False))
        with pytest.raises(Unreached, match="timed out"):
            transport.send(REQUEST)
        with pytest.raises(OutOfTime):
            transport.send(REQUEST, until=time.monotonic() + SHORT / 2)
        transport.close()


@pytest.mark.parametrize("handle", [lambda _: None, goes_on(b"a", start=b"HTTP/1.1 200 ")], ids=["hangs", "drips"])
def test_a_proxy_that_does_not_connect_is_no_connection(handle):
    """The target has no part in it."""
    with raw_server(handle) as port:
        given = Target(url="https://target.invalid", proxy=f"http://127.0.0.1:{port}", request_timeout=SHORT)
        transport = HttpTransport(given)
        with pytest.raises(Unreached, match="timed out"):
            transport.send(REQUEST)
        with pytest.raises(OutOfTime):
            transport.send(REQUEST, until=time.monotonic() + SHORT / 2)
        transport.close()


def test_a_handshake_inside_of_a_proxys_tls_meets_the_time_out():
    """TLS in TLS: each read from the proxy gets what is left."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATES / "server.pem")

    def handle(connection):
        with contextlib.suppress(OSError), context.wrap_socket(connection, server_side=True) as inside:
            assert inside.recv(65536).startswith(b"CONNECT target.invalid:443 HTTP/1.1\r\n")
            inside.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            goes_on(b"\x02", start=b"\x16\x03\x03\x40\x00")(inside)

    with raw_server(handle) as port:
        given = Target(
            url="https://target.invalid",
            proxy=f"https://127.0.0.1:{port}",
            tls_verify=AUTHORITY,
            request_timeout=SHORT * 2,
        )
        transport = HttpTransport(given)
        with pytest.raises(Unreached, match="timed out"):
            transport.send(REQUEST)
        transport.close()


LARGE = Request(method="POST", path="/", headers=(), body=bytes(12 * 1024 * 1024))


def test_an_upload_that_nobody_reads_meets_the_time_out():
    """More than the system holds for us does not go out."""
    with raw_server(lambda _: None) as port:
        transport = HttpTransport(Target(url=f"http://127.0.0.1:{port}", request_timeout=SHORT))
        with pytest.raises(TimedOut):
            transport.send(LARGE)
        assert [type(one) for one in transport.burst([LARGE] * 2)] == [TimedOut] * 2
        transport.close()


def test_an_upload_that_nobody_reads_meets_the_callers_last_moment():
    """The same."""
    with raw_server(lambda _: None) as port:
        transport = HttpTransport(Target(url=f"http://127.0.0.1:{port}", request_timeout=LONG))
        with pytest.raises(OutOfTime):
            transport.send(LARGE, until=time.monotonic() + SHORT)
        transport.close()


def test_our_own_upload_does_not_count_as_long_as_it_goes_on():
    """A reader that takes longer than the time-out for all of it; the last moment holds all the same."""
    stop = threading.Event()

    def slowly(connection):
        taken = 0
        with contextlib.suppress(OSError):
            while taken < len(LARGE.body) and not stop.wait(0.01):
                taken += len(connection.recv(128 * 1024))
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    with raw_server(slowly) as port:
        transport = HttpTransport(Target(url=f"http://127.0.0.1:{port}", request_timeout=0.5))
        began = time.monotonic()
        assert transport.send(LARGE).status == 200
        assert time.monotonic() - began > 0.5
        with pytest.raises(OutOfTime):
            transport.send(LARGE, until=time.monotonic() + SHORT)
        stop.set()
        transport.close()


def test_a_look_up_that_hangs_is_no_connection(monkeypatch):
    """The system's look-up of names knows no time-out."""
    free = threading.Event()
    monkeypatch.setattr("ed_contract.transport.timed._found", lambda *_: free.wait(LONG))
    transport = HttpTransport(Target(url="http://name.invalid", request_timeout=SHORT))
    with pytest.raises(Unreached, match="timed out"):
        transport.send(REQUEST)
    with pytest.raises(OutOfTime):
        transport.send(REQUEST, until=time.monotonic() + SHORT / 2)
    free.set()
    transport.close()


def test_each_address_of_a_name_gets_its_share_of_the_time(monkeypatch):
    """The first does not take us; the second does."""

    def handle(connection):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    monkeypatch.setattr("ed_contract.transport.timed._found", lambda *_: ["127.0.0.2", "127.0.0.1"])
    with raw_server(handle) as port:
        transport = HttpTransport(Target(url=f"http://name.invalid:{port}", request_timeout=LONG))
        assert transport.send(REQUEST).status == 200
        transport.close()


def bomb(size):
    """Return so many zeros, twice gzipped: some kilobytes."""
    return gzip.compress(gzip.compress(bytes(size)))


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("identity", bytes(17 * 1024 * 1024)),
        ("gzip", gzip.compress(bytes(400 * 1024 * 1024), compresslevel=1)),
        ("gzip, gzip", bomb(400 * 1024 * 1024)),
    ],
    ids=["as it is", "a bomb", "a bomb in a bomb"],
)
def test_no_more_than_the_largest_body_is_read(encoding, body):
    """However small it comes; nothing is known of the target then."""

    def handle(connection):
        with contextlib.suppress(OSError):
            connection.recv(65536)
            connection.sendall(HEAD + f"Content-Encoding: {encoding}\r\nContent-Length: {len(body)}\r\n\r\n".encode())
            connection.sendall(body)

    with raw_server(handle) as port:
        transport = HttpTransport(Target(url=f"http://127.0.0.1:{port}", request_timeout=LONG))
        with pytest.raises(TooLong, match=r"^the answer is longer than 16 MiB$"):
            transport.send(REQUEST)
        transport.close()


def test_what_the_system_has_still_to_send_is_upload(monkeypatch):
    """It takes a body at once, and a slow line takes it from there: meanwhile the target does not keep us waiting."""
    left = iter([300, 200, 200, 0])
    monkeypatch.setattr(timed, "_unsent", lambda _: next(left))
    monkeypatch.setattr(timed, "_LOOK_SECONDS", 0)
    ours, theirs = socket.socketpair()
    clock, progress = timed.Clock(), []
    clock.progress = lambda: progress.append(True)
    inner = SimpleNamespace(
        get_extra_info=lambda _: ours,
        write=lambda *_: None,
        read=lambda *_: b"HTTP/1.1 200 OK\r\n\r\n",
    )
    with ours, theirs:
        stream = timed.Stream(inner, clock, 0)
        stream.write(b"x" * 100_000)
        stream.write(b"")
        progress.clear()
        assert stream.read(100) == stream.read(100)
    assert len(progress) == 2
    assert next(left, None) is None
