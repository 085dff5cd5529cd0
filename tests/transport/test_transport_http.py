"""The HTTP transport over real sockets."""

from __future__ import annotations

import gzip
import threading

import pytest
from common.servers import as_json, free_port, http_server, raw_server

from ed_contract.case import Credential
from ed_contract.exceptions import UsageError
from ed_contract.interaction import NOT_JSON, Request
from ed_contract.transport import Dropped, Lost, Target, TimedOut, Unreached, Unsendable
from ed_contract.transport.http import HttpTransport

REQUEST = Request(method="POST", path="/", headers=(("Content-Type", "application/json"),), body=b"{}")


def send(url, request=REQUEST, **options):
    """Send one request to `url` and return the answer."""
    transport = HttpTransport(Target(url=url, **options))
    try:
        return transport.send(request)
    finally:
        transport.close()


def test_a_request_arrives_as_it_is_and_the_answer_comes_back_decoded():
    """Body, headers and credential of the request; status, headers and gzip body of the answer."""
    seen = []

    def answer(body, headers):
        seen.append((body, headers["Authorization"], headers["Content-Type"], headers["Cookie"]))
        content = gzip.compress(b'{"id": "ed_1"}')
        return 201, {"Content-Encoding": "gzip", "Set-Cookie": "a=b", "X-Two": "1"}, content

    with http_server(answer) as url:
        transport = HttpTransport(Target(url=url, api_key="sk_test_a"))
        for _ in range(2):
            got = transport.send(REQUEST)
        transport.close()
    assert (got.status, got.document, got.header("x-two")) == (201, {"id": "ed_1"}, "1")
    assert seen == [(b"{}", "Bearer sk_test_a", "application/json", None)] * 2


@pytest.mark.parametrize(
    ("credential", "value"),
    [
        (Credential.FIRST, "sk_test_a"),
        (Credential.SECOND, "sk_test_b"),
        (Credential.EMPTY, ""),
        (Credential.OTHER_SCHEME, "Digest sk_test_a"),
        (Credential.UNKNOWN, "sk_test_a_nobodys"),
        (Credential.NONE, None),
    ],
)
def test_a_credential_may_go_into_another_header(credential, value):
    """By itself, without a scheme; and there is no Authorization then."""
    seen = []

    def answer(_, headers):
        seen.append((headers["X-Api-Key"], headers["Authorization"]))
        return as_json({})

    request = Request(method="POST", path="/", headers=(), body=b"", credential=credential)
    with http_server(answer) as url:
        send(url, request, api_key="sk_test_a", second_api_key="sk_test_b", auth_header="X-Api-Key")
    assert seen == [(value, None)]


def test_redirects_are_not_followed():
    """A 3xx is an answer like another."""
    with http_server(lambda *_: (302, {"Location": "/elsewhere"}, b"")) as url:
        got = send(url)
    assert (got.status, got.document) == (302, NOT_JSON)


def test_a_credential_in_the_body_is_noticed():
    """The record says so without holding the credential itself."""
    with http_server(lambda _, headers: as_json({"you": headers["Authorization"]})) as url:
        assert send(url, api_key="sk_test_a").shows_credential
        assert not send(url, api_key="short").shows_credential


def test_a_host_that_cannot_be_one_is_told():
    """The URL is checked as a whole before anything is sent."""
    with pytest.raises(UsageError) as told:
        HttpTransport(Target(url="http://\u0301a.example"))
    assert str(told.value).startswith("invalid URL http://\u0301a.example/v2/core/event_destinations: ")
    assert str(told.value).endswith("\ngive the server's base URL.")


def test_nothing_listens():
    """A port that was just closed."""
    with pytest.raises(Unreached, match="refused"):
        send(f"http://127.0.0.1:{free_port()}")


def test_tls_to_a_plain_port():
    """The message names SSL."""
    with http_server(lambda *_: as_json({})) as url, pytest.raises(Unreached, match="SSL"):
        send(url.replace("http:", "https:"))


