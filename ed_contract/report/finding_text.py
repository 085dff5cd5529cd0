"""Writes one finding for people: what is wrong, why it matters, how it is fixed, and how to see it again."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

from ed_contract.contract import SEED
from ed_contract.finding import Finding
from ed_contract.report.curl import script
from ed_contract.report.model import Report, ReportedFinding
from ed_contract.report.redaction import Redactor
from ed_contract.requirement import Requirement
from ed_contract.runner.events import End

NO_REPEAT = (
    "did not reproduce when sent again: it may depend on earlier requests, or be intermittent; "
    "`ed-contract replay` with --times 20 counts how often it does"
)
_ENDED = {
    End.MAX_REQUESTS: "the run had reached --max-requests",
    End.MAX_TIME: "the run had reached --max-time",
    End.MAX_DESTINATIONS: "the run had reached --max-destinations",
    End.INTERRUPTED: "the run was interrupted",
}
"""Why a finding was not sent again."""
SHOWN_IN_FULL = 10  # findings; of the others, those of one requirement share a line
FEW = 3  # findings beside the first of a cause that are shown in full too
OF_A_CAUSE = 10  # of more, so many have a line each
FAULTS_NAMED = 5  # in a line
RESTARTED = "idempotency/survives-restart"
_URL = re.compile(r"https?://[!-~]+")
_MANY = 100  # findings of one requirement
_WIDTH = 12  # of the names of the parts

Reproduce: TypeAlias = Callable[[ReportedFinding], str]
"""Returns the command that shows a finding again."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its style, a word of rich's ("bold red", "dim") or ""."""

    text: str
    style: str = ""
    hang: int | None = None  # prose, to be wrapped at blanks with such an indent; None for what is to be copied


def findings_lines(
    report: Report, redact: Redactor, *, options: str = "", reproduce: Reproduce | None = None
) -> Iterator[Line]:
    """Yield the findings that are not waived, in their order: of a cause with many the first, then a line for each.

    Args:
        report: the report.
        redact: keeps credentials out of it.
        options: what the command to see a finding again needs beside the URL, e.g. "--strength 4".
        reproduce: says how a finding is seen again, if not by a run of its requirement.
    """
    requirements = {row.requirement.id: row.requirement for row in report.requirements}
    told = [bug for bug in report.bugs if bug.waived is None]
    in_full, further = 0, list[ReportedFinding]()
    for _, group in groupby(told, key=lambda bug: bug.cause or bug.number):
        some = list(group)
        if in_full >= SHOWN_IN_FULL:
            further += some
            continue
        shown = some if len(some) <= FEW else some[:1]
        for bug in shown:
            yield from finding_lines(
                bug, requirements[bug.finding.requirement], report, redact, options=options, reproduce=reproduce
            )
            yield Line("")
        in_full += len(shown)
        if len(shown) < len(some):
            yield from _of_one_cause(some[1:], report, redact)
            yield Line("")
    if further:
        yield from _in_short(further, report, redact)
        yield Line("")


def _of_one_cause(bugs: Sequence[ReportedFinding], report: Report, redact: Redactor) -> Iterator[Line]:
    """Yield a line for each finding of a cause of which another was shown in full."""
    yield Line(f"{more(len(bugs))} of this kind: the server {bugs[0].cause}", "bold")
    for bug in bugs[:OF_A_CAUSE]:
        yield Line(f"  {in_one_line(bug, report, redact)}", style(bug, report), hang=7)
    if len(bugs) > OF_A_CAUSE:
        left = bugs[OF_A_CAUSE:]
        yield Line(f"  {numbers(left)}: {len(left)} more; reports in JSON and HTML (--report) have them in full")


