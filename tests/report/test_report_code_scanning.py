"""A SARIF log is one that GitHub's code scanning takes: the rules that it documents, a test each."""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace
from datetime import date
from urllib.parse import urlsplit

import pytest
from common.interactions import WEBHOOK, Run
from common.reports import report_of
from common.schemas import problems

from ed_contract.contract import CONTRACT
from ed_contract.finding import Finding, Held
from ed_contract.report import sarif
from ed_contract.report.redaction import Redactor
from ed_contract.requirement import Level
from ed_contract.waivers import Waiver, Waivers

NAME, NORMALISED = "echo/name", "echo/normalised"
TODAY = date(2026, 11, 29)


def interaction():
    """Return any create."""
    run = Run()
    run.exchange(WEBHOOK)
    (one,) = run.history.interactions()
    return one


def findings(*identities, actual="another name", **options):
    """Return a report with these findings, by requirement and fault."""
    one = interaction()
    found = [
        Finding(requirement=row, fault=fault, expected="Orders", actual=actual, evidence=(one,))
        for row, fault in identities
    ]
    return report_of([(one, [*found, Held(requirement="echo/type")])], **options)


def log(report):
    """Return the log of a report, which satisfies the published schema."""
    text = sarif.write(report, Redactor())
    assert problems("sarif", text) == []
    return json.loads(text)


def run_of(report):
    """Return the one run of the log: a file may have 20."""
    (run,) = log(report)["runs"]
    return run


def rules(run):
    """Return the rules of a run."""
    return run["tool"]["driver"]["rules"]


def test_the_log_names_its_version_and_schema():
    """Others are not read."""
    document = log(findings((NAME, "a")))
    assert document["version"] == "2.1.0"
    assert urlsplit(document["$schema"]).path.endswith("sarif-schema-2.1.0.json")


