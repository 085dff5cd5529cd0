"""Writes a report for people: each finding in the same order, and a summary that fits a screen.

Yields styled lines; who prints them decides about colours and width.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from ed_contract.case import Credential
from ed_contract.contract.advice import Advice
from ed_contract.contract.noun import Noun
from ed_contract.report.changes import Identity
from ed_contract.report.finding_text import (
    Line,
    Reproduce,
    again,
    finding_lines,
    findings_lines,
    in_one_line,
    numbers,
    printable,
    repeats,
    sent,
    style,
)
from ed_contract.report.model import Report, ReportedFinding, RequirementResult
from ed_contract.report.redaction import Redactor
from ed_contract.requirement import Level, Need
from ed_contract.runner.deletion import has_no_delete
from ed_contract.runner.events import End
from ed_contract.runner.ledger import CleanUp, Remaining
from ed_contract.verdict import Verdict

__all__ = [
    "Line",
    "Reproduce",
    "again",
    "finding_lines",
    "in_one_line",
    "printable",
    "repeats",
    "report_lines",
    "sent",
    "summary_lines",
]

IN_PROCESS = "in process: a server in front of the application, and {races}, are not judged"
BUNDLED = "this judged the bundled server, not yours: `ed-contract run URL --api-key KEY` judges yours"
MERGE = "`ed-contract merge` judges the records of all shards as one run"
ROWS_NAMED = 3  # that were not exercised; the other reports name them all
LONGEST_REASON = 160  # characters
LEFT_NAMED = 3  # destinations that were not deleted
LONGEST_ID = 80  # characters
ADVICE_SHOWN = 2  # annotations that a document may lack
PLACES_NAMED = 3  # of such an annotation
NOTES_SHOWN = 3  # waivers of which a run of some phases cannot say whether they are needed
ENDS = {
    End.MAX_FINDINGS: "stopped after enough findings",
    End.MAX_REQUESTS: "stopped at the request limit: --max-requests raises it",
    End.MAX_TIME: "stopped at the time limit of --max-time",
    End.MAX_DESTINATIONS: "stopped at --max-destinations; --cleanup makes room",
    End.RESTART_FAILED: "stopped: the target could not be restarted",
    End.TARGET_DOWN: "stopped: the target no longer answers",
    End.QUOTA: "stopped: the target refuses plain creates that it accepted before",
    End.CREDENTIALS: "stopped: the target refuses the credential that it took before",
    End.REDIRECTED: "stopped: the target redirects every request",
    End.BUSY: "stopped: the target answers 429 or 503 to every request",
    End.CUT_OFF: "the record was cut off: judged as far as it goes",
    End.NOTHING_TAKEN: "not judged: no create was accepted",
    End.INTERRUPTED: "interrupted: judged as far as the run got",
    End.CRASHED: "ed-contract crashed: judged as far as the run got",
}
GONE_NAMED = 2  # findings of the last run
_TOLD_IN_FULL = {End.MAX_REQUESTS, End.MAX_TIME, End.MAX_DESTINATIONS}
"""Ends of which `ENDS` says what a note says."""
_PRUNING = ("only", "skip", "phases")
_NOTHING_SET: Mapping[str, str] = MappingProxyType({})
_QUOTA = "if it is a quota: --cleanup --max-destinations N keeps to what is left of it"
_WHY_NOT = {Verdict.ERROR: "a check crashed, which is a bug in ed-contract", Verdict.SKIPPED: "nothing was exercised"}


def report_lines(
    report: Report,
    redact: Redactor,
    *,
    paths: tuple[str, ...] = (),
    options: str = "",
    embedded: bool = False,
    reproduce: Reproduce | None = None,
    unset: tuple[str, ...] = (),
    set_by: Mapping[str, str] = _NOTHING_SET,
) -> Iterator[Line]:
    """Yield the whole report: the findings, then the summary.

    Args:
        report: the report.
        redact: keeps credentials out of it.
        paths: those of the reports that were written.
        options: what the command to see a finding again needs beside the URL, e.g. "--strength 4".
        embedded: whether the target was the embedded server.
        reproduce: says how a finding is seen again, if not by a run of its requirement.
        unset: variables that the requests take a credential from, and that are not in the environment.
        set_by: how the user knows the options that were given, wherever they are set, by name.
    """
    if unset and any(bug.waived is None for bug in report.bugs):
        exports = "; ".join(f"export {name}=…" for name in unset)
        yield Line(f"The requests below take credentials from the environment: {exports}", "dim", hang=2)
        yield Line("")
    yield from findings_lines(report, redact, options=options, reproduce=reproduce)
    waivers = tuple(_waivers(report, redact))
    if waivers:
        yield from waivers
        yield Line("")
    yield from summary_lines(report, redact, paths=paths, embedded=embedded, set_by=set_by)


def why(row: RequirementResult) -> str:
    """Return why nothing can be said of a requirement."""
    return row.reason if row.applies else f"does not apply: {row.reason}"


def _waivers(report: Report, redact: Redactor) -> Iterator[Line]:
    """Yield a line for each waived finding, and for each waiver that does not apply."""
    for bug in report.waived:
        yield Line(in_one_line(bug, report, redact), style(bug, report), hang=7)
    yield from (Line(f"WAIVER {printable(redact(one))}", "bold red", hang=7) for one in report.waiver_problems)
    notes = report.waiver_notes
    yield from (Line(f"WAIVER {printable(redact(one))}", "dim", hang=7) for one in notes[:NOTES_SHOWN])
    if len(notes) > NOTES_SHOWN:
        yield Line(f"WAIVER and {len(notes) - NOTES_SHOWN} more that may still be needed", "dim")


def _covered(report: Report) -> Iterator[str]:
    """Yield how much was reached of what can be combined."""
    ways, search = report.coverage["combinations"], report.coverage.get("search")
    if ways["reached"]:
        yield f", {ways['reached']} of {ways['of']} {ways['strength']}-way combinations"
    if search:
        yield f", {search['reached']:,} of {search['of']:,} combinations of value, key state and shape of create"


def summary_lines(
    report: Report,
    redact: Redactor,
    *,
    paths: tuple[str, ...] = (),
    embedded: bool = False,
    set_by: Mapping[str, str] = _NOTHING_SET,
) -> Iterator[Line]:
    """Yield at most 16 lines: the verdict, counts, what was not judged, where the reports lie, and the next step."""
    style = {Verdict.PASS: "bold green", Verdict.FAIL: "bold red"}.get(report.verdict, "bold yellow")
    yield Line(f"{headline(report)}: {report.target}", style, hang=2)
    for level in Level:
        rows = [row for row in report.requirements if row.requirement.level is level]
        if rows:
            counts = Counter(row.verdict for row in rows)
            said = [f"{counts[verdict]} {verdict}" for verdict in sorted(counts, reverse=True)]
            yield Line(f"  {level:<6} {', '.join(said)}")
    yield from _skipped(report)
    for row in report.undecided[:3]:
        reason = printable(redact(row.reason))
        yield Line(f"  {row.verdict}: {row.requirement.id}: {_cut(reason)}", "yellow", hang=4)
    if ended := why_ended(report, redact):
        yield Line(f"  {printable(ended)}", "yellow", hang=4)
    accept = report.coverage["accept"]
    if accept["sent"] and accept["accepted"] * 2 < accept["sent"]:
        few = f"only {accept['accepted']} of {accept['sent']} valid creates were accepted"
        yield Line(f"  {few}: what depends on them was hardly judged", "yellow", hang=4)
    seed = "" if report.of_others else f", seed {report.seed}"
    yield Line(f"  {quantity(report.requests, 'request')} in {report.seconds:.1f} s{''.join(_covered(report))}{seed}")
    yield from _notes(report, redact)
    yield from _since_last_run(report, redact)
    yield from _advice(report)
    for path in paths:
        yield Line(f"  report: {path}")
    if report.fail_on_incomplete and not report.complete:
        yield Line("  not complete: --fail-on-incomplete fails the run", "yellow", hang=4)
    step = BUNDLED if embedded else _next_step(report, set_by)
    if step:
        yield Line(f"  next: {step}", hang=8)


def why_ended(report: Report, redact: Redactor) -> str:
    """Return why a run ended early, or nothing."""
    if report.end is End.MAX_DESTINATIONS and report.clean_up is not None:
        return "stopped at --max-destinations: not enough could be deleted"
    note = f" ({redact(report.note)})" if report.note and report.end not in _TOLD_IN_FULL else ""
    return f"{ENDS[report.end]}{note}" if report.end in ENDS else ""


def _skipped(report: Report) -> Iterator[Line]:
    """Yield what nothing was observed of: what could have been judged by name, and what could not with the reason."""
    if report.unexercised:
        names = [row.requirement.id for row in report.unexercised]
        more = f" and {len(names) - ROWS_NAMED} more" if len(names) > ROWS_NAMED else ""
        yield Line(f"  not exercised: {len(names)} MUST: {', '.join(names[:ROWS_NAMED])}{more}", "yellow", hang=4)
    others = Counter(row.reason for row in report.requirements if not row.applies)
    if others:
        said = [f"{count} ({reason})" for reason, count in others.most_common()]
        yield Line(f"  does not apply: {', '.join(said)}", "dim", hang=4)


def _notes(report: Report, redact: Redactor) -> Iterator[Line]:
    """Yield what else there is to know of the run."""
    lost, repeated = sum(phase.lost for phase in report.phases), sum(phase.repeated for phase in report.phases)
    if lost or repeated:
        resent = f"{quantity(repeated, 'request')} resent after 429, 503, a key in use or no answer" if repeated else ""
        unanswered = f"{quantity(lost, 'request')} got no answer" if lost else ""
        yield Line(f"  {', '.join(filter(None, (unanswered, resent)))}", "yellow", hang=4)
    if report.clean_up is not None:
        yield Line(
            f"  {cleaned(report.clean_up, redact, report.noun)}", "" if report.clean_up.is_whole else "yellow", hang=4
        )
    if report.of_others and report.note:
        yield Line(f"  {printable(redact(report.note))}", "yellow", hang=4)
    for note in report.notes:
        yield Line(f"  {printable(redact(note))}", hang=4)
    if "://" not in report.target and not report.of_others:
        yield Line(f"  {_in_process(report)}", "dim", hang=2)


def _in_process(report: Report) -> str:
    """Return what is not judged in process, and how many bursts were not under a schedule."""
    bursts = report.coverage.get("bursts", {})
    sent, scheduled = bursts.get("sent", 0), bursts.get("scheduled", 0)
    if scheduled and scheduled == sent:
        return IN_PROCESS.format(races="races between threads or processes")
    of_threads = f": {sent - scheduled} of {quantity(sent, 'burst')} ran in threads or waited for I/O" if sent else ""
    return IN_PROCESS.format(races="most races") + of_threads


def _since_last_run(report: Report, redact: Redactor) -> Iterator[Line]:
    """Yield what is new, by number, and what is gone, by name."""
    last = report.last_run
    if last is None or not (last.new or last.gone or report.bugs):
        return
    new = [bug for bug in report.bugs if _as_reported(bug, redact) in last.new]
    gone = [f"{requirement} [{printable(fault)}]" for requirement, fault in last.gone[:GONE_NAMED]]
    gone += [f"{len(last.gone) - GONE_NAMED} more"] if len(last.gone) > GONE_NAMED else []
    said = [f"{len(new)} new ({numbers(new)})"] if new else []
    said += [f"{len(last.gone)} gone ({', '.join(gone)})"] if gone else []
    yield Line(f"  since the last run: {', '.join(said) or last.said}", hang=4)


def _as_reported(bug: ReportedFinding, redact: Redactor) -> Identity:
    return bug.finding.requirement, redact.guarding(bug.finding)(bug.finding.fault)


def _advice(report: Report) -> Iterator[Line]:
    """Yield what annotations would add to a document of somebody's own, the most telling first."""
    for one in report.advice[:ADVICE_SHOWN]:
        yield Line(f"  {advised(one)}", "dim", hang=4)
    if (more := len(report.advice) - ADVICE_SHOWN) > 0:
        yield Line(f"  and {quantity(more, 'further annotation')}: see the JSON report", "dim", hang=4)


