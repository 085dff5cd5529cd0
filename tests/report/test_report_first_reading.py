"""What a newcomer stumbled over when reading a report, each with the words that answer it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from common.interactions import WEBHOOK, Run
from common.reports import report_of

from ed_contract.case import Expectation, Mutation
from ed_contract.finding import Finding, Held
from ed_contract.report import html_report
from ed_contract.report.changes import Changes
from ed_contract.report.finding_text import NO_REPEAT, numbers
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import headline, report_lines, summary_lines
from ed_contract.runner.events import End
from ed_contract.waivers import Waiver, Waivers

ERROR, TYPE = "robustness/no-server-error", "request/name/type"


def lines_of(report, **options):
    """Return what is printed."""
    return [line.text for line in report_lines(report, Redactor(), **options)]


def one_create(mutation=None):
    """Return a create, of a case that is mutated if that is asked for."""
    run = Run()
    run.exchange(WEBHOOK, expectation=Expectation.REJECT if mutation else Expectation.ACCEPT, mutation=mutation)
    return run.history.interactions()[0]


def reported(*findings, **options):
    """Return the report of findings of one create, each a requirement and a fault."""
    one = one_create()
    found = [
        Finding(requirement=row, fault=fault, expected="a", actual="b", evidence=(one,)) for row, fault in findings
    ]
    return report_of([(one, found or [Held(requirement="echo/name")])], **options)


@pytest.mark.parametrize(
    ("given", "said"), [((3,), "3"), ((1, 2), "1–2"), ((4, 1, 2, 3, 9), "1–4, 9"), ((1, 3, 5, 6), "1, 3, 5–6")]
)
def test_numbers_are_said_as_ranges(given, said):
    """Those that follow one another."""
    (bug,) = reported(("echo/name", "a")).bugs
    assert numbers([replace(bug, number=number) for number in given]) == said


def test_every_number_is_printed():
    """Whether a finding is shown in full, in a line, with others of its requirement, or not at all."""
    rows = [f"request/{name}/type" for name in ("name", "description", "include", "metadata", "events_from")]
    findings = [(row, str(fault)) for row in (*rows, "echo/name", "echo/metadata") for fault in range(4)]
    waiver = Waiver(requirement="response/body", fault="a", reason="known")
    report = reported(*findings, ("response/body", "a"), waivers=Waivers(entries=(waiver,), today=date(2026, 1, 1)))
    printed = set()
    for line in lines_of(report):
        if found := re.match(r" {0,2}([\d–, ]+)(?:\.|:) (?:FAIL|WAIVED|\d+ more)", line):
            for part in found[1].split(", "):
                first, _, last = part.partition("–")
                printed |= {*range(int(first), int(last or first) + 1)}
    assert printed == {bug.number for bug in report.bugs} == {*range(1, len(findings) + 2)}


def test_a_fault_that_is_the_id_of_a_requirement_is_explained():
    """Brackets with another requirement's id name what was sent; no other fault needs such a line."""
    one = one_create(Mutation(requirement=TYPE, operator="number", place="name"))
    found = [
        Finding(requirement=ERROR, fault=fault, expected="a", actual="b", evidence=(one,)) for fault in (TYPE, "a tab")
    ]
    report = report_of([(one, found)])
    line = f"a request that breaks {TYPE} (number), after which the fault is named"
    assert [one for one in lines_of(report) if one.startswith("  Sent:")] == [f"  Sent:       {line}"]
    assert html_report.write(report, Redactor()).count(f"<dt>Sent</dt><dd>{line}</dd>") == 1


@pytest.mark.parametrize(
    ("repeats", "end", "said"),
    [
        (True, End.FINISHED, None),
        (None, End.FINISHED, None),
        (False, End.FINISHED, NO_REPEAT),
        (None, End.MAX_REQUESTS, "not tried, since the run had reached --max-requests; `ed-contract replay` tries it"),
        (None, End.INTERRUPTED, "not tried, since the run was interrupted; `ed-contract replay` tries it"),
    ],
)
def test_whether_a_finding_repeats_is_said_with_what_to_do(repeats, end, said):
    """And, where that was not tried, why."""
    one = one_create()
    found = Finding(requirement="echo/name", fault="a", expected="a", actual="b", evidence=(one,), repeats=repeats)
    printed = [line for line in lines_of(report_of([(one, [found])], end=end)) if line.startswith("  Repeats:")]
    assert printed == ([] if said is None else [f"  Repeats:    {said}"])


