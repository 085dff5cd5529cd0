"""Writes a report for GitHub's workflows: annotations for the log, and a summary of the step in Markdown.

Both are read by a program that acts on what it finds in them: whatever the target said is escaped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ed_contract.report.markdown import code, plain
from ed_contract.report.model import Bug, Report
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import cleaned, finding_lines, headline, in_one_line, printable
from ed_contract.requirement import Level
from ed_contract.verdict import Verdict

MOST_ANNOTATIONS = 10  # GitHub shows no more of one kind for one step
SHOWN_IN_FULL = 20  # findings in the summary, which may hold a mebibyte


def commands(report: Report, redact: Redactor) -> str:
    """Return a line for each finding and each waiver that does not apply: workflow commands for the step's log."""
    return "".join(f"{line}\n" for line in _commands(report, redact))


def _commands(report: Report, redact: Redactor) -> Iterator[str]:
    errors = [_command("error", _name(bug, redact), _said(bug, redact)) for bug in report.failing]
    errors += [_command("error", "waiver", redact(one)) for one in report.waiver_problems]
    errors += [
        _command("error", f"{row.verdict}: {row.requirement.id}", redact(row.reason))
        for row in report.undecided
        if not report.failing
    ]
    if report.partial and report.fail_on_incomplete:
        errors.append(_command("error", "not complete", headline(report)))
    warnings = [
        _command("warning" if bug.level is Level.SHOULD else "notice", _name(bug, redact), _said(bug, redact))
        for bug in report.bugs
        if bug not in report.failing and bug.waived is None
    ]
    waived = [_command("notice", "waived", in_one_line(bug, report, redact)) for bug in report.waived]
    if report.clean_up is not None and not report.clean_up.is_whole:
        warnings.insert(0, _command("warning", "clean-up", cleaned(report.clean_up, redact, report.noun)))
    for some in (errors, warnings, waived):
        yield from some[:MOST_ANNOTATIONS]


def write(report: Report, redact: Redactor) -> str:
    """Return the summary of the step."""
    return "\n\n".join(_blocks(report, redact)) + "\n"


def _blocks(report: Report, redact: Redactor) -> Iterator[str]:
    yield f"## {plain(headline(report))}"
    yield f"`ed-contract` judged {plain(redact(report.target))}: {report.requests} requests, seed {report.seed}\\."
    yield "\n".join(_table(report))
    if report.clean_up is not None:
        yield plain(cleaned(report.clean_up, redact, report.noun))
    if report.waiver_problems:
        yield "\n".join(f"- {plain(redact(one))}" for one in report.waiver_problems)
    if report.undecided:
        yield "\n".join(
            f"- {row.verdict}: {plain(row.requirement.id)}: {plain(redact(row.reason))}" for row in report.undecided
        )
    if report.unexercised:
        yield f"- not exercised: {plain(', '.join(row.requirement.id for row in report.unexercised))}"
    requirements = {row.requirement.id: row.requirement for row in report.rows}
    told = [bug for bug in report.bugs if bug.waived is None]
    for bug in told[:SHOWN_IN_FULL]:
        lines = [line.text for line in finding_lines(bug, requirements[bug.finding.requirement], report, redact)]
        yield f"### {plain(_name(bug, redact))}"
        yield code("\n".join(lines))
    if len(told) > SHOWN_IN_FULL:
        yield f"{len(told) - SHOWN_IN_FULL} more findings\\."
    if report.waived:
        yield "\n".join(f"- {plain(in_one_line(bug, report, redact))}" for bug in report.waived)


def _table(report: Report) -> Iterator[str]:
    """Yield the counts of verdicts by level."""
    verdicts = sorted(Verdict, reverse=True)
    yield f"| level | {' | '.join(map(str, verdicts))} |"
    yield f"|---|{'---:|' * len(verdicts)}"
    for level in Level:
        counts = Counter(row.verdict for row in report.rows if row.requirement.level is level)
        if counts:
            yield f"| {level} | {' | '.join(str(counts[verdict]) for verdict in verdicts)} |"


def _name(bug: Bug, redact: Redactor) -> str:
    return f"{bug.finding.requirement} [{printable(redact.guarding(bug.finding)(bug.finding.fault))}]"


def _said(bug: Bug, redact: Redactor) -> str:
    guarded = redact.guarding(bug.finding)
    also = [f"Also: {guarded(', '.join(bug.also))}"] if bug.also else []
    return "\n".join([f"Expected: {guarded(bug.finding.expected)}", f"Actual: {guarded(bug.finding.actual)}", *also])


def _command(kind: str, title: str, text: str) -> str:
    """Return a workflow command; its lines are escaped as the runner reads them back."""
    lines = "\n".join(printable(line) for line in text.split("\n"))
    return f"::{kind} title={_property(printable(title))}::{_data(lines)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
