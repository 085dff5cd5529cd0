"""Writes a report in the Common Test Report Format (ctrf.io): one test a requirement.

What fails the run has failed, what could not be decided and keeps it from conforming is `other`, what was not exercised
is pending, and what does not apply is skipped; warnings and waived findings pass, and their message says so.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from ed_contract.installed import tool_version
from ed_contract.report.model import Report, ReportedFinding, RequirementResult
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import finding_lines, headline, in_one_line, printable, why
from ed_contract.verdict import Verdict

SPECIFICATION = "0.0.0"
"""The version of the format, as its only edition calls itself."""
STATUSES = ("passed", "failed", "skipped", "pending", "other")
_OWN = "ed_contract."
"""What names of ours begin with where the format leaves room for them."""


def write(report: Report, redact: Redactor) -> str:
    """Return the report as JSON text."""
    return json.dumps(as_document(report, redact), indent=2, ensure_ascii=True) + "\n"


def as_document(report: Report, redact: Redactor) -> dict[str, Any]:
    """Return the report as a document; times are in milliseconds, since the epoch where they are moments."""
    tests = [_test(row, report, redact) for row in report.requirements]
    tests += _further(report, redact)
    counts = Counter(test["status"] for test in tests)
    start, duration = _milliseconds(report.began), _milliseconds(report.seconds)
    return {
        "reportFormat": "CTRF",
        "specVersion": SPECIFICATION,
        "generatedBy": f"ed-contract {tool_version()}",
        "results": {
            "tool": {"name": "ed-contract", "version": tool_version()},
            "summary": {
                "tests": len(tests),
                **{status: counts[status] for status in STATUSES},
                "suites": len({test["suite"][0] for test in tests}),
                "start": start,
                "stop": start + duration,
                "duration": duration,
            },
            "tests": tests,
            "extra": _own(
                verdict=str(report.verdict),
                headline=printable(redact(headline(report))),
                complete=report.complete,
                judged={"must": report.judged.must, "of": report.judged.of},
                exit_code=report.exit_code,
                end=str(report.end),
                target=printable(redact(report.target)),
                seed=report.seed,
                strict=report.strict,
                requests=report.requests,
            ),
        },
    }


def _test(row: RequirementResult, report: Report, redact: Redactor) -> dict[str, Any]:
    requirement = row.requirement
    message = "\n".join(_message(row, report, redact))
    trace = "\n\n".join(_block(bug, row, report, redact) for bug in row.findings if bug in report.failing)
    return {
        "testId": requirement.id,
        "name": requirement.id,
        "status": _status(row, report),
        "duration": _milliseconds(row.seconds),
        "suite": [requirement.area],
        **({"message": message} if message else {}),
        **({"trace": trace} if trace else {}),
        "rawStatus": str(row.verdict),
        "tags": [str(requirement.level), requirement.area],
        "extra": _own(
            clause=requirement.clause,
            statement=requirement.statement,
            **({"findings": [_finding(bug, redact) for bug in row.findings]} if row.findings else {}),
        ),
    }


def _status(row: RequirementResult, report: Report) -> str:
    if any(bug in report.failing for bug in row.findings):
        return "failed"
    if row in report.undecided:
        return "other"
    match row.verdict:
        case Verdict.SKIPPED:
            return "pending" if row.applies else "skipped"
        case Verdict.INCONCLUSIVE:
            return "skipped"
        case _:
            return "passed"


def _message(row: RequirementResult, report: Report, redact: Redactor) -> Iterator[str]:
    """Yield what there is to say of a row: its findings in a line each, or why nothing can be said."""
    yield from (in_one_line(bug, report, redact) for bug in row.findings)
    if not row.findings and row.reason:
        yield printable(redact(why(row)))


def _block(bug: ReportedFinding, row: RequirementResult, report: Report, redact: Redactor) -> str:
    return "\n".join(printable(line.text) for line in finding_lines(bug, row.requirement, report, redact))


def _finding(bug: ReportedFinding, redact: Redactor) -> dict[str, Any]:
    return {
        "number": bug.number,
        "fault": printable(redact.guarding(bug.finding)(bug.finding.fault)),
        "count": bug.count,
        "waived": None if bug.waived is None else printable(redact(bug.waived)),
    }


def _further(report: Report, redact: Redactor) -> Iterator[dict[str, Any]]:
    """Yield what else keeps the run from conforming, as a test: waivers that do not apply, and a run that was cut."""
    if report.waiver_problems:
        message = "\n".join(printable(redact(one)) for one in report.waiver_problems)
        yield _of_the_run("waivers/apply", "failed", message)
    if report.partial and report.fail_on_incomplete:
        yield _of_the_run("run/complete", "other", printable(headline(report)))


def _of_the_run(name: str, status: str, message: str) -> dict[str, Any]:
    return {
        "testId": name,
        "name": name,
        "status": status,
        "duration": 0,
        "suite": [name.partition("/")[0]],
        "message": message,
    }


def _own(**members: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {f"{_OWN}{name}": value for name, value in members.items()}


def _milliseconds(seconds: float) -> int:
    return round(1000 * seconds)
