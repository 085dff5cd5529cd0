"""The proxy ends in order: what is on its way gets a grace, and what has passed is handed on before it is over."""

from __future__ import annotations

import queue
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest
from common.proxied import OK, PATIENCE, proxied, request, rest, send, until
from common.servers import raw_server

from ed_contract.exceptions import UsageError
from ed_contract.interaction import NoAnswer
from ed_contract.proxy import Proxy, server

COMMAND = """
import sys
from ed_contract import interrupts
from ed_contract.proxy import Proxy

def show(exchange):
    print(exchange.path, getattr(exchange.answer, "status", exchange.answer), flush=True)

with interrupts.handled(), Proxy(to=sys.argv[1], on_exchange=show) as proxy:
    print(proxy.url, flush=True)
    proxy.wait()
print("over")
"""
STOPPED = NoAnswer(reason="the proxy was stopped before the answer was complete", cut=True)


def command(port):
    """Start a command that does nothing but this."""
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, f"http://127.0.0.1:{port}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_in_order(ending):
    """The request on its way gets its answer, an idle connection is closed, and the exchange is shown."""
    come, signalled = threading.Event(), threading.Event()

    def handle(connection):
        until(connection, b"{}")
        come.set()
        signalled.wait(PATIENCE)
        send(connection, OK)
        rest(connection)

    with raw_server(handle) as port, command(port) as process:
        own = int(process.stdout.readline().rpartition(":")[2])
        with (
            socket.create_connection(("127.0.0.1", own), PATIENCE) as idle,
            socket.create_connection(("127.0.0.1", own), PATIENCE) as busy,
        ):
            send(busy, request())
            assert come.wait(PATIENCE)
            process.send_signal(ending)
            assert rest(idle) == b""
            signalled.set()
            assert rest(busy) == OK
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (0, "/v2/core/event_destinations 200\nover\n")
    assert err == "ending: what is on its way is answered first; once more ends at once\n"


def test_what_gets_no_answer_within_the_grace_is_given_up(monkeypatch):
    """It is recorded as that, the client sees the end, and the target too."""
    monkeypatch.setattr(server, "GRACE", 0.0)
    come, ended, exchanges = threading.Event(), threading.Event(), []

    def handle(connection):
        until(connection, b"{}")
        come.set()
        rest(connection)
        ended.set()

    with raw_server(handle) as port:
        with Proxy(to=f"http://127.0.0.1:{port}", on_exchange=exchanges.append) as proxy:
            client = socket.create_connection(("127.0.0.1", int(proxy.url.rpartition(":")[2])), PATIENCE)
            send(client, request())
            assert come.wait(PATIENCE)
        with client:
            assert rest(client) == b""
        assert ended.wait(PATIENCE)
    assert [one.answer for one in exchanges] == [STOPPED]


@contextmanager
def answered(count, keep):
    """Pass so many requests of one client, answered one after the other, and stay until all answers have come."""

    def handle(connection):
        for _ in range(count):
            until(connection, b"{}")
            send(connection, OK)
        connection.close()

    with raw_server(handle) as port, Proxy(to=f"http://127.0.0.1:{port}", on_exchange=keep) as proxy:
        with socket.create_connection(("127.0.0.1", int(proxy.url.rpartition(":")[2])), PATIENCE) as client:
            send(client, request() * count)
            assert rest(client) == OK * count
        yield


def test_all_exchanges_are_handed_on_before_the_end():
    """However many wait."""
    go, exchanges = threading.Event(), []

    def keep(exchange):
        go.wait(PATIENCE)
        exchanges.append(exchange)

    with answered(50, keep):
        assert not exchanges
        go.set()
    assert len(exchanges) == 50


def test_what_the_callback_raises_is_raised_at_the_end():
    """The others are handed on all the same, and the bytes of all have passed."""
    seen = []

    def handle(connection):
        for _ in range(2):
            until(connection, b"{}")
            send(connection, OK)
        connection.close()

    def fail(exchange):
        seen.append(exchange)
        raise LookupError(len(seen))

    def pass_two(port):
        with (
            Proxy(to=f"http://127.0.0.1:{port}", on_exchange=fail) as proxy,
            socket.create_connection(("127.0.0.1", int(proxy.url.rpartition(":")[2])), PATIENCE) as client,
        ):
            send(client, request() * 2)
            assert rest(client) == OK * 2

    with raw_server(handle) as port, pytest.raises(LookupError, match="1"):
        pass_two(port)
    assert len(seen) == 2


def test_bodies_that_wait_in_vain_are_not_kept(monkeypatch):
    """A callback that falls far behind costs bounded memory; bytes pass as before."""
    monkeypatch.setattr("ed_contract.proxy.recording.MOST_WAITING", 10)
    go, exchanges = threading.Event(), queue.Queue()

    def keep(exchange):
        go.wait(PATIENCE)
        exchanges.put(exchange)

    with answered(4, keep):
        go.set()
    answers = [exchanges.get(timeout=PATIENCE).answer for _ in range(4)]
    assert [getattr(one, "status", None) or one.reason for one in answers] == [
        *[200] * 2,
        *["its content was not kept: too much was waiting to be read"] * 2,
    ]


def test_waiting_ends_when_it_is_told_to():
    """For those who run it in a thread."""
    stop = threading.Event()
    stop.set()
    with proxied(rest) as ends:
        assert ends.proxy.wait(stop) is None


def test_a_port_that_is_taken_is_a_usage_error():
    """With what to do."""
    with proxied(rest) as ends, pytest.raises(UsageError) as told:
        Proxy(to=ends.proxy.url, on_exchange=print, port=ends.own_port).__enter__()
    assert str(told.value) == (
        f"cannot serve on port {ends.own_port}: Address already in use\ngive another, or 0 for a free one."
    )


def test_nothing_is_left_behind():
    """No thread, no connection, and Python switches threads as before."""
    threads, interval = set(threading.enumerate()), sys.getswitchinterval()
    with Proxy(to="http://127.0.0.1:1", on_exchange=print) as proxy:
        pass
    assert (set(threading.enumerate()), sys.getswitchinterval()) == (threads, interval)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(proxy.url.rpartition(":")[2])), PATIENCE)
