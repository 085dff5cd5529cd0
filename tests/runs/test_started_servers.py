"""A server that is started for a run, waited for, and ended whatever happens."""

from __future__ import annotations

import shlex
import socket
import sys

import pytest
from common.servers import free_port

from ed_contract import Target, processes, run
from ed_contract.exceptions import Unreachable
from ed_contract.processes import started

PYTHON = shlex.quote(sys.executable)


@pytest.fixture
def target():
    """A target at which nothing listens yet."""
    return Target(url=f"http://127.0.0.1:{free_port()}", api_key="sk_test_a")


def port_of(target):
    """Return the port of a target."""
    return int(target.url.rpartition(":")[2])


def is_served(target):
    """Whether something takes connections there."""
    try:
        socket.create_connection(("127.0.0.1", port_of(target)), timeout=1).close()
    except OSError:
        return False
    return True


def test_a_server_serves_meanwhile_and_is_gone_afterwards(target):
    """Behind a shell, with something else in its group."""
    command = f"sleep 600 & {PYTHON} -m ed_contract serve --port {port_of(target)}; true"
    with started(command, target):
        assert run(target, phases=["smoke"]).exit_code == 0
    assert not is_served(target)


def test_a_server_that_ignores_being_asked_is_made_to_end(target, monkeypatch, tmp_path):
    """And what happens in between is not lost."""
    monkeypatch.setattr(processes, "END_SECONDS", 0.1)
    script = tmp_path / "stubborn.py"
    script.write_text(
        "import signal, socket, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"server = socket.create_server(('127.0.0.1', {port_of(target)}))\n"
        "server.accept()\n"
        "time.sleep(600)\n"
    )
    with pytest.raises(ZeroDivisionError), started(f"{PYTHON} {script}", target):
        raise ZeroDivisionError
    assert not is_served(target)


def test_a_command_that_ends_is_told_with_its_last_line(target):
    """Before anything is judged."""
    with pytest.raises(Unreachable) as told, started("echo starting; echo no such module >&2; exit 3", target):
        pass
    assert str(told.value) == "--server-command ended with 3\nno such module"


def test_a_server_that_never_listens_is_told(target):
    """With what gives it more time."""
    with pytest.raises(Unreachable) as told, started("exec sleep 600", target, wait=0.2):
        pass
    first, second = str(told.value).splitlines()
    assert first.startswith(f"nothing takes connections at {target} within 0.2 s of --server-command: ")
    assert second == "is the port right? --server-wait gives it more time."


def test_a_server_that_is_there_already_is_not_judged_in_its_place(target):
    """A left-over of yesterday, for instance."""
    with (
        socket.create_server(("127.0.0.1", port_of(target))),
        pytest.raises(Unreachable) as told,
        started("exec sleep 600", target),
    ):
        pass
    assert str(told.value) == (
        f"something takes connections at {target} already\nend it, or leave out --server-command."
    )
