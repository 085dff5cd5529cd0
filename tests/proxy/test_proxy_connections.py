"""A connection through the proxy behaves as one to the target: kept alive, pipelined, half closed, upgraded."""

from __future__ import annotations

import socket
import struct
import threading

import pytest
from common.proxied import OK, PATIENCE, proxied, request, rest, send, until

from ed_contract.interaction import NoAnswer, NotRead

END = b"\r\n\r\n"


def answering(*answers):
    """Return a target that sends one answer for each request without a body, and then closes."""

    def handle(connection):
        for answer in answers:
            until(connection, END)
            send(connection, answer)

    return handle


def bare(method="GET", *headers, target="/"):
    """Return a request without a body."""
    return "\r\n".join([f"{method} {target} HTTP/1.1", "Host: proxy.example", *headers, "", ""]).encode()


def test_a_connection_is_kept_alive():
    """Each answer is there before the next request is sent, and all go through one connection to the target."""
    with proxied(answering(*[OK] * 3)) as ends, ends.connected() as client:
        for number in range(3):
            send(client, bare(target=f"/{number}"))
            assert until(client, b"{}") == OK
        assert rest(client) == b""
        exchanges = [ends.exchange() for _ in range(3)]
    assert [(one.path, one.connection) for one in exchanges] == [("/0", "1"), ("/1", "1"), ("/2", "1")]
    moments = [moment for one in exchanges for moment in (one.began, one.ended)]
    assert moments == sorted(moments)


def test_connections_have_names_of_their_own():
    """In the order in which they came."""
    with proxied(answering(OK)) as ends:
        for name in ("1", "2"):
            assert ends.asked(bare()) == OK
            assert ends.exchange().connection == name


