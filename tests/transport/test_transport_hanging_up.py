"""Requests whose connection we end on purpose, before their answer is read."""

from __future__ import annotations

import gzip
import json
import queue
import select
import ssl
from dataclasses import replace

import pytest
from common.servers import AUTHORITY, CERTIFICATES, as_json, http_server, raw_server

from ed_contract.case import HangUp
from ed_contract.contract import CONTRACT
from ed_contract.interaction import Request
from ed_contract.reference import Reference
from ed_contract.transport import HungUp, Lost, Target, TimedOut, Unreached, Unsendable, open_transport
from ed_contract.transport.glimpses import identifier_in

REQUEST = Request(method="POST", path="/", headers=(), body=b'{"name":"Orders"}')
UNREAD = [HangUp.SENT, HangUp.UNDER_WAY]
DOCUMENT = b'{"id": "ed_1", "name": "a, b", "metadata": {"id": "inner", "x": "y"}}'
PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(DOCUMENT), DOCUMENT)
SOON = 5.0  # seconds within which what is awaited has happened


def hanging_up(how, url, **options):
    """Hang up at a request, and return what came of it."""
    transport = open_transport(Target(url=url, request_timeout=SOON, **options))
    try:
        return transport.send(replace(REQUEST, hangs_up=how))
    except Lost as lost:
        return lost
    finally:
        transport.close()


class Listener:
    """Answers one request a connection with some bytes, and notes how the connection ends."""

    def __init__(self, *parts, context=None):
        self.parts, self.context = parts, context
        self.requests, self.resets = queue.Queue(), queue.Queue()

    def __call__(self, connection):
        """Serve a connection, and note whether it is reset: we did not close it, so that no other end hangs up."""
        try:
            if self.context is not None:
                connection = self.context.wrap_socket(connection, server_side=True)
            came = b""
            while not came.endswith(REQUEST.body) and (part := connection.recv(65536)):
                came += part
            self.requests.put(came)
            for part in self.parts:
                connection.sendall(part)
            watched = select.poll()
            watched.register(connection, 0)
            self.resets.put(any(event & select.POLLHUP for _, event in watched.poll(SOON * 1000)))
        except OSError:
            self.resets.put(True)
        finally:
            connection.close()


@pytest.mark.parametrize("how", UNREAD)
def test_nothing_of_an_answer_is_read(how):
    """The connection is reset when the whole request was sent, whether an answer comes or not."""
    for parts in ((), (PLAIN,)):
        listener = Listener(*parts)
        with raw_server(listener) as port:
            came = hanging_up(how, f"http://127.0.0.1:{port}")
            assert listener.resets.get(timeout=SOON)
        assert (type(came), came.status, came.identifier) == (HungUp, None, None)


def _chunked(*parts):
    return b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n" + b"".join(
        b"%x\r\n%s\r\n" % (len(part), part) for part in parts
    )


@pytest.mark.parametrize(
    "parts",
    [
        (PLAIN,),
        (PLAIN[:-1],),
        (PLAIN[:-40],),
        (b"HTTP/1.0 200 OK\r\n\r\n" + DOCUMENT,),
        (_chunked(DOCUMENT[:12], DOCUMENT[12:30]),),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 999\r\n\r\n" + gzip.compress(DOCUMENT),),
    ],
    ids=["whole", "but for the last byte", "cut in the middle", "HTTP/1.0", "chunked", "gzip"],
)
def test_no_more_is_read_than_shows_the_id(parts):
    """However the answer is framed, and whether the rest ever comes; then the connection is reset."""
    listener = Listener(*parts)
    with raw_server(listener) as port:
        came = hanging_up(HangUp.SEEN, f"http://127.0.0.1:{port}")
        assert listener.resets.get(timeout=SOON)
    assert (type(came), came.identifier) == (HungUp, "ed_1")
    assert came.status in {200, 201}


@pytest.mark.parametrize(
    ("document", "status"),
    [({"error": {"code": "x"}}, 409), ({"id": "ed_1"}, 500), ({"object": "none"}, 200), ([], 200)],
)
def test_an_answer_that_is_no_success_or_shows_no_id_is_read_to_its_end(document, status):
    """The cut could not be made as planned, and the answer is one like another."""
    with http_server(lambda *_: as_json(document, status)) as url:
        came = hanging_up(HangUp.SEEN, url)
    assert (came.status, came.document) == (status, document)


def test_what_gets_no_answer_is_lost_as_ever():
    """Nobody listens, nothing comes, or the server drops the connection first."""
    with raw_server(lambda connection: connection.recv(65536) and connection.close()) as port:
        url = f"http://127.0.0.1:{port}"
        assert type(hanging_up(HangUp.SEEN, url)).__name__ == "Dropped"
    assert isinstance(hanging_up(HangUp.SEEN, url), Unreached)
    with raw_server(Listener()) as port:
        transport = open_transport(Target(url=f"http://127.0.0.1:{port}", request_timeout=0.05))
        with pytest.raises(TimedOut):
            transport.send(replace(REQUEST, hangs_up=HangUp.SEEN))
        transport.close()


@pytest.mark.parametrize("how", list(HangUp))
def test_connections_of_tls_are_reset_as_well(how):
    """In the middle of what is encrypted."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATES / "server.pem")
    listener = Listener(*([PLAIN] if how is HangUp.SEEN else []), context=context)
    with raw_server(listener) as port:
        came = hanging_up(how, f"https://127.0.0.1:{port}", tls_verify=AUTHORITY)
        assert listener.resets.get(timeout=SOON)
    assert (type(came), came.identifier) == (HungUp, "ed_1" if how is HangUp.SEEN else None)


def test_a_server_with_one_thread_is_not_kept_from_it():
    """The idle connection before is closed first, and what comes after has one of its own."""
    with http_server(lambda *_: as_json({"id": "ed_1"}), threads=False, quiet=True) as url:
        transport = open_transport(Target(url=url, request_timeout=SOON))
        assert transport.send(REQUEST).status == 200
        for how in HangUp:
            with pytest.raises(HungUp):
                transport.send(replace(REQUEST, hangs_up=how))
            assert transport.send(REQUEST).document == {"id": "ed_1"}
        transport.close()


def test_where_there_is_no_connection_of_ours_it_is_not_sent():
    """To a proxy, and to an application in process."""
    assert isinstance(hanging_up(HangUp.SEEN, "http://127.0.0.1:1", proxy="http://127.0.0.1:2"), Unsendable)
    with Reference() as app:
        transport = open_transport(Target.of_app(app))
        with pytest.raises(Unsendable):
            transport.send(replace(REQUEST, hangs_up=HangUp.SENT))
        transport.close()


def test_the_id_is_read_at_its_place_alone():
    """At any cut of the answer: the inner one is never taken for it."""
    shown = json.dumps(
        {"metadata": {"id": "inner", "x": [1, 2]}, "name": 'a", "id": "no', "id": "ed_1", "z": 1}
    ).encode()
    seen = [identifier_in(shown[:end], CONTRACT) for end in range(len(shown) + 1)]
    assert set(seen[: seen.index("ed_1")]) == {None}
    assert set(seen[seen.index("ed_1") :]) == {"ed_1"}
    assert identifier_in(b'{"id": true, "x": 1}', CONTRACT) is None
