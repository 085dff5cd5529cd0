"""Writes a report as SARIF 2.1.0: a rule for each requirement, a result for each finding.

A result's place is the clause of the page, as a logical location. Scanners show results beside a line of a file: it has
the first one of the report's artifact, which findings have nothing else to do with.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from typing import Any

from ed_contract.installed import tool_version
from ed_contract.report.markdown import code, plain
from ed_contract.report.model import Report, ReportedFinding, RequirementResult
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import cleaned, finding_lines, headline, printable
from ed_contract.requirement import Level, Requirement
from ed_contract.runner.events import End

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "requirementAndFault/v1"
LINE_HASH = "primaryLocationLineHash"
"""The one fingerprint that code scanning reads; made of the line, it would take findings of one requirement for one."""
ROOT = "%SRCROOT%"
MOST_RESULTS = 25_000  # of a run that code scanning takes
MOST_SHOWN = 5_000  # of these
MOST_BYTES = 10_000_000  # of a file, by gzip
LONGEST_DESCRIPTION = 1024  # characters
_LEVELS = {Level.MUST: "error", Level.SHOULD: "warning", Level.MAY: "note"}


def write(report: Report, redact: Redactor) -> str:
    """Return the report as a SARIF log of one run: the worst of its findings, as many as code scanning takes."""
    document = as_document(report, redact)
    results = document["runs"][0]["results"]
    most = min(len(results), MOST_RESULTS)
    text = _with(document, results, most)
    if _fits(text):
        return text
    fewest = 0
    while most - fewest > 1:  # `fewest` fit, `most` do not
        middle = (fewest + most) // 2
        fewest, most = (middle, most) if _fits(_with(document, results, middle)) else (fewest, middle)
    return _with(document, results, fewest)


def as_document(report: Report, redact: Redactor) -> dict[str, Any]:
    """Return the report as a SARIF document, with all its findings."""
    index = {row.requirement.id: number for number, row in enumerate(report.requirements)}
    driver = {
        "name": "ed-contract",
        "version": tool_version(),
        "rules": [_rule(row.requirement, report) for row in report.requirements],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        "invocations": [_invocation(report, redact)],
        "properties": {
            "target": printable(redact(report.target)),
            "seed": report.seed,
            "requests": report.requests,
            "strict": report.strict,
        },
        "results": [
            _result(bug, report.requirements[place], place, report, redact)
            for bug in report.bugs
            for place in [index[bug.finding.requirement]]
        ],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _with(document: dict[str, Any], results: list[dict[str, Any]], count: int) -> str:
    """Return a document with this many of the results as text, which says how many there are, if not all are shown."""
    (run,) = document["runs"]
    (invocation,) = run["invocations"]
    said = [*invocation["toolExecutionNotifications"], *_cut_notes(len(results), count)]
    changed = {
        "invocations": [{**invocation, "toolExecutionNotifications": said}],
        "results": results[:count],
        "properties": {**run["properties"], **({"left_out": len(results) - count} if count < len(results) else {})},
    }
    return json.dumps({**document, "runs": [{**run, **changed}]}, indent=2, ensure_ascii=True) + "\n"


def _cut_notes(found: int, count: int) -> list[dict[str, Any]]:
    if count < found:
        most = f"code scanning takes {MOST_RESULTS:,} results and {MOST_BYTES // 1_000_000} MB"
        return [
            _said(
                f"{found - count:,} of {found:,} findings are left out: {most}; the JSON report has them all", "warning"
            )
        ]
    if found > MOST_SHOWN:
        return [
            _said(f"code scanning shows {MOST_SHOWN:,} of {found:,} findings; the JSON report has them all", "note")
        ]
    return []


def _fits(text: str) -> bool:
    return len(text) <= MOST_BYTES or len(gzip.compress(text.encode())) <= MOST_BYTES


def _rule(requirement: Requirement, report: Report) -> dict[str, Any]:
    said = f"{requirement.statement} ({requirement.clause})"
    parts = {"Why it matters": requirement.why, "How to fix it": requirement.fix, "On the page": requirement.clause}
    known = {name: text for name, text in parts.items() if text}
    statement = f"**{requirement.level}** {plain(requirement.statement)}"
    return {
        "id": requirement.id,
        "shortDescription": {"text": _cut(requirement.statement)},
        "fullDescription": {"text": _cut(said)},
        "help": {
            "text": "\n".join([requirement.statement, *(f"{name}: {text}" for name, text in known.items())]),
            "markdown": "\n\n".join([statement, *(f"{name}: {plain(text)}" for name, text in known.items())]),
        },
        **({"helpUri": report.page} if report.page else {}),
        "defaultConfiguration": {"level": _level(requirement.level, report)},
        "properties": {"level": str(requirement.level), "clause": requirement.clause, "tags": [requirement.area]},
    }


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_DESCRIPTION else f"{text[: LONGEST_DESCRIPTION - 1]}…"


def _level(level: Level, report: Report) -> str:
    """Return SARIF's word: what fails the run is an error."""
    return "error" if report.strict and level is Level.SHOULD else _LEVELS[level]


def _result(
    bug: ReportedFinding, row: RequirementResult, index: int, report: Report, redact: Redactor
) -> dict[str, Any]:
    finding, requirement = bug.finding, row.requirement
    text = "\n".join(printable(line.text) for line in finding_lines(bug, requirement, report, redact))
    guarded = redact.guarding(finding)
    fault = printable(guarded(finding.fault))
    fingerprint = _fingerprint(finding.requirement, fault)
    result = {
        "ruleId": finding.requirement,
        "ruleIndex": index,
        "kind": "fail",
        "level": _level(bug.level, report),
        "message": {"text": text, "markdown": code(text)},
        "partialFingerprints": {FINGERPRINT: fingerprint, LINE_HASH: f"{fingerprint[:16]}:1"},
        "occurrenceCount": bug.count,
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": report.artifact, "uriBaseId": ROOT},
                    "region": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1},
                },
                "logicalLocations": [
                    {"name": requirement.id, "fullyQualifiedName": requirement.clause, "kind": "member"},
                ],
            },
        ],
        "properties": {"number": bug.number, "fault": fault, "also": [printable(guarded(one)) for one in bug.also]},
    }
    if bug.waived is not None:
        justification = printable(redact(bug.waived))
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": justification}]
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


def _said(text: str, level: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": text}}
