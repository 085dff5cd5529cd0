"""The command at Ctrl-C, SIGTERM and SIGHUP: a report of what was done, nothing left behind, and exit 130."""

from __future__ import annotations

import json
import os
import select
import shlex
import signal
import subprocess
import sys
import threading

import pytest
from common.command import ed_contract
from common.servers import as_json, free_port, http_server

from ed_contract import interrupts
from ed_contract.reference import Reference, serve
from ed_contract.report import writers

ENDING = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


def command(*arguments, before=""):
    """Start the command in a process of its own, in a shell that does something before."""
    parts = [sys.executable, "-m", "ed_contract", *map(str, arguments)]
    return subprocess.Popen(
        ["/bin/sh", "-c", f"{before}exec {shlex.join(parts)}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


class Calls(Reference):
    """Calls somebody when so many requests have come, before it answers the last; and counts what is there."""

    number, call = 0, staticmethod(lambda: None)

    def set_up(self):
        """Count from here."""
        super().set_up()
        self._come, self._lock = 0, threading.Lock()

    @property
    def left(self):
        """How many destinations there are."""
        return sum(len(self.store.of_account(account)) for account in self.keys.values())

    def handle(self, request):
        """Count, call, and answer."""
        with self._lock:
            self._come += 1
            come = self._come
        if come == self.number:
            self.call()
        return super().handle(request)


@pytest.fixture
def fifo(tmp_path):
    """A pipe with a name, and its reading end: it comes to an end when all that have opened it are gone."""
    path = tmp_path / "fifo"
    os.mkfifo(path)
    end = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    os.set_blocking(end, True)
    yield path, end
    os.close(end)


def read(end):
    """Return the next byte that comes, or nothing if no one is left who could write."""
    assert select.select([end], [], [], 60)[0], "nobody writes, and somebody is left"
    return os.read(end, 1)


@pytest.mark.parametrize(
    ("ending", "number"), [(signal.SIGINT, 1), (signal.SIGTERM, 1), (signal.SIGTERM, 130), (signal.SIGHUP, 40)]
)
def test_a_signal_ends_a_run_in_order(ending, number, tmp_path):
    """Whenever it comes: the report is whole, what was made is deleted, and nothing but one line is told."""
    path = tmp_path / "report.json"
    with Calls() as app, serve(app) as server:
        app.call, app.number = lambda: process.send_signal(ending), number
        process = command("run", server.url, "--api-key", "sk_test_a", "--cleanup", "--report", f"json={path}")
        output, errors = process.communicate(timeout=60)
        assert app.left <= 1  # the create that was under way
    assert (process.returncode, errors) == (130, interrupts.ONCE_MORE.decode())
    assert "INTERRUPTED" in output
    report = json.loads(path.read_bytes())
    assert (report["end"], report["exit_code"], report["clean_up"]["left"]) == ("interrupted", 130, 0)


def test_what_is_told_twice_at_the_same_time_is_one_wish(tmp_path):
    """`timeout` signals a process, and then its group."""
    path = tmp_path / "report.json"

    def twice():
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGHUP)

    with Calls() as app, serve(app) as server:
        app.call, app.number = twice, 20
        process = command("run", server.url, "--api-key", "sk_test_a", "--report", f"json={path}")
        process.communicate(timeout=60)
    assert process.returncode == 130
    assert json.loads(path.read_bytes())["end"] == "interrupted"


def test_a_signal_that_the_parent_has_ignored_stays_ignored():
    """As with nohup."""
    with Calls() as app, serve(app) as server:
        app.call, app.number = lambda: process.send_signal(signal.SIGHUP), 20
        options = ("--api-key", "sk_test_a", "--phases", "smoke", "-q")
        process = command("run", server.url, *options, before="trap '' HUP; ")
        output, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    assert output.startswith("CONFORMS: ")


def test_a_second_signal_ends_at_once_and_the_started_server_with_it(fifo, tmp_path):
    """Here in a clean-up that takes for ever; no report is written then, whole or half."""
    path, end = fifo
    stuck, free = threading.Event(), threading.Event()

    class NeverDeletes(Calls):
        def handle(self, request):
            if request.method == "DELETE":
                stuck.set()
                free.wait(60)
            return super().handle(request)

    port = free_port()
    with NeverDeletes() as app:
        app.call, app.number = lambda: process.send_signal(signal.SIGTERM), 20
        script = f"sleep 600 > {path} & exec {shlex.quote(sys.executable)} -c {shlex.quote(RELAY.format(port=port))}"
        with serve(app) as server:
            options = ("--cleanup", "--api-key", "sk_test_a", "--report", f"json={tmp_path / 'report.json'}")
            started = f"UPSTREAM={server.url.rpartition(':')[2]}; export UPSTREAM; {script}"
            process = command("run", f"http://127.0.0.1:{port}", *options, "--server-command", started)
            assert stuck.wait(60)
            while process.poll() is None:
                process.send_signal(signal.SIGTERM)
                select.select([], [], [], 0.05)
            free.set()
            output, errors = process.communicate(timeout=60)
            assert read(end) == b""
    assert (process.returncode, errors) == (130, interrupts.ONCE_MORE.decode())
    assert "INTERRUPTED" not in output
    assert list(tmp_path.iterdir()) == [path]


RELAY = """
import os, socket, threading
def copy(one, other):
    while data := one.recv(65536):
        other.sendall(data)
    other.shutdown(socket.SHUT_WR)
listener = socket.create_server(("127.0.0.1", {port}))
while True:
    here, _ = listener.accept()
    there = socket.create_connection(("127.0.0.1", int(os.environ["UPSTREAM"])))
    for pair in ((here, there), (there, here)):
        threading.Thread(target=copy, args=pair, daemon=True).start()
"""


def test_a_signal_while_the_server_is_started_ends_with_an_empty_report(fifo, tmp_path):
    """It is whole as any other, and the server is ended."""
    path, end = fifo
    report = tmp_path / "report.json"
    options = ("--api-key", "sk_test_a", "--report", f"json={report}")
    start = f"(echo; exec sleep 600) > {path}"
    process = command("run", f"http://127.0.0.1:{free_port()}", *options, "--server-command", start)
    assert read(end) == b"\n"
    process.send_signal(signal.SIGTERM)
    assert read(end) == b""
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert json.loads(report.read_bytes())["end"] == "interrupted"


def test_a_signal_within_a_restart_ends_the_command_too(fifo, tmp_path):
    """With whatever the shell has started."""
    path, end = fifo
    report = tmp_path / "report.json"
    with Reference() as app, serve(app) as server:
        options = ("--api-key", "sk_test_a", "--phases", "smoke,restart", "--report", f"json={report}")
        restart = f"(echo; exec sleep 600) > {path} & wait"
        process = command("run", server.url, *options, "--restart-command", restart)
        assert read(end) == b"\n"
        process.send_signal(signal.SIGTERM)
        assert read(end) == b""
        process.communicate(timeout=60)
    assert process.returncode == 130
    assert json.loads(report.read_bytes())["end"] == "interrupted"


@pytest.mark.parametrize("ending", ENDING)
def test_a_signal_while_a_report_is_written_waits_for_its_end(ending, tmp_path, monkeypatch):
    """All reports are there, with the verdict; the exit code says that we were told to end."""
    before = [signal.getsignal(one) for one in ENDING]

    def write(report, redact):
        os.kill(os.getpid(), ending)
        return json_of(report, redact)

    json_of = writers.WRITERS["json"]
    monkeypatch.setattr(writers, "WRITERS", {**writers.WRITERS, "json": write})
    reports = [tmp_path / "report.json", tmp_path / "badge.json"]
    wanted = ("--report", f"json={reports[0]}", "--report", f"badge={reports[1]}")
    done = ed_contract("run", "--phases", "smoke", *wanted)
    assert done.returncode == 130
    assert "CONFORMS" in done.stdout
    assert json.loads(reports[0].read_bytes())["end"] == "finished"
    assert json.loads(reports[1].read_bytes())["message"] == "conforms"
    assert [signal.getsignal(one) for one in ENDING] == before


def test_other_commands_end_where_they_are():
    """A server that is served answers nobody any more, and that was its task."""
    process = command("serve")
    process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")


def test_a_command_that_waits_for_an_answer_is_not_waited_for():
    """A server that never answers holds up nobody who was told to end."""
    free = threading.Event()

    def hang(*_):
        process.send_signal(signal.SIGTERM)
        free.wait(60)
        return as_json({})

    with http_server(hang, quiet=True) as url:
        process = command("run", url, "--request-timeout", "3600")
        output, _ = process.communicate(timeout=60)
        free.set()
    assert process.returncode == 130
    assert "INTERRUPTED" in output


def test_threads_that_sleep_are_woken():
    """A signal reaches the main thread alone; the others look for it."""
    ended = threading.Event()

    def sleeps():
        with pytest.raises(KeyboardInterrupt):
            interrupts.sleep(600)
        ended.set()

    with interrupts.handled(), interrupts.orderly():
        threading.Thread(target=sleeps, daemon=True).start()
        os.kill(os.getpid(), signal.SIGTERM)
        assert ended.wait(60)
        with interrupts.deferred(), interrupts.waiting():
            assert interrupts.pending()
        with pytest.raises(KeyboardInterrupt):
            interrupts.sleep(600)
        assert not interrupts.pending()


def test_what_is_half_written_is_removed_at_the_second(tmp_path, monkeypatch):
    """There is no unwinding then."""

    def leave(code):
        raise SystemExit(code)

    monkeypatch.setattr(os, "_exit", leave)
    monkeypatch.setattr(interrupts, "SAME_SECONDS", 0.0)
    whole, half = tmp_path / "whole", tmp_path / "half"
    with interrupts.handled(), interrupts.orderly():
        for path in (whole, half):
            with interrupts.half_written(path):
                path.write_text("x")
                if path is half:
                    signal.raise_signal(signal.SIGTERM)
                    with pytest.raises(SystemExit) as ended:
                        signal.raise_signal(signal.SIGTERM)
    assert ended.value.code == 130
    assert list(tmp_path.iterdir()) == [whole]


def test_without_the_command_a_signal_is_what_python_makes_of_it():
    """The library installs nothing, and Ctrl-C is raised wherever it comes."""
    before = signal.getsignal(signal.SIGTERM)
    with interrupts.orderly(), interrupts.deferred(), pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGTERM) is before
