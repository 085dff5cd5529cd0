"""The fold of events into verdicts, bugs and exit codes."""

from __future__ import annotations

import pytest
from common.interactions import WEBHOOK, Run, answered, destination
from common.reports import report_of

from ed_contract.checks import judged
from ed_contract.contract import CONTRACT
from ed_contract.finding import Crash, Finding, Held, Unclear
from ed_contract.report import ReportBuilder
from ed_contract.requirement import Level, Need
from ed_contract.runner.events import End, Judged, PhaseFinished, PhaseStarted, RunFinished, RunStarted, Shrunk
from ed_contract.verdict import Verdict

NAME, NORMALISED = "echo/name", "echo/normalised"


def interactions(count):
    """Return plain creates that were answered rightly, each with a longer name."""
    run = Run()
    for number in range(count):
        run.exchange(WEBHOOK | {"name": "x" * (number + 1)})
    return run.history.interactions()


def finding(evidence, requirement=NAME, fault="cut"):
    """Return a finding that `evidence` shows."""
    return Finding(requirement=requirement, fault=fault, expected="a", actual="b", evidence=(evidence,))


@pytest.mark.parametrize(
    ("observations", "verdict", "exit_code"),
    [
        ([], Verdict.SKIPPED, 2),
        ([Unclear(requirement=NAME, reason="429")], Verdict.INCONCLUSIVE, 2),
        ([Unclear(requirement=NAME, reason="429"), Held(requirement=NAME)], Verdict.PASS, 0),
        ([Held(requirement=NAME), "finding"], Verdict.FAIL, 1),
        (["finding", Crash(requirement=NAME, check="c", error="e")], Verdict.ERROR, 1),
        ([Held(requirement=NAME), Crash(requirement=NAME, check="c", error="e")], Verdict.ERROR, 2),
    ],
)
def test_the_verdict_of_a_requirement_and_the_exit_code(observations, verdict, exit_code):
    """The greatest verdict stands; a finding outranks what could not be judged."""
    (one,) = interactions(1)
    seen = [finding(one) if entry == "finding" else entry for entry in observations]
    report = report_of([(one, seen)], only=[NAME])
    assert (report.requirements[0].verdict, report.exit_code) == (verdict, exit_code)


def test_a_finding_outranks_a_crash_beside_it():
    """The run's verdict and its exit code say the same."""
    (one,) = interactions(1)
    crash = Crash(requirement=NORMALISED, check="c", error="e")
    report = report_of([(one, [finding(one), crash])])
    assert (report.verdict, report.exit_code) == (Verdict.FAIL, 1)
    assert [row.requirement.id for row in report.undecided] == [NORMALISED]
    assert report_of([(one, [Held(requirement=NAME), crash])]).verdict is Verdict.ERROR


@pytest.mark.parametrize(("strict", "exit_code"), [(False, 0), (True, 1)])
def test_a_should_fails_a_strict_run_alone(strict, exit_code):
    """Its verdict is FAIL all the same: the level decides the exit code."""
    (one,) = interactions(1)
    report = report_of(
        [(one, [finding(one, NORMALISED), Held(requirement=NAME)])], only=[NAME, NORMALISED], strict=strict
    )
    assert report.exit_code == exit_code
    assert report.requirements[1].verdict is Verdict.FAIL
    assert report.bugs[0].level is Level.SHOULD


@pytest.mark.parametrize(
    ("end", "exit_code"),
    [(End.FINISHED, 0), (End.MAX_REQUESTS, 0), (End.INTERRUPTED, 130), (End.QUOTA, 2), (End.TARGET_DOWN, 2)],
)
def test_how_a_run_ended_decides_too(end, exit_code):
    """A run that was cut short by the target does not say that it conforms."""
    (one,) = interactions(1)
    assert report_of([(one, [Held(requirement=NAME)])], only=[NAME], end=end).exit_code == exit_code


def test_one_bug_is_one_finding_with_its_smallest_case():
    """The same requirement and fault are counted; another fault is another bug."""
    small, large = interactions(2)
    report = report_of([(large, [finding(large)]), (small, [finding(small), finding(small, fault="changed")])])
    assert [(bug.finding.identity, bug.count) for bug in report.bugs] == [((NAME, "cut"), 2), ((NAME, "changed"), 1)]
    assert report.bugs[0].finding.evidence == (small,)


def test_a_finding_that_was_told_apart_is_its_causes():
    """The causes stand in the place of the fault that says nothing."""
    (one,) = interactions(1)
    builder = ReportBuilder(CONTRACT.select(), judged=judged(CONTRACT))
    generic = finding(one, "request/valid", "refused")
    builder.add(Judged(interaction=one, observations=(generic, generic, generic)))
    for fault, count in (("events_from=self", 2), ("metadata", 1)):
        cause = finding(one, "request/valid", fault)
        builder.add(Shrunk(identity=("request/valid", "refused"), finding=cause, count=count))
    builder.add(RunFinished(end=End.FINISHED, requests=3, seconds=0.1))
    bugs = builder.report().bugs
    assert [(bug.finding.fault, bug.count) for bug in bugs] == [("events_from=self", 2), ("metadata", 1)]


@pytest.mark.parametrize("cut", [False, True])
def test_a_run_whose_phases_were_cut_is_cut_though_it_shrank_its_findings(cut):
    """Not one of which only the last phase was cut."""
    builder = ReportBuilder(CONTRACT.select(), judged=judged(CONTRACT))
    for phase, was_cut in (("smoke", cut), ("shrink", not cut)):
        builder.add(PhaseStarted(phase=phase, requests=5))
        builder.add(PhaseFinished(phase=phase, requests=4, seconds=0.1, cut=was_cut))
    builder.add(RunFinished(end=End.MAX_REQUESTS, requests=8, seconds=0.2))
    assert builder.report().cut is cut


def test_what_was_not_exercised_says_why():
    """No check, a need that is not met, a member that no answer carried."""
    rows = {row.requirement.id: row.reason for row in report_of([]).requirements}
    assert rows["idempotency/survives-restart"] in {"no check yet", "needs --restart-command"}
    assert rows["idempotency/account-scoped"] == "needs --second-api-key"
    assert rows["response/status_details.disabled.reason/enum"] == "no answer had this member"
    assert rows["echo/name"] == "not exercised"


def test_what_was_given_is_not_asked_for():
    """A run that ended early did not get to what a second account is for."""
    builder = ReportBuilder(CONTRACT.select(), judged=judged(CONTRACT))
    given = frozenset({Need.SECOND_ACCOUNT})
    builder.add(RunStarted(target="http://127.0.0.1:1", seed=0, phases=(), at_most=900, met=given))
    rows = {row.requirement.id: row.reason for row in builder.report().requirements}
    assert rows["idempotency/account-scoped"] == "not exercised"
    assert rows["idempotency/survives-restart"] == "needs --restart-command"


def test_a_real_run_is_folded():
    """The observations of the checks for one right answer."""
    run = Run()
    observed = run.exchange(WEBHOOK, answered(destination(WEBHOOK)))
    report = report_of([(run.history.interactions()[0], observed)])
    assert report.verdict is Verdict.PASS
    assert report.coverage["accept"] == {"sent": 1, "accepted": 1}
