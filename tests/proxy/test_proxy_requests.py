"""What is changed of a request, what is not passed on, and what the client is answered then."""

from __future__ import annotations

import queue
import threading
from contextlib import suppress

import pytest
from common.proxied import OK, PATIENCE, proxied, request, rest, send, until
from common.servers import free_port

from ed_contract.exceptions import UsageError
from ed_contract.interaction import NoAnswer, NotRead
from ed_contract.proxy import Proxy
from ed_contract.transport.credentials import live_in

END = b"\r\n\r\n"
LIVE = "sk_live_4eC39HqLyjWDarjtT1zdp7dc"


class Target:
    """Keeps what comes before the end of a request, and answers it."""

    def __init__(self, *answers, end=END):
        self.received, self.answers, self.end = queue.Queue(), answers or (OK,), end

    def __call__(self, connection):
        """Serve one connection."""
        for answer in self.answers:
            self.received.put(until(connection, self.end))
            send(connection, answer)

    def got(self):
        """Return what has come."""
        return self.received.get(timeout=PATIENCE)


def refusal(status, sentence, *, bodiless=False):
    """Return an answer of the proxy's own."""
    body = f"ed-contract proxy: {sentence}.\n"
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
    return f"{head}Connection: close\r\n\r\n{'' if bodiless else body}".encode()


@pytest.mark.parametrize(
    ("path", "asked", "got"),
    [
        ("", "/v2?a=/b", "/v2?a=/b"),
        ("/", "/v2", "/v2"),
        ("/base/", "/v2?a=/b", "/base/v2?a=/b"),
        ("/base", "//v2", "/base//v2"),
        ("/base", "*", "*"),
        ("", "http://proxy.example:80/v2", "http://{host}/v2"),
        ("/base", "HTTPS://user@proxy.example/v2?a=http://b/", "http://{host}/base/v2?a=http://b/"),
        ("/base", "http://proxy.example?a", "http://{host}/base?a"),
    ],
)
def test_the_target_gets_its_own_host_and_its_own_path(path, asked, got):
    """Host is exchanged where it stands, as often as it stands there; so is the host of a URL."""
    target = Target()
    head = "OPTIONS {} HTTP/1.1\r\na: proxy.example\r\nHOST:  {} \r\nb:\r\nhost:{}\r\n\r\n"
    with proxied(target, path=path) as ends:
        assert ends.asked(head.format(asked, "proxy.example", "x").encode()) == OK
        host = ends.host.decode()
        assert target.got().decode() == head.format(got.format(host=host), host, host)


def test_an_exchange_is_what_the_client_sent():
    """Its path and its Host, not those of the target."""
    with proxied(Target(), path="/base") as ends:
        assert ends.asked(b"GET http://proxy.example/v2?a HTTP/1.1\r\nHost: proxy.example\r\n\r\n") == OK
        exchange = ends.exchange()
    assert (exchange.path, exchange.header("host")) == ("/v2?a", "proxy.example")


def test_a_request_without_host_gets_none():
    """It is the target's to refuse it."""
    target = Target()
    with proxied(target) as ends:
        ends.asked(b"GET / HTTP/1.1\r\n\r\n")
        assert target.got() == b"GET / HTTP/1.1\r\n\r\n"


@pytest.mark.parametrize(
    "header",
    [
        f"Authorization: Bearer {LIVE}",
        f"authorization: {LIVE}",
        "Authorization: Basic c2tfbGl2ZV80ZUMzOUhxTHlqV0Rhcmp0VDF6ZHA3ZGM6",
        f"X-Api-Key: {LIVE.replace('sk_', 'rk_')}",
        f"Cookie: a=b; token={LIVE}",
        f"X-Anything: {LIVE}",
    ],
)
def test_a_live_key_is_refused_before_anything_reaches_the_target(header):
    """Not even a connection is made; the key is not repeated, and there is no exchange."""
    target = Target()
    with proxied(target) as ends:
        came = ends.asked(request(b"{}", header))
    name = header.partition(":")[0]
    assert came == refusal(
        "403 Forbidden",
        f"the header {name} holds a live key: send the key of a sandbox, or start the proxy with --allow-live",
    )
    assert (target.received.empty(), ends.exchanges.empty()) == (True, True)


def test_a_live_key_behind_other_requests_is_refused_in_its_turn():
    """What came before is answered first, and what stands behind is not read."""
    target = Target(OK, OK, end=b"{}")
    with proxied(target) as ends:
        came = ends.asked(request(), request(b"{}", f"Authorization: Bearer {LIVE}"), request())
    assert came.startswith(OK + b"HTTP/1.1 403 Forbidden\r\n")
    assert LIVE.encode() not in came
    assert (target.received.qsize(), ends.exchanges.qsize()) == (1, 1)


