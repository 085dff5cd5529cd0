"""Writes a report as JSON; `report.schema.json` beside this module describes it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from ed_contract.case import Mutation
from ed_contract.contract import SEED, Contract
from ed_contract.installed import tool_version
from ed_contract.interaction import Excerpt, Glimpse, Interaction, NoAnswer, NotRead, NotSent, Response, masked_headers
from ed_contract.report.card import Trait
from ed_contract.report.changes import Changes
from ed_contract.report.finding_text import script_of
from ed_contract.report.latency import Latency
from ed_contract.report.model import Report, ReportedFinding
from ed_contract.report.redaction import Redactor
from ed_contract.runner.ledger import CleanUp

VERSION = "1"


def as_document(report: Report, redact: Redactor) -> dict[str, Any]:
    """Return the report as a JSON document; words such as verdicts are in lower case."""
    bugs = {bug.finding.identity: _finding(bug, report, redact) for bug in report.bugs}
    return {
        "version": VERSION,
        "tool": tool_version(),
        "began": moment(report.began),
        "target": redact(report.target),
        **({"replicas": [redact(one) for one in report.replicas]} if report.replicas else {}),
        **_about(report),
        "seed": report.seed,
        "strict": report.strict,
        "verdict": str(report.verdict),
        "complete": report.complete,
        "judged": {"must": report.judged.must, "of": report.judged.of},
        "exit_code": report.exit_code,
        "end": str(report.end),
        "note": redact(report.note),
        "notes": [redact(one) for one in report.notes],
        "card": [_trait(one, redact) for one in report.card],
        "last_run": None if report.last_run is None else _changes(report.last_run, redact),
        "clean_up": None if report.clean_up is None else _clean_up(report.clean_up, redact),
        "waiver_problems": [redact(one) for one in report.waiver_problems],
        "waiver_notes": [redact(one) for one in report.waiver_notes],
        "requests": report.requests,
        "seconds": round(report.seconds, 3),
        "requirements": [
            {
                "id": row.requirement.id,
                "level": row.requirement.level.lower(),
                "clause": row.requirement.clause,
                "statement": row.requirement.statement,
                "why": row.requirement.why,
                "fix": row.requirement.fix,
                "verdict": str(row.verdict),
                "observations": row.observations,
                "inconclusive": row.inconclusive,
                "applies": row.applies,
                "reason": redact(row.reason),
                "findings": [bugs[bug.finding.identity] for bug in row.findings],
            }
            for row in report.requirements
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
                "lost": phase.lost,
                "repeated": phase.repeated,
                "latency": None if phase.latency is None else _latency(phase.latency),
            }
            for phase in report.phases
        ],
    }


def _about(report: Report) -> dict[str, Any]:
    """Return what was judged, if not the first edition of the page: whoever reads the report needs it again."""
    if report.own is None:
        return {} if report.edition == SEED else {"edition": report.edition}
    advice = [{"annotation": one.annotation, "places": list(one.places), "adds": one.adds} for one in report.advice]
    return {"contract": {"name": report.edition, **report.own}, "advice": advice}


def contract_of(document: Mapping[str, Any]) -> Contract:
    """Return the contract that a JSON report is about; raise KeyError or TypeError if it is not such a report."""
    if (own := document.get("contract")) is not None:
        return Contract.of(dict(own["document"]), own["name"], operation=own["operation"])
    return Contract.load(str(document.get("edition", SEED)))


def write(report: Report, redact: Redactor) -> str:
    """Return the report as JSON text."""
    return json.dumps(as_document(report, redact), indent=2, ensure_ascii=True) + "\n"


def moment(began: float) -> str | None:
    """Return a time, given in seconds since the epoch, in UTC as RFC 3339 writes it; None where it is not known."""
    return datetime.fromtimestamp(began, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z" if began else None


def _trait(trait: Trait, redact: Redactor) -> dict[str, Any]:
    """Return a line of the behaviour card."""
    seen = [{"what": redact(one.what), "answers": one.answers} for one in trait.seen]
    return {
        "topic": trait.topic,
        "title": trait.title,
        "seen": seen,
        "further": trait.further,
        "answers": trait.answers,
    }


def _changes(last: Changes, redact: Redactor) -> dict[str, Any]:
    """Return what changed since the last run."""
    new, gone = (
        [{"requirement": row, "fault": redact(fault)} for row, fault in some] for some in (last.new, last.gone)
    )
    return {"began": last.began, "new": new, "gone": gone}


def _clean_up(clean_up: CleanUp, redact: Redactor) -> dict[str, Any]:
    document = asdict(clean_up)
    return {name: redact.document(list(one) if isinstance(one, tuple) else one) for name, one in document.items()}


def _latency(latency: Latency) -> dict[str, Any]:
    """Return a distribution in seconds."""
    return {
        "answers": latency.answers,
        "median": round(latency.median, 6),
        "p95": round(latency.p95, 6),
        "slowest": round(latency.slowest, 6),
    }


def _finding(bug: ReportedFinding, report: Report, redact: Redactor) -> dict[str, Any]:
    finding = bug.finding
    guarded = redact.guarding(finding)
    return {
        "number": bug.number,
        "requirement": finding.requirement,
        "cause": bug.cause,
        "fault": guarded(finding.fault),
        "expected": guarded(finding.expected),
        "actual": guarded(finding.actual),
        "count": bug.count,
        "also": guarded.document(list(bug.also)),
        "waived": None if bug.waived is None else guarded(bug.waived),
        "matters": list(finding.matters),
        "repeats": finding.repeats,
        "between": finding.between,
        "interactions": [_interaction(one, redact, guarded) for one in finding.evidence],
        "curl": redact(script_of(finding, report)),
    }


def _interaction(one: Interaction, redact: Redactor, guarded: Redactor) -> dict[str, Any]:
    return {
        "number": one.number,
        "phase": one.phase,
        "case": one.case.name,
        "expectation": str(one.case.expectation),
        "mutation": _mutation(one.case.mutation),
        "method": one.request.method,
        "path": redact(one.request.path),
        "headers": [[name, redact(value)] for name, value in masked_headers(one.request.headers, one.contract)],
        "credential": str(one.request.credential),
        **({} if one.case.headers is None else {"headers_form": [list(header) for header in one.case.headers]}),
        **({"node": redact(one.node)} if one.node else {}),
        "key": one.key,
        "key_form": None if one.form is None else {"label": one.form.label, "template": one.form.template},
        "burst": one.burst,
        **({} if one.request.schedule is None else {"schedule": one.request.schedule}),
        "body": _body(one.request.body, redact),
        "attempts": one.attempts,
        **({} if one.request.hangs_up is None else {"hangs_up": str(one.request.hangs_up)}),
        "answer": _answer(one, guarded),
    }


def _mutation(mutation: Mutation | None) -> dict[str, str] | None:
    if mutation is None:
        return None
    return {"requirement": mutation.requirement, "operator": mutation.operator, "place": mutation.place}


def _answer(one: Interaction, redact: Redactor) -> dict[str, Any]:
    answer = one.answer
    if isinstance(answer, Response):
        headers = [[name, redact(value)] for name, value in answer.headers]
        masked = redact.start if _omitted(answer) else redact
        return {
            "status": answer.status,
            "headers": headers,
            "body": _body(answer.body, masked),
            "omitted": _omitted(answer),
        }
    return {_WITHOUT[type(answer)]: redact(answer.reason)}


_WITHOUT = {NotSent: "not_sent", NotRead: "not_read", Glimpse: "not_read", NoAnswer: "error"}


def _omitted(answer: Response) -> int:
    """Return how many characters of the body's text or base64 the report does not have, as it came."""
    if not isinstance(answer, Excerpt):
        return 0
    if answer.characters is not None:
        return answer.characters - len(answer.body.decode())
    return _base64_length(answer.length) - _base64_length(len(answer.body))


def _base64_length(size: int) -> int:
    return (size + 2) // 3 * 4


def _body(body: bytes, masked: Callable[[str], str]) -> dict[str, str]:
    """Return a body as text, or as base64 where it is not UTF-8, with its secrets masked."""
    try:
        return {"text": masked(body.decode())}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(masked(body.decode("latin-1")).encode("latin-1")).decode()}