@pytest.mark.parametrize(
    ("content", "why"), [(None, "No such file or directory"), ("no certificates", "no certificates in it")]
)
def test_a_file_that_holds_no_certificates(tmp_path, content, why):
    """It is told before anything is sent."""
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError) as told:
        HttpTransport(Target(url="https://127.0.0.1:1", tls_verify=str(path)))
    assert str(told.value) == f"--tls-verify {path}: {why}\ngive a file or a folder of certificates in PEM, or no."


def test_certificates_are_not_looked_at_where_that_is_said():
    """The handshake begins, and is refused by a port that speaks plain HTTP."""
    with http_server(lambda *_: as_json({})) as url, pytest.raises(Unreached, match="SSL"):
        send(url.replace("http:", "https:"), tls_verify=False)


def test_a_proxy_gets_the_request_and_the_target_none():
    """With the whole URL in its request line; nobody listens at the target."""
    seen = []

    def relay(connection):
        seen.append(connection.recv(65536).partition(b"\r\n")[0])
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    with raw_server(relay) as port:
        got = send("http://target.invalid", proxy=f"http://127.0.0.1:{port}")
    assert (got.status, seen) == (200, [b"POST http://target.invalid/ HTTP/1.1"])


def test_a_server_that_hangs_up():
    """No byte of an answer."""

    def hang_up(connection):
        connection.recv(65536)
        connection.close()

    with raw_server(hang_up) as port, pytest.raises(Dropped):
        send(f"http://127.0.0.1:{port}")


def test_a_server_that_speaks_no_http():
    """A greeting of another protocol."""

    def greet(connection):
        connection.recv(65536)
        connection.sendall(b"220 mail.example.com ESMTP\r\n")
        connection.close()

    with raw_server(greet) as port, pytest.raises(Dropped):
        send(f"http://127.0.0.1:{port}")


def test_a_server_that_hangs():
    """The time-out ends the wait."""
    with raw_server(lambda _: None) as port, pytest.raises(TimedOut, match=r"no answer within 0\.05 s"):
        send(f"http://127.0.0.1:{port}", request_timeout=0.05)


def test_a_header_that_http_cannot_carry_is_not_sent():
    """Our own client refuses it: never the target's fault."""
    bad = Request(method="POST", path="/", headers=(("Idempotency-Key", "a\nb"),), body=b"")
    with http_server(lambda *_: as_json({})) as url, pytest.raises(Unsendable):
        send(url, bad)


def test_a_burst_is_sent_at_once():
    """No request is complete before all have arrived but for their last byte: the server waits for all to begin."""
    begun = threading.Barrier(8)

    def answer(body, headers):
        begun.wait(5)
        return as_json({"body": body.decode(), "connection": headers["Connection"]})

    requests = [Request(method="POST", path="/", headers=(), body=f"{number}".encode() * 3) for number in range(8)]
    with http_server(answer) as url:
        transport = HttpTransport(Target(url=url))
        answers = transport.burst(requests)
        transport.close()
    assert [one.document for one in answers] == [{"body": f"{n}" * 3, "connection": "close"} for n in range(8)]


def test_a_burst_to_a_server_with_one_thread_does_not_stall():
    """An idle connection of ours would be all that such a server waits for."""
    with http_server(lambda body, _: as_json(body.decode()), threads=False) as url:
        transport = HttpTransport(Target(url=url, request_timeout=5))
        assert transport.send(REQUEST).status == 200
        answers = transport.burst([REQUEST] * 4)
        assert [one.status for one in answers] == [200] * 4
        assert transport.send(REQUEST).status == 200
        transport.close()


def test_a_burst_that_cannot_be_sent_is_lost_as_a_whole():
    """Nothing listens: each answer is lost, and none waits for the others."""
    transport = HttpTransport(Target(url=f"http://127.0.0.1:{free_port()}"))
    assert all(isinstance(one, Lost) for one in transport.burst([REQUEST] * 4))
    transport.close()
