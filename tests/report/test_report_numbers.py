"""The number of a finding is the same in every output."""

from __future__ import annotations

import json
import re

import pytest
from common.interactions import WEBHOOK, Run
from common.reports import report_of

from ed_contract.finding import Finding
from ed_contract.report import github
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import report_lines
from ed_contract.report.writers import WRITERS

ROWS = ("echo/normalised", "echo/name", "idempotency/replay")  # from the least to the worst


@pytest.fixture(scope="module")
def report():
    """A report of findings that were seen in another order than that of their numbers."""
    run = Run()
    run.exchange(WEBHOOK)
    (one,) = run.history.interactions()
    return report_of(
        [(one, [Finding(requirement=row, fault="a", expected="b", actual="c", evidence=(one,)) for row in ROWS])]
    )


def of_github(report):
    """Return the numbers of the table, of the folded details and of the annotations, which are the same."""
    summary = github.write(report, Redactor())
    places = (
        (summary, r"^\| (\d+) \| \w+ \| (\S+) \|"),
        (summary, r"<summary>(\d+)\. (\S+) \["),
        (github.commands(report, Redactor()), r"title=(\d+)\. (\S+) \["),
    )
    table, details, annotations = (
        {row: int(number) for number, row in re.findall(pattern, text, re.MULTILINE)} for text, pattern in places
    )
    assert table == details == annotations
    return table


def of_text(report):
    """Return the numbers that are printed."""
    text = "\n".join(line.text for line in report_lines(report, Redactor()))
    return {row: int(number) for number, row in re.findall(r"^(\d+)\. \w+ (\S+) \[", text, re.MULTILINE)}


def of_junit(report):
    """Return the numbers in what is said of failures and warnings."""
    found = re.findall(r"(\d+)\. (?:FAIL|WARN) (\S+) \[", WRITERS["junit"](report, Redactor()))
    return {row: int(number) for number, row in found}


def of_json(report):
    """Return the numbers of the findings of the requirements."""
    rows = json.loads(WRITERS["json"](report, Redactor()))["requirements"]
    return {row["id"]: one["number"] for row in rows for one in row["findings"]}


def of_sarif(report):
    """Return the numbers of the results."""
    (run,) = json.loads(WRITERS["sarif"](report, Redactor()))["runs"]
    return {one["ruleId"]: one["properties"]["number"] for one in run["results"]}


def of_ctrf(report):
    """Return the numbers of the findings of the tests."""
    tests = json.loads(WRITERS["ctrf"](report, Redactor()))["results"]["tests"]
    found = ((test["name"], one) for test in tests for one in test["extra"].get("ed_contract.findings", ()))
    return {name: one["number"] for name, one in found}


@pytest.mark.parametrize("numbers", [of_text, of_github, of_junit, of_json, of_sarif, of_ctrf])
def test_findings_are_numbered_worst_first(report, numbers):
    """Whatever order they were seen in."""
    assert numbers(report) == {"idempotency/replay": 1, "echo/name": 2, "echo/normalised": 3}
