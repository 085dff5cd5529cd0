"""Drawn cases and sequences: random ones, from a seed, and from the written catalogues."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import import_module

import pytest
from hypothesis import given

from ed_contract import cases
from ed_contract import strategies as ed
from ed_contract.case import Expectation
from ed_contract.strategies import random_cases


@given(ed.boundary_cases(), ed.malformed_bodies())
def test_what_is_written_is_drawn(boundary, malformed):
    """Boundary cases, and the bodies that must be refused."""
    assert boundary in cases.boundaries()
    assert (malformed in cases.bodies(), malformed.expectation) == (True, Expectation.REJECT)


@pytest.mark.parametrize("seed", [0, 1])
def test_random_cases_are_those_of_their_seed(seed):
    """A seed always draws the same bytes, another seed others."""
    once, again, other = (tuple(random_cases.fuzz(seed=one, max_examples=15)) for one in (seed, seed, seed + 7))
    assert once == again
    assert once != other
    assert len(once) == 15
    assert random_cases.stateful(seed=seed, requests=20) == random_cases.stateful(seed=seed, requests=20)
    assert sum(map(len, random_cases.stateful(seed=seed, requests=20))) <= 20


def test_as_many_random_cases_are_drawn_as_were_asked_for():
    """However often some must be drawn again, and no body appears twice."""
    for most in (1, 48, 56, 300):
        bodies = [one.steps[0].case.body for one in random_cases.fuzz(seed=0, max_examples=most)]
        assert len(bodies) == len(set(bodies)) == most


def test_more_random_cases_begin_as_fewer_do():
    """The first random cases are those of a smaller run, if that has at least one full batch."""
    some, more = (tuple(random_cases.fuzz(seed=0, max_examples=most)) for most in (200, 250))
    assert more[:200] == some


@given(ed.random_sequences())
def test_random_sequences_are_of_valid_creates(sequence):
    """Three params, two keys or none."""
    assert 3 <= len(sequence) <= 8
    assert {step.case.expectation for step in sequence.steps} == {Expectation.ACCEPT}
    assert {None if step.key is None else step.key.label for step in sequence.steps} <= {"a", "b", None}


@pytest.mark.parametrize(
    ("old", "home"),
    [
        ("bursts", "ed_contract.cases"),
        ("conflicts", "ed_contract.cases"),
        ("boundaries_phase", "ed_contract.cases"),
        ("fuzz", "ed_contract.strategies.random_cases"),
    ],
)
def test_what_serves_a_run_has_moved_and_says_where(old, home):
    """The old name still works."""
    said = f"ed_contract.strategies.{old} has moved: import it from {home}"
    with pytest.warns(DeprecationWarning, match=f"^{re.escape(said)}$") as warned:
        moved = getattr(ed, old)
    assert moved is getattr(import_module(home), old)
    assert [one.filename for one in warned] == [__file__]
    assert old not in ed.__all__


def test_every_moved_name_is_where_it_is_said_to_be():
    """No name is public twice, and unknown names are not found."""
    for name, home in ed._MOVED.items():
        assert callable(getattr(import_module(home), name)), name
    assert not {*ed._MOVED} & {*ed.__all__}
    with pytest.raises(AttributeError, match=r"^module 'ed_contract.strategies' has no attribute 'nothing'$"):
        _ = ed.nothing


def test_an_import_of_an_old_name_warns_where_it_stands():
    """Once, at the user's line."""
    program = "from ed_contract.strategies import bursts\n"
    done = subprocess.run([sys.executable, "-W", "always", "-c", program], capture_output=True, text=True, check=True)
    said = "ed_contract.strategies.bursts has moved: import it from ed_contract.cases"
    assert done.stderr.splitlines()[0] == f"<string>:1: DeprecationWarning: {said}"
