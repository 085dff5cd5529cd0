"""What comes over the line may be anything: it is an answer, or it is lost in one of the ways that there are."""

from __future__ import annotations

import contextlib
import gzip
import random
import socket
import zlib

import pytest
from common.servers import raw_server

from ed_contract.interaction import NOT_JSON, Request, Response
from ed_contract.parsing import parsed
from ed_contract.transport import Dropped, Lost, Target, Unsendable, http
from ed_contract.transport.http import HttpTransport

REQUEST = Request(method="POST", path="/", headers=(), body=b"{}")
BODY = b'{"id": "ed_1"}'
READ = {"id": "ed_1"}


def answer(*headers, body=BODY, status=b"200 OK"):
    """Return an answer with these header lines."""
    lines = (b"HTTP/1.1 " + status, *headers, b"Content-Length: %d" % len(body))
    return b"".join(line + b"\r\n" for line in lines) + b"\r\n" + body


def chunked(*pieces):
    """Return an answer whose chunks, sizes included, are these."""
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"".join(pieces)


def sent(port, **options):
    """Return what comes of a request to a port of ours, by itself and in a burst."""
    transport = HttpTransport(Target(url=f"http://127.0.0.1:{port}", request_timeout=2, **options))
    try:
        with contextlib.suppress(Lost):
            return transport.send(REQUEST), *transport.burst([REQUEST])
        return transport.burst([REQUEST] * 2)
    finally:
        transport.close()


def says(data):
    """Return a server that answers so and hangs up."""

    def handle(connection):
        with contextlib.suppress(OSError):
            connection.recv(65536)
            connection.sendall(data)
            connection.shutdown(socket.SHUT_RDWR)
        connection.close()

    return handle


PACKED = gzip.compress(BODY)
ANSWERS = {
    "a header in Latin-1": (answer(b"X: \xe9\xff"), 200, READ),
    "a header in UTF-8": (answer("X: é".encode()), 200, READ),
    "a surrogate in a header": (answer(b"X: \xed\xa0\x80"), 200, READ),
    "controls in a header": (answer(b"X: \x01\x7f"), 200, READ),
    "a folded header": (answer(b"X: a\r\n b"), 200, READ),
    "a charset that there is not": (answer(b"Content-Type: application/json; charset=\xff"), 200, READ),
    "a cookie that never ends": (answer(b"Set-Cookie: a=b; expires=Thu, 01 Jan 99999999 00:00:00 GMT"), 200, READ),
    "a date that never was": (answer(b"Date: Mon, 01 Jan 2024 00:00:00 +9999999999999"), 200, READ),
    "a status of 999": (answer(status=b"999 X"), 999, READ),
    "a reason in no encoding": (answer(status=b"200 \xff\xfe"), 200, READ),
    "two early hints": (b"HTTP/1.1 103 Early\r\nLink: </a>\r\n\r\n" * 2 + answer(), 200, READ),
    "a redirect to nowhere": (answer(b"Location: http://[::1", status=b"302 Found"), 302, READ),
    "a body behind 204": (answer(status=b"204 No"), 204, NOT_JSON),
    "gzip behind 204": (answer(b"Content-Encoding: gzip", status=b"204 No", body=b""), 204, NOT_JSON),
    "gzip": (answer(b"Content-Encoding: gzip", body=PACKED), 200, READ),
    "gzip by its old name": (answer(b"Content-Encoding: x-gzip", body=PACKED), 200, READ),
    "gzip in gzip": (answer(b"Content-Encoding: gzip, gzip", body=gzip.compress(PACKED)), 200, READ),
    "gzip of two members": (
        answer(b"Content-Encoding: gzip", body=gzip.compress(BODY[:5]) + gzip.compress(BODY[5:])),
        200,
        READ,
    ),
    "something behind gzip": (answer(b"Content-Encoding: gzip", body=PACKED + b"\n\n"), 200, READ),
    "deflate": (answer(b"Content-Encoding: deflate", body=zlib.compress(BODY)), 200, READ),
    "deflate without its head": (answer(b"Content-Encoding: deflate", body=zlib.compress(BODY)[2:-4]), 200, READ),
    "a charset as content encoding": (answer(b"Content-Encoding: utf-8"), 200, READ),
    "an encoding that we do not know": (answer(b"Content-Encoding: br", body=b"\x0b\x02\x80{}\x03"), 200, NOT_JSON),
    "no length": (b"HTTP/1.0 200 OK\r\n\r\n" + BODY, 200, READ),
    "a body shorter than it is": (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + BODY, 200, NOT_JSON),
    "JSON 100,000 levels deep": (answer(body=b"[" * 100_000), 200, NOT_JSON),
    "a number of 10,000 digits": (answer(body=b"9" * 10_000), 200, parsed(b"9" * 10_000)),
}