def advised(one: Advice, longest: int = PLACES_NAMED) -> str:
    """Return in one sentence what an annotation would add; of many fields, the first by name."""
    named = ", ".join(f"`{place}`" for place in one.places[:longest])
    more = f" and {len(one.places) - longest} more" if len(one.places) > longest else ""
    where = f" at {named}{more}" if named else ""
    return f"`{one.annotation}`{where} would let a run judge {one.adds}"


def cleaned(clean_up: CleanUp, redact: Redactor, noun: Noun) -> str:
    """Return what became of what the run made, the first of those that are left by name."""
    done = f"{quantity(clean_up.deleted, noun.one)} deleted with {quantity(clean_up.requests, 'further request')}"
    if clean_up.is_whole:
        return f"cleaned up: {done}"
    reasons = [one.reason for one in clean_up.remaining if not one.doubtful]
    if not clean_up.deleted and has_no_delete(reasons):
        return (
            f"not cleaned up: the server answers DELETE with {reasons[0]}, and seems not to offer it: "
            f"{_left_over(clean_up, noun)}; the JSON report lists them"
        )
    named = [_remaining(one, redact) for one in clean_up.remaining[:LEFT_NAMED]]
    named += [f"{clean_up.left - LEFT_NAMED} more"] if clean_up.left > LEFT_NAMED else []
    left = [f"{quantity(clean_up.left, noun.one)} left ({'; '.join(named)})"] if named else []
    left += [_unknown(clean_up)] if clean_up.unknown else []
    if not clean_up.unknown and all(one.doubtful for one in clean_up.remaining):
        return f"cleaned up: {done}; kept, since they may not be this run's: {', '.join(left)}"
    rest = "the JSON report lists what is left, and `ed-contract cleanup REPORT` tries again"
    return f"not cleaned up: {', '.join(left)}; {done}; {rest}"


