"""The summary of a step of GitHub's: what is wrong at a glance, and below it everything, folded."""

from __future__ import annotations

import re

import pytest
from common.interactions import WEBHOOK, Run
from common.reports import report_of

from ed_contract.finding import Finding
from ed_contract.report import github
from ed_contract.report.redaction import Redactor


def reported(faults, actual="200: another `name` | <b>"):
    """Return the report of findings of one requirement, and one of a warning."""
    run = Run()
    run.exchange(WEBHOOK)
    (one,) = run.history.interactions()
    said = {"expected": "Orders", "evidence": (one,)}
    found = [Finding(requirement="echo/name", fault=fault, actual=actual, **said) for fault in faults]
    found.append(Finding(requirement="echo/normalised", fault="trimmed", actual="Orders", **said))
    return report_of([(one, found)])


def test_the_findings_come_first():
    """In a table below the headline: number, level, requirement, and what is wrong in one cell."""
    blocks = github.write(reported(["case"]), Redactor()).split("\n\n")
    assert blocks[:2] == [
        "## DOES NOT CONFORM: 1 MUST finding and 1 SHOULD finding",
        "| # | level | requirement | what is wrong |\n"
        "|---:|---|---|---|\n"
        "| 1 | MUST | echo/name | case: 200: another \\`name\\` \\| \\<b> |\n"
        "| 2 | SHOULD | echo/normalised | trimmed: Orders |",
    ]


def test_details_are_folded_below_everything_else():
    """One after the other, in the order of the table."""
    summary = github.write(reported(["case"]), Redactor())
    details = summary[summary.index("<details>") :]
    assert re.findall(r"<summary>(.*?)</summary>", details) == [
        "1. echo/name [case]",
        "2. echo/normalised [trimmed]",
    ]
    folded = r"<details><summary>.*?</summary>\n\n```text\n.*?\n```\n\n</details>\n+"
    assert re.sub(folded, "", details, flags=re.DOTALL) == ""


def test_a_long_cell_is_cut():
    """The details have all of it."""
    summary = github.write(reported(["case"], actual="x" * 300), Redactor())
    assert f"| case: {'x' * 193}… |" in summary
    assert "x" * 300 in summary


@pytest.mark.parametrize(
    ("limit", "value", "shown"),
    [("SHOWN_IN_FULL", 2, 2), ("MOST_BYTES", 5000, 2), ("MOST_BYTES", 10, 0)],
)
def test_a_summary_holds_no_more_than_github_takes(monkeypatch, limit, value, shown):
    """The table has all findings all the same."""
    monkeypatch.setattr(github, limit, value)
    summary = github.write(reported("abc", actual="x" * 1000), Redactor())
    assert summary.count("<details>") == shown
    assert summary.endswith(f"\nThe other reports have {4 - shown} more findings in full.\n")
    assert len(re.findall(r"^\| \d", summary, re.MULTILINE)) == 4


def test_a_long_table_is_cut(monkeypatch):
    """And says of how many."""
    monkeypatch.setattr(github, "LISTED", 3)
    summary = github.write(reported("abcd"), Redactor())
    assert len(re.findall(r"^\| \d", summary, re.MULTILINE)) == 3
    assert "\n| | | | 2 more findings |\n" in summary


def test_a_run_without_findings_has_no_table_of_them():
    """Only the counts of verdicts."""
    summary = github.write(report_of([], only=["echo/name"]), Redactor())
    assert "what is wrong" not in summary
    assert "| level |" in summary