@pytest.mark.parametrize(("data", "status", "document"), ANSWERS.values(), ids=ANSWERS)
def test_odd_answers_are_read(data, status, document):
    """The verdict is the one that it would be without what is odd."""
    with raw_server(says(data)) as port:
        for got in sent(port):
            assert isinstance(got, Response), got
            assert (got.status, got.document) == (status, document)


DROPPED = {
    "nothing": b"",
    "a status of two digits": b"HTTP/1.1 99 X\r\n\r\n",
    "a status of 000": answer(status=b"000 X"),
    "a status of four digits": answer(status=b"1000 X"),
    "no status": b"HTTP/1.1\r\n\r\n",
    "no HTTP": b"\x15\x03\x01\x00\x02\x02\x46",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "another protocol, which was not asked for": b"HTTP/1.1 101 S\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\nxx",
    "a header without a colon": answer(b"X"),
    "a NUL in a header": answer(b"X: a\0b"),
    "a header without a name": answer(b": b"),
    "a head without end": b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000,
    "a negative length": b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
    "a length of 5,000 digits": b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n",
    "two lengths": answer(b"Content-Length: 3"),
    "a body longer than it is": b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n" + BODY,
    "a chunk of a negative size": chunked(b"-1\r\nab"),
    "a chunk of a huge size": chunked(b"f" * 20 + b"\r\nab"),
    "a chunk of 30 digits": chunked(b"1" * 30 + b"\r\nab"),
    "a chunk longer than it is": chunked(b"2\r\nabcd\r\n0\r\n\r\n"),
    "a transfer encoding that we do not know": answer(b"Transfer-Encoding: gzip, chunked"),
    "gzip that is not": answer(b"Content-Encoding: gzip"),
    "gzip a thousand times": answer(b"Content-Encoding: " + b"gzip," * 1000, body=PACKED),
}


@pytest.mark.parametrize("data", DROPPED.values(), ids=DROPPED)
def test_what_is_not_http_is_dropped(data):
    """By itself and in a burst."""
    with raw_server(says(data)) as port:
        assert [type(one) for one in sent(port)] == [Dropped] * 2


def test_whatever_comes_is_an_answer_or_lost():
    """Answers with some bytes changed, put in or taken out: nothing else escapes, and it is no fault of ours."""
    rng = random.Random(11)  # noqa: S311 - no secret
    known = [*(data for data, _, _ in ANSWERS.values()), *DROPPED.values()]
    for _ in range(150):
        data = bytearray(rng.choice(known)[:1000] or b"x")
        for _ in range(rng.randint(1, 6)):
            place = rng.randrange(len(data))
            data[place : place + rng.randrange(3)] = rng.choices(b"\r\n:\0 \xff0a", k=rng.randrange(1, 4))
        with raw_server(says(bytes(data))) as port:
            for got in sent(port):
                assert isinstance(got, Response | Lost), bytes(data)
                assert not isinstance(got, Unsendable), bytes(data)


def test_a_crash_of_the_client_accuses_nobody(monkeypatch):
    """Whatever it is that the client raises, it is told as our own."""
    with raw_server(says(answer())) as port:
        monkeypatch.setattr(http.httpx.Response, "iter_raw", lambda _: 1 // 0)
        assert [str(one) for one in sent(port)] == ["the client failed: ZeroDivisionError"] * 2
        assert all(isinstance(one, Unsendable) for one in sent(port))


def test_a_path_that_is_not_ascii_is_sent_as_urls_are_written():
    """In the URL as in the request."""
    seen = []

    def handle(connection):
        seen.append(connection.recv(65536).partition(b"\r\n")[0])
        connection.sendall(answer())
        connection.close()

    request = Request(method="POST", path="/é?a=%20", headers=(), body=b"")
    with raw_server(handle) as port:
        transport = HttpTransport(Target(url=f"http://127.0.0.1:{port}/ü"))
        assert transport.send(request).status == 200
        transport.close()
    assert seen == [b"POST /%C3%A9?a=%20 HTTP/1.1"]
