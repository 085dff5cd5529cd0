"""How long a requirement took: the time of the requests of which something was observed, in JUnit and in CTRF."""

from __future__ import annotations

import json
from dataclasses import replace
from xml.etree import ElementTree as ET

from common.interactions import WEBHOOK, Run
from common.reports import report_of
from common.schemas import problems

from ed_contract.finding import Held, Unclear
from ed_contract.phases import SHRINK
from ed_contract.report.redaction import Redactor
from ed_contract.report.writers import WRITERS

ROWS = ("echo/name", "echo/type", "echo/metadata")


def reported(*, phase="smoke"):
    """Return the report of a request of 1.25 s that says something of two rows, and one of 0.5 s that does of one."""
    run = Run()
    for _ in range(2):
        run.exchange(WEBHOOK)
    long, short = (
        replace(one, seconds=seconds) for one, seconds in zip(run.history.interactions(), (1.25, 0.5), strict=True)
    )
    return report_of(
        [
            (long, [Held(requirement="echo/name"), Held(requirement="echo/name"), Held(requirement="echo/type")]),
            (replace(short, phase=phase), [Unclear(requirement="echo/name", reason="answered 429")]),
        ],
        only=ROWS,
    )


def test_a_test_case_of_junit_has_the_seconds_of_the_requests_about_it():
    """A request counts once for each requirement; the suite has the time of the run."""
    text = WRITERS["junit"](reported(), Redactor())
    assert problems("junit", text) == []
    suite = ET.fromstring(text).find("testsuite")  # noqa: S314 - ours
    times = {case.get("name"): case.get("time") for case in suite.iter("testcase")}
    assert times == {"echo/name": "1.750", "echo/type": "1.250", "echo/metadata": "0.000"}
    assert suite.get("time") == "0.500"


def test_a_test_of_ctrf_has_them_in_milliseconds():
    """Whole ones."""
    results = json.loads(WRITERS["ctrf"](reported(), Redactor()))["results"]
    assert {one["name"]: one["duration"] for one in results["tests"]} == {
        "echo/name": 1750,
        "echo/type": 1250,
        "echo/metadata": 0,
    }


def test_shrinking_counts_for_no_requirement():
    """It is no case of the run."""
    rows = {row.requirement.id: row.seconds for row in reported(phase=SHRINK).requirements}
    assert rows == {"echo/name": 1.25, "echo/type": 1.25, "echo/metadata": 0.0}