def _left_over(clean_up: CleanUp, noun: Noun) -> str:
    """Return how many are left, without their names."""
    some = f"{quantity(clean_up.left, noun.one)} left"
    return f"{some}, {_unknown(clean_up)}" if clean_up.unknown else some


def _unknown(clean_up: CleanUp) -> str:
    return quantity(clean_up.unknown, "create") + " unanswered or without an id"


def _remaining(one: Remaining, redact: Redactor) -> str:
    of = "" if one.account == Credential.FIRST else f" ({one.account})"
    name = printable(redact(one.id))
    reason = one.reason if one.doubtful else f"DELETE: {one.reason}"
    return f"{_cut(name, LONGEST_ID)}{of}: {printable(redact(reason))}"


def _next_step(report: Report, set_by: Mapping[str, str]) -> str:
    """Return what a newcomer does next, or nothing."""
    if report.end is End.INTERRUPTED or (report.of_others and not report.failing):
        return ""
    if report.verdict is Verdict.FAIL:
        return _after_findings(report)
    if report.end is End.QUOTA:
        return _QUOTA
    if report.end is End.MAX_TIME:
        return f"raise {set_by.get('max-time', '--max-time')}: starting up and planning count too"
    pruning = _and([set_by[name] for name in _PRUNING if name in set_by]) or "--only, --skip and --phases"
    if report.verdict is Verdict.SKIPPED:
        return f"the same command with --dry-run shows what it would send; {pruning} may leave out too much"
    if report.verdict is not Verdict.PASS:
        return ""
    if report.pruned:
        whole = f"the same command without {pruning} judges the whole contract"
        return whole if report.shard is None else MERGE
    open_ = any(row.requirement.need is Need.SECOND_ACCOUNT and not row.applies for row in report.requirements)
    if open_ and not report.cut:
        return "--second-api-key KEY also judges that accounts are isolated"
    return "--strict makes warnings fail the run" if len(report.bugs) > len(report.waived) else ""


