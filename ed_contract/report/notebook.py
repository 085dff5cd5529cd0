"""Shows a report in a notebook: two small tables that need no style sheet, no script and no network.

What targets say stands in them: every text is escaped, and characters that hide or turn others are spelt out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from html import escape

from ed_contract.report.model import Report, ReportedFinding
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import headline, printable
from ed_contract.requirement import Level
from ed_contract.verdict import Verdict

MOST = 20  # findings
_VERDICTS = (Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE, Verdict.PASS, Verdict.SKIPPED)


def as_table(report: Report) -> str:
    """Return a report as HTML: the verdict, how many requirements have which, and the findings, worst first."""
    redact = report.showing.redact
    parts = [f"<p><strong>{_text(headline(report))}</strong>: {_text(redact(report.target))}</p>"]
    parts += _counts(report)
    if report.bugs:
        parts += _table(("", "Finding", "Level", "Seen", "Actual"), _findings(report, redact))
    if len(report.bugs) > MOST:
        parts.append(f"<p>and {len(report.bugs) - MOST} more: <code>report.write(&quot;html&quot;, path)</code></p>")
    return "\n".join(["<div>", *parts, "</div>"])


def _counts(report: Report) -> Iterator[str]:
    """Yield a table of levels and verdicts, without empty ones."""
    counts = {
        level: Counter(row.verdict for row in report.requirements if row.requirement.level is level) for level in Level
    }
    shown = [verdict for verdict in _VERDICTS if any(counted[verdict] for counted in counts.values())]
    rows = ([level, *(str(counted[verdict]) for verdict in shown)] for level, counted in counts.items() if counted)
    yield from _table(("Requirements", *map(str, shown)), rows)


def _findings(report: Report, redact: Redactor) -> Iterator[list[str]]:
    failing = {bug.finding.identity for bug in report.failing}
    for bug in report.bugs[:MOST]:
        guarded = redact.guarding(bug.finding)
        name = f"{bug.finding.requirement} [{guarded(bug.finding.fault)}]"
        yield [
            _number(bug, fails=bug.finding.identity in failing),
            name,
            bug.level,
            f"{bug.count} ×",
            guarded(bug.finding.actual),
        ]


def _number(bug: ReportedFinding, *, fails: bool) -> str:
    word = "WAIVED" if bug.waived is not None else "FAIL" if fails else "WARN"
    return f"{bug.number}. {word}"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    yield "<table>"
    yield f"<thead><tr>{_cells('th', head)}</tr></thead>"
    yield "<tbody>"
    for row in rows:
        yield f"<tr>{_cells('td', row)}</tr>"
    yield "</tbody>"
    yield "</table>"


def _cells(tag: str, texts: Iterable[str]) -> str:
    return "".join(f'<{tag} style="text-align: left">{_text(text)}</{tag}>' for text in texts)


def _text(text: str) -> str:
    return escape(printable(text))
