"""A server that is started for a run, waited for, and ended whatever happens."""

from __future__ import annotations

import os
import select
import shlex
import socket
import subprocess
import sys

import pytest
from common.servers import free_port

from ed_contract import Target, run, target_process
from ed_contract.exceptions import Unreachable
from ed_contract.target_process import started

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


HOLDER = """
import sys
from ed_contract import Target
from ed_contract.target_process import started
with started(sys.argv[1], Target(url=sys.argv[2])):
    print("served", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("trap", ["", "trap '' TERM; "], ids=["obedient", "stubborn"])
def test_a_server_ends_with_us_even_if_we_are_killed(trap, target, tmp_path):
    """With whatever its shell has started: all of them hold a pipe, which ends when none of them is left."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    end = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    command = f"exec > {fifo}; {trap}sleep 600 & {PYTHON} -m ed_contract serve --port {port_of(target)}; true"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, command, target.url], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout.readline() == b"served\n"
        holder.kill()
    os.set_blocking(end, True)
    while True:
        assert select.select([end], [], [], 60)[0], "somebody is left"
        if not os.read(end, 4096):
            break
    os.close(end)
    assert not is_served(target)


def test_a_server_that_ends_in_the_middle_of_a_run_is_told(target, tmp_path):
    """With the last line that it printed, beside what the run says of it."""
    script = tmp_path / "brittle.py"
    script.write_text(
        "import sys\n"
        "from ed_contract.reference import Reference, serve_forever\n"
        "class Brittle(Reference):\n"
        "    came = 0\n"
        "    def handle(self, request):\n"
        "        Brittle.came += 1\n"
        "        if Brittle.came == int(sys.argv[2]):\n"
        "            print('out of luck', flush=True)\n"
        "            __import__('os')._exit(7)\n"
        "        return super().handle(request)\n"
        "with Brittle() as app:\n"
        "    serve_forever(app, '127.0.0.1', int(sys.argv[1]), lambda _: None)\n"
    )
    command = f"exec {PYTHON} {script} {port_of(target)}"
    with started(f"{command} 20", target) as server:
        assert (server.code, server.last_words) == (None, "")
        report = run(target, phases=["smoke"])
        assert report.end == "target-down"
        assert server.beside("it is gone") == "it is gone; --server-command exited with 7; out of luck"
    with pytest.raises(Unreachable) as told, started(f"{command} 1", target):
        run(target, phases=["smoke"])
    assert str(told.value) == "--server-command exited with 7\nout of luck"


def test_a_server_is_started_where_nothing_can_be_kept(target, monkeypatch):
    """What it prints is lost then."""
    monkeypatch.setattr("tempfile.tempdir", "/nowhere")
    with pytest.raises(Unreachable) as told, started("echo lost; exit 3", target):
        pass
    assert str(told.value) == "--server-command exited with 3\nit printed nothing"


def test_a_server_that_ignores_being_asked_is_made_to_end(target, monkeypatch, tmp_path):
    """And what happens in between is not lost."""
    monkeypatch.setattr(target_process, "END_SECONDS", 0.1)
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
    assert str(told.value) == "--server-command exited with 3\nno such module"


@pytest.mark.parametrize("last", ["Error: Cannot find module 'x'", "TypeError: no", "no error is named"])
def test_what_node_prints_last_is_not_what_is_told(last, target):
    """It ends with its version, after the error and its stack; without an error the version is all there is."""
    command = f'printf "%s\\n" "throw err;" "" "{last}" "    at Module (x.js:1)" "" "Node.js v20.20.2"; exit 1'
    with pytest.raises(Unreachable) as told, started(command, target):
        pass
    assert str(told.value).splitlines()[1] == (last if "Error" in last else "Node.js v20.20.2")


def test_a_server_that_never_listens_is_told(target):
    """With what gives it more time."""
    with pytest.raises(Unreachable) as told, started("exec sleep 600", target, wait=0.2):
        pass
    first, second = str(told.value).splitlines()
    assert first.startswith(f"nothing accepts connections at {target} within 0.2 s of --server-command: ")
    assert second == "is the port right? to wait longer, raise --server-wait."


def test_a_server_that_is_there_already_is_not_judged_in_its_place(target):
    """A left-over of yesterday, for instance."""
    with (
        socket.create_server(("127.0.0.1", port_of(target))),
        pytest.raises(Unreachable) as told,
        started("exec sleep 600", target),
    ):
        pass
    assert str(told.value) == (
        f"{target} already accepts connections\n"
        "stop that server, or leave out --server-command: `ed-contract config` says where it comes from."
    )


DYING = """
import os, sys
from ed_contract.reference import Reference, serve_forever

class Dies(Reference):
    def dispatch(self, request):
        self.count = getattr(self, "count", 0) + 1
        if self.count > 30:
            print("out of memory", flush=True)
            os._exit(7)
        return super().dispatch(request)

serve_forever(Dies(), "127.0.0.1", int(sys.argv[1]), lambda url: None)
"""


def test_a_run_whose_server_ends_by_itself_says_so(target, tmp_path):
    """With its exit code and its last words, and with the report of what was judged."""
    script = tmp_path / "dying.py"
    script.write_text(DYING, encoding="utf-8")
    report = run(target, server_command=f"{PYTHON} {script} {port_of(target)}", phases=["smoke"], shrink=False)
    assert report.end == "target-down"
    assert report.note.endswith("; --server-command exited with 7; out of memory")
    assert report.requests > 30
