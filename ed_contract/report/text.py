"""Writes a report for people: each finding in the same order, and a summary that fits a screen.

Yields styled lines; who prints them decides about colours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ed_contract.engine.events import End
from ed_contract.finding import Finding
from ed_contract.interaction import secret_of
from ed_contract.report.curl import script
from ed_contract.report.model import Bug, Report
from ed_contract.report.redaction import Redactor
from ed_contract.requirement import Level, Requirement
from ed_contract.verdict import Verdict

SHOWN_IN_FULL = 10  # findings; the others have one line each
_ENDS = {
    End.MAX_FINDINGS: "stopped at the first findings, as asked for",
    End.MAX_REQUESTS: "stopped at the cap on requests: --max-requests raises it",
    End.TARGET_DOWN: "stopped: the target no longer answers",
    End.QUOTA: "stopped: the target refuses plain creates that it took before (a quota?)",
    End.INTERRUPTED: "interrupted: this is what was done until then",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its style, a word of rich's: "bold red", "dim", or ""."""

    text: str
    style: str = ""


def report_lines(report: Report, redact: Redactor, *, paths: tuple[str, ...] = ()) -> Iterator[Line]:
    """Yield the whole report: the findings, then the summary; `paths` are those of the reports that were written."""
    requirements = {row.requirement.id: row.requirement for row in report.rows}
    for number, bug in enumerate(report.bugs):
        if number < SHOWN_IN_FULL:
            yield from finding_lines(bug, requirements[bug.finding.requirement], report, redact)
            yield Line("")
        else:
            yield Line(redact(f"{_level(bug, report)} {bug.finding.requirement} [{bug.finding.fault}]"))
    if len(report.bugs) > SHOWN_IN_FULL:
        yield Line("")
    yield from summary_lines(report, paths)


def finding_lines(bug: Bug, requirement: Requirement, report: Report, redact: Redactor) -> Iterator[Line]:
    """Yield one finding: id and level, statement and clause, expected, actual, requests, and how to see it again."""
    finding = bug.finding
    redact = redact.also(secret_of(one.created) for one in finding.evidence if one.created is not None)
    seen = f", seen {bug.count} times" if bug.count > 1 else ""
    style = "bold red" if bug in report.failing else "bold yellow"
    yield Line(f"{_level(bug, report)} {finding.requirement} [{redact(finding.fault)}] ({bug.level}{seen})", style)
    yield Line(f"  {requirement.statement} ({requirement.clause})")
    yield Line(f"  Expected: {printable(redact(finding.expected))}")
    yield Line(f"  Actual:   {printable(redact(finding.actual))}")
    if bug.also:
        yield Line(f"  Also:     {', '.join(bug.also)}")
    if finding.matters:
        yield Line(f"  Matters:  {', '.join(finding.matters)}")
    yield Line("  Request:" if len(finding.evidence) == 1 else f"  Requests ({len(finding.evidence)}):")
    for line in redact(script(finding.evidence, report.target)).splitlines():
        yield Line(f"    {printable(line)}", "cyan")
    yield Line(f"  Again:    {again(finding, report)}")


def again(finding: Finding, report: Report) -> str:
    """Return the command that shows the finding again."""
    strict = " --strict" if report.strict else ""
    return f"ed-contract run {report.target} --only {finding.requirement} --seed {report.seed}{strict}"


def _level(bug: Bug, report: Report) -> str:
    return "FAIL" if bug in report.failing else "WARN"


def summary_lines(report: Report, paths: tuple[str, ...] = ()) -> Iterator[Line]:
    """Yield at most 15 lines: the verdict, counts, what was not judged, and where the reports lie."""
    style = {Verdict.PASS: "bold green", Verdict.FAIL: "bold red"}.get(report.verdict, "bold yellow")
    yield Line(f"{headline(report)}: {report.target}", style)
    for level in Level:
        rows = [row for row in report.rows if row.requirement.level is level]
        if rows:
            counts = Counter(row.verdict for row in rows)
            said = [f"{counts[verdict]} {verdict}" for verdict in sorted(counts, reverse=True)]
            yield Line(f"  {level:<6} {', '.join(said)}")
    skipped = Counter(row.reason for row in report.rows if row.verdict is Verdict.SKIPPED)
    if skipped:
        said = [f"{count} {reason}" for reason, count in skipped.most_common(4)]
        yield Line(f"  not exercised: {'; '.join(said)}", "dim")
    for row in report.undecided[:3]:
        yield Line(f"  {row.verdict}: {row.requirement.id}: {printable(row.reason)[:200]}", "yellow")
    if report.end in _ENDS:
        note = f" ({printable(report.note)})" if report.note and report.end is not End.MAX_REQUESTS else ""
        yield Line(f"  {_ENDS[report.end]}{note}", "yellow")
    accept = report.coverage["accept"]
    if accept["sent"] and accept["accepted"] * 2 < accept["sent"]:
        few = f"only {accept['accepted']} of {accept['sent']} valid creates were accepted"
        yield Line(f"  {few}: what depends on them was hardly judged", "yellow")
    yield Line(f"  {report.requests} requests in {report.seconds:.1f} s, seed {report.seed}")
    for path in paths[:3]:
        yield Line(f"  report: {path}")


def headline(report: Report) -> str:
    """Return the verdict in a few words."""
    must = sum(bug.level is Level.MUST for bug in report.bugs)
    should = len(report.bugs) - must
    if report.end is End.INTERRUPTED:
        return "INTERRUPTED"
    if report.verdict is Verdict.PASS:
        return f"CONFORMS, with {_count(should, 'warning')}" if should else "CONFORMS"
    if report.verdict is Verdict.FAIL:
        tail = f" and {_count(should, 'SHOULD')}" if should else ""
        return f"DOES NOT CONFORM: {_count(must, 'MUST finding')}{tail}" if must else f"DOES NOT CONFORM: {tail[5:]}"
    if report.verdict is Verdict.ERROR:
        return "NOT JUDGED: a check of ours crashed"
    return "NOT JUDGED: nothing was exercised" if report.verdict is Verdict.SKIPPED else "NOT JUDGED: inconclusive"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 or what.isupper() else f"{number} {what}s"


def printable(text: str) -> str:
    """Return `text` with whatever a terminal might act on, or hide, escaped."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
