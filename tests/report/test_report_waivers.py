"""Waived findings in the fold: they are shown and do not fail, and nothing else is let pass beside them."""

from __future__ import annotations

from datetime import date

import pytest
from common.interactions import WEBHOOK, Run, answered, conflict, destination
from common.operators import MUTATIONS
from common.reports import report_of

from ed_contract.case import Expectation, Mutation
from ed_contract.finding import Finding, Held, Unclear
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import headline, report_lines
from ed_contract.runner.events import End
from ed_contract.verdict import Verdict
from ed_contract.waivers import Waiver, Waivers

ENUM = "request/type/enum"
FAMILIES = {one.operator: one.family for one in MUTATIONS}
URL = "http://127.0.0.1:8000/v2/core/event_destinations"


def waivers(*faults, expires=None, requirement=ENUM):
    """Return waivers for faults of one requirement; None stands for all of them."""
    entries = tuple(Waiver(requirement=requirement, fault=one, reason="BUG-1", expires=expires) for one in faults)
    return Waivers(entries=entries, today=date(2026, 11, 23))


def reported(*faults, given, requirement=ENUM, **options):
    """Return the report of a run that found these faults, one after the other."""
    run = Run()
    for fault in faults or ("removed",):
        mutation = Mutation(requirement=requirement, operator=fault, place="type", family=FAMILIES.get(fault, ""))
        answer = answered(destination(WEBHOOK)) if faults else conflict()
        run.exchange(WEBHOOK, answer, expectation=Expectation.REJECT, mutation=mutation)
    found = [
        (
            one,
            [Finding(requirement=requirement, fault=fault, about=about, expected="4xx", actual="200", evidence=(one,))],
        )
        for one, fault in zip(run.history.interactions(), faults, strict=False)
        for about in (one.case.mutation.fault if one.case.mutation else None,)
    ]
    nothing = [(one, [Held(requirement=requirement)]) for one in run.history.interactions()]
    return report_of(found or nothing, only=[requirement], waivers=given, **options)


def told(report):
    """Return each finding with what it is told with, and whether it is waived."""
    return [(bug.finding.fault, bug.also, bug.waived) for bug in report.bugs]


def test_a_waived_finding_is_shown_and_does_not_fail():
    """Its requirement stays broken; the run conforms."""
    report = reported("upper case", given=waivers("upper case"))
    assert told(report) == [("upper case", (), "BUG-1")]
    assert (report.failing, report.waiver_problems) == ((), ())
    assert (report.requirements[0].verdict, report.verdict, report.exit_code) == (Verdict.FAIL, Verdict.PASS, 0)


@pytest.mark.parametrize(
    ("found", "waived", "failing"),
    [
        (("upper case", "capitalised"), ("upper case",), [("capitalised", ())]),
        (("upper case", "capitalised"), ("capitalised",), [("upper case", ())]),
        (("unrelated", "upper case", "plural"), ("unrelated",), [("upper case", ()), ("plural", ())]),
        (("unrelated", "upper case", "plural"), ("plural",), [("unrelated", ("upper case",))]),
        (("upper case", "unrelated", "plural"), ("plural", "upper case"), [("unrelated", ())]),
        (("unrelated", "upper case", "plural"), (None,), []),
    ],
)
def test_a_waiver_excuses_nothing_that_is_told_with_what_it_covers(found, waived, failing):
    """What one cause lets through is told as one, but never over the line between waived and not."""
    report = reported(*found, given=waivers(*waived))
    assert [(bug.finding.fault, bug.also) for bug in report.failing] == failing
    assert report.exit_code == (1 if failing else 0)


def test_a_waived_enum_does_not_excuse_a_missing_member():
    """Another requirement is another finding."""
    report = reported("removed", given=waivers(None), requirement="request/type/required")
    assert [bug.finding.fault for bug in report.failing] == ["removed"]


def test_a_should_is_waived_in_a_strict_run():
    """The level does not matter to a waiver."""
    report = reported(
        "trimmed", given=waivers("trimmed", requirement="echo/normalised"), requirement="echo/normalised", strict=True
    )
    assert (report.failing, report.exit_code) == ((), 0)


