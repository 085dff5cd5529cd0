"""Writes a report as SARIF 2.1.0: a rule for each requirement, a result for each finding.

There is no source file to point at: a result's place is the clause of the page, as a logical location.
"""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from typing import Any

from ed_contract.engine.events import End
from ed_contract.report.markdown import code, plain
from ed_contract.report.model import Bug, Report, Row
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import cleaned, finding_lines, headline, printable
from ed_contract.requirement import Level, Requirement

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "requirementAndFault/v1"
_LEVELS = {Level.MUST: "error", Level.SHOULD: "warning", Level.MAY: "note"}


def write(report: Report, redact: Redactor) -> str:
    """Return the report as a SARIF log of one run."""
    return json.dumps(as_document(report, redact), indent=2, ensure_ascii=True) + "\n"


def as_document(report: Report, redact: Redactor) -> dict[str, Any]:
    """Return the report as a SARIF document."""
    index = {row.requirement.id: number for number, row in enumerate(report.rows)}
    driver = {
        "name": "ed-contract",
        "version": version("ed-contract"),
        "rules": [_rule(row.requirement, report) for row in report.rows],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report, redact)],
        "properties": {
            "target": printable(redact(report.target)),
            "seed": report.seed,
            "requests": report.requests,
            "strict": report.strict,
        },
        "results": [
            _result(bug, row, index[row.requirement.id], report, redact) for row in report.rows for bug in row.bugs
        ],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(requirement: Requirement, report: Report) -> dict[str, Any]:
    said = f"{requirement.statement} ({requirement.clause})"
    markdown = f"**{requirement.level}** {plain(requirement.statement)}\n\nOn the page: {plain(requirement.clause)}"
    return {
        "id": requirement.id,
        "shortDescription": {"text": requirement.statement},
        "fullDescription": {"text": said},
        "help": {"text": said, "markdown": markdown},
        "defaultConfiguration": {"level": _level(requirement.level, report)},
        "properties": {"level": str(requirement.level), "clause": requirement.clause, "tags": [requirement.area]},
    }


def _level(level: Level, report: Report) -> str:
    """Return SARIF's word: what fails the run is an error."""
    return "error" if report.strict and level is Level.SHOULD else _LEVELS[level]


def _result(bug: Bug, row: Row, index: int, report: Report, redact: Redactor) -> dict[str, Any]:
    finding, requirement = bug.finding, row.requirement
    text = "\n".join(printable(line.text) for line in finding_lines(bug, requirement, report, redact))
    guarded = redact.guarding(finding)
    fault = printable(guarded(finding.fault))
    result = {
        "ruleId": finding.requirement,
        "ruleIndex": index,
        "kind": "fail",
        "level": _level(bug.level, report),
        "message": {"text": text, "markdown": code(text)},
        "partialFingerprints": {FINGERPRINT: _fingerprint(finding.requirement, fault)},
        "occurrenceCount": bug.count,
        "locations": [
            {
                "logicalLocations": [
                    {"name": requirement.id, "fullyQualifiedName": requirement.clause, "kind": "member"},
                ],
            },
        ],
        "properties": {"fault": fault, "also": [printable(guarded(one)) for one in bug.also]},
    }
    if bug.waived is not None:
        result["suppressions"] = [{"kind": "external", "justification": printable(redact(bug.waived))}]
    return result


def _fingerprint(requirement: str, fault: str) -> str:
    """Return what is the same for the same bug from run to run."""
    return hashlib.sha256(f"{requirement}\n{fault}".encode()).hexdigest()


def _invocation(report: Report, redact: Redactor) -> dict[str, Any]:
    """Return how the run went: what could not be judged is a notification, and so is a waiver that does not apply."""
    reasons = [(row.requirement.id, f"{row.verdict}: {row.requirement.id}: {row.reason}") for row in report.undecided]
    said = [_notification(text, "error", redact, rule) for rule, text in reasons]
    said += [_notification(text, "error", redact) for text in report.waiver_problems]
    said += [_notification(text, "note", redact) for text in report.waiver_notes]
    if report.clean_up is not None:
        level = "note" if report.clean_up.is_whole else "warning"
        said.append(_notification(cleaned(report.clean_up, redact, report.noun), level, redact))
    if report.end is not End.FINISHED:
        said.append(
            _notification(f"{report.end}: {report.note}" if report.note else str(report.end), "warning", redact)
        )
    if report.partial:
        said.append(_notification(headline(report), "error" if report.fail_on_incomplete else "warning", redact))
    return {
        "executionSuccessful": report.exit_code in {0, 1},
        "exitCode": report.exit_code,
        "toolExecutionNotifications": said,
        "properties": {
            "complete": report.complete,
            "judged": {"must": report.judged.must, "of": report.judged.of},
        },
    }


def _notification(text: str, level: str, redact: Redactor, rule: str | None = None) -> dict[str, Any]:
    about = {} if rule is None else {"associatedRule": {"id": rule}}
    return {"level": level, "message": {"text": printable(redact(text))}, **about}
