"""One test a requirement, without any user code: through pytester and real sockets."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from common.broken import MetadataNotCompared, NameNotRequired
from common.interactions import WEBHOOK, Run
from common.reports import report_of
from common.servers import as_json, free_port, http_server

from ed_contract.checks import judged as judged_rows
from ed_contract.contract import CONTRACT
from ed_contract.finding import Held
from ed_contract.pytest_plugin.outcomes import Outcome, Word
from ed_contract.pytest_plugin.verdicts import told
from ed_contract.reference import Reference
from ed_contract.report.redaction import Redactor

HEARS_INTERRUPTS = """
import signal, sys, pytest
signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs in the background inherits it as ignored
sys.exit(pytest.main(sys.argv[1:]))
"""
OPTIONS = ("-p", "no:cacheprovider", "--ed-api-key=sk_test_a", "--ed-second-api-key=sk_test_b", "--ed-key-age=0")


def test_one_test_a_requirement_without_any_user_code(judged):
    """In an empty folder: exit 0 on a right server."""
    result = judged(Reference, "--ed-phases", "smoke", "-v")
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [
            f"collect* {len(judged_rows(CONTRACT))} items",
            "*ed-contract::idempotency/conflict/status PASSED*",
            "*CONFORMS*",
        ]
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
            "* ed-contract::request/name/required *",
            "1. FAIL request/name/required [[]removed] (MUST*)",
            "  A create without `name` is refused. (Parameters › name)",
            "  Expected:   a refusal (4xx)",
            "  Actual:     200: accepted without `name`",
        ]
    )
    assert "Traceback" not in result.stdout.str()
    assert "pytest_plugin" not in result.stdout.str()


def test_the_users_own_tests_run_beside(judged, pytester):
    """Both appear in one run, and -k and -m choose among both."""
    pytester.makepyfile("def test_mine(): pass")
    result = judged(Reference, "--ed-phases", "smoke", "-k", "test_mine or conflict", "-v")
    result.stdout.fnmatch_lines(["*test_mine PASSED*", "*ed-contract::idempotency/conflict/code PASSED*"])
    chosen = judged(Reference, "-m", "ed_contract", "--ed-only", "echo/*", "--ed-phases", "smoke", "--strict-markers")
    assert set(chosen.parseoutcomes()) == {"passed", "deselected"}
    assert chosen.parseoutcomes()["deselected"] == 1


def test_collecting_sends_nothing(pytester):
    """`--co` lists the tests; nobody listens at the URL."""
    result = pytester.runpytest_subprocess("--ed-url", "http://127.0.0.1:1", "--co", "-q", *OPTIONS)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["ed-contract::request/valid", "ed-contract::auth/unknown-key"])


def test_a_target_that_cannot_be_judged_is_told_once(pytester):
    """One error with the reason, the others skipped."""
    port = free_port()
    result = pytester.runpytest_subprocess("--ed-url", f"http://127.0.0.1:{port}", *OPTIONS)
    assert result.ret == 1
    assert result.parseoutcomes() == {"errors": 1, "skipped": len(judged_rows(CONTRACT)) - 1}
    result.stdout.fnmatch_lines(
        [
            f"cannot judge: http://127.0.0.1:{port}/v2/core/event_destinations does not answer (no connection: *)",
            "is the server running, and is the port right?",
        ]
    )


def test_a_target_that_dies_in_between_is_told_once(pytester):
    """What was seen until then stands; of the rest one is an error, and names how many it stands for."""
    served = iter(range(4))

    def answer(*_):
        if next(served, None) is None:
            raise ConnectionAbortedError
        return as_json({"error": {"code": "bad", "message": "no"}}, 400)

    with http_server(answer, quiet=True) as url:
        result = pytester.runpytest_subprocess("--ed-url", url, "--ed-skip", "robustness/*", *OPTIONS, "-rs")
    assert result.ret == 1
    outcomes = result.parseoutcomes()
    assert outcomes["errors"] == 1
    assert outcomes["skipped"] > 80
    result.stdout.re_match_lines(
        [
            r"cannot judge: the target stopped answering: the connection ended: .*",
            rf"{outcomes['skipped'] + 1} requirements are not judged for this reason; it is reported once\.",
            rf"SKIPPED \[{outcomes['skipped']}\] .*: cannot judge: the target stopped answering: .*",
        ]
    )


def test_a_should_that_fails_is_a_line_in_the_summary(judged):
    """It fails the test under --ed-strict alone."""
    options = ("--ed-only", "idempotency/conflict/absent-or-empty")
    result = judged(MetadataNotCompared, *options)
    assert (result.ret, result.parseoutcomes()) == (0, {"passed": 1})
    result.stdout.fnmatch_lines(
        [
            "1. WARN idempotency/conflict/absent-or-empty [[]metadata] (SHOULD): 200: *",
            "CONFORMS AS FAR AS JUDGED: 0 of * MUST, with 1 warning: *",
        ]
    )
    strict = judged(MetadataNotCompared, *options, "--ed-strict")
    assert (strict.ret, strict.parseoutcomes()) == (1, {"failed": 1})


def test_what_cannot_be_concluded_is_an_error_and_says_why(pytester):
    """A server that always fails: the finding is the 5xx, and the other requirements stay open."""
    with http_server(lambda *_: as_json({}, 500)) as url:
        result = pytester.runpytest_subprocess("--ed-url", url, "--ed-phases", "smoke", *OPTIONS)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["inconclusive: answered 500", "* requirements are not judged for this reason; *"])
    result.stdout.fnmatch_lines(["1. FAIL robustness/no-server-error *"])
    assert result.parseoutcomes()["errors"] < 5


def test_x_stops_at_the_first_finding(judged):
    """The run sends no more than it takes to find it, and what was not reached is no error."""
    result = judged(NameNotRequired, "-x", "-v")
    assert result.ret == 1
    outcomes = result.parseoutcomes()
    assert (outcomes["failed"], outcomes.get("errors", 0)) == (1, 0)
    requests = re.search(r"MUST finding: \S+ (\d+) requests", result.stdout.str())
    assert int(requests[1]) < 50


def test_what_is_deselected_is_not_judged(judged):
    """Neither by -k nor by a node id: fewer requests are sent, and no other requirement can fail."""
    whole = judged(Reference, "--ed-seed", "1")
    chosen = judged(Reference, "--ed-seed", "1", "-k", "conflict and code")
    sent = [int(re.search(r", (\d+) requests", one.stdout.str())[1]) for one in (whole, chosen)]
    assert sent[1] < sent[0] / 2


@pytest.mark.parametrize("beside", [[], ["test_other.py"]])
def test_a_node_id_on_the_command_line_chooses_one(judged, pytester, beside):
    """As it is printed by -v, alone or beside files; alone, no file is collected."""
    pytester.makepyfile(test_mine="def test_mine(): pass", test_other="def test_other(): pass")
    result = judged(Reference, "ed-contract::echo/name", "ed-contract::echo/type", *beside, "--ed-phases=smoke", "-v")
    assert (result.ret, result.parseoutcomes()) == (0, {"passed": 2 + len(beside)})
    result.stdout.fnmatch_lines(["ed-contract::echo/name PASSED*", "ed-contract::echo/type PASSED*"])


def test_the_failed_ones_are_run_again(pytester):
    """`--lf` chooses what failed last time, and the run judges no more than that."""
    pytester.makepyfile("def test_mine(): pass")
    options = ("--ed-api-key=sk_test_a", "--ed-phases=smoke,mutations")
    with NameNotRequired() as app, _served(app) as url:
        first = pytester.runpytest_subprocess("--ed-url", url, *options)
        second = pytester.runpytest_subprocess("--ed-url", url, *options, "--lf")
    assert first.parseoutcomes()["failed"] == 1
    assert second.parseoutcomes() == {"failed": 1, "deselected": 115} or second.parseoutcomes()["failed"] == 1
    assert second.parseoutcomes().get("passed") is None


def _served(app):
    from contextlib import contextmanager  # noqa: PLC0415 - used once

    from ed_contract.reference import serve  # noqa: PLC0415 - the same

    @contextmanager
    def running():
        with serve(app) as server:
            yield server.url

    return running()


def test_an_interrupt_ends_the_session(pytester):
    """Ctrl-C while the run takes place: exit 2, as in any session of pytest."""
    process = None

    def answer(*_):
        process.send_signal(signal.SIGINT)
        return as_json({})

    with http_server(answer) as url:
        command = [sys.executable, "-c", HEARS_INTERRUPTS, "--ed-url", url, *OPTIONS]
        process = subprocess.Popen(command, cwd=pytester.path, stdout=subprocess.PIPE, text=True)
        output, _ = process.communicate(timeout=60)
    assert process.returncode == pytest.ExitCode.INTERRUPTED
    assert "KeyboardInterrupt" in output


def test_junit_has_a_testcase_for_each_requirement(judged, pytester):
    """Named as in the terminal."""
    judged(Reference, "--ed-phases", "smoke", "--junit-xml=report.xml")
    text = (pytester.path / "report.xml").read_text(encoding="utf-8")
    assert 'classname="ed-contract" name="idempotency/replay"' in text


def test_a_report_is_written_beside(judged, pytester):
    """Where pytest was started, and a line says so."""
    result = judged(Reference, "--ed-only", "echo/name", "--ed-report", "json=ed.json")
    result.stdout.fnmatch_lines(["report: */ed.json"])
    assert '"verdict": "pass"' in (pytester.path / "ed.json").read_text(encoding="utf-8")


def test_a_sarif_report_points_to_the_file_of_the_settings(judged, pytester):
    """Pytest's own, or to what the option names."""
    pytester.makeini("[pytest]")
    options = ("--ed-only", "request/name/*", "--ed-report", "sarif=ed.sarif")
    for more, pointed in (((), "tox.ini"), (("--ed-sarif-location", "src/shop.py"), "src/shop.py")):
        judged(NameNotRequired, *options, *more)
        (run,) = json.loads((pytester.path / "ed.sarif").read_bytes())["runs"]
        physical = run["results"][0]["locations"][0]["physicalLocation"]
        assert physical["artifactLocation"]["uri"] == pointed
    result = judged(Reference, *options, "--ed-sarif-location", "/etc/passwd")
    result.stderr.fnmatch_lines(["ERROR: findings cannot point to /etc/passwd: it is outside of the repository *"])


