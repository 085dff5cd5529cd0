"""The pytest plugin, through pytester and real sockets."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys

import pytest
from common.broken import MetadataNotCompared, NameNotRequired
from common.servers import as_json, http_server

from ed_contract.checks import judged as judged_rows
from ed_contract.reference import Reference, serve

OPTIONS = ("-p", "no:cacheprovider", "--ed-api-key", "sk_test_a", "--ed-second-api-key", "sk_test_b")


@pytest.fixture
def judged(pytester):
    """Run pytest against a server of the given class."""

    def run(server_class, *arguments):
        with server_class() as app, serve(app) as server:
            return pytester.runpytest_subprocess("--ed-url", server.url, *OPTIONS, *arguments)

    return run


def test_one_test_a_requirement_without_any_user_code(judged):
    """In an empty folder: exit 0 on a right server."""
    result = judged(Reference, "--ed-phases", "smoke", "-v")
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [f"collect* {len(judged_rows)} items", "*ed-contract::idempotency/conflict/status PASSED*", "*CONFORMS*"]
    )
    outcomes = result.parseoutcomes()
    assert outcomes["passed"] > 80
    assert set(outcomes) == {"passed", "skipped"}


def test_a_broken_server_fails_the_requirements_concerned_and_no_other(judged):
    """The failure is the finding as printed, without a traceback."""
    result = judged(NameNotRequired)
    assert result.ret == 1
    assert result.parseoutcomes()["failed"] == 1
    result.stdout.fnmatch_lines(
        [
            "FAIL request/name/required [[]removed] (MUST*)",
            "  A create without `name` is refused. (Parameters › name)",
            "  Expected: 4xx: A create without `name` is refused",
            "  Actual:   200: accepted without `name`",
        ]
    )
    assert "Traceback" not in result.stdout.str()
    assert "pytest_plugin.py" not in result.stdout.str()


def test_the_users_own_tests_run_beside(judged, pytester):
    """Both appear in one run, and -k and -m choose among both."""
    pytester.makepyfile("def test_mine(): pass")
    result = judged(Reference, "--ed-phases", "smoke", "-k", "test_mine or conflict", "-v")
    result.stdout.fnmatch_lines(["*test_mine PASSED*", "*ed-contract::idempotency/conflict/code PASSED*"])
    chosen = judged(Reference, "-m", "ed_contract", "--ed-only", "echo/*", "--ed-phases", "smoke", "--strict-markers")
    assert set(chosen.parseoutcomes()) == {"passed", "skipped", "deselected"}
    assert chosen.parseoutcomes()["deselected"] == 1


def test_collecting_sends_nothing(pytester):
    """`--co` lists the tests; nobody listens at the URL."""
    result = pytester.runpytest_subprocess("--ed-url", "http://127.0.0.1:1", "--co", "-q", *OPTIONS)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["ed-contract::request/valid", "ed-contract::auth/unknown-key"])


def test_a_target_that_cannot_be_judged_is_told_once(pytester):
    """One failure with the reason, the others skipped."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    result = pytester.runpytest_subprocess("--ed-url", f"http://127.0.0.1:{port}", *OPTIONS)
    assert result.ret == 1
    assert result.parseoutcomes()["failed"] == 1
    result.stdout.fnmatch_lines(["cannot judge: http://127.0.0.1:*gives no answer*", "is the server running*"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--ed-only", "echo/nmae"], "ERROR: no requirement that matches 'echo/nmae'"),
        (["--ed-phases", "smoke,smok"], "ERROR: no phase smok"),
        (["--ed-url", "127.0.0.1:1"], "ERROR: '127.0.0.1:1' is not an http or https URL"),
    ],
)
def test_a_wrong_option_is_a_usage_error(pytester, options, message):
    """Exit 4, as pytest's other usage errors, and nothing is run."""
    result = pytester.runpytest_subprocess("--ed-url", "http://127.0.0.1:1", *OPTIONS, *options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([message])


def test_a_should_that_fails_is_a_line_in_the_summary(judged):
    """It fails the test under --ed-strict alone."""
    options = ("--ed-only", "idempotency/conflict/absent-or-empty")
    result = judged(MetadataNotCompared, *options)
    assert (result.ret, result.parseoutcomes()) == (0, {"passed": 1})
    result.stdout.fnmatch_lines(
        ["WARN idempotency/conflict/absent-or-empty [[]metadata] (SHOULD): 200", "CONFORMS, with 1 warning: *"]
    )
    strict = judged(MetadataNotCompared, *options, "--ed-strict")
    assert (strict.ret, strict.parseoutcomes()) == (1, {"failed": 1})


def test_what_cannot_be_concluded_fails_and_says_why(pytester):
    """A server that always fails: the finding is the 5xx, and the other requirements stay open."""
    with http_server(lambda *_: as_json({}, 500)) as url:
        result = pytester.runpytest_subprocess("--ed-url", url, "--ed-phases", "smoke", *OPTIONS)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["inconclusive: request/valid: *", "FAIL robustness/no-server-error *"])
    assert "pytest_plugin.py" not in result.stdout.str()


def test_an_interrupt_ends_the_session(pytester):
    """Ctrl-C while the run takes place: exit 2, as in any session of pytest."""
    process = None

    def answer(*_):
        process.send_signal(signal.SIGINT)
        return as_json({})

    with http_server(answer) as url:
        command = [sys.executable, "-m", "pytest", "--ed-url", url, *OPTIONS]
        process = subprocess.Popen(command, cwd=pytester.path, stdout=subprocess.PIPE, text=True)
        output, _ = process.communicate(timeout=60)
    assert process.returncode == pytest.ExitCode.INTERRUPTED
    assert "KeyboardInterrupt" in output


def test_junit_has_a_testcase_for_each_requirement(judged, pytester):
    """Named as in the terminal."""
    judged(Reference, "--ed-phases", "smoke", "--junit-xml=report.xml")
    text = (pytester.path / "report.xml").read_text(encoding="utf-8")
    assert 'name="idempotency/replay"' in text


def test_without_the_option_the_plugin_adds_nothing_and_loads_nothing(pytester):
    """No test, no heavy import, only public API: warnings are errors."""
    pytester.makepyfile(
        "import sys\n"
        "def test_mine():\n"
        "    assert not {'hypothesis', 'httpx', 'jsonschema', 'yaml', 'rich'} & set(sys.modules)\n"
    )
    command = [sys.executable, "-W", "error", "-m", "pytest", "-q", "-p", "ed_contract.pytest_plugin"]
    alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(command, cwd=pytester.path, env=alone, capture_output=True, text=True, check=False)
    assert "1 passed" in done.stdout, done.stdout
