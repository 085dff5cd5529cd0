"""What a report says of requirements, in the words of pytest. Knows no run, and nothing of pytest's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ed_contract.options import for_pytest
from ed_contract.pytest_plugin.outcomes import Outcome, Told, Word, counted
from ed_contract.report import Report, ReportedFinding, RequirementResult
from ed_contract.report.finding_text import Reproduce
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import finding_lines, headline, in_one_line, printable, quantity, why
from ed_contract.report.writers import Unwritten
from ed_contract.requirement import Level
from ed_contract.runner.events import CUT_SHORT, End
from ed_contract.verdict import Verdict


def told(
    report: Report,
    wanted: Sequence[str],
    redact: Redactor,
    reproduce: Mapping[str, str],
    unwritten: Sequence[Unwritten] = (),
) -> Told:
    """Return what a report says of the wanted requirements.

    Args:
        report: what the run said.
        wanted: ids of requirements.
        redact: keeps credentials out of it.
        reproduce: the command that shows the findings of a requirement again, by id.
        unwritten: reports that were asked for and are missing.
    """
    rows = {row.requirement.id: row for row in report.requirements}
    outcomes = {
        one: _outcome(rows[one], report, redact, lambda bug: reproduce[bug.finding.requirement]) for one in wanted
    }
    lines = [in_one_line(bug, report, redact) for bug in report.bugs if bug not in report.failing]
    lines += map(redact, report.waiver_notes)
    requests = quantity(report.requests, "request")
    lines.append(f"{headline(report)}: {redact(report.target)}, {requests}, seed {report.seed}")
    lines += map(str, unwritten)
    silent = _never_silent(outcomes, _problems(report, redact, unwritten))
    return Told(outcomes=_each_cause_once(silent), lines=tuple(lines))


def _outcome(row: RequirementResult, report: Report, redact: Redactor, reproduce: Reproduce) -> Outcome:
    def said(bugs: Sequence[ReportedFinding]) -> list[str]:
        lines = (finding_lines(bug, row.requirement, report, redact, reproduce=reproduce) for bug in bugs)
        return [line.text for finding in lines for line in finding]

    problems = [redact(problem) for problem in _waiver_problems(row, report)]
    if failing := [bug for bug in row.findings if bug in report.failing]:
        return Outcome(word=Word.FAILED, text="\n".join([*said(failing), *problems]), brief=_brief(failing, redact))
    if problems:
        return Outcome(word=Word.FAILED, text="\n".join(problems))
    if waived := [reason for bug in row.findings if (reason := bug.waived) is not None]:
        return Outcome(word=Word.XFAILED, text="\n".join(said(row.findings)), reason="; ".join(dict.fromkeys(waived)))
    return _undecided(row, report, redact) or Outcome(word=Word.PASSED)


def _brief(bugs: Sequence[ReportedFinding], redact: Redactor) -> str:
    """Return in one line what came; of further findings, how many there are."""
    first, *others = bugs
    actual = printable(redact.guarding(first.finding)(first.finding.actual))
    more = f" (and {len(others)} more finding{'s' * (len(others) > 1)})" if others else ""
    return f"{actual}{more}"


def _waiver_problems(row: RequirementResult, report: Report) -> list[str]:
    """Return what is wrong with the waivers of this requirement: expired, or no longer needed."""
    own = (f"{row.requirement.id}:", f"{row.requirement.id} [")
    return [problem for problem in report.waiver_problems if problem.startswith(own)]


def _undecided(row: RequirementResult, report: Report, redact: Redactor) -> Outcome | None:
    """Return the outcome of a requirement of which nothing can be said, else None."""
    reason = printable(redact(why(row) if row.applies else for_pytest(why(row))))  # "needs --ed-replica"
    if row.verdict is Verdict.ERROR:
        return Outcome(word=Word.ERROR, text=f"error: {reason}")
    if row.verdict not in {Verdict.SKIPPED, Verdict.INCONCLUSIVE}:
        return None
    if report.end in CUT_SHORT:
        return Outcome(word=Word.ERROR, text=f"cannot judge: {printable(redact(report.note))}")
    if report.end is End.MAX_FINDINGS:
        return Outcome(word=Word.SKIPPED, text="the run stopped at the first finding, as requested", common=True)
    if row.verdict is Verdict.INCONCLUSIVE:
        must = row.requirement.level is Level.MUST
        return Outcome(word=Word.ERROR if must else Word.SKIPPED, text=f"inconclusive: {reason}")
    return Outcome(word=Word.SKIPPED, text=reason)


def _problems(report: Report, redact: Redactor, unwritten: Sequence[Unwritten]) -> list[str]:
    """Return what keeps a run from a good end and is about no requirement."""
    problems = [str(one) for one in unwritten]
    if report.end in CUT_SHORT:
        problems.insert(0, f"cannot judge: {redact(report.note)}")
    elif report.partial and report.fail_on_incomplete:
        problems.insert(0, f"not complete: {headline(report)}")
    return problems


def _never_silent(outcomes: dict[str, Outcome], problems: Sequence[str]) -> dict[str, Outcome]:
    """Make an error of the last requirement's outcome if there are problems and no other outcome fails."""
    if not problems or {one.word for one in outcomes.values()} & {Word.FAILED, Word.ERROR}:
        return outcomes
    last = [*outcomes][-1]
    return outcomes | {last: Outcome(word=Word.ERROR, text="\n".join(problems))}


def _each_cause_once(outcomes: dict[str, Outcome]) -> dict[str, Outcome]:
    """Leave one error for each cause, with how many it stands for; the others are skipped, and name the cause."""
    counts = Counter(one.text for one in outcomes.values() if one.word is Word.ERROR)
    seen: set[str] = set()
    once = {}
    for identifier, one in outcomes.items():
        once[identifier] = one
        if one.word is not Word.ERROR:
            continue
        if one.text in seen:
            once[identifier] = replace(one, word=Word.SKIPPED, common=True)
        else:
            once[identifier] = replace(one, text=counted(one.text, counts[one.text]))
        seen.add(one.text)
    return once