@pytest.mark.parametrize(
    ("server", "outcomes"), [(Reference, {"passed": 2, "errors": 1}), (NameNotRequired, {"passed": 2, "failed": 1})]
)
def test_a_report_that_cannot_be_written_is_an_error(judged, pytester, server, outcomes):
    """Of the last requirement, unless the session fails anyhow; the others are written, and a line says which."""
    reports = ("--ed-report", "json=/dev/full", "--ed-report", "badge=badge.json")
    result = judged(server, "--ed-only", "request/name/*", "--ed-only", "echo/type", *reports)
    assert result.parseoutcomes() == outcomes
    result.stdout.fnmatch_lines(["cannot write /dev/full: No space left on device", "report: */badge.json"])
    assert (pytester.path / "badge.json").exists()


def test_a_run_that_was_to_be_complete_is_an_error():
    """If it is not; a finding is told in its place."""
    one = Held(requirement="echo/name")
    run = Run()
    run.exchange(WEBHOOK)
    (interaction,) = run.history.interactions()
    report = report_of([(interaction, [one])], only=["echo/name"], left_out=["echo/type"])
    assert told(report, ["echo/name"], Redactor(), {}).outcomes == {"echo/name": Outcome(word=Word.PASSED)}
    asked = replace(report, fail_on_incomplete=True)
    text = "not complete: CONFORMS AS FAR AS JUDGED: 1 of 2 MUST"
    assert told(asked, ["echo/name"], Redactor(), {}).outcomes == {"echo/name": Outcome(word=Word.ERROR, text=text)}