def test_an_expired_waiver_lets_nothing_pass():
    """The finding fails, and its text says why."""
    report = reported("upper case", given=waivers("upper case", expires=date(2026, 11, 22)))
    assert [bug.finding.fault for bug in report.failing] == ["upper case"]
    assert report.waiver_problems == (
        "request/type/enum [upper case]: the waiver expired on 2026-11-22: fix it, or set a later date",
    )
    lines = [line.text for line in report_lines(report, Redactor())]
    assert "  Waiver:     expired on 2026-11-22: BUG-1" in lines
    assert f"WAIVER {report.waiver_problems[0]}" in lines


@pytest.mark.parametrize(
    ("found", "waived", "problem"),
    [
        ((), "removed", "request/type/enum [removed]: the waiver is no longer needed: remove it"),
        ((), None, "request/type/enum: the waiver is no longer needed: remove it"),
    ],
)
def test_a_waiver_that_matches_nothing_fails_the_run(found, waived, problem):
    """The requirement was looked at, and held."""
    report = reported(*found, given=waivers(waived))
    assert (report.waiver_problems, report.waiver_notes, report.exit_code) == ((problem,), (), 1)
    assert report.unneeded == waivers(waived).entries
    assert report.verdict is Verdict.FAIL
    lines = [line.text for line in report_lines(report, Redactor())]
    assert lines[0] == f"WAIVER {problem}"
    assert lines[2] == f"CONFORMS, but 1 waiver no longer applies: {URL}"


def test_a_misspelt_fault_gets_a_hint():
    """The finding itself fails."""
    report = reported("upper case", given=waivers("uppercase"), shrunk=True)
    assert report.waiver_problems == (
        "request/type/enum [uppercase]: the waiver is no longer needed: remove it, or did you mean [upper case]?",
    )


def test_a_waiver_with_an_old_text_is_told_the_present_one():
    """Once, before the other notes; it excuses the finding all the same."""
    requirement = "robustness/no-server-error"
    given = waivers("9 metadata entries", "URL with a port", requirement=requirement)
    report = reported("metadata of 9 entries", given=given, requirement=requirement, whole=False)
    assert (report.failing, report.waiver_problems, report.exit_code) == ((), (), 0)
    assert report.waiver_notes == (
        f"{requirement} [9 metadata entries]: the fault is now called [metadata of 9 entries]: "
        "write that, or let --waivers-update do it",
        f"{requirement} [URL with a port]: this run left out requests that may show it: the waiver may still be needed",
    )
    assert f"WAIVER {report.waiver_notes[0]}" in [line.text for line in report_lines(report, Redactor())]


@pytest.mark.parametrize(
    ("given", "options", "why"),
    [
        (waivers("plural"), {"end": End.MAX_FINDINGS}, "the run ended early"),
        (waivers("plural"), {"end": End.INTERRUPTED}, "the run ended early"),
        (waivers("plural"), {"end": End.MAX_REQUESTS}, "the run ended early"),
        (waivers("plural"), {"whole": False}, "this run left out requests that may show it"),
        (waivers(None), {"whole": False}, "this run left out requests that may show it"),
        (waivers("cut", requirement="echo/name"), {}, "left out of this run"),
    ],
)
def test_a_run_that_did_not_look_for_it_says_nothing_of_a_waiver(given, options, why):
    """It notes that, and does not fail for it."""
    report = reported(given=given, **options)
    assert report.waiver_problems == report.unneeded == ()
    assert report.waiver_notes == (f"{given.entries[0]}: {why}: the waiver may still be needed",)
    assert report.exit_code != 1


def test_a_run_of_some_phases_knows_the_mutations_that_it_sent():
    """What was sent and refused is no longer needed to be waived."""
    report = reported(given=waivers("removed"), whole=False)
    assert report.waiver_problems == ("request/type/enum [removed]: the waiver is no longer needed: remove it",)


def test_findings_that_were_not_made_smaller_may_have_another_name():
    """Then it is not said that a waiver is not needed."""
    report = reported("refused", given=waivers("metadata", requirement="request/valid"), requirement="request/valid")
    assert report.waiver_notes == (
        "request/valid [metadata]: findings were not shrunk, so the fault may have another name: "
        "the waiver may still be needed",
    )


