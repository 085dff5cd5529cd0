"""The proxy speaks TLS to the target only, and checks its certificate with what it was given."""

from __future__ import annotations

import queue
import socket
import ssl
from contextlib import contextmanager, suppress

import pytest
from common.proxied import OK, PATIENCE, Ends, request, send, taken, until
from common.servers import AUTHORITY, CERTIFICATES, raw_server, tls_server

from ed_contract.interaction import NoAnswer
from ed_contract.proxy import Proxy
from ed_contract.transport.tls import trusting


@contextmanager
def in_front_of(url, **options):
    """Run a proxy for a target."""
    exchanges = queue.Queue()
    with Proxy(to=url, on_exchange=exchanges.put, **options) as proxy:
        yield Ends(proxy=proxy, port=int(url.rpartition(":")[2]), exchanges=exchanges)


@contextmanager
def served(handle):
    """Hand each connection over TLS to `handle`, and yield the URL."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATES / "server.pem")

    def handled(connection):
        connection.settimeout(PATIENCE)
        with suppress(OSError), context.wrap_socket(connection, server_side=True) as inside:
            handle(inside)
        connection.close()

    with raw_server(handled) as port:
        yield f"https://127.0.0.1:{port}"


def test_bytes_pass_over_tls():
    """A megabyte in each direction, on a connection that is kept alive; Host is the target's."""
    body, received = bytes(range(256)) * 4096, queue.Queue()
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)

    def handle(connection):
        for _ in range(2):
            received.put(until(connection, b"\r\n\r\n") + taken(connection, len(body)))
            send(connection, answer)

    asked = request(body)
    with served(handle) as url, in_front_of(url, verify=trusting(AUTHORITY)) as ends:
        with ends.connected() as client:
            for _ in range(2):
                send(client, asked)
                assert taken(client, len(answer)) == answer
        for _ in range(2):
            assert received.get(timeout=PATIENCE) == asked.replace(b"proxy.example", ends.host)
            assert ends.exchange().answer.body == body


def test_a_client_may_end_its_side_before_a_target_over_tls_has_answered():
    """TLS has no half of an end that servers understand: the target is told nothing, and is closed afterwards."""

    def handle(connection):
        until(connection, b"{}")
        send(connection, OK)
        assert connection.recv(1) == b""

    with served(handle) as url, in_front_of(url, verify=trusting(AUTHORITY)) as ends:
        assert ends.asked(request()) == OK


@pytest.mark.parametrize("verify", [AUTHORITY, False])
def test_what_is_trusted_is_given(verify):
    """One that is not checked, too."""
    with tls_server() as url, in_front_of(url, verify=trusting(verify)) as ends:
        assert ends.asked(request()) == b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@pytest.mark.parametrize(
    ("certificate", "trusted", "why"),
    [
        ("expired", AUTHORITY, "certificate has expired"),
        ("elsewhere", AUTHORITY, "IP address mismatch, certificate is not valid for '127.0.0.1'"),
        ("server", None, "unable to get local issuer certificate"),
    ],
)
def test_a_certificate_that_does_not_hold_is_a_502(certificate, trusted, why):
    """Nothing was sent; the sentence says why."""
    verify = trusting(trusted) if trusted else ssl.create_default_context()
    with tls_server(certificate) as url, in_front_of(url, verify=verify) as ends:
        came = ends.asked(request())
        reason = f"{url} cannot be reached over TLS: {why}"
        assert ends.exchange().answer == NoAnswer(reason=reason)
    assert came.startswith(b"HTTP/1.1 502 Bad Gateway\r\n")
    assert came.endswith(f"ed-contract proxy: {reason}.\n".encode())


def test_a_target_that_speaks_no_tls_is_a_502():
    """With a sentence that says so."""
    with (
        raw_server(lambda connection: (connection.recv(1), send(connection, OK))) as port,
        in_front_of(f"https://127.0.0.1:{port}") as ends,
    ):
        ends.asked(request())
        reason = f"https://127.0.0.1:{port} cannot be reached over TLS: wrong version number"
        assert ends.exchange().answer == NoAnswer(reason=reason)


def test_a_target_that_hangs_up_during_the_handshake_is_a_502():
    """It is not there, as far as anyone can tell."""
    with raw_server(socket.socket.close) as port, in_front_of(f"https://127.0.0.1:{port}") as ends:
        assert ends.asked(request()).startswith(b"HTTP/1.1 502 Bad Gateway\r\n")
        assert isinstance(ends.exchange().answer, NoAnswer)
