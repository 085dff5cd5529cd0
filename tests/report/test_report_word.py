"""The run's word: a run that did not judge all that applies does not say that the target conforms, in any output."""

from __future__ import annotations

import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from common.interactions import WEBHOOK, Run
from common.reports import URL, report_of

from ed_contract.checks import judged
from ed_contract.contract import CONTRACT
from ed_contract.finding import Finding, Held, Unclear
from ed_contract.report import ReportBuilder, html_report
from ed_contract.report.github import commands
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import headline, report_lines
from ed_contract.report.writers import WRITERS
from ed_contract.requirement import Need
from ed_contract.runner.events import End, Judged
from ed_contract.verdict import Verdict
from ed_contract.waivers import Waiver, Waivers, today

NAME, TYPE, NORMALISED = "echo/name", "echo/type", "echo/normalised"
RESTART, ACCOUNTS = "idempotency/survives-restart", "idempotency/account-scoped"
MEMBER = "response/status_details.disabled.reason/enum"
PARTIAL = "CONFORMS AS FAR AS JUDGED"


def one_create():
    """Return a plain create that was answered rightly."""
    run = Run()
    run.exchange(WEBHOOK)
    (one,) = run.history.interactions()
    return one


def reported(*held, only=(NAME, TYPE), found=(), **options):
    """Return the report of a run in which these requirements held, and those were found to be broken."""
    one = one_create()
    observed = [Held(requirement=row) for row in held]
    observed += [Finding(requirement=row, fault="cut", expected="a", actual="b", evidence=(one,)) for row in found]
    return report_of([(one, observed)], only=only, **options)


def partial(**options):
    """Return a report of a run that judged one of two requirements."""
    return reported(NAME, **options)


WAIVED = Waivers(entries=(Waiver(requirement=NAME, fault="cut", reason="known"),), today=today())


@pytest.mark.parametrize(
    ("report", "complete", "word"),
    [
        (reported(NAME, TYPE), True, "CONFORMS"),
        (reported(NAME), False, f"{PARTIAL}: 1 of 2 MUST"),
        (reported(NAME, TYPE, left_out=[MEMBER]), False, f"{PARTIAL}: 2 of 3 MUST"),
        (reported(NAME, TYPE, left_out=[NORMALISED]), False, f"{PARTIAL}: 2 of 2 MUST"),
        (reported(NAME, TYPE, whole=False), False, f"{PARTIAL}: 2 of 2 MUST"),
        (reported(NAME, TYPE, only=[NAME, TYPE, NORMALISED]), True, "CONFORMS"),
        (
            reported(TYPE, found=[NAME, NORMALISED], only=[NAME, TYPE, NORMALISED], waivers=WAIVED, left_out=[MEMBER]),
            False,
            f"{PARTIAL}: 2 of 3 MUST, with 1 warning and 1 waived finding",
        ),
        (
            reported(NAME, TYPE, waivers=WAIVED, left_out=[MEMBER], shrunk=True),
            False,
            f"{PARTIAL}: 2 of 3 MUST, but 1 waiver no longer applies",
        ),
        (reported(found=[NAME]), False, "DOES NOT CONFORM: 1 MUST finding"),
        (reported(NAME, end=End.INTERRUPTED), False, "INTERRUPTED"),
        (reported(), False, "NOT JUDGED: nothing was exercised"),
    ],
)
def test_the_word(report, complete, word):
    """What was left out, or not exercised, is not said to conform; of the whole contract counts what applies."""
    assert (report.complete, headline(report)) == (complete, word)


@pytest.mark.parametrize("end", [End.MAX_REQUESTS, End.MAX_TIME, End.MAX_DESTINATIONS])
def test_a_run_that_was_cut_is_not_complete(end):
    """Unless all was judged, and only what makes findings smaller was cut."""
    assert headline(reported(NAME, TYPE, end=end)) == f"{PARTIAL}: 2 of 2 MUST"
    assert headline(reported(NAME, TYPE, end=end, shrunk=True)) == "CONFORMS"


