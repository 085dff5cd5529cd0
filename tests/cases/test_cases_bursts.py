"""Bursts, other credentials, and keys that are reused much later."""

from __future__ import annotations

from collections import defaultdict

from ed_contract import cases
from ed_contract.case import Burst, Credential, Expectation, Key
from ed_contract.cases import counted, further_bursts
from ed_contract.cases.bursts import PAIRS


def test_a_burst_is_of_one_key_and_is_looked_back_on():
    """A patient retry follows equal bodies but not different ones."""
    of_one = [one for one in cases.bursts() if "pairs" not in one.name]
    assert len(of_one) == 3
    for sequence in of_one:
        burst, *after = sequence.steps
        assert isinstance(burst, Burst)
        assert len({step.key for step in burst.steps}) == 1
        bodies = {step.case.body for step in burst.steps}
        assert len(bodies) in {1, len(burst.steps)}
        assert [step.patient for step in after] == [True] * (len(bodies) == 1)


def test_pairs_come_at_once_each_under_its_own_key():
    """The twins are equal in two of the bursts and differ in the last, in which the others have their own keys."""
    found = []
    for sequence in (one for one in cases.bursts() if "pairs" in one.name):
        (burst,) = sequence.steps
        by_key = defaultdict(list)
        for step in burst.steps:
            by_key[step.key].append(step.case.body)
        assert len({tuple(sent) for sent in by_key.values()}) == len(by_key)
        found.append([(len(sent), len({*sent})) for sent in by_key.values()])
    equal = [(2, 1)] * PAIRS
    assert found == [equal, equal, [(2, 2)] * 4 + [(1, 1)] * 4]


def test_further_bursts_are_of_one_key_and_of_equal_or_different_bodies():
    """Of equal bodies of each type, and of different ones, in turn; nothing is sent after them."""
    sent = [[step.case for step in burst.steps] for (burst,) in (one.steps for one in further_bursts(6))]
    assert [len({case.body for case in cases}) for cases in sent] == [1, 1, 4] * 2
    assert len({cases[0].params["type"] for cases in sent[:2]}) == 2
    assert {step.key for one in further_bursts(6) for burst in one.steps for step in burst.steps} == {Key()}
    assert not any(case.unique for cases in sent for case in cases)


def test_wrong_credentials_and_other_accounts_are_no_valid_creates_of_ours():
    """Only their own rows judge what becomes of them."""
    none, unknown = Credential.NONE, Credential.UNKNOWN
    wrong = [none, Credential.EMPTY, Credential.OTHER_SCHEME, unknown]
    credentials = [tuple(step.credential for step in sequence.steps) for sequence in cases.authentication()]
    assert credentials == [*((one,) for one in wrong), (Credential.FIRST, none), (Credential.FIRST, unknown)]
    for sequence in (*cases.authentication(), *cases.accounts()):
        others = [step for step in sequence.steps if step.credential is not Credential.FIRST]
        assert {step.case.expectation for step in others} == {Expectation.EITHER}
        assert {step.key for step in sequence.steps} == {Key()}


def test_the_first_account_asks_again_when_another_used_its_key():
    """With the same bytes, under the same key."""
    again = [sequence.steps for sequence in cases.accounts() if len(sequence) == 3]
    assert len(again) == 2
    assert all(steps[0].case.body == steps[2].case.body for steps in again)
    assert all({step.key for step in steps} == {Key()} for steps in again)


def test_what_is_kept_is_asked_for_again():
    """The same bodies under the same keys, in two sequences far apart; then other bodies under two of them."""
    first, last = cases.keeping(), cases.afterwards()
    *changed, burst = counted()
    assert [one.steps for one in first] == [one.steps for one in last]
    assert [one.steps[0].key for one in first[:2]] == [one.steps[0].key for one in changed]
    assert not {one.steps[0].case.body for one in changed} & {one.steps[0].case.body for one in first}
    assert burst.steps == cases.bursts()[0].steps[1:]
    assert {case.unique for one in (*first, *changed, burst) for case in one.cases()} == {"name"}
    assert all(one.steps[0].key.label.startswith("@") for one in first)
