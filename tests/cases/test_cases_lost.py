"""The creates at which we hang up, and what is sent under their keys."""

from __future__ import annotations

import pytest

from ed_contract.case import Expectation, HangUp
from ed_contract.cases import after_restart, before_restart, found_again, lost
from ed_contract.contract import CONTRACT, Contract, editions


@pytest.mark.parametrize("edition", editions())
def test_each_is_sent_again_unchanged_and_the_answer_is_read_then(edition):
    """For one type at each moment, for the other once the id was seen; any server accepts all of these creates."""
    sequences = lost(contract=Contract.load(edition))
    for one in sequences:
        first, *others = one.steps
        assert first.hangs_up is not None
        assert {step.hangs_up for step in others} == {None}
        assert {step.key for step in others} == {first.key}
        assert others[-1].case.body == first.case.body
        assert {case.expectation for case in one.cases()} == {Expectation.ACCEPT}
    assert sum(map(len, sequences)) == 18
    assert {(one.steps[0].hangs_up, one.steps[0].case.params["type"]) for one in sequences} == {
        *((how, "webhook_endpoint") for how in HangUp),
        (HangUp.SEEN, "amazon_eventbridge"),
    }


def test_what_is_waited_for_is_asked_for_again_at_the_end():
    """Under the same keys, which are kept throughout the run."""
    waited = {step.key: step.case.body for one in lost() for step in one.steps if step.patient}
    again = {step.key: step.case.body for one in found_again() for step in one.steps}
    assert waited == again
    assert all(key.label.startswith("@") for key in again)
    assert len(again) == 2


def test_no_key_is_that_of_two_sequences():
    """Except those that are fresh in each."""
    labels = [one.steps[0].key.label for one in lost(contract=CONTRACT)]
    kept = [label for label in labels if label.startswith("@")]
    assert len(kept) == len(set(kept))


def test_answers_are_lost_before_a_restart_and_asked_for_twice_after_it():
    """Each once, with patience, before any a second time: other keys come in between."""
    before, after = before_restart(), after_restart()
    lost_before = [one.steps[0] for one in before]
    assert [step.hangs_up for step in lost_before] == [HangUp.SEEN, HangUp.UNDER_WAY]
    asked = [one.steps[0] for one in after]
    assert [(step.key, step.case.body) for step in asked] == [(step.key, step.case.body) for step in lost_before] * 2
    assert [step.patient for step in asked] == [True, True, False, False]
    assert {step.hangs_up for step in asked} == {None}