def test_a_run_that_is_not_over_is_not_complete():
    """A report of the events so far, whatever held until then."""
    one = one_create()
    builder = ReportBuilder(CONTRACT.select([NAME]), judged=judged(CONTRACT))
    builder.add(Judged(interaction=one, observations=(Held(requirement=NAME),)))
    assert headline(builder.report()) == f"{PARTIAL}: 1 of 1 MUST"


@pytest.mark.parametrize(
    ("row", "options", "applies", "reason", "complete"),
    [
        (TYPE, {}, True, "not exercised", False),
        (NORMALISED, {}, True, "not exercised", True),
        (RESTART, {}, False, "needs --restart-command", True),
        (RESTART, {"met": [Need.RESTART_COMMAND]}, True, "not exercised", False),
        (ACCOUNTS, {"met": [Need.RESTART_COMMAND]}, False, "needs --second-api-key", True),
        (MEMBER, {}, False, "no answer had this member", True),
        (MEMBER, {"end": End.MAX_REQUESTS}, True, "not exercised", False),
        (MEMBER, {"whole": False}, True, "not exercised", False),
        (MEMBER, {"left_out": ["auth/*"]}, False, "no answer had this member", False),
    ],
)
def test_what_does_not_apply_is_told_apart_from_what_was_not_exercised(row, options, applies, reason, complete):
    """Only a run that asked everything knows that a target never shows a member."""
    report = reported(NAME, only=[NAME, row], **options)
    (skipped,) = (one for one in report.requirements if one.requirement.id == row)
    assert (skipped.applies, skipped.reason, report.complete) == (applies, reason, complete)
    assert [one.requirement.id for one in report.unexercised] == ([row] if applies and row != NORMALISED else [])


def test_what_the_target_has_nothing_of_does_not_apply():
    """Unless something was observed of it, or could not be decided, all the same."""
    beside, undecided = (Unclear(requirement=NAME, reason="none here", applies=one) for one in (False, True))
    for observed, told in (
        ([beside], (Verdict.SKIPPED, "none here", False)),
        ([beside, undecided], (Verdict.INCONCLUSIVE, "none here", True)),
        ([beside, Held(requirement=NAME)], (Verdict.PASS, "", True)),
    ):
        (row,) = report_of([(one_create(), observed)], only=[NAME]).requirements
        assert (row.verdict, row.reason, row.applies) == told


def test_what_is_left_out_and_does_not_apply_is_not_counted():
    """Of all requirements that apply: with each thing that some need there is one more."""
    assert str(reported(NAME, TYPE, left_out=["idempotency/*"]).judged) == "2 of 15 MUST"
    assert str(reported(NAME, TYPE, left_out=["idempotency/*"], met=[*Need]).judged) == "2 of 19 MUST"


def test_what_is_not_decided_is_not_judged():
    """A finding is."""
    one = one_create()
    observed = [Unclear(requirement=NAME, reason="429"), Held(requirement=TYPE)]
    report = report_of([(one, observed)], only=[NAME, TYPE])
    assert str(report.judged) == "1 of 2 MUST"
    assert str(reported(TYPE, found=[NAME]).judged) == "2 of 2 MUST"


@pytest.mark.parametrize(
    ("report", "code"),
    [
        (reported(NAME, TYPE), 0),
        (partial(), 2),
        (partial(left_out=[MEMBER]), 2),
        (partial(end=End.MAX_TIME), 2),
        (partial(end=End.INTERRUPTED), 130),
        (reported(found=[NAME]), 1),
    ],
)
def test_a_run_that_is_not_complete_may_be_no_verdict(report, code):
    """If that was asked for: a finding stays one, and the run's verdict is what it is."""
    asked = replace(report, fail_on_incomplete=True)
    assert (asked.exit_code, asked.verdict) == (code, report.verdict)
    assert report.exit_code == (0 if code == 2 else code)


def test_the_terminal_says_it():
    """With what was not exercised by name, what does not apply with the reason, and what judges the rest."""
    rows = [NAME, TYPE, "echo/events_from", "echo/metadata", "echo/description", RESTART, MEMBER]
    report = reported(NAME, only=rows, left_out=["auth/*"], end=End.MAX_REQUESTS)
    assert "\n".join(line.text for line in report_lines(report, Redactor())) == SUMMARY


