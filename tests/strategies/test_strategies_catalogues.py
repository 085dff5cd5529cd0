"""Cases and sequences that are drawn: at random, of a seed, and of what is written."""

from __future__ import annotations

import pytest
from hypothesis import given

from ed_contract import strategies as ed
from ed_contract.case import Expectation


@given(ed.boundary_cases(), ed.malformed_bodies())
def test_what_is_written_is_drawn(boundary, malformed):
    """Boundary cases, and the bodies that must be refused."""
    assert boundary in ed.boundaries()
    assert (malformed in ed.bodies(), malformed.expectation) == (True, Expectation.REJECT)


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
