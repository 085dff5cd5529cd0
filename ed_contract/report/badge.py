"""Writes a badge: the verdict in a few words, in the JSON that a shields endpoint reads.

Holds nothing that the target said: a badge is shown to everybody.
"""

from __future__ import annotations

import json
from collections import Counter

from ed_contract.report.model import Report
from ed_contract.report.redaction import Redactor
from ed_contract.requirement import Level
from ed_contract.runner.events import End
from ed_contract.verdict import Verdict

LABEL = "event destinations"  # of the page; a document of one's own names its operation


def write(report: Report, _: Redactor) -> str:
    """Return the badge as JSON."""
    message, color = _said(report)
    document = {"schemaVersion": 1, "label": _label(report), "message": message, "color": color}
    return json.dumps(document, indent=2) + "\n"


def _label(report: Report) -> str:
    return LABEL if report.own is None else str(report.own["operation"])


def _said(report: Report) -> tuple[str, str]:
    """Return message and colour; a run that was cut short says no more than what it judged."""
    if report.end is End.INTERRUPTED:
        return "interrupted", "lightgrey"
    if report.failing:
        counts = Counter(bug.level for bug in report.failing)
        return ", ".join(f"{counts[level]} {level}" for level in Level if counts[level]), "red"
    if report.verdict is Verdict.FAIL:
        return "waivers no longer apply", "orange"
    if report.verdict is not Verdict.PASS:
        return "not judged", "lightgrey"
    waived = ", with waivers" if report.waived else ""  # a waived finding is one that the server still has
    if not report.complete:
        return f"conforms as far as judged: {report.judged}{waived}", "yellow"
    return f"conforms{waived}", "yellowgreen" if waived else "brightgreen"
