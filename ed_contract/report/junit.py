"""Writes a report as JUnit XML: one test case a requirement, in the form that CI systems read.

A finding that fails the run is a failure, what was not exercised is skipped, what could not be decided is an error;
warnings and waived findings pass, and are told in the case's output.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ed_contract.report.model import Report, RequirementResult
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import cleaned, finding_lines, headline, in_one_line, printable, why
from ed_contract.requirement import Level
from ed_contract.verdict import Verdict

SUITE = "ed-contract"


def write(report: Report, redact: Redactor) -> str:
    """Return the report as an XML document."""
    suites = Element("testsuites", name=SUITE)
    suite = SubElement(suites, "testsuite", name=SUITE)
    properties = SubElement(suite, "properties")
    for name, value in _properties(report, redact):
        SubElement(properties, "property", name=name, value=_told(value))
    for row in report.requirements:
        _add_case(suite, row, report, redact)
    if report.waiver_problems:
        stale = SubElement(suite, "testcase", classname="waivers", name="waivers/apply", time=_time(0))
        problems = [_told(redact(one)) for one in report.waiver_problems]
        SubElement(stale, "failure", type="waiver", message=problems[0]).text = "\n".join(problems)
    if report.partial and report.fail_on_incomplete:
        whole = SubElement(suite, "testcase", classname="run", name="run/complete", time=_time(0))
        SubElement(whole, "error", type="incomplete", message=_told(headline(report)))
    counts = {
        "tests": len(suite.findall("testcase")),
        "failures": len(suite.findall("testcase/failure")),
        "errors": len(suite.findall("testcase/error")),
        "skipped": len(suite.findall("testcase/skipped")),
    }
    for element in (suites, suite):
        for name, count in counts.items():
            if name != "skipped" or element is suite:  # Jenkins' schema has none at the root
                element.set(name, str(count))
        element.set("time", _time(report.seconds))
    indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(suites, encoding="unicode")}\n'


def _properties(report: Report, redact: Redactor) -> Iterator[tuple[str, str]]:
    yield "target", redact(report.target)
    yield "seed", str(report.seed)
    yield "requests", str(report.requests)
    yield "strict", str(report.strict).lower()
    yield "end", str(report.end)
    yield "verdict", redact(headline(report))
    yield "complete", str(report.complete).lower()
    yield "judged", str(report.judged)
    yield "exit_code", str(report.exit_code)
    if report.clean_up is not None:
        yield "clean_up", cleaned(report.clean_up, redact, report.noun)


def _add_case(suite: Element, row: RequirementResult, report: Report, redact: Redactor) -> None:
    """Add the test case of a requirement; its time is that of the requests about it, which other cases count too."""
    requirement = row.requirement
    case = SubElement(suite, "testcase", classname=requirement.area, name=requirement.id, time=_time(row.seconds))
    failing = [bug for bug in row.findings if bug in report.failing]
    others = [bug for bug in row.findings if bug not in failing]
    undecided = row.verdict is Verdict.INCONCLUSIVE and requirement.level is Level.MUST
    if failing:
        faults = ", ".join(_told(redact.guarding(bug.finding)(bug.finding.fault)) for bug in failing)
        blocks = [
            "\n".join(_lines(line.text for line in finding_lines(bug, requirement, report, redact))) for bug in failing
        ]
        failure = SubElement(case, "failure", type=str(requirement.level), message=f"{requirement.id}: {faults}")
        failure.text = "\n\n".join(blocks)
    elif row.verdict is Verdict.ERROR or undecided:
        SubElement(case, "error", type=str(row.verdict), message=_told(redact(row.reason)))
    elif row.verdict is Verdict.SKIPPED:
        SubElement(case, "skipped", message=_told(redact(why(row))))
    said = [_told(in_one_line(bug, report, redact)) for bug in others]
    if row.verdict is Verdict.INCONCLUSIVE and not undecided:
        said.append(_told(redact(f"{row.verdict}: {row.reason}")))
    if said:
        SubElement(case, "system-out").text = "\n".join(said)


def _time(seconds: float) -> str:
    return f"{seconds:.3f}"


def _lines(texts: Iterator[str]) -> Iterator[str]:
    return (_told(text) for text in texts)


def _told(text: str) -> str:
    """Return one line that XML can hold: it has no way at all to write most control characters."""
    return printable(text)
