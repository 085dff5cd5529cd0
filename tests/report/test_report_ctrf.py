"""The Common Test Report Format: one test a requirement, and what becomes of each verdict."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from importlib.metadata import version

from common.interactions import WEBHOOK, Run
from common.reports import URL, report_of
from common.schemas import problems

from ed_contract.contract import CONTRACT
from ed_contract.finding import Crash, Finding, Held, Unclear
from ed_contract.report import ctrf
from ed_contract.report.redaction import Redactor
from ed_contract.runner.events import End
from ed_contract.waivers import Waiver, Waivers

TODAY = date(2026, 11, 29)
BEGAN = 1_767_225_600.25  # seconds since the epoch
FAILED, PASSED, WARNED, WAIVED = "echo/name", "echo/type", "echo/normalised", "echo/metadata"
CRASHED, UNDECIDED, UNKNOWN = "echo/description", "echo/enabled_events", "idempotency/same-parameters"
PENDING, BESIDE = "idempotency/replay", "idempotency/account-scoped"
ROWS = (FAILED, PASSED, WARNED, WAIVED, CRASHED, UNDECIDED, UNKNOWN, PENDING, BESIDE)
WAIVERS = Waivers(entries=(Waiver(requirement=WAIVED, fault="c", reason="BUG-1"),), today=TODAY)


def reported(**options):
    """Return a report that has each verdict."""
    run = Run()
    run.exchange(WEBHOOK)
    one = replace(run.history.interactions()[0], seconds=0.125, began=BEGAN)
    said = {"expected": "Orders", "actual": "another", "evidence": (one,)}
    observations = [
        Finding(requirement=FAILED, fault="a", **said),
        Held(requirement=PASSED),
        Finding(requirement=WARNED, fault="b", **said),
        Finding(requirement=WAIVED, fault="c", **said),
        Crash(requirement=CRASHED, check="c", error="KeyError()"),
        Unclear(requirement=UNDECIDED, reason="answered 429"),
        Unclear(requirement=UNKNOWN, reason="answered 503"),
    ]
    return report_of([(one, observations)], only=ROWS, **{"waivers": WAIVERS, "whole": False, **options})


def document(report):
    """Return the report's document, which satisfies the published schema."""
    text = ctrf.write(report, Redactor())
    assert problems("ctrf", text) == []
    return json.loads(text)


def by_name(report):
    """Return the tests by name."""
    return {one["name"]: one for one in document(report)["results"]["tests"]}


def test_each_requirement_is_a_test_with_a_status():
    """What is only a warning passes, and what keeps a run from conforming does not, decided or not."""
    tests = by_name(reported())
    assert {name: one["status"] for name, one in tests.items()} == {
        FAILED: "failed",
        PASSED: "passed",
        WARNED: "passed",
        WAIVED: "passed",
        CRASHED: "other",
        UNDECIDED: "other",
        UNKNOWN: "skipped",
        PENDING: "pending",
        BESIDE: "skipped",
    }
    assert {name: one["rawStatus"] for name, one in tests.items()} == {
        FAILED: "fail",
        PASSED: "pass",
        WARNED: "fail",
        WAIVED: "fail",
        CRASHED: "error",
        UNDECIDED: "inconclusive",
        UNKNOWN: "inconclusive",
        PENDING: "skipped",
        BESIDE: "skipped",
    }


def test_a_strict_run_fails_for_warnings_too():
    """As its exit code says."""
    assert by_name(reported(strict=True))[WARNED]["status"] == "failed"


def test_a_test_says_what_it_is_about():
    """Area, level, clause and statement; the name is stable from run to run."""
    row, test = CONTRACT.requirement(FAILED), by_name(reported())[FAILED]
    assert test["testId"] == test["name"] == FAILED
    assert (test["suite"], test["tags"]) == (["echo"], ["MUST", "echo"])
    assert test["extra"] == {
        "ed_contract.clause": row.clause,
        "ed_contract.statement": row.statement,
        "ed_contract.findings": [{"number": 1, "fault": "a", "count": 1, "waived": None}],
    }


def test_a_failed_test_has_a_line_for_each_finding_and_all_of_it_as_trace():
    """The requests among it."""
    test = by_name(reported())[FAILED]
    assert test["message"].endswith("FAIL echo/name [a] (MUST): another")
    assert "Expected:" in test["trace"]
    assert "curl -sSi" in test["trace"]


def test_a_test_that_did_not_fail_says_why_that_is():
    """In a message, without a trace."""
    tests = by_name(reported())
    messages = {name: one["message"] for name, one in tests.items() if "message" in one and name != FAILED}
    assert messages[WARNED].endswith("WARN echo/normalised [b] (SHOULD): another")
    assert messages[WAIVED] == "3. WAIVED echo/metadata [c]: BUG-1"
    assert {name: messages[name] for name in (CRASHED, UNDECIDED, UNKNOWN, PENDING, BESIDE)} == {
        CRASHED: "a check crashed (a bug in ed-contract): c: KeyError()",
        UNDECIDED: "answered 429",
        UNKNOWN: "answered 503",
        PENDING: "not exercised",
        BESIDE: "does not apply: needs --second-api-key",
    }
    assert [name for name, one in tests.items() if "trace" in one] == [FAILED]


def test_the_summary_counts_the_tests_and_times_the_run():
    """In milliseconds, since the epoch where it is a moment."""
    assert document(reported())["results"]["summary"] == {
        "tests": 9,
        "passed": 3,
        "failed": 1,
        "skipped": 2,
        "pending": 1,
        "other": 2,
        "suites": 2,
        "start": 1_767_225_600_250,
        "stop": 1_767_225_600_750,
        "duration": 500,
    }


def test_the_document_says_by_what_it_was_made_and_with_what_verdict():
    """Whether the whole contract was judged, too."""
    made = document(reported(end=End.MAX_REQUESTS))
    assert (made["reportFormat"], made["specVersion"]) == ("CTRF", "0.0.0")
    assert made["results"]["tool"] == {"name": "ed-contract", "version": version("ed-contract")}
    assert made["results"]["extra"] == {
        "ed_contract.verdict": "fail",
        "ed_contract.headline": "DOES NOT CONFORM: 1 MUST finding, 1 SHOULD finding and 1 waived finding",
        "ed_contract.complete": False,
        "ed_contract.judged": {"must": 3, "of": 6},
        "ed_contract.exit_code": 1,
        "ed_contract.end": "max-requests",
        "ed_contract.target": URL,
        "ed_contract.seed": 7,
        "ed_contract.strict": False,
        "ed_contract.requests": 1,
    }


def test_what_else_fails_the_run_is_a_test_too():
    """Waivers that match nothing, and a run that was to be complete."""
    stale = Waivers(entries=(Waiver(requirement=PASSED, fault="x", reason="BUG-2"),), today=TODAY)
    run = Run()
    run.exchange(WEBHOOK)
    judged = [(run.history.interactions()[0], [Held(requirement=PASSED)])]
    test = by_name(report_of(judged, only=[PASSED], waivers=stale))["waivers/apply"]
    assert (test["status"], test["suite"]) == ("failed", ["waivers"])
    assert test["message"] == f"{PASSED} [x]: the waiver is no longer needed: remove it"
    cut = report_of(judged, only=[PASSED, FAILED], fail_on_incomplete=True)
    test = by_name(cut)["run/complete"]
    assert (test["status"], test["message"]) == ("other", "CONFORMS AS FAR AS JUDGED: 1 of 2 MUST")