def finding_lines(
    bug: ReportedFinding,
    requirement: Requirement,
    report: Report,
    redact: Redactor,
    *,
    options: str = "",
    reproduce: Reproduce | None = None,
) -> Iterator[Line]:
    """Yield one finding: number and id, what is wrong, why it matters, the fix, the requests, how to reproduce it."""
    finding = bug.finding
    guarded = redact.guarding(finding)

    def said(name: str, text: str) -> Line:
        return Line(f"  {name + ':':<{_WIDTH}}{printable(guarded(text))}", hang=_WIDTH + 2)

    seen = f", seen {bug.count} times" if bug.count > 1 else ""
    number = f"{bug.number}. " if bug.number else ""
    yield Line(f"{number}{_word(bug, report)} {_name(bug, guarded)} ({bug.level}{seen})", style(bug, report), hang=2)
    link = f"link {page}" if (page := page_of(report)) else ""
    yield Line(f"  {requirement.statement} ({requirement.clause})", link, hang=2)
    yield from (said(name, text) for name, text in _parts(bug, requirement, report) if text)
    yield Line("  Request:" if len(finding.evidence) == 1 else f"  Requests ({len(finding.evidence)}):")
    curl = script_of(finding, report)
    for line in redact(curl).split("\n"):
        yield Line(f"    {line}", "cyan")
    if reproduce is not None or not report.of_others:
        how = again(finding, report, options) if reproduce is None else reproduce(bug)
        yield Line(f"  {'Reproduce:':<{_WIDTH}}{redact(how)}")


def _parts(bug: ReportedFinding, requirement: Requirement, report: Report) -> Iterator[tuple[str, str]]:
    """Yield the parts of a finding by name, in order; those that are empty have nothing to say."""
    finding, until = bug.finding, ""
    if bug.waiver is not None and bug.expired:
        until = f"expired on {bug.waiver.expires}: "
    yield "Expected", "" if finding.expected == requirement.statement.rstrip(".") else finding.expected
    yield "Actual", finding.actual
    yield "Sent", sent(finding)
    yield "See also", _first_alike(bug, report)
    yield "Also", _further(bug) if bug.also else ""
    yield "Why", requirement.why
    yield "Fix", requirement.fix
    yield "Waiver", "" if bug.waiver is None else f"{until}{bug.waiver.reason}"
    yield "Depends on", ", ".join(finding.matters)
    yield "Repeats", repeats(finding, report)


def _first_alike(bug: ReportedFinding, report: Report) -> str:
    """Return which finding may have the same cause, of those with a smaller number the first."""
    first = min((one for one in report.bugs if one.cause == bug.cause), key=lambda one: one.number, default=bug)
    known = bug.cause and first.number < bug.number
    return f"finding {first.number}, which may have the same cause: the server {bug.cause}" if known else ""


def page_of(report: Report) -> str:
    """Return the URL of the documentation of what was judged, or "" if it is not a link to follow."""
    return report.page if _URL.fullmatch(report.page) else ""


def script_of(finding: Finding, report: Report) -> str:
    """Return the shell script that sends the requests of a finding again."""
    return script(
        finding.evidence,
        report.target,
        between=finding.between,
        auth_header=report.auth_header,
        restarts=finding.requirement == RESTARTED,
    )


def _further(bug: ReportedFinding) -> str:
    """Return the further faults of a finding, of many the first by name."""
    named = ", ".join(bug.also[:FAULTS_NAMED])
    left = len(bug.also) - FAULTS_NAMED
    what = "wrong values" if bug.finding.requirement.startswith("request/") else "cases"
    return f"{len(bug.also)} more {what}: {named} and {left} more" if left > 0 else named


def more(count: int) -> str:
    """Return how many findings there are beside those that are shown."""
    return f"{count} more finding{'' if count == 1 else 's'}"


def numbers(bugs: Sequence[ReportedFinding]) -> str:
    """Return the numbers of findings, those that follow one another as a range, e.g. "47, 49–52"."""
    found: list[list[int]] = []
    for one in sorted(bug.number for bug in bugs):
        if found and found[-1][-1] == one - 1:
            found[-1].append(one)
        else:
            found.append([one])
    return ", ".join(f"{some[0]}–{some[-1]}" if len(some) > 1 else f"{some[0]}" for some in found)


def sent(finding: Finding) -> str:
    """Return what was sent, where the fault is the id of a requirement: that of the request, or "" elsewhere."""
    mutation = finding.evidence[-1].case.mutation
    if mutation is None or finding.fault != mutation.requirement:
        return ""
    return f"a request that breaks {mutation.requirement} ({mutation.operator}), after which the fault is named"


