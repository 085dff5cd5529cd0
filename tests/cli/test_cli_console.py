"""What goes to a terminal, and what to anything else: colours, the progress bar, and the ends of reports."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys

import pytest
from common.command import ed_contract

from ed_contract.contract import CONTRACT

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
RUN = ("run", "--phases", "smoke", "--only", "auth/*")
CURSOR = "\x1b[?25l"  # what hides it is what a progress bar begins with


def settled(text):
    """Return an output without what changes from run to run."""
    return re.sub(r"127\.0\.0\.1:\d+|[\d.]+ (?=s,)", "", text)


@pytest.fixture(autouse=True)
def _as_a_user(monkeypatch, tmp_path):
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def test_force_color_colours_and_does_no_more():
    """The same lines where standard output is no terminal, and no progress bar."""
    plain, coloured = ed_contract(*RUN), ed_contract(*RUN, FORCE_COLOR="1")
    assert COLOUR.search(plain.stdout) is None
    assert COLOUR.search(coloured.stdout) is not None
    assert settled(COLOUR.sub("", coloured.stdout)) == settled(plain.stdout)
    assert plain.stderr == coloured.stderr == ""


@pytest.mark.parametrize(("arguments", "environment"), [((), {"NO_COLOR": "1"}), (("--no-color",), {})])
def test_no_color_wins(arguments, environment):
    """As the option does."""
    done = ed_contract(*RUN, *arguments, FORCE_COLOR="1", **environment)
    assert (done.stderr, COLOUR.search(done.stdout)) == ("", None)


def on_a_terminal(*arguments, **environment):
    """Return what the command writes to standard error where that is a terminal, and standard output is not."""
    ours, theirs = pty.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "ed_contract", *arguments],
            stdout=subprocess.PIPE,
            stderr=theirs,
            env={**os.environ, "TERM": "xterm", **environment},
            check=True,
            timeout=60,
        )
    finally:
        os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 4096):
            shown += part
    except OSError:  # as Linux says that there is no more
        pass
    finally:
        os.close(ours)
    return done.stdout.decode(), shown.decode()


@pytest.mark.parametrize(("arguments", "live"), [((), True), (("-q",), False), (("-v",), False)])
def test_a_terminal_shows_progress(arguments, live):
    """On standard error, wherever standard output goes; not where there is nothing to show, or a line a request."""
    stdout, stderr = on_a_terminal(*RUN, *arguments)
    assert (CURSOR in stderr) is live
    assert "\x1b" not in stdout


def test_each_requirement_that_was_not_exercised_is_named_if_asked_for():
    """With the reason, after the summary."""
    done = ed_contract(*RUN[:3], "-v", "--only", "idempotency/*", "--skip", "*/burst/*")
    lines = done.stdout.splitlines()
    named = [line for line in lines if line.startswith("  SKIPPED ")]
    assert lines[-len(named) :] == named
    assert "  SKIPPED idempotency/survives-restart: does not apply: needs --restart-command" in named
    assert "  SKIPPED idempotency/remembers: not exercised" in named
    assert {line.split()[1].rstrip(":") for line in named} < {*CONTRACT.requirements}
    assert "SKIPPED" not in ed_contract(*RUN).stdout


def test_each_report_that_was_written_is_named():
    """By its path, even where only the verdict is printed."""
    reports = ("--report", "json=ed.json", "--report", "junit=ed.xml", "--report", "github=-")
    told, quiet = ed_contract(*RUN, *reports), ed_contract(*RUN, *reports, "-q")
    for done in (told, quiet):
        printed = [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("  report: ")]
        assert printed == ["  report: ed.json", "  report: ed.xml"]


def test_the_report_of_scores_is_named():
    """As any other."""
    done = ed_contract("score", "conflict-422", "--phases", "smoke", "--report", "json=score.json")
    assert done.stdout.splitlines()[-1] == "report: score.json"
