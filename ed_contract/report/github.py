"""Writes a report for GitHub's workflows: annotations for the log, and a summary of the step in Markdown.

Both are read by a program that acts on what it finds in them: whatever the target said is escaped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ed_contract.report.finding_text import more
from ed_contract.report.markdown import code, folded, plain
from ed_contract.report.model import Report, ReportedFinding
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import cleaned, finding_lines, headline, in_one_line, printable, quantity
from ed_contract.requirement import Level
from ed_contract.verdict import Verdict

MOST_ANNOTATIONS = 10  # GitHub shows no more of one kind for one step
LISTED = 300  # findings in the table of the summary
LONGEST_CELL = 200  # characters of what is wrong
SHOWN_IN_FULL = 20  # findings in the summary
MOST_BYTES = 600_000  # of these: the summary of a step may have a mebibyte


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
    told = [bug for bug in report.bugs if bug.waived is None]
    yield f"## {plain(headline(report))}"
    if told:
        yield "\n".join(_findings(told, redact))
    requests = quantity(report.requests, "request")
    yield f"`ed-contract` judged {plain(redact(report.target))}: {requests}, seed {report.seed}."
    yield "\n".join(_counts(report))
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
    if report.waived:
        yield "\n".join(f"- {plain(in_one_line(bug, report, redact))}" for bug in report.waived)
    yield from _details(told, report, redact)


def _findings(told: Sequence[ReportedFinding], redact: Redactor) -> Iterator[str]:
    """Yield the table of the findings, a line each."""
    yield "| # | level | requirement | what is wrong |"
    yield "|---:|---|---|---|"
    for bug in told[:LISTED]:
        guarded = redact.guarding(bug.finding)
        wrong = _cut(printable(guarded(f"{bug.finding.fault}: {bug.finding.actual}")))
        yield f"| {bug.number} | {bug.level} | {plain(bug.finding.requirement)} | {plain(wrong)} |"
    if len(told) > LISTED:
        yield f"| | | | {more(len(told) - LISTED)} |"


def _details(told: Sequence[ReportedFinding], report: Report, redact: Redactor) -> Iterator[str]:
    """Yield the findings in full, each folded, as many as the summary of a step holds beside the rest."""
    requirements = {row.requirement.id: row.requirement for row in report.requirements}
    left, shown = MOST_BYTES, 0
    for bug in told[:SHOWN_IN_FULL]:
        lines = finding_lines(bug, requirements[bug.finding.requirement], report, redact)
        block = folded(_name(bug, redact), code("\n".join(line.text for line in lines)))
        left -= len(block.encode())
        if left < 0:
            break
        shown += 1
        yield block
    if shown < len(told):
        yield f"The other reports have {more(len(told) - shown)} in full."


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"


def _counts(report: Report) -> Iterator[str]:
    """Yield the counts of verdicts by level."""
    verdicts = sorted(Verdict, reverse=True)
    yield f"| level | {' | '.join(map(str, verdicts))} |"
    yield f"|---|{'---:|' * len(verdicts)}"
    for level in Level:
        counts = Counter(row.verdict for row in report.requirements if row.requirement.level is level)
        if counts:
            yield f"| {level} | {' | '.join(str(counts[verdict]) for verdict in verdicts)} |"


def _name(bug: ReportedFinding, redact: Redactor) -> str:
    """Return what a finding is called, by its number first."""
    fault = printable(redact.guarding(bug.finding)(bug.finding.fault))
    return f"{bug.number}. {bug.finding.requirement} [{fault}]"


def _said(bug: ReportedFinding, redact: Redactor) -> str:
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
