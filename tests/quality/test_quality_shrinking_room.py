"""Shrinking sends requests again: which ones, and within which budget."""

# ruff: noqa: D102 - an overriding method is described by the one that it overrides

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from common.broken import UnixTimestamps
from common.shrinking import NAMED, bug_of, judged

from ed_contract import Target, run
from ed_contract.case import Credential
from ed_contract.reference import Reference, RefusedError, serve
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import report_lines
from ed_contract.runner.events import Judged
from ed_contract.zoo.broken.idempotency_memory import forgetting_at


class FailsAtBytes(Reference):
    """Fails on the first bodies that are not UTF-8, or on all of them."""

    most = 1

    def set_up(self):
        self._failed = itertools.count()

    def decode(self, body):
        try:
            return super().decode(body)
        except RefusedError:
            if next(self._failed) < self.most:
                raise ZeroDivisionError from None
            raise


class FailsAtAllBytes(FailsAtBytes):
    """Fails on all bodies that are not UTF-8."""

    most = 1000


@pytest.mark.parametrize(("server", "repeats"), [(FailsAtBytes, False), (FailsAtAllBytes, True)])
def test_raw_bodies_are_sent_once_more(server, repeats):
    """So that a finding that did not show again says so."""
    report = judged(server, phases=["smoke", "bodies"])
    bug, *_ = (bug for bug in report.bugs if bug.finding.requirement == "robustness/no-server-error")
    assert bug.finding.evidence[-1].case.params is None
    assert bug.finding.repeats is repeats


@pytest.mark.parametrize("name", ["race-of-10-milliseconds", "key-serves-once"])
def test_a_race_is_run_again(name):
    """With the whole burst."""
    report = judged(NAMED[name].make, phases=["smoke", "bursts"])
    races = [bug.finding for bug in report.bugs if bug.finding.requirement == "idempotency/burst/one-destination"]
    assert [(one.fault, len(one.evidence) > 1, one.repeats) for one in races] == [("several destinations", True, True)]


def test_what_there_is_no_room_for_is_not_sent_again():
    """And the run ends like any other."""
    whole = judged(FailsAtAllBytes, phases=["bodies"], shrink=False)
    report = judged(FailsAtAllBytes, phases=["bodies"], max_requests=whole.requests, shrink_requests=0)
    assert report.end == "finished"
    assert {bug.finding.repeats for bug in report.bugs} == {None}


@pytest.mark.parametrize(("code", "status"), [("invalid_json", 400), ("invalid_fields", 400)])
def test_what_a_refusal_undoes_is_told_with_that_refusal(code, status):
    """Requests between two under one key are sent again too, whatever their keys; those not needed are left out."""
    bug = bug_of(forgetting_at(code), "idempotency/replay", key_age=0, phases=["smoke", "keys"])
    first, between, again = bug.finding.evidence
    assert (dict(first.case.params), first.key) == (dict(again.case.params), again.key)
    assert (between.status, between.key == first.key) == (status, False)
    assert bug.finding.repeats is True


def test_what_a_wrong_credential_undoes_is_not_shrunk_at_the_cost_of_the_account():
    """The finding is reported; a run sends at most twelve wrong credentials, since more may lock an account."""
    sent = []
    bug = bug_of(
        forgetting_at("unauthenticated"),
        "idempotency/replay",
        key_age=0,
        on_event=lambda event: sent.append(event.interaction) if isinstance(event, Judged) else None,
    )
    wrong = {Credential.NONE, Credential.EMPTY, Credential.OTHER_SCHEME, Credential.UNKNOWN}
    answered = [one for one in sent if one.request.credential in wrong and one.status is not None]
    assert bug.finding.fault == "another destination"
    assert 7 < len(answered) <= 12


class CutsEvery40thName(Reference):
    """Drops the last letter of every 40th name."""

    def set_up(self):
        self._count = itertools.count(1)

    def make(self, account, params):
        made = super().make(account, params)
        return replace(made, name=made.name[:-1]) if next(self._count) % 40 == 0 else made


def test_what_shows_once_in_a_while_says_that_it_does_not_repeat():
    """So that nobody blames the request by itself."""
    with CutsEvery40thName() as app, serve(app) as server:
        report = run(Target(url=server.url, api_key="sk_test_a"), key_age=0)
        (bug,) = (one for one in report.bugs if one.finding.requirement == "echo/name")
        printed = [line.text for line in report_lines(report, Redactor(()))]
    assert bug.finding.repeats is False
    assert any(line.startswith("  Repeats:    did not reproduce when sent again") for line in printed)


def test_where_there_is_room_for_few_requests_each_finding_gets_a_share():
    """Eight findings are replayed and shrunk, rather than only the first as far as possible."""
    report = judged(NAMED["compares-the-length"].make)
    found = [bug.finding for bug in report.bugs if bug.finding.requirement == "idempotency/conflict/every-parameter"]
    assert len(found) > 5
    assert {one.repeats for one in found} == {True}
    assert all("description" not in one.evidence[-1].case.params for one in found if one.fault == "name")


def test_what_was_reached_before_the_cap_is_told():
    """The run ends before the smaller one showed twice: it is reported without a claim that it repeats."""
    whole = judged(UnixTimestamps, only=["response/created/*"], phases=["combinations"], shrink=False)
    cut = judged(
        UnixTimestamps,
        only=["response/created/*"],
        phases=["combinations"],
        max_requests=whole.requests + 1,
        shrink_requests=0,
    )
    assert (whole.end, cut.end, cut.requests) == ("finished", "max-requests", whole.requests + 1)
    ((large,), (small,)) = (report.bugs[0].finding.evidence for report in (whole, cut))
    assert small.phase == "shrink"
    assert len(small.case.body) < len(large.case.body)
    assert cut.bugs[0].finding.repeats is None
