"""Smaller values: shrinking ends, and valid values stay valid."""

from __future__ import annotations

from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kinds.specimens import ORDER, PAYMENT, SPECS, some_values, text

from ed_contract.kinds import KINDS, kind_of
from ed_contract.kinds.forms import is_same
from ed_contract.kinds.validity import fits, is_usual

MOST = 400  # steps of any walk


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_smaller_values_are_valid_and_as_usual(spec):
    """A step to an invalid value would show another fault."""
    kind = kind_of(spec)
    for value in some_values(spec, usual=4, unusual=10, longest=2000):
        if not isinstance(value, type(kind.plain(spec))):
            continue
        for one in kind.smaller(spec, value):
            assert not is_same(one, value)
            assert fits(spec, one), (value, one)
            assert is_usual(spec, one) >= is_usual(spec, value), (value, one)


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_nothing_is_smaller_than_the_plainest(spec):
    """Shrinking ends there."""
    assert list(kind_of(spec).smaller(spec, kind_of(spec).plain(spec))) == []


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_the_plainest_is_tried_first(spec):
    """It is one step away from any usual value."""
    kind = kind_of(spec)
    for value in kind.usual(spec)[1:4]:
        assert is_same(next(iter(kind.smaller(spec, value))), kind.plain(spec))


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
@settings(max_examples=8)
@given(data=st.data())
def test_every_walk_comes_to_an_end(spec, data):
    """Whichever smaller values are chosen, there is a last one."""
    kind = kind_of(spec)
    values = [one for one in some_values(spec, unusual=10, longest=300) if isinstance(one, type(kind.plain(spec)))]
    value = data.draw(st.sampled_from(values))
    for _ in range(MOST):
        smaller = list(islice((one for one in kind.smaller(spec, value) if not is_same(one, kind.plain(spec))), 8))
        if not smaller:
            return
        value = data.draw(st.sampled_from(smaller))
    raise AssertionError(value)


def minimal(kind, spec, value, shows):
    """Return the smallest value that still shows a fault, taking the first smaller one each time."""
    while (one := next((one for one in KINDS[kind].smaller(spec, value) if shows(one)), None)) is not None:
        value = one
    return value


def test_a_text_shrinks_to_the_letter_that_matters():
    """And to the characters that matter."""
    assert minimal("text", text(), "Feeds José's ledger: 1 row (audited)", lambda one: "é" in one) == "é"
    assert minimal("text", text(), "Orders " * 60, lambda one: len(one) > 255) == "a" * 256


def test_an_object_shrinks_to_the_members_that_matter():
    """The others are plain or gone, and the members that one decides match it."""
    full = KINDS["object"].usual(ORDER)[2]
    assert minimal("object", ORDER, full, lambda one: one["way"] == "bus") == {
        "title": "Orders",
        "way": "bus",
        "form": "thin",
        "events": ["v1.orders.placed"],
        "bus": {"account": "123456789012", "region": "us-east-1"},
    }
    fullest = KINDS["object"].usual(PAYMENT)[1]
    assert minimal("object", PAYMENT, fullest, lambda one: len(one["lines"]) > 1)["lines"] == [
        {"label": "Orders", "count": 1},
        {"label": "Orders", "count": 1},
    ]