SUMMARY = f"""\
CONFORMS AS FAR AS JUDGED: 1 of 6 MUST: {URL}
  MUST   1 pass, 6 skipped
  not exercised: 5 MUST: {MEMBER}, echo/type, echo/description and 2 more
  does not apply: 1 (needs --restart-command)
  stopped at the request limit: --max-requests raises it
  1 request in 0.5 s, seed 7
  next: the same command without --only, --skip and --phases judges the whole contract"""


def written(form, report):
    """Return a report in a format."""
    return WRITERS[form](report, Redactor())


def test_the_json_report_says_it():
    """Beside the verdict, and of each requirement whether it applies."""
    document = json.loads(written("json", reported(NAME, only=[NAME, TYPE, RESTART])))
    assert (document["verdict"], document["complete"]) == ("pass", False)
    assert document["judged"] == {"must": 1, "of": 2}
    assert {row["id"]: row["applies"] for row in document["requirements"]} == {NAME: True, TYPE: True, RESTART: False}
    assert json.loads(written("json", reported(NAME, only=[NAME, RESTART])))["complete"] is True


def test_the_html_report_says_it():
    """In its title and its heading."""
    source = html_report.write(partial(), Redactor())
    assert f"<title>{PARTIAL}: 1 of 2 MUST: {URL}</title>" in source
    assert f'<h1>{PARTIAL}</h1>\n  <p class="subtitle">1 of 2 MUST</p>' in source
    whole = html_report.write(reported(NAME, only=[NAME, MEMBER]), Redactor())
    assert f"<title>CONFORMS: {URL}</title>" in whole
    assert '<p class="reason">does not apply: no answer had this member</p>' in whole


def test_the_github_summary_says_it():
    """With what was not exercised; the log is quiet unless the step fails for it."""
    report = partial()
    assert written("github", report).startswith(f"## {PARTIAL}: 1 of 2 MUST\n")
    assert "\n- not exercised: echo/type\n" in written("github", report)
    assert commands(report, Redactor()) == ""
    failing = replace(report, fail_on_incomplete=True)
    assert commands(failing, Redactor()) == f"::error title=not complete::{PARTIAL}: 1 of 2 MUST\n"


def test_the_junit_report_says_it():
    """In properties; a run that was to be complete has an error, whatever its test cases say."""
    report = reported(NAME, only=[NAME, TYPE, RESTART])
    suite = ET.fromstring(written("junit", report)).find("testsuite")  # noqa: S314 - ours
    properties = {one.get("name"): one.get("value") for one in suite.iter("property")}
    assert (properties["complete"], properties["judged"]) == ("false", "1 of 2 MUST")
    assert properties["verdict"] == f"{PARTIAL}: 1 of 2 MUST"
    skipped = [one.get("message") for one in suite.iter("skipped")]
    assert skipped == ["not exercised", "does not apply: needs --restart-command"]
    assert suite.get("errors") == "0"
    asked = replace(report, fail_on_incomplete=True)
    suite = ET.fromstring(written("junit", asked)).find("testsuite")  # noqa: S314 - ours
    assert (suite.get("tests"), suite.get("errors")) == ("4", "1")
    assert suite.find("testcase[@name='run/complete']/error").get("message") == f"{PARTIAL}: 1 of 2 MUST"


@pytest.mark.parametrize(("asked", "level"), [(False, "warning"), (True, "error")])
def test_the_sarif_report_says_it(asked, level):
    """In the invocation's properties, and as a notification."""
    report = replace(partial(), fail_on_incomplete=asked)
    (run,) = json.loads(written("sarif", report))["runs"]
    (invocation,) = run["invocations"]
    assert invocation["properties"] == {"complete": False, "judged": {"must": 1, "of": 2}}
    assert invocation["toolExecutionNotifications"] == [
        {"level": level, "message": {"text": f"{PARTIAL}: 1 of 2 MUST"}}
    ]
    assert invocation["executionSuccessful"] is not asked
