"""Served on real sockets: bursts, restarts, two processes on one database, and a clean end."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from ed_contract.reference import PATH, Reference, serve

SERVER = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
from ed_contract.reference import Reference, serve_forever
with Reference(db=sys.argv[1]) as app:
    serve_forever(app, on_ready=lambda url: print(url, flush=True))
print("ended", flush=True)
"""


def create(port: int, params: Any, key: str) -> tuple[int, Any]:
    """Send a create over a new connection; return status and document."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request("POST", PATH, json.dumps(params), head(key))
        response = connection.getresponse()
        return response.status, json.loads(response.read())


def head(key: str) -> dict[str, str]:
    """Return the headers of a create."""
    return {"Authorization": "Bearer sk_test_a", "Content-Type": "application/json", "Idempotency-Key": key}


def burst(port: int, bodies: list[bytes], key: str) -> list[tuple[int, Any]]:
    """Send creates concurrently: all but the last byte of each first, then all last bytes."""
    with ExitStack() as stack:
        connections = [stack.enter_context(closing(HTTPConnection("127.0.0.1", port, timeout=20))) for _ in bodies]
        for connection, body in zip(connections, bodies, strict=True):
            connection.putrequest("POST", PATH)
            for name, value in head(key).items():
                connection.putheader(name, value)
            connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body[:-1])
        for connection, body in zip(connections, bodies, strict=True):
            connection.send(body[-1:])
        responses = [connection.getresponse() for connection in connections]
        return [(response.status, json.loads(response.read())) for response in responses]


@contextmanager
def process(db: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run the server in a separate process; yield the process and its port."""
    command = [sys.executable, "-c", SERVER, str(db)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as running:
        try:
            assert running.stdout is not None
            yield running, int(running.stdout.readline().rpartition(":")[2])
        finally:
            running.kill()


@pytest.fixture
def port(app: Reference) -> Iterator[int]:
    """Return the port that the server answers on."""
    with serve(app) as running:
        yield running.port


@pytest.mark.parametrize("size", [2, 16, 48])
def test_a_burst_of_the_same_create_makes_one_destination(port, params, size):
    """The twins wait and get the first's."""
    body = json.dumps(params).encode()
    for repetition in range(5):
        answers = burst(port, [body] * size, f"key-{repetition}")
        assert {status for status, _ in answers} == {200}
        assert len({document["id"] for _, document in answers}) == 1


def test_a_burst_of_different_creates_lets_one_win(port, params):
    """All others are conflicts."""
    bodies = [json.dumps(params | {"name": f"Name {number}"}).encode() for number in range(16)]
    answers = burst(port, bodies, "key")
    assert sorted(status for status, _ in answers) == [200] + [409] * 15


def test_two_processes_on_one_database_make_one_destination(tmp_path, params):
    """A burst over both gives the same as over one."""
    db = tmp_path / "destinations.sqlite"
    with process(db) as (_, one), process(db) as (_, two), ThreadPoolExecutor(16) as pool:
        for repetition in range(10):
            ports = [one, two] * 8
            answers = list(pool.map(create, ports, [params] * 16, [f"key-{repetition}"] * 16))
            assert {status for status, _ in answers} == {200}
            assert len({document["id"] for _, document in answers}) == 1


def test_a_restart_forgets_nothing(tmp_path, params):
    """Not even when the process is killed."""
    db = tmp_path / "destinations.sqlite"
    with process(db) as (running, port):
        first = create(port, params, "key")
        running.send_signal(signal.SIGKILL)
    with process(db) as (_, port):
        assert create(port, params, "key") == first
        assert create(port, params | {"name": "Other"}, "key")[0] == 409


@pytest.mark.skipif(sys.platform == "win32", reason="no Ctrl-C can be sent to a process there")
def test_ctrl_c_ends_serve_forever_quietly(tmp_path):
    """It returns, so that later code runs, and prints nothing."""
    with process(tmp_path / "destinations.sqlite") as (running, _):
        running.send_signal(signal.SIGINT)
        rest, _ = running.communicate(timeout=10)
    assert (rest, running.returncode) == ("ended\n", 0)


def test_stopping_is_prompt_and_leaves_nothing_behind(app, params):
    """No thread, no socket; the port is free again, even with connections open."""
    before = set(threading.enumerate())
    running = serve(app)
    with closing(HTTPConnection("127.0.0.1", running.port)) as connection:
        connection.request("POST", PATH, json.dumps(params), head("key"))
        assert connection.getresponse().read()
        started = time.perf_counter()
        running.stop()
        assert time.perf_counter() - started < 1
        assert connection.sock.recv(1) == b""
    for thread in set(threading.enumerate()) - before:
        thread.join(1)
    assert set(threading.enumerate()) <= before
    with serve(app, port=running.port) as again:
        assert again.url == f"http://127.0.0.1:{running.port}"
    running.stop()  # stopping again is harmless


def test_a_taken_port_is_an_error_at_once(app):
    """Not an error in an unseen thread."""
    with serve(app) as running, pytest.raises(OSError, match=r"[Aa]ddress already in use|10048"):
        serve(app, port=running.port)


def test_a_large_body_is_answered_in_the_envelope(port):
    """The application's own limit comes before the server's."""
    status, document = create(port, {"name": "x" * 3_000_000}, "key")
    assert (status, document["error"]["code"]) == (413, "body_too_large")


@pytest.mark.parametrize("line", ["Idempotency-Key:", "Idempotency-Key: \xe9", "Idempotency-Key: a b"])
def test_odd_keys_on_the_wire_are_refused(port, params, line):
    """Empty, not ASCII, with a blank."""
    body = json.dumps(params)
    request = (
        f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer sk_test_a\r\n{line}\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}"
    )
    with closing(socket.create_connection(("127.0.0.1", port))) as connection:
        connection.sendall(request.encode("latin-1"))
        assert connection.makefile("rb").readline() == b"HTTP/1.1 400 BAD REQUEST\r\n"