def test_a_refusal_is_not_taken_for_the_answer_to_another_request():
    """Where the target leaves the request before unanswered, the connection ends as it would have."""
    with proxied(Target(b"", end=b"{}")) as ends:
        assert ends.asked(request(), request(b"{}", f"Authorization: Bearer {LIVE}")) == b""


def test_a_live_key_passes_where_it_is_allowed():
    """As it was sent."""
    asked = request(b"{}", f"Authorization: Bearer {LIVE}")
    target = Target(end=b"{}")
    with proxied(target, allow_live=True) as ends:
        assert ends.asked(asked) == OK
        assert target.got() == asked.replace(b"proxy.example", ends.host)


def test_live_keys_are_those_that_a_run_refuses():
    """A test key, a word that looks like one, and what is no credential are none."""
    assert live_in((("Accept", "*/*"), ("X-Api-Key", LIVE), ("Authorization", LIVE))) == "X-Api-Key"
    assert live_in((("Authorization", "Bearer sk_test_live_1"), ("X-Note", "go_live_soon"))) is None
    assert live_in((("Idempotency-Key", LIVE),)) is None


LINE = "the request line is not that of HTTP/1.0 or HTTP/1.1"
FIELD = "a header line is malformed"
TRANSFER = "the request has a Transfer-Encoding other than chunked, or one in HTTP/1.0"
MALFORMED = [
    (b"GET /\r\n\r\n", LINE),
    (b"GET / HTTP/2.0\r\n\r\n", LINE),
    (b"GET  / HTTP/1.1\r\n\r\n", LINE),
    (b"GET /a b HTTP/1.1\r\n\r\n", LINE),
    (b"G@T / HTTP/1.1\r\n\r\n", LINE),
    (b"GET / HTTP/1.1\n\n", LINE),
    (b"\n\nGET / HTTP/1.1\r\n\r\n", LINE),
    (b"\x16\x03\x01\r\n\r\n", LINE),
    (b"GET v2 HTTP/1.1\r\n\r\n", "the request target is neither a path nor a URL"),
    (b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", FIELD),
    (b"GET / HTTP/1.1\r\n Host: a\r\n\r\n", FIELD),
    (b"GET / HTTP/1.1\r\na: b\r\n c\r\n\r\n", FIELD),
    (b"GET / HTTP/1.1\r\na: b\nc: d\r\n\r\n", FIELD),
    (b"GET / HTTP/1.1\r\na: b\rc: d\r\n\r\n", FIELD),
    (b"GET / HTTP/1.1\r\na: \0\r\n\r\n", FIELD),
    (b"GET / HTTP/1.1\r\na\r\n\r\n", FIELD),
    (
        b"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "the request has both Content-Length and Transfer-Encoding",
    ),
    (
        b"POST / HTTP/1.1\r\nContent-Length: 5\r\ncontent-length: 5\r\n\r\n",
        "the request has more than one Content-Length",
    ),
    (b"POST / HTTP/1.1\r\nContent-Length: 5, 5\r\n\r\n", "the Content-Length is not a length"),
    (b"POST / HTTP/1.1\r\nContent-Length: +5\r\n\r\n", "the Content-Length is not a length"),
    (b"POST / HTTP/1.1\r\nContent-Length:\r\n\r\n", "the Content-Length is not a length"),
    (b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", TRANSFER),
    (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", TRANSFER),
    (b"POST / HTTP/1.1\r\nTransfer-Encoding: identity\r\n\r\n", TRANSFER),
    (b"POST / HTTP/1.1\r\nTransfer-Encoding: \x0bchunked\r\n\r\n", TRANSFER),
    (b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", TRANSFER),
    (b"GET / HTTP/1.1\r\na: " + b"b" * 65536, "the head is longer than 64 KiB"),
    (b"GET / HTTP/1.1\r\na: " + b"b" * 65536 + END, "the head is longer than 64 KiB"),
]


@pytest.mark.parametrize(("asked", "why"), MALFORMED, ids=range(len(MALFORMED)))
def test_a_request_that_could_be_read_in_two_ways_is_refused(asked, why):
    """Nothing of it reaches the target, nor of what stands behind it; there is no exchange."""
    target = Target()
    with proxied(target) as ends:
        assert ends.asked(asked, request()) == refusal("400 Bad Request", f"the request was not forwarded: {why}")
    assert (target.received.empty(), ends.exchanges.empty()) == (True, True)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"zz\r\n", "a chunk does not begin with its size"),
        (b"-1\r\n", "a chunk does not begin with its size"),
        (b"0x1\r\n", "a chunk does not begin with its size"),
        (b"1\n{", "a chunk does not begin with its size"),
        (b"1;" + b"a" * 20000, "a line is too long"),
        (b"1\r\n{}\r\n", "a chunk is longer than its size"),
        (b"1\r\n{\n", "a chunk is longer than its size"),
        (b"0\r\nno trailer\r\n\r\n", "a trailer is malformed"),
        (b"0\r\na: " + b"b" * 65536, "a line is too long"),
    ],
)
def test_a_body_that_cannot_be_followed_is_broken_off(body, why):
    """The target gets no line that is malformed; the client gets 400, and of the exchange nothing can be said."""
    received = queue.Queue()
    head = b"POST / HTTP/1.1\r\nHost: proxy.example\r\nTransfer-Encoding: chunked\r\n\r\n"

    def handle(connection):
        come = until(connection, b"2\r\n[]\r\n")
        begun.set()
        received.put(come + rest(connection))

    begun = threading.Event()
    with proxied(handle) as ends, ends.connected() as client:
        send(client, head, b"2\r\n[]\r\n")
        assert begun.wait(PATIENCE)
        send(client, body)
        assert rest(client) == refusal("400 Bad Request", f"the request was not forwarded: {why}")
        client.close()
        exchange = ends.exchange()
        got = received.get(timeout=PATIENCE)
    assert got.startswith(head.replace(b"proxy.example", ends.host) + b"2\r\n[]\r\n")
    assert exchange.answer == NotRead(reason="the request could not be read to its end")


def test_a_request_that_ends_in_its_head_is_refused():
    """Nothing of it was passed on."""
    target = Target()
    with proxied(target) as ends:
        assert ends.asked(b"GET / HTTP/1.1\r\nHo") == refusal("400 Bad Request", "the request ended in its head")
    assert target.received.empty()


def test_the_target_sees_that_a_body_was_cut():
    """It may answer nevertheless; nobody is blamed."""
    target = Target(end=b"half")
    with proxied(target) as ends:
        assert ends.asked(b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf") == OK
        assert isinstance(ends.exchange().answer, NotRead)


def test_connect_is_not_served():
    """The proxy is for one server."""
    with proxied(Target()) as ends:
        assert ends.asked(b"CONNECT a.example:443 HTTP/1.1\r\n\r\n") == refusal(
            "501 Not Implemented", "CONNECT is not forwarded: this is a proxy for one server"
        )


@pytest.mark.parametrize("method", ["POST", "HEAD"])
def test_a_target_that_is_down_is_a_502(method):
    """With one sentence, and an exchange that says so, too; the body of the request is read, and the answer kept."""
    port, exchanges = free_port(), queue.Queue()
    with Proxy(to=f"http://127.0.0.1:{port}", on_exchange=exchanges.put) as proxy:
        with proxied(Target()) as ends:
            ends.proxy = proxy
            came = ends.asked(request(b"[" * 100_000, method=method))
        exchange = exchanges.get(timeout=PATIENCE)
    sentence = f"http://127.0.0.1:{port} cannot be reached: Connection refused"
    assert came == refusal("502 Bad Gateway", sentence, bodiless=method == "HEAD")
    assert exchange.answer == NoAnswer(reason=sentence)
    assert exchange.body == b"[" * 100_000


@pytest.mark.parametrize("to", ["ftp://a.example", "http://", "http://user:secret@a.example", "http://a.example?b"])
def test_a_target_is_a_base_url(to):
    """With host and path alone."""
    with pytest.raises(UsageError) as told:
        Proxy(to=to, on_exchange=print)
    assert "secret" not in str(told.value)


def test_an_early_answer_survives_a_body_that_nobody_reads():
    """A target that refuses a large body closes with most of it unread, and its connection is reset."""
    answer = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
    with proxied(Target(answer)) as ends, ends.connected() as client:
        with suppress(OSError):  # as it is without a proxy
            send(client, b"POST / HTTP/1.1\r\nContent-Length: 50000000\r\n\r\n", *[bytes(500_000)] * 100)
        assert until(client, answer) == answer
        client.close()
        assert isinstance(ends.exchange().answer, NotRead)


def test_a_client_that_leaves_while_its_refusal_waits_is_noticed():
    """The target sees the end, and is not waited for in vain."""

    def handle(connection):
        come = until(connection, b"{}") + rest(connection)
        received.put(come)
        send(connection, OK)

    received = queue.Queue()
    asked = request()
    with proxied(handle) as ends:
        assert ends.asked(asked, b"no request\r\n\r\n").startswith(OK + b"HTTP/1.1 400 ")
        assert received.get(timeout=PATIENCE) == asked.replace(b"proxy.example", ends.host)
