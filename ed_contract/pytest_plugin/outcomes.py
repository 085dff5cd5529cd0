"""What a run says, in the words of pytest: a small record for each requirement, which processes can hand on.

Knows the report; no run, and nothing of pytest's.
"""

from __future__ import annotations

import enum
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ed_contract.report import Report, Row
    from ed_contract.report.redaction import Redactor
    from ed_contract.report.writers import Unwritten


class Word(enum.StrEnum):
    """How a requirement's test ends."""

    PASSED = "passed"
    FAILED = "failed"  # a finding that fails the run
    XFAILED = "xfailed"  # findings, all of them waived
    SKIPPED = "skipped"  # not exercised, or not decided where that does not fail a run
    ERROR = "error"  # it cannot be judged, which is told once for each cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How the test of one requirement ends, and what it prints."""

    word: Word
    text: str = ""  # the finding as printed, or why it was not judged
    reason: str = ""  # of a waiver


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a run says: an outcome for each requirement that was asked for, and lines for the end of the session."""

    outcomes: dict[str, Outcome]
    lines: tuple[str, ...] = ()

    def dumped(self) -> str:
        """Return the record as text for another process."""
        return json.dumps({"outcomes": {row: asdict(one) for row, one in self.outcomes.items()}, "lines": self.lines})

    @classmethod
    def loaded(cls, text: str) -> Told:
        """Return the record that was dumped."""
        document = json.loads(text)
        outcomes = {row: Outcome(**{**one, "word": Word(one["word"])}) for row, one in document["outcomes"].items()}
        return cls(outcomes=outcomes, lines=tuple(document["lines"]))


def refused(wanted: Sequence[str], why: str) -> Told:
    """Return what is said when no run took place: why, once."""
    first, *others = wanted
    skipped = Outcome(word=Word.SKIPPED, text="the run did not take place")
    return Told(outcomes={first: Outcome(word=Word.ERROR, text=why), **dict.fromkeys(others, skipped)})


def told(
    report: Report, wanted: Sequence[str], redact: Redactor, options: str, unwritten: Sequence[Unwritten] = ()
) -> Told:
    """Return what a report says of the wanted requirements.

    Args:
        report: what the run said.
        wanted: ids of requirements.
        redact: keeps credentials out of it.
        options: those of the command that repeats a finding.
        unwritten: reports that were asked for and are missing.
    """
    from ed_contract.report.text import headline, in_one_line  # noqa: PLC0415 - heavy

    rows = {row.requirement.id: row for row in report.rows}
    outcomes = {identifier: _outcome(rows[identifier], report, redact, options) for identifier in wanted}
    lines = [in_one_line(bug, report, redact) for bug in report.bugs if bug not in report.failing]
    lines += map(redact, report.waiver_notes)
    lines.append(f"{headline(report)}: {redact(report.target)}, {report.requests} requests, seed {report.seed}")
    lines += map(str, unwritten)
    silent = _never_silent(outcomes, _problems(report, redact, unwritten))
    return Told(outcomes=_each_cause_once(silent), lines=tuple(lines))


def _outcome(row: Row, report: Report, redact: Redactor, options: str) -> Outcome:
    from ed_contract.report.text import finding_lines  # noqa: PLC0415 - heavy

    def said(*, failing: bool) -> list[str]:
        bugs = [bug for bug in row.bugs if (bug in report.failing) is failing]
        lines = (finding_lines(bug, row.requirement, report, redact, options=options) for bug in bugs)
        return [line.text for finding in lines for line in finding]

    problems = [redact(problem) for problem in _waiver_problems(row, report)]
    if failing := said(failing=True):
        return Outcome(word=Word.FAILED, text="\n".join([*failing, *problems]))
    if problems:
        return Outcome(word=Word.FAILED, text="\n".join(problems))
    if waived := [reason for bug in row.bugs if (reason := bug.waived) is not None]:
        return Outcome(word=Word.XFAILED, text="\n".join(said(failing=False)), reason="; ".join(dict.fromkeys(waived)))
    return _undecided(row, report, redact) or Outcome(word=Word.PASSED)


def _waiver_problems(row: Row, report: Report) -> list[str]:
    """Return what is wrong with the waivers of this requirement: expired, or no longer needed."""
    own = (f"{row.requirement.id}:", f"{row.requirement.id} [")
    return [problem for problem in report.waiver_problems if problem.startswith(own)]


def _undecided(row: Row, report: Report, redact: Redactor) -> Outcome | None:
    """Return the outcome of a requirement of which nothing can be said, else None."""
    from ed_contract.engine.events import CUT_SHORT, End  # noqa: PLC0415 - without a target nothing of ours is loaded
    from ed_contract.report.text import printable, why  # noqa: PLC0415 - heavy
    from ed_contract.requirement import Level  # noqa: PLC0415 - without a target nothing of ours is loaded
    from ed_contract.verdict import Verdict  # noqa: PLC0415 - the same

    reason = printable(redact(why(row)))
    if row.verdict is Verdict.ERROR:
        return Outcome(word=Word.ERROR, text=f"error: {reason}")
    if row.verdict not in {Verdict.SKIPPED, Verdict.INCONCLUSIVE}:
        return None
    if report.end in CUT_SHORT:
        return Outcome(word=Word.ERROR, text=f"cannot judge: {printable(redact(report.note))}")
    if report.end is End.MAX_FINDINGS:
        return Outcome(word=Word.SKIPPED, text="the run stopped at the first finding, as asked for")
    if row.verdict is Verdict.INCONCLUSIVE:
        must = row.requirement.level is Level.MUST
        return Outcome(word=Word.ERROR if must else Word.SKIPPED, text=f"inconclusive: {reason}")
    return Outcome(word=Word.SKIPPED, text=reason)


def _problems(report: Report, redact: Redactor, unwritten: Sequence[Unwritten]) -> list[str]:
    """Return what keeps a run from a good end and is about no requirement."""
    from ed_contract.engine.events import CUT_SHORT  # noqa: PLC0415 - without a target nothing of ours is loaded
    from ed_contract.report.text import headline  # noqa: PLC0415 - heavy

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
            once[identifier] = replace(one, word=Word.SKIPPED)
        elif counts[one.text] > 1:
            more = f"{counts[one.text]} requirements are not judged for this reason; it is told here alone."
            once[identifier] = replace(one, text=f"{one.text}\n{more}")
        seen.add(one.text)
    return once