def test_requests_may_be_pipelined():
    """All are sent before the first answer comes; answers keep their order."""
    answers = [b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n%d" % number for number in range(5)]

    def handle(connection):
        come = b""
        while come.count(END) < len(answers):
            come += connection.recv(65536)
        send(connection, b"".join(answers))

    with proxied(handle) as ends:
        assert ends.asked(b"".join(bare(target=f"/{number}") for number in range(5))) == b"".join(answers)
        exchanges = [ends.exchange() for _ in answers]
    assert [(one.path, one.answer.body) for one in exchanges] == [(f"/{n}", b"%d" % n) for n in range(5)]


@pytest.mark.parametrize(
    ("method", "answer"),
    [
        ("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"),
        ("HEAD", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
        ("GET", b"HTTP/1.1 204 No Content\r\nContent-Length: 100\r\n\r\n"),
        ("GET", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\n\r\n"),
        ("GET", b"HTTP/1.1 200 OK\r\nContent-Length: 0, 0\r\n\r\n"),
    ],
)
def test_an_answer_without_a_body_ends_with_its_head(method, answer):
    """Whatever its headers say of a body; the connection goes on."""
    with proxied(answering(answer, OK)) as ends, ends.connected() as client:
        send(client, bare(method))
        assert until(client, END) == answer
        assert ends.exchange().answer.body == b""
        send(client, bare())
        assert until(client, b"{}") == OK


def test_a_client_may_wait_for_leave_to_send_the_body():
    """The head passes without the body, 100 comes back, and only then the body; other 1xx pass as well."""
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    leave = b"HTTP/1.1 100 Continue\r\n\r\n"

    def handle(connection):
        until(connection, END)
        send(connection, hints, leave)
        until(connection, b"{}")
        send(connection, OK)

    head, body = request(b"{}", "Expect: 100-continue")[:-2], b"{}"
    with proxied(handle) as ends, ends.connected() as client:
        send(client, head)
        assert until(client, leave) == hints + leave
        send(client, body)
        assert until(client, b"{}") == OK
        exchange = ends.exchange()
    assert (exchange.body, exchange.answer.status) == (b"{}", 200)


def test_a_client_may_end_its_side_and_still_get_the_answer():
    """The target sees the end as well, and has all the time it wants."""

    def handle(connection):
        assert rest(connection).endswith(b"{}")
        send(connection, OK)

    with proxied(handle) as ends:
        assert ends.asked(request()) == OK
        assert ends.exchange().answer.status == 200


def test_what_arrives_is_passed_on_at_once():
    """Each piece of an answer and of a request has come before the next is sent."""
    steps = [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na", b"\r\n1\r", b"\nb\r\n0\r\n\r\n"]
    body = [b"{", b'"', b'a":1', b"}"]

    def handle(connection):
        until(connection, END)
        for piece, answer in zip(body, steps, strict=True):
            until(connection, piece)
            send(connection, answer)

    with proxied(handle) as ends, ends.connected() as client:
        send(client, request(b"".join(body)).removesuffix(b"".join(body)))
        for piece, answer in zip(body, steps, strict=True):
            send(client, piece)
            assert until(client, answer) == answer
        exchange = ends.exchange()
    assert (exchange.body, exchange.answer.body) == (b'{"a":1}', b"ab")


def test_an_answer_may_come_before_the_request_is_whole():
    """It passes at once; the exchange says nothing of it, as the request was not whole."""
    with proxied(lambda connection: (until(connection, END), send(connection, OK))) as ends, ends.connected() as client:
        send(client, b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\n")
        assert rest(client) == OK
        client.close()
        assert ends.exchange().answer == NotRead(reason="the answer came before the request was complete")


def test_an_upgraded_connection_passes_anything():
    """In both directions, until either side ends; the exchange ends with 101."""
    switch = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\n\r\n"

    def handle(connection):
        until(connection, END)
        send(connection, switch)
        while piece := connection.recv(65536):
            send(connection, piece)

    with proxied(handle) as ends, ends.connected() as client:
        send(client, bare("GET", "Connection: upgrade", "Upgrade: echo"))
        assert until(client, END) == switch
        for piece in (b"GET / HTTP/1.1\r\nAuthorization: sk_live_x\r\n\r\n", b"\0\xff", b"last"):
            send(client, piece)
            assert until(client, piece) == piece
        client.shutdown(socket.SHUT_WR)
        assert rest(client) == b""
        assert ends.exchange().answer.status == 101
    assert ends.exchanges.empty()


def test_a_declined_upgrade_changes_nothing():
    """What was sent behind such a request is read when it is answered."""
    with proxied(answering(OK, OK)) as ends:
        assert ends.asked(bare("GET", "Upgrade: h2c"), bare()) == OK + OK


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (b"", "the connection ended before an answer came"),
        (b"HTTP/1.1 200 OK\r\nContent-Le", "the connection ended in the middle of the answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}", "the connection ended in the middle of the answer"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{",
            "the connection ended in the middle of the answer",
        ),
        (b"SSH-2.0-server\r\n", "the answer is not HTTP/1: it does not begin with HTTP/1"),
        (b"HTTP/1.1 OK\r\n\r\n", "the answer is not HTTP/1: the status line is not that of HTTP/1.0 or HTTP/1.1"),
        (b"HTTP/1.1 200 OK\r\nno header\r\n\r\n", "the answer is not HTTP/1: a header line is malformed"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n{}",
            "the answer is not HTTP/1: the Content-Length is not a length",
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}",
            "the answer is not HTTP/1: a chunk does not begin with its size",
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n",
            "the answer is not HTTP/1: a chunk is longer than its size",
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            "the answer is not HTTP/1: it has a Transfer-Encoding other than chunked",
        ),
        (b"HTTP/1.1 101 Switching Protocols\r\n\r\n", "the answer is not HTTP/1: it switches protocols unasked"),
    ],
)
def test_a_broken_answer_passes_as_it_is(sent, reason):
    """The client sees what it would have seen without the proxy; the exchange says why it is none."""
    with proxied(answering(sent)) as ends, ends.connected() as client:
        send(client, bare())
        assert rest(client) == sent
        assert ends.exchange().answer == NoAnswer(reason=reason, ended=True)


def test_a_content_that_does_not_decode_is_no_answer():
    """As in a run."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"
    with proxied(answering(answer)) as ends:
        assert ends.asked(bare()) == answer
        came = ends.exchange().answer
    assert came.ended
    assert came.reason.startswith("the answer's content cannot be decoded")


def test_bytes_that_nobody_asked_for_pass():
    """Some servers say 408 before they close an idle connection. It belongs to no exchange."""
    unasked = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n"
    with proxied(answering(OK + unasked)) as ends, ends.connected() as client:
        send(client, bare())
        assert rest(client) == OK + unasked
        assert ends.exchange().answer.status == 200
    assert ends.exchanges.empty()


def test_a_reset_in_the_middle_of_an_answer_is_passed_on():
    """An answer that ends with its connection would seem whole otherwise."""

    def handle(connection):
        until(connection, END)
        send(connection, b"HTTP/1.1 200 OK\r\n\r\n{")
        come.wait(PATIENCE)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a close resets

    come = threading.Event()
    with proxied(handle) as ends, ends.connected() as client:
        send(client, bare())
        until(client, b"{")
        come.set()
        with pytest.raises(ConnectionResetError):
            client.recv(1)
        assert ends.exchange().answer == NoAnswer(reason="the connection was reset", ended=True)


def test_a_client_that_goes_away_is_not_the_target_s_fault():
    """Of its request nothing can be said; the target sees the end."""
    gone = threading.Event()

    def handle(connection):
        until(connection, END)
        gone.set()
        assert rest(connection) == b""

    with proxied(handle) as ends:
        with ends.connected() as client:
            send(client, bare())
            assert gone.wait(PATIENCE)
        assert ends.exchange().answer == NotRead(
            reason="the client closed its side of the connection before the answer was complete"
        )


def test_a_hundred_clients_are_served_at_once():
    """The target answers none of them before all have come."""
    barrier = threading.Barrier(100)

    def handle(connection):
        until(connection, END)
        barrier.wait(PATIENCE)
        send(connection, OK)

    with proxied(handle) as ends:
        clients = [ends.connected() for _ in range(100)]
        for client in clients:
            send(client, bare())
        for client in clients:
            assert rest(client) == OK
            client.close()
        assert {ends.exchange().connection for _ in clients} == {str(number) for number in range(1, 101)}


def test_the_next_client_waits_for_a_place():
    """It is accepted when one of a hundred has gone."""
    with proxied(answering(OK)) as ends:
        clients = [ends.connected() for _ in range(101)]
        send(clients[-1], bare())
        clients[-1].settimeout(0.05)
        with pytest.raises(TimeoutError):
            clients[-1].recv(1)
        clients[-1].settimeout(PATIENCE)
        clients[0].close()
        assert rest(clients[-1]) == OK
        for client in clients:
            client.close()