def test_what_could_not_be_decided_says_nothing_of_a_waiver():
    """Nothing but 429 came."""
    (one, _) = next(iter([(run_of_one(), None)]))
    unclear = Unclear(requirement=ENUM, reason="429")
    report = report_of([(one, [unclear])], only=[ENUM], waivers=waivers("plural"))
    assert report.waiver_notes == (f"{ENUM} [plural]: inconclusive: 429: the waiver may still be needed",)


@pytest.mark.parametrize(
    ("requirement", "fault"),
    [
        ("idempotency/burst/one-destination", "several destinations"),
        ("idempotency/lost-answer", None),
        ("idempotency/across-replicas", "another destination"),
        ("robustness/no-server-error", "now and then"),
        ("robustness/no-server-error", "concurrent creates under one key"),
        ("robustness/answers", "one of a burst"),
    ],
)
def test_a_race_that_was_not_met_may_be_there_all_the_same(requirement, fault):
    """A gate must not fail because a race was won; the note says what to do by and by."""
    given = waivers(fault, requirement=requirement)
    report = reported(given=given, requirement=requirement)
    assert (report.waiver_problems, report.unneeded, report.exit_code) == ((), (), 0)
    assert report.waiver_notes == (
        f"{given.entries[0]}: not seen, which proves nothing, since it depends on timing: "
        "remove the waiver when the bug is fixed",
    )


def test_what_does_not_apply_says_so():
    """And not that a waiver is of no use."""
    given = waivers("another destination", requirement="idempotency/survives-restart")
    report = report_of([(run_of_one(), [])], only=["idempotency/survives-restart"], waivers=given)
    assert report.waiver_notes == (
        "idempotency/survives-restart [another destination]: needs --restart-command: the waiver may still be needed",
    )


def run_of_one():
    """Return an interaction."""
    run = Run()
    run.exchange(WEBHOOK)
    return run.history.interactions()[0]


def test_waived_findings_are_printed_in_a_line_each():
    """After those that fail, with the day on which they end; many notes share a line."""
    given = Waivers(
        entries=(
            *waivers("upper case", expires=date(2027, 3, 31)).entries,
            *waivers("cut", "changed", "lost", "quoted", "escaped", requirement="echo/name").entries,
        ),
        today=date(2026, 11, 23),
    )
    report = reported("upper case", "plural", given=given, strict=True)
    lines = [line.text for line in report_lines(report, Redactor(["BUG-1"]))]
    start = lines.index("2. WAIVED request/type/enum [upper case]: *** (until 2027-03-31)")
    assert lines[0].startswith("1. FAIL request/type/enum [plural]")
    assert lines[start + 1 : start + 7] == [
        "WAIVER echo/name [cut]: left out of this run: the waiver may still be needed",
        "WAIVER echo/name [changed]: left out of this run: the waiver may still be needed",
        "WAIVER echo/name [lost]: left out of this run: the waiver may still be needed",
        "WAIVER and 2 more that may still be needed",
        "",
        f"DOES NOT CONFORM: 1 MUST finding and 1 waived finding: {URL}",
    ]


@pytest.mark.parametrize(("statuses", "code"), [((500, 502), 0), ((500, 429), 2)])
def test_what_is_unknown_because_of_waived_server_errors_keeps_no_run_from_passing(statuses, code):
    """A gate with the waiver of a crash is one; of what is unknown for another reason nothing was excused."""
    run = Run()
    for status in statuses:
        run.exchange(WEBHOOK, answered({}, status))
    one, *_ = asked = run.history.interactions()
    error = Finding(
        requirement="robustness/no-server-error", fault="a valid create", expected="a", actual="b", evidence=(one,)
    )
    unclear = [Unclear(requirement="idempotency/conflict/status", reason=f"answered {status}") for status in statuses]
    given = Waivers(
        entries=(Waiver(requirement=error.requirement, fault=error.fault, reason="BUG-1"),), today=date(2026, 11, 23)
    )
    judged = [(each, [said, *([error] if each is one else [])]) for each, said in zip(asked, unclear, strict=True)]
    report = report_of(judged, waivers=given)
    assert report.exit_code == code
    assert headline(report).startswith("CONFORMS AS FAR AS JUDGED" if code == 0 else "NOT JUDGED")
