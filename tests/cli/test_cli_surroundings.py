"""The command in odd surroundings: outputs that are closed, full or gone, no folder, no home, a terminal without size.

What can be handled changes no verdict; what cannot is two lines and exit 2, or 1 where a finding fails the run.
"""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shlex
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from common.broken import NameNotRequired
from common.command import ed_contract

from ed_contract import run
from ed_contract.exceptions import ToolError
from ed_contract.reference import Reference, serve
from ed_contract.runner.sender import Sender

COMMAND = f"{shlex.quote(sys.executable)} -m ed_contract"
NAME = "request/name/required"
FULL = "cannot write to standard output: No space left on device\n"
CLOSED = "error: cannot write to standard output: it is closed\nredirect it to a writable file.\n"


def shell(script, cwd=None, **environment):
    """Run a script in which $ED is the command; return the exit code and what it wrote."""
    return subprocess.run(
        ["/bin/sh", "-c", script.replace("$ED", COMMAND)],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def judged(app, script, **environment):
    """Judge a server by a script in which $RUN is the run; return exit code and standard error."""
    with app() as broken, serve(broken) as server:
        options = f"--api-key sk_test_a --only {NAME} --no-shrink"
        done = shell(script.replace("$RUN", f"$ED run {server.url} {options}"), **environment)
    return done.returncode, done.stderr


@pytest.mark.parametrize(("app", "code"), [(Reference, 0), (NameNotRequired, 1)])
@pytest.mark.parametrize(
    ("script", "errors"),
    [
        ("$RUN > /dev/full", FULL),
        ("$RUN >&-", ""),
        ("$RUN 2>&-", ""),
        ("$RUN <&- >&- 2>&-", ""),
        ("$RUN 1< /dev/null", "cannot write to standard output: Bad file descriptor\n"),
    ],
)
def test_an_output_that_nobody_asked_for_changes_no_verdict(app, code, script, errors):
    """The report for people is lost, and the exit code is what it would have been."""
    assert judged(app, script) == (code, errors)


@pytest.mark.parametrize(("app", "code"), [(Reference, 2), (NameNotRequired, 1)])
@pytest.mark.parametrize(
    ("script", "errors"),
    [
        ("$RUN -q --report json=- >&-", CLOSED),
        ("$RUN -q --report json=- > /dev/full", f"error: {FULL}redirect it to a writable file.\n"),
    ],
)
def test_a_report_that_was_asked_for_and_cannot_be_written_is_told(app, code, script, errors):
    """In two lines; a finding outranks it."""
    done, told = judged(app, script)
    assert done == code
    assert told.endswith(errors)
    assert len(told.splitlines()) == 3  # the verdict goes before


def test_both_outputs_without_a_reader_change_no_exit_code(tmp_path):
    """What is wrong cannot be told then, and is still wrong."""
    assert shell("{ $ED run --nonsense 2>&1; echo $? > code; } | :", cwd=tmp_path).returncode == 0
    assert (tmp_path / "code").read_text() == "2\n"


@pytest.mark.parametrize(
    ("script", "code", "errors"),
    [
        ("$ED list > /dev/full", 2, f"error: {FULL}redirect it to a writable file.\n"),
        ("$ED explain echo/name >&-", 2, CLOSED),
        ("$ED list --nonsense 2> /dev/full", 2, ""),
    ],
)
def test_a_command_that_only_prints_says_that_it_could_not(script, code, errors):
    """Its output is what it was called for."""
    done = shell(script)
    assert (done.returncode, done.stderr) == (code, errors)


def test_a_folder_that_was_deleted_holds_no_settings_and_takes_no_reports(tmp_path):
    """The verdict is what it would have been elsewhere."""
    (tmp_path / "here").mkdir()
    done = shell("rmdir ../here; $ED run --phases smoke -q", cwd=tmp_path / "here")
    assert (done.returncode, done.stdout[:9], done.stderr) == (0, "CONFORMS ", "")
    (tmp_path / "here").mkdir()
    done = shell("rmdir ../here; $ED run --phases smoke -q --report json=r.json", cwd=tmp_path / "here")
    assert done.returncode == 2
    assert "error: cannot write r.json: No such file or directory\n" in done.stderr
    (tmp_path / "here").mkdir()
    app = "ed_contract.reference:Reference()"
    done = shell(f"rmdir ../here; $ED run --app '{app}' --api-key sk_test_a --only {NAME} -q", cwd=tmp_path / "here")
    assert (done.returncode, done.stdout[:9], done.stderr) == (0, "CONFORMS ", "")


@pytest.mark.parametrize(
    "environment",
    [
        {"HOME": "", "XDG_CACHE_HOME": ""},
        {"HOME": "/dev/null", "XDG_CACHE_HOME": ""},
        {"XDG_CACHE_HOME": "/proc/nowhere"},
        {"HOME": "", "XDG_CACHE_HOME": "", "TMPDIR": "/nowhere"},
        {"LANG": "C", "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "TERM": ""},
    ],
    ids=["no home", "a home that is no folder", "an unwritable cache", "no temporary folder", "no letters"],
)
def test_surroundings_change_no_verdict(environment, tmp_path):
    """And nothing is left in the current folder but the record."""
    done = shell("$ED run --phases smoke,fuzz -n 3 -q", cwd=tmp_path, **environment)
    assert (done.returncode, done.stdout[:9], done.stderr) == (0, "CONFORMS ", "")
    assert [one.name for one in tmp_path.iterdir()] == [".ed_contract"]


def test_a_report_on_standard_output_is_utf_8_as_in_a_file():
    """Whatever the terminal can show."""
    done = shell("$ED run --phases smoke -q --report html=-", PYTHONIOENCODING="ascii")
    assert (done.returncode, "›" in done.stdout, "\\u203a" in done.stdout) == (0, True, False)


@pytest.mark.parametrize("size", ["0", "1", "²"])
def test_a_terminal_without_a_size_changes_no_verdict(size):
    """Some say 0, and mean that they do not know."""
    printed, code = in_a_terminal("run", "--phases", "smoke", COLUMNS=size, LINES=size)
    assert code == 0
    assert "CONFORMS" in printed
    assert "Traceback" not in printed


def in_a_terminal(*arguments, hang_up=False, **environment):
    """Run the command in a terminal of its own; return what it shows, and the exit code."""
    terminal, other = pty.openpty()
    # Who leads a session and has no terminal gets the first one that it opens: then it is told when that hangs up.
    script = f'exec < "$0" > "$0" 2>&1; exec {COMMAND} {shlex.join(arguments)}'
    process = subprocess.Popen(
        ["/bin/sh", "-c", script, os.ttyname(other)], env={**os.environ, **environment}, start_new_session=True
    )
    shown = b""
    while select.select([terminal], [], [], 0.05)[0] or process.poll() is None:
        if select.select([terminal], [], [], 0)[0]:
            shown += os.read(terminal, 65536)
        if hang_up and b"Judging" in shown:
            break
    os.close(terminal)
    os.close(other)
    return shown.decode(errors="replace"), process.wait(60)


def test_a_terminal_that_hangs_up_ends_a_run_in_order(tmp_path):
    """It sends SIGHUP, and takes no letter more."""
    path = tmp_path / "report.json"
    _, code = in_a_terminal("run", "--report", f"json={path}", hang_up=True)
    assert code == 130
    assert json.loads(path.read_bytes())["end"] == "interrupted"


def breaks(*_, **__):
    """Be a mistake of ours."""
    raise TypeError("sk_test_a\nis no number")


def crashed(done):
    """Check that a crash was told in two lines; return the traceback."""
    assert done.returncode == 2
    first, second = done.stderr.splitlines()
    assert first == "error: ed-contract crashed: TypeError: *** is no number"
    path = Path(re.fullmatch(r"please report it: the traceback, which may contain your data, is in (.+)", second)[1])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text(encoding="utf-8")
    path.unlink()
    return text


def test_a_crash_in_a_run_leaves_the_reports_of_what_was_judged(monkeypatch, tmp_path):
    """Two lines, exit 2, and no credential in what is kept."""
    monkeypatch.setattr(Sender, "burst", breaks)
    path = tmp_path / "report.json"
    with Reference() as app, serve(app) as server:
        done = ed_contract("run", server.url, "--api-key", "sk_test_a", "--report", f"json={path}")
    text = crashed(done)
    assert "in breaks" in text
    assert "sk_test_a" not in text
    assert "  ed-contract crashed: judged as far as the run got\n" in done.stdout
    report = json.loads(path.read_bytes())
    assert (report["end"], report["verdict"], report["exit_code"]) == ("crashed", "error", 2)
    assert [row["verdict"] for row in report["requirements"]].count("pass") > 60


def test_a_crash_before_a_run_or_in_another_command_is_told_too(monkeypatch, tmp_path):
    """The credential is known from the command line, or from the environment."""
    monkeypatch.setattr("ed_contract.api.plan", breaks)
    assert "in breaks" in crashed(ed_contract("run", "http://127.0.0.1:9", "--api-key=sk_test_a"))
    monkeypatch.setattr("ed_contract.cli.replay.load", breaks)
    path = tmp_path / "report.json"
    path.write_text("{}", encoding="utf-8")
    assert "in breaks" in crashed(ed_contract("replay", str(path), ED_CONTRACT_API_KEY="sk_test_a"))


def test_a_traceback_that_cannot_be_kept_is_no_further_crash(monkeypatch):
    """The two lines are told all the same."""
    monkeypatch.setattr("ed_contract.api.plan", breaks)
    monkeypatch.setattr("tempfile.tempdir", "/nowhere")
    done = ed_contract("run", "http://127.0.0.1:9", ED_CONTRACT_API_KEY="sk_test_a")
    assert (done.returncode, done.stderr) == (
        2,
        "error: ed-contract crashed: TypeError: *** is no number\n"
        "please report it: the traceback could not be written (No such file or directory)\n",
    )


def test_an_application_that_exits_is_no_finding(tmp_path):
    """Its exit code would be ours, and 1 means findings."""
    (tmp_path / "shop.py").write_text("import sys\nsys.exit(1)\n", encoding="utf-8")
    done = shell("$ED run --app shop:app", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("error: ed-contract crashed: RuntimeError: sys.exit(1) was called\n")
    Path(done.stderr.split(" is in ")[1].strip()).unlink()


def test_in_the_library_a_crash_carries_the_report_so_far(monkeypatch):
    """With what was raised as its cause."""
    monkeypatch.setattr(Sender, "burst", breaks)
    with pytest.raises(ToolError) as told:
        run(phases=["smoke", "bursts"])
    assert isinstance(told.value.__cause__, TypeError)
    assert (told.value.report.end, told.value.report.exit_code) == ("crashed", 2)