def test_a_waived_finding_is_an_expected_failure(judged, pytester):
    """With the waiver's reason; and a waiver that is no longer needed fails its requirement."""
    pytester.makefile(
        ".toml",
        waivers='[[waiver]]\nrequirement = "request/name/required"\nfault = "removed"\nreason = "until the rewrite"\n',
    )
    options = ("--ed-only", "request/name/*", "--ed-waivers", "waivers.toml", "-rx")
    waived = judged(NameNotRequired, *options)
    assert (waived.ret, waived.parseoutcomes()["xfailed"]) == (0, 1)
    waived.stdout.fnmatch_lines(["XFAIL ed-contract::request/name/required - until the rewrite*"])
    unneeded = judged(Reference, *options)
    assert (unneeded.ret, unneeded.parseoutcomes()["failed"]) == (1, 1)
    unneeded.stdout.fnmatch_lines(["request/name/required [[]removed]: the waiver is no longer needed: remove it*"])


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


def test_it_can_be_left_out(pytester):
    """`-p no:ed_contract`, as with any plugin."""
    pytester.makepyfile("def test_mine(): pass")
    result = pytester.runpytest_subprocess("-p", "no:ed_contract", "--ed-url=http://127.0.0.1:1")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*unrecognized arguments: --ed-url=http://127.0.0.1:1*"])


def test_a_mistake_of_ours_is_one_error_and_loses_nothing(judged, pytester):
    """What was judged stays judged, the reports are written, and the traceback is in a file that is named."""
    pytester.makeconftest(
        "from ed_contract import api\n"
        "judge = api.judge_selected\n"
        "def crash(selected, interaction, history):\n"
        "    return judge(selected, interaction, history) if interaction.number < 30 else 1 / 0\n"
        "api.judge_selected = crash\n"
    )
    result = judged(Reference, "--ed-phases", "smoke", "--ed-report", "json=ed.json")
    outcomes = result.parseoutcomes()
    assert (result.ret, outcomes["errors"], outcomes.get("failed", 0)) == (1, 1, 0)
    assert outcomes["passed"] > 10
    result.stdout.fnmatch_lines(
        ["cannot judge: ed-contract crashed: ZeroDivisionError: division by zero; please report it: the traceback, *"]
    )
    path = re.search(r"is in (\S+/ed-contract-crash-\S+\.txt)", result.stdout.str())[1]
    assert "ZeroDivisionError" in Path(path).read_text(encoding="utf-8")
    Path(path).unlink()
    assert '"end": "crashed"' in (pytester.path / "ed.json").read_text(encoding="utf-8")
