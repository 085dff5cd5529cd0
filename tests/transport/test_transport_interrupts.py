"""An interrupt ends a wait for the target, and never what the client has half done."""

from __future__ import annotations

import importlib
import signal
import threading

import pytest
from common.servers import http_server

from ed_contract import interrupts
from ed_contract.interaction import Request
from ed_contract.transport import Target
from ed_contract.transport.http import HttpTransport

REQUEST = Request(method="POST", path="/", headers=(("Content-Type", "application/json"),), body=b"{}")


@pytest.fixture
def connected():
    """Yield a transport and what its server calls before it answers."""
    called = []

    def answer(_, __):
        for call in called:
            call()
        return 200, {}, b"{}"

    with http_server(answer) as url:
        transport = HttpTransport(Target(url=url))
        yield transport, called
        transport.close()


def test_an_interrupt_in_the_client_leaves_no_lock_behind(connected, monkeypatch):
    """The signal comes when the client has taken its lock; the clean-up's requests need it too."""
    transport, _ = connected
    httpcore = importlib.import_module(type(transport._connections._pool).__module__.partition(".")[0])
    enter = httpcore._synchronization.ThreadLock.__enter__
    signals = iter([signal.SIGINT])

    def entered(lock):
        enter(lock)
        for number in signals:
            signal.raise_signal(number)
        return lock

    monkeypatch.setattr(httpcore._synchronization.ThreadLock, "__enter__", entered)
    with interrupts.handled(), interrupts.orderly():
        with pytest.raises(KeyboardInterrupt):
            transport.send(REQUEST)
        with interrupts.deferred():
            assert transport.send(REQUEST).status == 200


def test_an_interrupt_ends_the_wait_for_an_answer(connected):
    """Which need not come."""
    transport, called = connected
    over = threading.Event()
    called.extend([lambda: signal.pthread_kill(threading.main_thread().ident, signal.SIGINT), over.wait])
    with interrupts.handled(), interrupts.orderly():
        with pytest.raises(KeyboardInterrupt):
            transport.send(REQUEST)
        over.set()
        called.clear()
        with interrupts.deferred():
            assert transport.send(REQUEST).status == 200
