"""A key that is used at several nodes of one service, on literal interactions."""

from __future__ import annotations

import pytest
from common.interactions import NOTHING, WEBHOOK, Run, answered, conflict, destination

from ed_contract.finding import Finding

ROW = "idempotency/across-replicas"
A, B = "http://a", "http://b"
OTHER = WEBHOOK | {"name": "Another"}
MADE = answered(destination(WEBHOOK, "ed_1"))
ANOTHER = answered(destination(WEBHOOK, "ed_2"))


def findings(hand):
    """Return the findings so far."""
    return [one for one in hand.observations if isinstance(one, Finding)]


@pytest.mark.parametrize("nodes", [(A, B), (B, A)])
def test_the_same_destination_is_given_at_every_node(nodes):
    """Whichever of them made it."""
    hand = Run()
    for node in nodes:
        hand.exchange(WEBHOOK, MADE, key="k", node=node)
    assert hand.held(ROW)
    assert not hand.findings


def test_another_destination_at_another_node_is_told_with_both():
    """It is no finding of a replay at one node."""
    hand = Run()
    hand.exchange(WEBHOOK, MADE, key="k", node=A)
    hand.exchange(WEBHOOK, ANOTHER, key="k", node=B)
    (found,) = findings(hand)
    assert found.identity == (ROW, "another destination")
    assert found.expected == 'the destination "ed_1" again: created at http://a, requested at http://b'
    assert found.actual == 'another destination: `id` is "ed_2"'
    assert [one.node for one in found.evidence] == [A, B]


def test_a_refusal_at_another_node_is_one():
    """It knows the key, and does not know what was made."""
    hand = Run()
    hand.exchange(WEBHOOK, MADE, key="k", node=A)
    hand.exchange(WEBHOOK, conflict(), key="k", node=B)
    assert hand.findings == [(ROW, "refused")]


def test_one_node_says_nothing_of_others():
    """A run without replicas names none, and one with replicas sends most to the target."""
    for node in ("", A):
        hand = Run()
        hand.exchange(WEBHOOK, MADE, key="k", node=node)
        hand.exchange(WEBHOOK, ANOTHER, key="k", node=node)
        assert hand.findings == [("idempotency/replay", "another destination")]
        assert not hand.held(ROW)


def test_a_change_that_the_first_node_refuses_must_be_refused_at_the_other():
    """The evidence has all three."""
    hand = Run()
    hand.exchange(WEBHOOK, MADE, key="k", node=A)
    hand.exchange(OTHER, conflict(), key="k", node=A)
    hand.exchange(OTHER, MADE, key="k", node=B)
    (found,) = findings(hand)
    assert found.identity == (ROW, "a change is not noticed")
    assert found.expected == (
        "409 at http://b too, as at http://a, where the key was first used with different parameters"
    )
    assert found.actual == "200 at http://b: returned the first destination"
    assert [one.node for one in found.evidence] == [A, A, B]


def test_a_change_that_is_refused_at_both_nodes_is_right():
    """As a conflict."""
    hand = Run()
    hand.exchange(WEBHOOK, MADE, key="k", node=A)
    hand.exchange(OTHER, conflict(), key="k", node=A)
    hand.exchange(OTHER, conflict(), key="k", node=B)
    assert hand.held(ROW)
    assert not hand.findings


def test_a_change_that_no_node_refuses_is_told_by_the_row_of_conflicts():
    """Nodes that agree in what is wrong share their keys."""
    hand = Run()
    hand.exchange(WEBHOOK, MADE, key="k", node=A)
    hand.exchange(OTHER, MADE, key="k", node=A)
    hand.exchange(OTHER, MADE, key="k", node=B)
    assert set(hand.findings) == {("idempotency/conflict/status", "first given again")}


def test_a_burst_over_several_nodes_makes_one_destination():
    """And another node gives that afterwards."""
    hand = Run()
    hand.burst([(WEBHOOK, MADE), (WEBHOOK, conflict()), (WEBHOOK, MADE)], nodes=[A, B, A])
    hand.exchange(WEBHOOK, MADE, key="burst", node=B)
    assert hand.held(ROW)
    assert not hand.held("idempotency/burst/one-destination")
    assert not hand.findings


def test_several_destinations_of_such_a_burst_are_told_with_the_nodes():
    """Once: what the key gives afterwards says nothing more."""
    hand = Run()
    hand.burst([(WEBHOOK, MADE), (WEBHOOK, ANOTHER)], nodes=[A, B])
    hand.exchange(WEBHOOK, ANOTHER, key="burst", node=B)
    (found,) = findings(hand)
    assert found.identity == (ROW, "several destinations")
    assert found.expected == "one destination for 2 creates sent concurrently under one key, at http://a and http://b"
    assert found.actual == '2 destinations: "ed_1", "ed_2"; answers: 200, 200'


def test_a_burst_that_lost_an_answer_shows_nothing():
    """Nor does one in which all were refused."""
    for second in (NOTHING, conflict()):
        hand = Run()
        hand.burst([(WEBHOOK, conflict()), (WEBHOOK, second)], nodes=[A, B])
        assert hand.unclear(ROW)
        assert ROW not in {row for row, _ in hand.findings}


def test_a_node_that_is_busy_is_not_judged():
    """429, 503 and every other 5xx have rows of their own, or none."""
    hand = Run()
    hand.exchange(WEBHOOK, MADE, key="k", node=A)
    hand.exchange(WEBHOOK, answered({}, 503), key="k", node=B)
    assert hand.unclear(ROW)
    assert ROW not in {row for row, _ in hand.findings}
