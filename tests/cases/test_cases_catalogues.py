"""What is sent where the page is silent, in raw bytes, at once, by others, and at random."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from ed_contract import strategies as ed
from ed_contract.case import Burst, Credential, Expectation, Key, encode
from ed_contract.contract import CONTRACT
from ed_contract.strategies.boundary_order import TELLING, telling_first

REQUEST = Draft202012Validator(CONTRACT.request_schema)


def test_a_boundary_case_is_never_one_that_the_page_forbids_by_more_than_a_null():
    """EITHER cases satisfy the request schema, but for nulls, and metadata is a map of anything."""
    for one in ed.boundaries():
        assert one.expectation is Expectation.EITHER
        given_ = {name: value for name, value in one.params.items() if value is not None}
        assert [error.message for error in REQUEST.iter_errors(given_) if one.name[:5] != "other"] == [] or (
            one.name == "the other type's configuration empty"
        ), one.name


def test_boundary_cases_have_names_of_their_own_and_their_bodies_are_their_params():
    """A name is a fault in a waiver: it is stable, and says what is unusual."""
    cases = ed.boundaries()
    assert len({one.name for one in cases}) == len(cases)
    for one in cases:
        assert json.loads(one.body) == json.loads(encode(one.params))


def test_what_must_be_refused_is_no_json_object():
    """Whatever the reader: each REJECT body fails Python's too, or is no object at the top."""
    for one in ed.bodies():
        if one.expectation is not Expectation.REJECT:
            continue
        assert one.params is None
        try:
            document = json.loads(one.body)
        except ValueError:
            continue
        assert not isinstance(document, dict), one.name


def test_bodies_of_known_params_say_them():
    """The cases about media types are valid creates otherwise; of the others those that all readers read alike."""
    known = [one for one in ed.bodies() if one.params is not None]
    assert {one.media_type for one in known} >= {None, "text/plain"}
    assert all(json.loads(one.body) == one.params for one in known)
    assert all(one.expectation is Expectation.EITHER for one in known)
    assert [one.name for one in known if one.media_type == "application/json"] == [
        "UTF-16",
        "a byte order mark",
        "100 levels deep",
        "256 KiB of blanks",
        "a name of 100,000 characters",
        "1,000 unknown parameters",
    ]


def test_a_burst_is_of_one_key_and_is_looked_back_on():
    """Equal bodies are followed by a patient retry; different bodies differ in the name alone; the last has keys."""
    *of_one, last = ed.bursts()
    (several,) = last.steps
    assert len({step.key for step in several.steps}) == len({step.case.body for step in several.steps}) == 6
    for sequence in of_one:
        burst, *after = sequence.steps
        assert isinstance(burst, Burst)
        assert len({step.key for step in burst.steps}) == 1
        bodies = {step.case.body for step in burst.steps}
        assert len(bodies) in {1, len(burst.steps)}
        assert [step.patient for step in after] == [True] * (len(bodies) == 1)


def test_wrong_credentials_and_other_accounts_are_no_valid_creates_of_ours():
    """What becomes of them is judged by their own rows alone."""
    none, unknown = Credential.NONE, Credential.UNKNOWN
    wrong = [none, Credential.EMPTY, Credential.OTHER_SCHEME, unknown]
    credentials = [tuple(step.credential for step in sequence.steps) for sequence in ed.authentication()]
    assert credentials == [*((one,) for one in wrong), (Credential.FIRST, none), (Credential.FIRST, unknown)]
    for sequence in (*ed.authentication(), *ed.accounts()):
        others = [step for step in sequence.steps if step.credential is not Credential.FIRST]
        assert {step.case.expectation for step in others} == {Expectation.EITHER}
        assert {step.key for step in sequence.steps} == {Key()}


def test_the_first_account_asks_again_when_another_used_its_key():
    """With the same bytes, under the same key."""
    again = [sequence.steps for sequence in ed.accounts() if len(sequence) == 3]
    assert len(again) == 2
    assert all(steps[0].case.body == steps[2].case.body for steps in again)
    assert all({step.key for step in steps} == {Key()} for steps in again)


def test_what_is_kept_is_asked_for_again():
    """The same bodies under the same keys, in two sequences far apart; then other bodies under two of them."""
    first, last = ed.keeping(), ed.afterwards()
    assert [one.steps for one in first] == [one.steps for one in last[:3]]
    assert [one.steps[0].key for one in first[:2]] == [one.steps[0].key for one in last[3:]]
    assert not {one.steps[0].case.body for one in last[3:]} & {one.steps[0].case.body for one in first}
    assert all(one.steps[0].key.label.startswith("@") for one in first)


@pytest.mark.parametrize("seed", [0, 1])
def test_random_cases_are_those_of_their_seed(seed):
    """The same seed draws the same bytes, another one others."""
    once, again, other = (tuple(ed.fuzz(seed=one, max_examples=15)) for one in (seed, seed, seed + 7))
    assert once == again
    assert once != other
    assert len(once) == 15
    assert ed.stateful(seed=seed, requests=20) == ed.stateful(seed=seed, requests=20)
    assert sum(map(len, ed.stateful(seed=seed, requests=20))) <= 20


def test_as_many_random_cases_are_drawn_as_were_asked_for():
    """However often some must be drawn, and no body comes twice."""
    for most in (1, 48, 56, 300):
        bodies = [one.steps[0].case.body for one in ed.fuzz(seed=0, max_examples=most)]
        assert len(bodies) == len(set(bodies)) == most


def test_more_random_cases_begin_as_fewer_do():
    """The first that are drawn at random are those of a smaller run, once there are as many as are drawn at a time."""
    some, more = (tuple(ed.fuzz(seed=0, max_examples=most)) for most in (200, 250))
    assert more[:200] == some


@given(ed.random_sequences())
def test_random_sequences_are_of_valid_creates(sequence):
    """Three params, two keys or none."""
    assert 3 <= len(sequence) <= 8
    assert {step.case.expectation for step in sequence.steps} == {Expectation.ACCEPT}
    assert {None if step.key is None else step.key.label for step in sequence.steps} <= {"a", "b", None}


def test_the_telling_boundary_cases_come_first():
    """All of them are cases of the catalogue, and none is lost."""
    cases = ed.boundaries()
    ordered = telling_first(cases)
    assert {one.name for one in ordered[: len(TELLING)]} == TELLING
    assert sorted(one.name for one in ordered) == sorted(one.name for one in cases)
