"""A target that is restarted at the end of a run, by a function or by a command."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys

import pytest

from ed_contract import Target, run, target_process
from ed_contract.exceptions import RestartFailed, UsageError
from ed_contract.reference import Reference
from ed_contract.runner.events import End
from ed_contract.target_process import NEVER_STOPPED, RestartCommand
from ed_contract.verdict import Verdict
from ed_contract.zoo import MUTANTS, restartable
from ed_contract.zoo.specimen import Mutant

ROW = "idempotency/survives-restart"
RIGHT = Mutant(name="reference", breaks="", sentence="", make=Reference)
NEEDING = [one for one in MUTANTS if one.needs == "restart"]
PHASES = ("smoke", "restart")


def verdict(report):
    """Return the verdict of the requirement."""
    return next(row.verdict for row in report.requirements if row.requirement.id == ROW)


def test_the_reference_remembers_its_keys_over_a_restart():
    """Everything else is judged as without one."""
    with restartable(RIGHT) as (url, restart):
        report = run(Target(url=url, api_key="sk_test_a"), phases=PHASES, restart=restart)
    assert verdict(report) is Verdict.PASS
    assert report.exit_code == 0
    assert report.phases[-1].name == "restart"
    assert report.phases[-1].sent == 9  # two lose their answers before


@pytest.mark.parametrize("one", NEEDING, ids=lambda one: one.name)
def test_a_server_that_forgets_at_a_restart_is_found_by_it_alone(one):
    """And the finding is no smaller for shrinking: nobody restarts a server for one more try."""
    with restartable(one) as (url, restart):
        report = run(Target(url=url, api_key="sk_test_a"), phases=PHASES, restart=restart)
    assert [finding.requirement for finding in report.findings] == [one.breaks]


def test_without_a_restart_the_requirement_is_not_exercised():
    """The reason says what it takes, and the phase alone is refused."""
    with restartable(RIGHT) as (url, _):
        report = run(Target(url=url, api_key="sk_test_a"), phases=["smoke"])
        row = next(row for row in report.requirements if row.requirement.id == ROW)
        assert (row.verdict, row.reason) == (Verdict.SKIPPED, "needs --restart-command")
        with pytest.raises(UsageError, match=r"^the phase restart cannot restart"):
            run(Target(url=url, api_key="sk_test_a"), phases=PHASES)


def test_a_restart_that_fails_ends_the_run_and_what_was_judged_stays_judged():
    """The run is undecided and says why."""

    def fails():
        raise RestartFailed("no")

    with restartable(RIGHT) as (url, _):
        report = run(Target(url=url, api_key="sk_test_a"), phases=PHASES, restart=fails)
    assert (report.end, report.note, report.exit_code) == (End.RESTART_FAILED, "no", 2)
    assert sum(row.verdict is Verdict.PASS for row in report.requirements) > 60


COMMAND = """
import contextlib, os, pathlib, signal, socket, subprocess, sys
pid, port, db = pathlib.Path("pid"), int(sys.argv[1]), "keys.sqlite3"
if pid.exists():
    ending = socket.create_connection(("127.0.0.1", port))
    os.kill(int(pid.read_text()), signal.SIGTERM)
    with contextlib.suppress(ConnectionError):
        ending.recv(1)  # nothing comes but the end, when the old server closes its connections
server = subprocess.Popen([sys.executable, "-m", "ed_contract", "serve", "--port", str(port), "--db", db])
pid.write_text(str(server.pid))
"""


@pytest.mark.parametrize("code", [0, 3])
def test_a_command_that_fails_is_told_with_the_last_line_that_it_printed(code):
    """A command that succeeds is believed only when something takes connections."""
    with restartable(RIGHT) as (url, _):
        command = f"echo first; echo second >&2; exit {code}"
        restart = RestartCommand(command=command, target=Target(url=url))
        if not code:
            restart()
            return
        with pytest.raises(RestartFailed) as failed:
            restart()
    assert str(failed.value) == "--restart-command exited with 3\nsecond"


def test_a_command_that_restarts_nothing_is_doubted():
    """The server was there all the time; the verdict stays what was seen."""
    with restartable(RIGHT) as (url, restart):
        narrow = {"only": ["idempotency/survives-restart"], "phases": ["smoke", "restart"]}
        report = run(Target(url=url, api_key="sk_test_a"), restart_command="true", **narrow)
        assert (report.notes, report.exit_code) == ((NEVER_STOPPED,), 0)
        report = run(Target(url=url, api_key="sk_test_a"), restart=restart, **narrow)
        assert (report.notes, report.exit_code) == ((), 0)


def test_a_command_that_does_not_end_is_told(monkeypatch):
    """A server in the foreground, for instance."""
    monkeypatch.setattr(target_process, "COMMAND_SECONDS", 0.05)
    with pytest.raises(RestartFailed) as failed:
        RestartCommand(command="exec sleep 60", target=Target(url="http://127.0.0.1:9"))()
    assert str(failed.value) == (
        "--restart-command did not end within 0.05 s\nit must leave the server in the background and exit."
    )


def test_a_server_that_does_not_come_back_is_told(monkeypatch):
    """With where it was looked for."""
    monkeypatch.setattr(target_process, "SERVE_SECONDS", 0.0)
    with restartable(RIGHT) as (url, _):
        gone = Target(url=url)
    with pytest.raises(RestartFailed) as failed:
        RestartCommand(command="true", target=gone)()
    first, second = str(failed.value).splitlines()
    assert first.startswith(f"nothing accepts connections at {gone} within 0 s after --restart-command: ")
    assert second == "is the command right, and does the server use the same port?"


def test_a_command_restarts_a_real_server(tmp_path):
    """The whole way: a server in a process of its own, ended and started again on its database by the command."""
    (tmp_path / "restart.py").write_text(COMMAND)
    with restartable(RIGHT) as (url, _):
        port = url.rpartition(":")[2]  # free from here on
    command = f"cd {shlex.quote(str(tmp_path))} && {shlex.quote(sys.executable)} restart.py {port}"
    target = Target(url=url, api_key="sk_test_a")
    try:
        RestartCommand(command=command, target=target)()
        restart = RestartCommand(command=command, target=target)
        restart()
        assert restart.doubt == ""
        cli = [sys.executable, "-m", "ed_contract", "run", url, "--api-key", "sk_test_a", "--phases", "smoke,restart"]
        done = subprocess.run([*cli, "--restart-command", command, "-v"], capture_output=True, text=True, check=False)
    finally:
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGTERM)
    assert (done.returncode, done.stderr) == (0, "")
    assert "to be remembered" in done.stdout


def test_the_embedded_server_cannot_be_restarted_by_a_command():
    """There is none that could."""
    done = subprocess.run(
        [sys.executable, "-m", "ed_contract", "run", "--restart-command", "true"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "--restart-command cannot be used without a URL" in done.stderr
