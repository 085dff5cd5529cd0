"""Bytes pass unchanged in both directions, however they are framed and wherever they are cut."""

from __future__ import annotations

import gzip
import queue
import socket
import zlib

import pytest
from common.proxied import PATIENCE, cut, proxied, request, rest, send
from hypothesis import given
from hypothesis import strategies as st

from ed_contract.cases import bodies
from ed_contract.interaction import Response
from ed_contract.proxy.bodies import Chunked, Fixed

HOST = b"proxy.example"
PLACES = st.lists(st.integers(0, 2**16), max_size=8)


def chunks(body, sizes, trailers=b""):
    """Return a body in chunks of some sizes, in the ways in which sizes may be written."""
    framed, at, turn = b"", 0, 0
    while at < len(body):
        size = sizes[turn % len(sizes)] if sizes else len(body)
        piece = body[at : at + size]
        framed += (b"%x\r\n", b"%X;name=value\r\n", b"0%x\r\n")[turn % 3] % len(piece) + piece + b"\r\n"
        at, turn = at + size, turn + 1
    return framed + b"0\r\n" + trailers + b"\r\n"


def chunked_request(framed):
    """Return a request with a body in chunks."""
    return b"POST /v2/core/event_destinations HTTP/1.1\r\nhOST:%b\r\ntransfer-encoding: Chunked\r\n\r\n" % HOST + framed


def answer(framed, *headers):
    """Return an answer."""
    return b"\r\n".join([b"HTTP/1.1 200 OK", b"x-REQUEST-id:  one ", *headers, b"", framed])


class Target:
    """Reads each connection to its end, sends what it is told to, and closes."""

    def __init__(self):
        self.received, self.pieces = queue.Queue(), []

    def __call__(self, connection):
        """Serve one connection."""
        self.received.put(rest(connection))
        send(connection, *self.pieces)


@pytest.fixture(scope="module")
def both():
    """A target, and the proxy in front of it."""
    target = Target()
    with proxied(target) as ends:
        yield target, ends


def passed(both, asked, answered):
    """Send pieces of a request and of its answer; return what came on both sides, and the exchange."""
    target, ends = both
    target.pieces = answered
    come = ends.asked(*asked)
    return target.received.get(timeout=PATIENCE).replace(ends.host, HOST), come, ends.exchange()


def framings(body):
    """Return a body in all its framings: the request, and the answer."""
    framed = chunks(body, [1, 1000, 3], b"X-Trailer: at the end\r\n")
    return [
        (request(body), answer(body, b"Content-Length: %d" % len(body))),
        (chunked_request(framed), answer(framed, b"Transfer-Encoding: chunked")),
        (request(body), answer(body)),
    ]


@pytest.mark.parametrize("case", bodies(), ids=lambda case: case.name)
def test_every_body_passes_in_every_framing(both, case):
    """With a length, in chunks, and until the connection ends; the exchange has it without any framing."""
    for asked, answered in framings(case.body):
        there, back, exchange = passed(both, [asked], [answered])
        assert (there, back) == (asked, answered)
        assert (exchange.body, exchange.answer.body) == (case.body, case.body)


@given(
    body=st.binary(max_size=4000),
    sizes=st.lists(st.integers(1, 1500), max_size=4),
    places=st.tuples(PLACES, PLACES),
    trailers=st.sampled_from([b"", b"X-Trailer: at the end\r\n", b"a:\r\nb: c\r\n"]),
)
def test_it_does_not_matter_where_bytes_are_cut(both, body, sizes, places, trailers):
    """In the head, in the size of a chunk, in a line's end."""
    framed = chunks(body, sizes, trailers)
    asked, answered = chunked_request(framed), answer(framed, b"Transfer-Encoding: chunked")
    came, got, exchange = passed(both, cut(asked, places[0]), cut(answered, places[1]))
    assert (came, got) == (asked, answered)
    assert (exchange.body, exchange.answer.body) == (body, body)


@given(body=st.binary(max_size=300), sizes=st.lists(st.integers(1, 100), max_size=4), places=PLACES, more=st.binary())
def test_a_body_knows_where_it_ends(body, sizes, places, more):
    """However it was cut, what stands behind it is not its own."""
    for made, framed in ((Fixed(len(body)), body), (Chunked(), chunks(body, sizes, b"X-Trailer: x\r\n"))):
        taken = 0
        for piece in cut(framed + more, places):
            taken += made.feed(piece)
        assert (taken, made.whole, made.content) == (len(framed), True, body)