@pytest.mark.parametrize(
    ("lost", "repeated", "said"),
    [
        (0, 6, "  6 requests resent after 429, 503, a key in use or no answer"),
        (1, 0, "  1 request got no answer"),
        (2, 1, "  2 requests got no answer, 1 request resent after 429, 503, a key in use or no answer"),
    ],
)
def test_what_was_lost_and_resent_is_said_in_plain_words(lost, repeated, said):
    """Nothing is said of what did not happen."""
    report = reported()
    report = replace(report, phases=tuple(replace(one, lost=lost, repeated=repeated) for one in report.phases))
    assert said in lines_of(report)


def test_the_headline_enumerates_and_names_waivers_that_lapsed():
    """With commas; a waiver that expired fails the run as the finding does."""
    day = date(2026, 11, 23)
    known = Waiver(requirement="echo/metadata", fault="a", reason="known")
    over = Waiver(requirement="echo/type", fault="a", reason="known", expires=date(2026, 11, 22))
    rows = ("echo/name", "echo/normalised", "echo/metadata", "echo/type")
    report = reported(*((row, "a") for row in rows), waivers=Waivers(entries=(known, over), today=day))
    word = "DOES NOT CONFORM: 2 MUST findings, 1 SHOULD finding and 1 waived finding; 1 waiver no longer applies"
    assert headline(report) == word


def test_the_next_step_names_what_left_something_out():
    """Wherever it is set: an option that is not on the command line cannot be left out there."""
    report = reported(only=["echo/name"], left_out=["auth/*"])
    set_by = {"phases": "`phases` in ed_contract.toml", "only": "--only"}
    step = "  next: the same command without --only and `phases` in ed_contract.toml judges the whole contract"
    assert lines_of(report, set_by=set_by)[-1] == step


def test_a_limit_is_named_once_on_the_page():
    """The note of a run that reached it says the same."""
    report = reported(end=End.MAX_REQUESTS, note="the limit of --max-requests was reached")
    page = html_report.write(report, Redactor())
    assert '<p class="end">stopped at the request limit: --max-requests raises it</p>' in page


@pytest.mark.parametrize(
    ("new", "gone", "said"),
    [
        ([("echo/name", "a")], [], "1 new (1)"),
        (
            [],
            [("echo/type", "b"), ("echo/type", "c"), ("echo/type", "d")],
            "3 gone (echo/type [b], echo/type [c], 1 more)",
        ),
        ([], [], "the same findings"),
    ],
)
def test_what_changed_since_the_last_run_is_printed(new, gone, said):
    """New findings by number, those that are gone by name."""
    report = replace(reported(("echo/name", "a")), last_run=Changes(began=None, new=tuple(new), gone=tuple(gone)))
    assert f"  since the last run: {said}" in [line.text for line in summary_lines(report, Redactor())]


def test_where_nothing_was_found_and_nothing_is_gone_nothing_is_said_of_the_last_run():
    """A gate that passes stays short."""
    report = replace(reported(), last_run=Changes(began=None, new=(), gone=()))
    assert not any("last run" in line for line in lines_of(report))


def test_findings_that_a_wrong_replay_explains_point_to_it():
    """What other rows ask of a replay goes wrong as a plain one does: their own fixes would lead elsewhere."""
    rows = ("idempotency/conflict/keeps-first", "idempotency/replay", "idempotency/same-parameters")
    report = reported(*((row, "metadata") for row in rows), ("idempotency/lost-answer", "refused"))
    causes = [line for line in lines_of(report) if line.startswith("  See also:")]
    first = next(bug.number for bug in report.bugs if bug.cause)
    said = f"  See also:   finding {first}, which may have the same cause: the server "
    assert causes == [f"{said}gets every replay wrong in this way [metadata]"] * 2
    assert [bug.cause for bug in report.bugs if bug.finding.requirement == "idempotency/lost-answer"] == [""]


def test_findings_of_one_race_point_to_each_other():
    """A retry after a lost answer may meet the first request, as creates of a burst do."""
    rows = ("idempotency/burst/one-destination", "idempotency/burst/one-body", "idempotency/lost-answer")
    together = {bug.finding.requirement for bug in reported(*((row, "a") for row in rows)).bugs if bug.cause}
    assert together == {*rows}
    assert [bug.cause for bug in reported(("idempotency/lost-answer", "a"), ("echo/name", "a")).bugs] == ["", ""]
