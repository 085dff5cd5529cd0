"""Puts findings in the order of every report: worst first, and those of one cause together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace

from ed_contract.finding import Finding
from ed_contract.report.model import ReportedFinding
from ed_contract.requirement import Level
from ed_contract.runner.dedup import Identity

_WORST = {"robustness/no-server-error", "robustness/answers", "robustness/keeps-serving"}
"""Beside broken idempotency, what comes first of level MUST."""
_OF_A_ROW = {
    "robustness/error-envelope": "answers errors in another form",
    "robustness/malformed-refused": "accepts malformed bodies",
    "robustness/no-server-error": "answers 5xx",
}
"""What the findings of one requirement have in common."""
_REPLAYED = {
    "idempotency/same-parameters",
    "idempotency/remembers",
    "idempotency/lost-answer",
    "idempotency/refused/remembers",
    "idempotency/conflict/keeps-first",
    "idempotency/survives-restart",
    "idempotency/across-replicas",
}
"""What is asked of a replay after something else: one that goes wrong as a plain replay does has its cause."""
_REPLAY = "idempotency/replay"
_OVERLAPPING = {"idempotency/burst/one-body", "idempotency/lost-answer", "idempotency/one-effect"}
_RACE = "idempotency/burst/one-destination"
NO_TIMESTAMP = "no RFC 3339 timestamp"
"""The fault of what is not written as timestamps are."""
_LEVELS = (Level.MUST, Level.SHOULD, Level.MAY)


def ranked(bugs: Iterable[ReportedFinding]) -> tuple[ReportedFinding, ...]:
    """Return the findings, given in the order in which they were seen, worst first and numbered from 1.

    Server errors and broken idempotency come first, then MUST, then SHOULD; what is waived comes last.
    """
    bugs = tuple(bugs)
    identities = {bug.finding.identity for bug in bugs}
    found = [replace(bug, cause=_cause(bug.finding, identities)) for bug in bugs]
    several = Counter(bug.cause for bug in found)
    found = [bug if several[bug.cause] > 1 else replace(bug, cause="") for bug in found]
    places: dict[tuple[object, ...], int] = {}  # of the first of each cause, within its tier
    for place, bug in enumerate(found):
        places.setdefault(_group(bug), place)
    found.sort(key=lambda bug: (_tier(bug), places[_group(bug)], bug.finding.requirement not in {_REPLAY, _RACE}))
    return tuple(replace(bug, number=number) for number, bug in enumerate(found, 1))


def _group(bug: ReportedFinding) -> tuple[object, ...]:
    return (_tier(bug), bug.cause or bug.finding.identity)


def _tier(bug: ReportedFinding) -> tuple[bool, int, bool]:
    row = bug.finding.requirement
    return (
        bug.waived is not None,
        _LEVELS.index(bug.level),
        not (row in _WORST or row.startswith("idempotency/")),
    )


def _cause(finding: Finding, found: Collection[Identity]) -> str:
    """Return what a finding has in common with others of those that were found, or ""."""
    row, last = finding.requirement, finding.evidence[-1]
    if row.startswith("request/") and last.case.mutation is not None and row == last.case.mutation.requirement:
        return "accepts invalid parameters"
    if row == "response/timestamp-separator" or finding.fault == NO_TIMESTAMP:
        return "writes timestamps in another form"
    if row.startswith("auth/") and finding.fault == "accepted":
        return "accepts requests without a valid credential"
    if row in _REPLAYED | {_REPLAY} and (_REPLAY, finding.fault) in found:
        return f"gets every replay wrong in this way [{finding.fault}]"
    if row in _OVERLAPPING | {_RACE} and any(one == _RACE for one, _ in found):
        return "lets requests under one key overlap"
    return _OF_A_ROW.get(row, "")
