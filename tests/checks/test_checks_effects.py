"""What the creates under a key leave in the list, on literal interactions."""

from __future__ import annotations

import pytest
from common.interactions import EVENTBRIDGE, WEBHOOK, Run, answered, conflict, destination

from ed_contract.finding import Finding, Unclear
from ed_contract.record.history import Listed

ROW = "idempotency/one-effect"
NAME = WEBHOOK["name"]


def judged(listed, *, key="k", again="ed_1"):
    """Return a run in which a create was sent twice under a key, was listed, and sent once more."""
    run = Run()
    run.exchange(WEBHOOK, answered(destination(WEBHOOK, "ed_1")), key="k")
    run.exchange(WEBHOOK, answered(destination(WEBHOOK, again)), key="k")
    if listed is not None:
        run.history.add(Listed(ids=listed))
    run.observations.clear()
    run.exchange(EVENTBRIDGE, conflict(), key=key)
    return run


def test_several_under_one_key_are_a_finding():
    """It names them all, and shows the creates."""
    run = judged({NAME: ("ed_1", "ed_2")})
    (finding,) = (one for one in run.observations if isinstance(one, Finding))
    assert finding.identity == (ROW, "several destinations")
    assert finding.expected == f'one destination named "{NAME}" in the list'
    assert finding.actual == 'the list shows 2: "ed_1", "ed_2"'
    assert [one.number for one in finding.evidence] == [1, 2, 3]


def test_one_is_right():
    """Whatever else there is."""
    run = judged({NAME: ("ed_1",), "another": ("ed_2", "ed_3")})
    assert run.held(ROW)
    assert run.findings == []


@pytest.mark.parametrize(
    ("listed", "reason"),
    [(None, ""), ({}, ""), ({"another": ()}, ""), ({NAME: ()}, "the list does not show the destination")],
)
def test_fewer_say_nothing(listed, reason):
    """It was not listed, not by this name, or not yet."""
    run = judged(listed)
    told = [one for one in run.observations if one.requirement == ROW]
    assert told == ([Unclear(requirement=ROW, reason=reason, applies=False)] if reason else [])


def test_without_a_list_it_does_not_apply():
    """A page that has none is right."""
    run = Run()
    run.exchange(WEBHOOK, key="k")
    run.history.add(Listed(ids=None))
    run.exchange(WEBHOOK, key="k")
    assert Unclear(requirement=ROW, reason="there is no list", applies=False) in run.observations


def test_what_the_creates_were_answered_with_is_told_there():
    """Two destinations that two answers show are a replay that made another, and no more than that."""
    run = judged({NAME: ("ed_1", "ed_2")}, again="ed_2")
    assert [one for one in run.observations if one.requirement == ROW] == []


def test_what_has_another_key_has_nothing_to_do_with_it():
    """Its name is its own."""
    assert [one for one in judged({NAME: ("ed_1", "ed_2")}, key="l").observations if one.requirement == ROW] == []
