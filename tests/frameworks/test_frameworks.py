"""Applications of real frameworks, judged in process: none is accused, and what is broken is found."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from common.command import ed_contract

from ed_contract import Target, run
from ed_contract.verdict import Verdict

HERE = Path(__file__).parents[1] / "independent"
KEYS = {"api_key": "sk_test_a", "second_api_key": "sk_test_b"}
APPLICATIONS = ["with_fastapi:create_app()", "with_flask:create_app()", "with_django:asgi", "with_django:wsgi"]

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the frameworks


@pytest.fixture(autouse=True)
def _found(monkeypatch):
    """The applications' modules are found as those of a project are: in the current directory."""
    monkeypatch.chdir(HERE)
    monkeypatch.setattr(sys, "path", [str(HERE), *sys.path])


@pytest.mark.parametrize("name", APPLICATIONS)
def test_a_right_application_is_not_accused(name):
    """All phases, bursts among them, and almost every requirement is decided."""
    report = run(Target.of_app(name, **KEYS), key_age=0, shrink=False)
    assert [bug.finding.identity for bug in report.failing] == []
    assert (report.exit_code, report.target) == (0, name)
    assert sum(row.verdict is Verdict.PASS for row in report.requirements) > 90


@pytest.mark.parametrize("name", APPLICATIONS)
def test_the_command_judges_it_too(name):
    """And says what is not judged in process."""
    done = ed_contract("run", "--app", name, "--phases", "smoke", ED_CONTRACT_API_KEY="sk_test_a")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(rf"^CONFORMS AS FAR AS JUDGED: \d+ of \d+ MUST: {re.escape(name)}$", done.stdout, re.MULTILINE)
    assert "  in process: a server in front of the application, and most races, are not judged" in done.stdout


@pytest.mark.parametrize("name", APPLICATIONS)
def test_pytest_judges_it_too(name):
    """With one test a requirement, and no file of the user's."""
    command = [sys.executable, "-m", "pytest", "--ed-app", name, "--ed-phases=smoke"]
    command += ["--ed-api-key=sk_test_a", "--ed-second-api-key=sk_test_b", "--ed-key-age=0", "-p", "no:cacheprovider"]
    # In the folder of the applications, but without this repository's settings.
    command += ["-c", os.devnull, "--rootdir=.", "-W", "ignore::DeprecationWarning", "-m", "ed_contract"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(rf"\nCONFORMS AS FAR AS JUDGED: \d+ of \d+ MUST: {re.escape(name)}, ", done.stdout)
    passed, skipped = re.search(r"=+ (\d+) passed, (\d+) skipped, \d+ deselected", done.stdout).groups()
    assert (int(passed) + int(skipped), int(passed) > 80) == (122, True)


def test_what_is_broken_is_found_in_process(monkeypatch):
    """The command to see it again names the application, and the requests a server that the reader starts."""
    import with_django  # noqa: PLC0415 - found since the path begins with its directory

    monkeypatch.setattr(with_django, "texts", lambda value, *_: value)
    done = ed_contract("run", "--app", "with_django:wsgi", "--phases", "smoke", "-x", ED_CONTRACT_API_KEY="sk_test_a")
    assert done.returncode == 1
    assert "curl -sSi -w '\\n' \"$ED_CONTRACT_URL/v2/core/event_destinations\"" in done.stdout
    assert "Reproduce:  ed-contract replay 1\n" in done.stdout


def test_an_application_without_the_route_cannot_be_judged():
    """As a server without it."""
    done = ed_contract("run", "--app", "with_django:asgi", "--path", "/v3", ED_CONTRACT_API_KEY="sk_test_a")
    assert done.returncode == 2
    assert done.stderr.startswith('error: with_django:asgi answers 404: no create there; it says "Not Found"\n')


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["x"], "--app: invalid value 'x': expected MODULE:ATTR, e.g. shop.main:app"),
        (
            ["json:loads"],
            "json:loads is not an application: WSGI calls it with two arguments, ASGI with three\ngive MODULE:ATTR",
        ),
        (
            ["os:getcwd"],
            "os:getcwd is not an application: WSGI calls it with two arguments, ASGI with three\ngive MODULE:ATTR",
        ),
        (
            ["nowhere_at_all:app"],
            "no module named 'nowhere_at_all' in the current folder, $PYTHONPATH or the installed packages\nrun it",
        ),
        (["with_django:nothing"], "module 'with_django' has no attribute 'nothing'\ngive MODULE:ATTR, e.g. shop.main"),
        (["with_django:OWNERS"], "with_django:OWNERS is not an application: dict is not callable\ngive MODULE:ATTR"),
        (["with_django:text()"], "with_django:text() fails: TypeError: text() missing 2 required positional arguments"),
        (["with_django:wsgi", "http://h"], "a URL and an application were both given\ngive one of them."),
        (["with_django:wsgi", "--server-command", "x"], "--server-command cannot be used with --app\nleave out one of"),
    ],
)
def test_a_name_that_is_no_application_is_told_in_a_line_or_two(arguments, message):
    """What is wrong, and what a name looks like."""
    done = ed_contract("run", "--app", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"error: {message}" in done.stderr
    assert len(done.stderr.splitlines()) <= 2
