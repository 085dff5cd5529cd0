"""Server errors that come now and then: what they met says nothing of their cause, so they are told once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from common.interactions import WEBHOOK, Run
from common.reports import report_of

from ed_contract.finding import Finding
from ed_contract.waivers import Waiver, Waivers, today

ROW = "robustness/no-server-error"


def reported(*faults, waivers=None, burst=None):
    """Return the report of server errors: each fault with whether it repeats."""
    run = Run()
    run.exchange(WEBHOOK)
    one = replace(run.history.interactions()[0], burst=burst)
    found = [
        Finding(requirement=ROW, fault=fault, expected="a", actual="b", evidence=(one,), repeats=repeats)
        for fault, repeats in faults
    ]
    return report_of([(one, found)], only=[ROW, "echo/name"], waivers=waivers)


def told(report):
    """Return fault, count and further faults of each bug."""
    return [(bug.finding.fault, bug.count, bug.also) for bug in report.bugs]


@pytest.mark.parametrize("often", [1, 3])
def test_server_errors_that_do_not_repeat_are_one_finding(often):
    """Named for what they are, with the cases that they met beside it."""
    names = [f"a name with sign {number}" for number in range(often)]
    report = reported(("request/name/type", True), *((name, False) for name in names))
    assert told(report) == [("request/name/type", 1, ()), ("now and then", often, tuple(names))]
    assert report.bugs[1].finding.repeats is False


@pytest.mark.parametrize("repeats", [True, None])
def test_what_repeats_and_what_was_not_sent_again_keep_their_names(repeats):
    """The case may be the cause."""
    report = reported(("a name with a tab", repeats), ("a name with a dot", repeats))
    assert told(report) == [("a name with a tab", 1, ()), ("a name with a dot", 1, ())]


def test_a_race_that_is_not_met_again_is_no_chance_of_one_request():
    """It has its own name, and seldom shows twice."""
    report = reported(("concurrent creates under one key", False), burst=1)
    assert told(report) == [("concurrent creates under one key", 1, ())]


def _waivers(fault):
    return Waivers(entries=(Waiver(requirement=ROW, fault=fault, reason="known"),), today=today())


def test_what_is_waived_by_its_name_is_told_by_it():
    """And excuses nothing else."""
    report = reported(("a name with a tab", False), ("a name with a dot", False), waivers=_waivers("a name with a tab"))
    assert told(report) == [("now and then", 1, ("a name with a dot",)), ("a name with a tab", 1, ())]
    assert [bug.waiver is not None for bug in report.bugs] == [False, True]
    assert report.unneeded == ()


def test_what_comes_now_and_then_can_be_waived():
    """Whatever it meets the next time."""
    report = reported(("a name with a tab", False), waivers=_waivers("now and then"))
    assert [bug.waiver is not None for bug in report.bugs] == [True]
    assert report.unneeded == ()