def test_every_result_has_one_physical_location():
    """A relative URI from the root of the repository, and a region from line 1 on, with all that is asked for."""
    report = replace(findings((NAME, "a"), (NORMALISED, "b")), artifact="shop/till.py")
    for result in run_of(report)["results"]:
        (location,) = result["locations"]  # of at most 1,000, of which the first is shown
        assert location["physicalLocation"] == {
            "artifactLocation": {"uri": "shop/till.py", "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1},
        }
        assert location["logicalLocations"][0]["name"] == result["ruleId"]


def test_a_report_that_knows_no_file_points_to_the_usual_settings_file():
    """Whoever reads a report of Python's own run sees it there."""
    (result,) = run_of(findings((NAME, "a")))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "ed_contract.toml"


def test_every_rule_has_what_is_shown_of_it():
    """An id that no other has, descriptions of at most 1,024 characters, help, a page, a level and 20 tags at most."""
    run = run_of(findings((NAME, "a"), only=["*"]))
    identifiers = [rule["id"] for rule in rules(run)]
    assert identifiers == list(CONTRACT.requirements)
    assert len(set(identifiers)) == len(identifiers) < 25_000
    for rule in rules(run):
        assert 0 < len(rule["shortDescription"]["text"]) <= 1024
        assert 0 < len(rule["fullDescription"]["text"]) <= 1024
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
        assert rule["helpUri"] == "https://docs.stripe.com/api/v2/core/event-destinations/create"
        assert rule["defaultConfiguration"]["level"] in {"error", "warning", "note"}
        assert 0 < len(rule["properties"]["tags"]) <= 20


def test_the_help_of_a_rule_says_why_it_matters_and_how_it_is_fixed():
    """As text, and as Markdown."""
    row = CONTRACT.requirement(NAME)
    (rule,) = (one for one in rules(run_of(findings((NAME, "a")))) if one["id"] == NAME)
    assert rule["help"]["text"] == (
        f"{row.statement}\nWhy it matters: {row.why}\nHow to fix it: {row.fix}\nOn the page: {row.clause}"
    )
    assert rule["help"]["markdown"].startswith("**MUST** \\`name\\` comes back exactly as sent.\n\nWhy it matters: ")


def test_a_long_statement_is_cut_to_what_is_shown():
    """A document of somebody's own may have names of any length."""
    report = findings((NAME, "a"), only=[NAME, "echo/type"])
    rows = tuple(
        replace(row, requirement=replace(row.requirement, statement="x" * 2000)) for row in report.requirements
    )
    (rule, _) = rules(run_of(replace(report, requirements=rows)))
    assert rule["shortDescription"]["text"] == "x" * 1023 + "…"
    assert len(rule["fullDescription"]["text"]) == 1024


def test_a_document_that_names_no_page_gives_rules_none():
    """A link that leads nowhere is worse."""
    assert all("helpUri" not in rule for rule in rules(run_of(replace(findings((NAME, "a")), page=""))))


def test_results_are_those_of_rules():
    """By id and index; no message is empty."""
    run = run_of(findings((NORMALISED, "b"), (NAME, "a")))
    for result in run["results"]:
        assert rules(run)[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
    assert [result["ruleId"] for result in run["results"]] == [NAME, NORMALISED]
    assert [result["properties"]["number"] for result in run["results"]] == [1, 2]


@pytest.mark.parametrize("strict", [False, True])
def test_levels_are_those_of_requirements(strict):
    """An error is what fails the run."""
    run = run_of(findings((NAME, "a"), (NORMALISED, "b"), strict=strict, only=["*"]))
    words = {Level.MUST: "error", Level.SHOULD: "error" if strict else "warning", Level.MAY: "note"}
    assert {result["ruleId"]: result["level"] for result in run["results"]} == {
        NAME: "error",
        NORMALISED: words[Level.SHOULD],
    }
    for rule in rules(run):
        assert rule["defaultConfiguration"]["level"] == words[CONTRACT.requirement(rule["id"]).level]


def test_fingerprints_are_stable_and_no_two_findings_share_one():
    """The one that is read is not that of the line, which all results have in common."""
    first, second = (
        [one["partialFingerprints"] for one in run_of(report)["results"]]
        for report in (
            findings((NAME, "a"), (NAME, "b"), (NORMALISED, "a")),
            findings((NAME, "a"), (NAME, "b"), (NORMALISED, "a"), actual="something else", strict=True),
        )
    )
    assert first == second
    lines = [one["primaryLocationLineHash"] for one in first]
    assert len(set(lines)) == len({one["requirementAndFault/v1"] for one in first}) == 3
    assert all(re.fullmatch(r"[0-9a-f]{16}:1", line) for line in lines)


def test_a_waived_finding_is_closed():
    """By a suppression that was accepted, with its reason."""
    waivers = Waivers(entries=(Waiver(requirement=NAME, fault="a", reason="BUG-1"),), today=TODAY)
    (result,) = run_of(findings((NAME, "a"), waivers=waivers))["results"]
    assert result["suppressions"] == [{"kind": "external", "status": "accepted", "justification": "BUG-1"}]


def notes(run):
    """Return the run's notifications, each as level and text."""
    (invocation,) = run["invocations"]
    return [(one["level"], one["message"]["text"]) for one in invocation["toolExecutionNotifications"]]


def cut(monkeypatch, **limits):
    """Return the run of four findings, under other limits."""
    for name, value in limits.items():
        monkeypatch.setattr(sarif, name, value)
    noise = random.Random(7)  # noqa: S311 - text that gzip makes no smaller than a half
    faults = [noise.randbytes(5000).hex() for _ in range(4)]
    return run_of(findings(*((NAME, fault) for fault in faults), only=[NAME]))


def test_the_limits_are_those_that_are_documented():
    """25,000 results of a run, of which 5,000 are shown, and 10 MB by gzip."""
    assert (sarif.MOST_RESULTS, sarif.MOST_SHOWN, sarif.MOST_BYTES) == (25_000, 5_000, 10_000_000)


def test_more_results_than_are_taken_are_cut_and_the_log_says_so(monkeypatch):
    """The worst are kept."""
    run = cut(monkeypatch, MOST_RESULTS=3)
    assert [result["properties"]["number"] for result in run["results"]] == [1, 2, 3]
    said = "1 of 4 findings are left out: code scanning takes 3 results and 10 MB; the JSON report has them all"
    assert notes(run) == [("warning", said)]
    assert run["properties"]["left_out"] == 1


def test_results_that_do_not_fit_in_a_file_are_cut_and_the_log_says_so(monkeypatch):
    """By what gzip makes of it: as many are kept as fit."""
    run = cut(monkeypatch, MOST_BYTES=20_000)
    assert [result["properties"]["number"] for result in run["results"]] == [1, 2]
    assert run["properties"]["left_out"] == 2
    ((level, said),) = notes(run)
    assert (level, said.partition(":")[0]) == ("warning", "2 of 4 findings are left out")


def test_more_results_than_are_shown_are_kept_and_the_log_says_so(monkeypatch):
    """Code scanning shows the worst."""
    run = cut(monkeypatch, MOST_SHOWN=3)
    assert len(run["results"]) == 4
    assert notes(run) == [("note", "code scanning shows 3 of 4 findings; the JSON report has them all")]
    assert "left_out" not in run["properties"]


def test_a_log_within_the_limits_says_nothing_of_them():
    """As nearly every one."""
    run = run_of(findings((NAME, "a")))
    assert notes(run) == []
    assert "left_out" not in run["properties"]