@pytest.mark.parametrize(
    ("coding", "encoded"),
    [
        (b"gzip", gzip.compress(b'{"id": 1}', mtime=0)),
        (b"deflate", zlib.compress(b'{"id": 1}')),
        (b"br", b'{"id": 1}'),
    ],
)
def test_a_content_coding_passes_and_is_undone_in_the_exchange(both, coding, encoded):
    """One that nobody here knows is left as it came, as in a run."""
    asked = request(encoded, f"Content-Encoding: {coding.decode()}")
    answered = answer(encoded, b"Content-Encoding: " + coding)
    there, back, exchange = passed(both, [asked], [answered])
    assert (there, back) == (asked, answered)
    assert (exchange.body, exchange.answer.document) == (encoded, {"id": 1})


def test_heads_pass_as_they_are_written(both):
    """Case, order, repeated names, blanks, bytes beyond ASCII, and an empty line before the request."""
    asked = (
        b"\r\nPATCH /a%20b?c=\xc3\xa9&d HTTP/1.0\r\nb: 2\r\nB:1\r\nhOsT:\t proxy.example \r\nA:  \xff\t \r\n"
        b"EMPTY:\r\nidempotency-KEY: \xc3\xa9\r\n\r\n"
    )
    answered = b"HTTP/1.0 299 \xe9\r\nB: 1\nFolded: a\r\n  b\r\nb:\xc3\xa9 \r\n\r\n"
    there, back, exchange = passed(both, [asked], [answered])
    assert (there, back) == (asked, answered)
    assert (exchange.method, exchange.path) == ("PATCH", "/a%20b?c=é&d")
    assert exchange.headers == (
        ("b", "2"),
        ("B", "1"),
        ("hOsT", "proxy.example"),
        ("A", "ÿ"),
        ("EMPTY", ""),
        ("idempotency-KEY", "é"),
    )
    assert (exchange.answer.status, exchange.answer.headers) == (299, (("b", "1"), ("folded", "a b"), ("b", "é")))


FRAGMENTS = [
    *(
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.0 204 \n",
        b"HTTP/1.1 101 S\r\n\r\n",
        b"HTTP/1",
    ),
    *(b"Content-Length: 3\r\n", b"Content-Length: x\r\n", b"Transfer-Encoding: chunked\r\n", b"a: b\r\n", b" c\n"),
    *(
        b"\r\n",
        b"\n",
        b"\r",
        b"\r\n\r\n",
        b"3\r\n{} \r\n",
        b"0\r\n\r\n",
        b"ffffffffffffffff\r\n",
        b"{} ",
        b"\0\xff",
        b":",
    ),
]


@given(parts=st.lists(st.sampled_from(FRAGMENTS), max_size=12), places=PLACES)
def test_whatever_the_target_sends_arrives(both, parts, places):
    """Be it an answer, half of one, several, or none."""
    sent = b"".join(parts)
    _, back, exchange = passed(both, [request()], cut(sent, places))
    assert back == sent
    assert exchange.body == b"{}"


LINES = [
    *(
        b"POST / HTTP/1.1\r\n",
        b"GET /\r\n",
        b"POST / HTTP/1.0\r\n",
        b"Host: %b\r\n" % HOST,
        b"hosT:%b\r\n" % HOST,
        b" c\r\n",
    ),
    *FRAGMENTS[5:],
]


@given(parts=st.lists(st.sampled_from(LINES), max_size=12), places=PLACES)
def test_whatever_the_client_sends_arrives_up_to_where_it_is_refused(parts, places):
    """Nothing is added, and nothing left out in the middle."""
    target, sent = Target(), b"".join(parts)
    with proxied(target) as ends, ends.connected() as client:
        send(client, *cut(sent, places))
        client.shutdown(socket.SHUT_WR)
        rest(client)
    while not target.received.empty():
        assert sent.startswith(target.received.get().replace(ends.host, HOST))
    while not ends.exchanges.empty():
        assert not isinstance(ends.exchanges.get().answer, Response)
