"""Sequences for several nodes of one service."""

from __future__ import annotations

from ed_contract.case import Burst, Expectation
from ed_contract.cases import replicas
from ed_contract.contract import CONTRACT
from ed_contract.planning import plan
from ed_contract.record.steps import flat

A, B, C = "http://a", "http://b", "http://c"
SETTINGS = {"seed": 0, "strength": 3, "max_examples": 1, "two_accounts": False, "restarts": False}


def nodes_of(sequence):
    """Return the nodes that a sequence goes to, in order."""
    return [step.node for step in flat(sequence.steps)]


def test_each_replica_is_asked_for_what_the_target_made_and_the_other_way_round():
    """Then all of them concurrently, twice."""
    sent = replicas((A, B, C))
    singles = [one for one in sent if not isinstance(one.steps[0], Burst)]
    assert [nodes_of(one) for one in singles] == [[A, B, A, B], [B, A, B, A], [A, C, A, C], [C, A, C, A]]
    bursts = [one for one in sent if isinstance(one.steps[0], Burst)]
    assert [nodes_of(one) for one in bursts] == [[A, B, C, A, B, C, C]] * 2


def test_all_of_it_any_server_takes():
    """The third and the fourth of a sequence differ from the first in one place."""
    for sequence in replicas((A, B)):
        cases = list(sequence.cases())
        assert {one.expectation for one in cases} == {Expectation.ACCEPT}
        if not isinstance(sequence.steps[0], Burst):
            first, again, changed, changed_too = (one.body for one in cases)
            assert (first, changed) == (again, changed_too)
            assert first != changed


def planned(nodes, *, less=""):
    """Return the phases of a run on all requirements but one."""
    rows = tuple(row for row in CONTRACT.requirements.values() if row.id != less)
    return plan(CONTRACT, rows, None, nodes=nodes, **SETTINGS)


def test_a_run_asks_each_further_node_for_the_example_first():
    """After the target's; the rest comes in the phase of keys."""
    first, *others = planned((A, B, C))
    assert [nodes_of(one) for one in first.sequences[:3]] == [[""], [B], [C]]
    assert not any(node for one in first.sequences[3:] for node in nodes_of(one))
    assert {phase.name for phase in others for one in phase.sequences if any(nodes_of(one))} == {"keys"}


def test_without_a_replica_nothing_is_sent_elsewhere():
    """Nor where the requirement is not wanted."""
    for phases in (planned(()), planned((A, B), less="idempotency/across-replicas")):
        assert not any(node for phase in phases for one in phase.sequences for node in nodes_of(one))


def test_a_run_is_no_longer_for_it():
    """Boundary cases and mutations make room."""
    assert sum(phase.requests for phase in planned((A, B))) <= sum(phase.requests for phase in planned(())) + 2
