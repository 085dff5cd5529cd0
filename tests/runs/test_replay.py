"""What a report recorded is sent again: it still shows on a server as broken, and no more on one that is right."""

from __future__ import annotations

import json

import pytest

from ed_contract import Target, run
from ed_contract.contract import CONTRACT
from ed_contract.exceptions import UsageError
from ed_contract.reference import Reference, serve
from ed_contract.replay import load, replay
from ed_contract.report import json_report
from ed_contract.report.redaction import Redactor
from ed_contract.verdict import Verdict
from ed_contract.zoo import MUTANTS, restartable, serving
from ed_contract.zoo.specimen import Mutant

BY_ROW = {one.breaks: one for one in reversed(MUTANTS) if not one.needs}
"""A mutant of each requirement, the first of the zoo."""

NAMED = {one.name: one for one in MUTANTS}


def target(url):
    """Return the target with both accounts' keys."""
    return Target(url=url, api_key="sk_test_a", second_api_key="sk_test_b", request_timeout=2.0)


def recorded(url, row, **options):
    """Return the first finding of a requirement that a run records."""
    report = run(target(url), until=row, strict=True, **options)
    return next(one for one in load(json_report.write(report, Redactor()))[1] if one.requirement == row)


@pytest.mark.parametrize("row", sorted(CONTRACT.requirements.keys() & BY_ROW))
def test_every_kind_of_finding_shows_again_on_a_server_as_broken(row):
    """On another instance, which knows nothing of the first; and not on the reference."""
    one = BY_ROW[row]
    with serving(one) as url:
        finding = recorded(url, row)
    with serving(one) as url:
        again = replay(finding, target(url))
    with Reference() as app, serve(app) as server:
        mended = replay(finding, target(server.url))
    assert (again.verdict, again.recorded) == (Verdict.FAIL, finding), again.reason
    assert mended.verdict is not Verdict.FAIL, mended.reason


@pytest.mark.parametrize("name", ["second-replay-makes-another", "key-serves-once"])
def test_what_takes_more_requests_than_two_is_recorded_with_all_of_them(name):
    """Shrinking finds out which."""
    row = "idempotency/replay"
    with serving(NAMED[name]) as url:
        report = run(target(url), phases=["keys"], only=[row])
    (finding,) = load(json_report.write(report, Redactor()))[1]
    with serving(NAMED[name]) as url:
        assert replay(finding, target(url)).verdict is Verdict.FAIL


def test_a_finding_of_a_restart_is_replayed_with_one():
    """Without, it cannot be judged."""
    (one, *_) = (one for one in MUTANTS if one.needs == "restart")
    with restartable(one) as (url, restart):
        finding = recorded(url, one.breaks, phases=["smoke", "restart"], restart=restart)
    with restartable(one) as (url, restart):
        without = replay(finding, target(url))
        again = replay(finding, target(url), restart=restart)
    assert (without.verdict, without.reason) == (Verdict.INCONCLUSIVE, "needs --restart-command")
    assert again.verdict is Verdict.FAIL
    right = Mutant(name="reference", breaks="", sentence="", make=Reference)
    with restartable(right) as (url, restart):
        assert replay(finding, target(url), restart=restart).verdict is Verdict.PASS


def test_a_finding_of_two_accounts_needs_both():
    """One that is not given is no server's fault."""
    row = "idempotency/account-scoped"
    with serving(BY_ROW[row]) as url:
        finding = recorded(url, row)
        again = replay(finding, Target(url=url, api_key="sk_test_a"))
    assert (again.verdict, again.reason) == (Verdict.INCONCLUSIVE, "needs --second-api-key")


@pytest.mark.parametrize("text", ["", "[]", "{}", "not JSON", '{"target": 1, "requirements": [{"findings": [{}]}]}'])
def test_what_is_no_report_is_told(text):
    """In two lines, with how to make one."""
    with pytest.raises(UsageError) as told:
        load(text)
    assert str(told.value) == (
        "not a JSON report of this version of ed-contract\n`ed-contract run URL --report json=PATH` writes one."
    )


def test_a_report_without_findings_has_none():
    """And its target."""
    with Reference() as app, serve(app) as server:
        report = run(target(server.url), phases=["smoke"])
        seen_at, findings = load(json_report.write(report, Redactor()))
    assert (seen_at, findings) == (f"{server.url}/v2/core/event_destinations", ())
    assert json.loads(json_report.write(report, Redactor()))["exit_code"] == 0


def test_a_report_that_calls_the_last_phase_reduction_is_read():
    """As those of before were written."""
    one = BY_ROW["echo/name"]
    with serving(one) as url:
        text = json_report.write(run(target(url), phases=["smoke"]), Redactor())
    assert '"shrink"' in text
    assert load(text.replace('"shrink"', '"reduction"')) == load(text)
