"""What a target says is shown by every writer, and acted upon by none that reads what they wrote."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree as ET

import pytest
from common.interactions import WEBHOOK, Run, answered, destination
from common.reports import report_of
from common.schemas import problems

from ed_contract.finding import Crash, Finding, Held, Unclear
from ed_contract.report import github, junit, sarif
from ed_contract.report.markdown import code
from ed_contract.report.redaction import Redactor
from ed_contract.report.writers import WRITERS
from ed_contract.runner.events import End

HOSTILE = "a\x00\x1b[31m\u202e\u2028\ud800]]>&<b>\r\n::error::x\n# h\n```\n@all |%0A, :\ufffe"
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def hostile_report(**options):
    """Return a report in which everything that a target has a say in is hostile."""
    run = Run()
    observed = run.exchange(WEBHOOK | {"name": "x\u202e"}, answered(destination(WEBHOOK, name=HOSTILE[:4])))
    (one,) = run.history.interactions()
    said = {"expected": HOSTILE, "actual": HOSTILE, "evidence": (one,)}
    return report_of(
        [
            (
                one,
                [
                    *observed,
                    Finding(requirement="echo/metadata", fault=HOSTILE, **said),
                    Finding(requirement="echo/normalised", fault=HOSTILE, **said),
                    Unclear(requirement="echo/description", reason=HOSTILE),
                    Unclear(requirement="idempotency/same-parameters", reason=HOSTILE),
                    Crash(requirement="echo/type", check="c", error=HOSTILE),
                ],
            )
        ],
        end=End.TARGET_DOWN,
        note=HOSTILE,
        **options,
    )


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("strict", [False, True])
def test_no_report_holds_what_a_reader_might_act_on(form, strict):
    """Control characters, marks of direction, half surrogate pairs: escaped."""
    text = WRITERS[form](hostile_report(strict=strict), Redactor())
    assert FORBIDDEN.findall(text) == []
    assert form == "badge" or "echo/metadata" in text.replace("\\", "")
    text.encode()


def test_the_xml_is_well_formed_and_says_what_became_of_each_row():
    """A failure, a warning, an error for what a MUST could not be judged by, a skip."""
    root = ET.fromstring(junit.write(hostile_report(), Redactor()))  # noqa: S314 - our own
    cases = {case.get("name"): case for case in root.iter("testcase")}

    def became(name):
        return [child.tag for child in cases[name]]

    assert became("echo/metadata") == ["failure"]
    assert became("echo/normalised") == ["system-out"]
    assert became("echo/description") == ["error"]
    assert became("idempotency/same-parameters") == ["system-out"]
    assert became("echo/type") == ["error"]
    assert became("idempotency/account-scoped") == ["skipped"]
    assert cases["echo/metadata"].find("failure").text.startswith("2. FAIL echo/metadata [a\\x00\\x1b[31m\\u202e")
    assert cases["echo/metadata"].get("classname") == "echo"
    (suite,) = root
    for tag, count in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        assert int(suite.get(count)) == len(list(root.iter(tag))) > 0
        assert root.get(count) == (None if tag == "skipped" else suite.get(count))
    assert int(suite.get("tests")) == len(cases)


ELEMENTS = {
    "testsuites": {"name", "tests", "failures", "errors", "time"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "time"},
    "properties": set(),
    "property": {"name", "value"},
    "testcase": {"name", "classname", "time"},
    "failure": {"message", "type"},
    "error": {"message", "type"},
    "skipped": {"message"},
    "system-out": set(),
}
CHILDREN = {
    "testsuites": ["testsuite"],
    "testsuite": ["properties", "testcase"],
    "properties": ["property"],
    "testcase": ["skipped", "error", "failure", "system-out"],
}


def test_the_xml_holds_what_ci_systems_know():
    """The elements and attributes of Surefire's reports that Jenkins, GitLab and GitHub's actions read."""
    root = ET.fromstring(junit.write(hostile_report(), Redactor()))  # noqa: S314 - our own
    for element in root.iter():
        assert set(element.attrib) == ELEMENTS[element.tag]
        order = [CHILDREN.get(element.tag, []).index(child.tag) for child in element]
        assert order == sorted(order)


@pytest.mark.parametrize("form", ["json", "junit", "sarif", "ctrf"])
@pytest.mark.parametrize("strict", [False, True])
def test_the_report_satisfies_the_schema_of_its_format(form, strict):
    """Whatever the target said."""
    assert problems(form, WRITERS[form](hostile_report(strict=strict), Redactor())) == []


def test_the_sarif_log_tells_the_levels_apart():
    """What fails the run is an error, what does not a warning."""
    (run,) = json.loads(sarif.write(hostile_report(), Redactor()))["runs"]
    levels = {one["ruleId"]: one["level"] for one in run["results"]}
    assert (levels["echo/metadata"], levels["echo/normalised"]) == ("error", "warning")
    assert all(run["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"])
    assert run["invocations"][0]["exitCode"] == 1
    (strict,) = json.loads(sarif.write(hostile_report(strict=True), Redactor()))["runs"]
    assert {one["level"] for one in strict["results"]} == {"error"}


def test_fingerprints_are_of_requirement_and_fault():
    """The same from run to run, and another for each finding."""
    prints = [
        [one["partialFingerprints"]["requirementAndFault/v1"] for one in json.loads(text)["runs"][0]["results"]]
        for text in (sarif.write(hostile_report(), Redactor()), sarif.write(hostile_report(strict=True), Redactor()))
    ]
    assert prints[0] == prints[1]
    assert len(set(prints[0])) == len(prints[0])


def test_an_annotation_is_one_line_whatever_it_says():
    """Escaped as the runner reads it: the title more than the text."""
    report = hostile_report()
    lines = github.commands(report, Redactor()).splitlines()
    assert all(re.match(r"::(error|warning|notice) title=[^:,\r\n]*::[^\r\n]*$", line) for line in lines)
    shown = "a\\x00\\x1b[31m\\u202e\\u2028\\ud800]]>&<b>\\r"
    (number,) = (bug.number for bug in report.bugs if bug.finding.requirement == "echo/metadata")
    (metadata,) = (line for line in lines if f"title={number}. echo/metadata" in line)
    assert metadata.startswith(
        f"::error title={number}. echo/metadata [{shown}\\n%3A%3Aerror%3A%3Ax\\n# h\\n```\\n@all |%250A%2C %3A"
    )
    assert f"::Expected: {shown}%0A::error::x%0A# h%0A```%0A@all |%250A, :" in metadata


def test_markdown_shows_text_and_does_nothing_else():
    """A fence is longer than any in it; outside of fences and titles every mark is escaped."""
    summary = github.write(hostile_report(), Redactor())
    fenced = re.findall(r"^(`{3,})text\n(.*?)\n\1$", summary, re.DOTALL | re.MULTILINE)
    assert len(fenced) == 3
    assert all(fence not in block for fence, block in fenced)
    outside = re.sub(r"^(`{3,})text\n(.*?)\n\1$", "", summary, flags=re.DOTALL | re.MULTILINE)
    assert "<b>" not in outside.replace("\\<b>", "")
    assert code("a\n````\nb") == "`````text\na\n````\nb\n`````"


def test_github_shows_ten_annotations_of_a_kind():
    """More it does not show, so that no more are written."""
    (one, _) = next(iter([(hostile_report().bugs[0].finding.evidence[0], None)]))
    many = [
        Finding(requirement="echo/name", fault=f"{number}", expected="a", actual="b", evidence=(one,))
        for number in range(30)
    ]
    report = report_of([(one, [*many, Held(requirement="echo/type")])])
    assert len(github.commands(report, Redactor()).splitlines()) == 10
    assert "The other reports have 10 more findings in full." in github.write(report, Redactor())