def _after_findings(report: Report) -> str:
    if not report.failing:
        return "--waivers-update removes waivers that are no longer needed; change expired dates yourself"
    first = report.failing[0].finding.requirement
    if first.startswith("client/"):
        return "`ed-contract serve --scenario NAME` plays one scenario for a debugger to look at the client"
    explained = f"`ed-contract explain {first}` says how it was judged"
    return f"send the requests of the first finding by hand, while the server runs; {explained}"


def headline(report: Report) -> str:
    """Return the verdict in a few words."""
    told = tuple(bug for bug in report.bugs if bug.waived is None)
    waived = [quantity(len(report.waived), "waived finding")] if report.waived else []
    stale = len(report.waiver_problems)
    lapsed = f"{quantity(stale, 'waiver')} no longer {'applies' if stale == 1 else 'apply'}" if stale else ""
    if report.end is End.INTERRUPTED:
        found = _and([*_found(told), *waived])
        return f"INTERRUPTED, with {found} so far" if found else "INTERRUPTED"
    if report.failing:
        return f"DOES NOT CONFORM: {_and([*_found(told), *waived])}{f'; {lapsed}' if lapsed else ''}"
    if report.verdict in {Verdict.PASS, Verdict.FAIL}:
        beside = [*([quantity(len(told), "warning")] if told else []), *waived]
        conforms = "CONFORMS" if report.complete else f"CONFORMS AS FAR AS JUDGED: {report.judged}"
        conforms = f"{conforms}, with {_and(beside)}" if beside else conforms
        return f"{conforms}, but {lapsed}" if lapsed else conforms
    return f"NOT JUDGED: {_WHY_NOT.get(report.verdict, 'inconclusive')}"


def _found(bugs: tuple[ReportedFinding, ...]) -> list[str]:
    counts = Counter(bug.level for bug in bugs)
    return [quantity(counts[level], f"{level} finding") for level in Level if counts[level]]


def _and(parts: Sequence[str]) -> str:
    """Return parts as an enumeration: "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def quantity(number: int, what: str) -> str:
    """Return a number with its noun, in the plural unless it is one."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _cut(text: str, longest: int = LONGEST_REASON) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
