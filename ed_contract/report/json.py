"""Writes a report as JSON; `report.schema.json` beside this module describes it."""

from __future__ import annotations

import base64
import json
from typing import Any

from ed_contract.interaction import Interaction, NotSent, Response, secret_of
from ed_contract.report.curl import script
from ed_contract.report.model import Bug, Report
from ed_contract.report.redaction import Redactor

VERSION = "1"


def as_document(report: Report, redact: Redactor) -> dict[str, Any]:
    """Return the report as a JSON document; words such as verdicts are in lower case."""
    bugs = {bug.finding.identity: _finding(bug, report.target, redact) for bug in report.bugs}
    return {
        "version": VERSION,
        "target": redact(report.target),
        "seed": report.seed,
        "strict": report.strict,
        "verdict": str(report.verdict),
        "exit_code": report.exit_code,
        "end": str(report.end),
        "note": redact(report.note),
        "requests": report.requests,
        "seconds": round(report.seconds, 3),
        "requirements": [
            {
                "id": row.requirement.id,
                "level": row.requirement.level.lower(),
                "clause": row.requirement.clause,
                "statement": row.requirement.statement,
                "verdict": str(row.verdict),
                "observations": row.observations,
                "inconclusive": row.inconclusive,
                "reason": redact(row.reason),
                "findings": [bugs[bug.finding.identity] for bug in row.bugs],
            }
            for row in report.rows
        ],
        "coverage": dict(report.coverage),
        "phases": [
            {
                "name": phase.name,
                "planned": phase.planned,
                "sent": phase.sent,
                "seconds": round(phase.seconds, 3),
                "accept": phase.accept,
                "accepted": phase.accepted,
            }
            for phase in report.phases
        ],
    }


def write(report: Report, redact: Redactor) -> str:
    """Return the report as JSON text."""
    return json.dumps(as_document(report, redact), indent=2, ensure_ascii=True) + "\n"


def _finding(bug: Bug, target: str, redact: Redactor) -> dict[str, Any]:
    finding = bug.finding
    secrets = [secret_of(one.created) for one in finding.evidence if one.created is not None]
    redact = redact.also(secrets)
    document = {
        "requirement": finding.requirement,
        "fault": finding.fault,
        "expected": finding.expected,
        "actual": finding.actual,
        "count": bug.count,
        "also": list(bug.also),
        "matters": list(finding.matters),
        "interactions": [_interaction(one) for one in finding.evidence],
        "curl": script(finding.evidence, target),
    }
    return {name: redact.document(value) for name, value in document.items()}


def _interaction(one: Interaction) -> dict[str, Any]:
    return {
        "number": one.number,
        "phase": one.phase,
        "case": one.case.name,
        "expectation": str(one.case.expectation),
        "method": one.request.method,
        "path": one.request.path,
        "headers": [[name, value] for name, value in one.request.headers],
        "credential": str(one.request.credential),
        "key": one.key,
        "key_form": None if one.form is None else {"label": one.form.label, "template": one.form.template},
        "burst": one.burst,
        "body": _body(one.request.body),
        "attempts": one.attempts,
        "answer": _answer(one),
    }


def _answer(one: Interaction) -> dict[str, Any]:
    answer = one.answer
    if isinstance(answer, Response):
        headers = [[name, value] for name, value in answer.headers]
        return {"status": answer.status, "headers": headers, "body": _body(answer.body)}
    return {"not_sent" if isinstance(answer, NotSent) else "error": answer.reason}


def _body(body: bytes) -> dict[str, str]:
    """Return a body as text, or as base64 where it is no UTF-8."""
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode()}