def repeats(finding: Finding, report: Report) -> str:
    """Return what is to be said of whether a finding shows again, or "" for nothing."""
    if finding.repeats is False:
        return NO_REPEAT
    if finding.repeats is None and report.end in _ENDED:
        return f"not tried, since {_ENDED[report.end]}; `ed-contract replay` tries it"
    return ""


def in_one_line(bug: ReportedFinding, report: Report, redact: Redactor) -> str:
    """Return a finding in one line: id, level, and what came; of one that is waived, why, and until when."""
    redact = redact.guarding(bug.finding)
    number = f"{bug.number}. " if bug.number else ""
    if bug.waived is not None and bug.waiver is not None:
        faults = "], [".join(printable(redact(fault)) for fault in (bug.finding.fault, *bug.also))
        until = "" if bug.waiver.expires is None else f" (until {bug.waiver.expires})"
        return f"{number}WAIVED {bug.finding.requirement} [{faults}]: {printable(redact(bug.waived))}{until}"
    actual = printable(redact(bug.finding.actual))
    return f"{number}{_word(bug, report)} {_name(bug, redact)} ({bug.level}): {actual}"


def contract_options(report: Report) -> str:
    """Return the options that name what was judged, if not the first edition of the page."""
    if report.own is not None:
        return f"--contract {shlex.quote(report.edition)} --operation {shlex.quote(report.own['operation'])}"
    return "" if report.edition == SEED else f"--edition {report.edition}"


def options_of(report: Report) -> str:
    """Return what a command needs beside the URL to send the same again, as far as the report knows."""
    known = report.showing.options
    named = any(one.startswith(("--contract ", "--edition ")) for one in known)
    return " ".join(filter(None, ("" if named else contract_options(report), *known)))


def again(finding: Finding, report: Report, options: str = "") -> str:
    """Return the command that shows the finding again, with the options given, else those that the report knows.

    Seed 0 is the default, which sends the same bodies under fresh keys: given by name it would send the same keys
    too, and a server that still knows them from last time answers with what it made then.
    """
    options = options or options_of(report)
    where = [shlex.quote(report.target)] if "://" in report.target else ["--app", shlex.quote(report.target)]
    parts = ["ed-contract run", *where, "--only", shlex.quote(finding.requirement)]
    parts += ["--seed", str(report.seed)] if report.seed else []
    parts += ["--strict"] if report.strict else []
    several = sum(bug.finding.requirement == finding.requirement for bug in report.bugs) > 1
    parts += [f"--maxfail {_MANY}"] if several and "--maxfail" not in options else []  # else the first one ends it
    asked = {one.node for one in finding.evidence}
    parts += [f"--replica {shlex.quote(one)}" for one in report.replicas if len(asked) > 1 or one in asked]
    return " ".join([*parts, options] if options else parts)


def _word(bug: ReportedFinding, report: Report) -> str:
    if bug.waived is not None:
        return "WAIVED"
    return "FAIL" if bug in report.failing else "WARN"


def style(bug: ReportedFinding, report: Report) -> str:
    """Return the style of a finding: red fails the run, yellow warns, and what is waived is dim."""
    if bug.waived is not None:
        return "dim"
    return "bold red" if bug in report.failing else "bold yellow"


def _name(bug: ReportedFinding, redact: Redactor) -> str:
    return f"{bug.finding.requirement} [{printable(redact(bug.finding.fault))}]"


def _in_short(bugs: Sequence[ReportedFinding], report: Report, redact: Redactor) -> Iterator[Line]:
    """Yield a line for each requirement: a hundred findings must fit at a glance."""
    yield Line(f"{more(len(bugs))}; reports in JSON and HTML (--report) have them in full:", hang=2)
    by_row: dict[str, list[ReportedFinding]] = {}
    for bug in bugs:
        by_row.setdefault(bug.finding.requirement, []).append(bug)
    for row, some in by_row.items():
        faults = [printable(redact(bug.finding.fault)) for bug in some[:FAULTS_NAMED]]
        rest = f", and {len(some) - FAULTS_NAMED} more" if len(some) > FAULTS_NAMED else ""
        yield Line(
            f"  {numbers(some)}. {_word(some[0], report)} {row} [{'], ['.join(faults)}]{rest}",
            style(some[0], report),
            hang=7,
        )


def printable(text: str) -> str:
    """Return `text` with whatever a terminal might act on, or hide, escaped."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
