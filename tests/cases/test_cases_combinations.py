"""The covering array is complete, by brute force, and the written values cycle through their pools."""

from __future__ import annotations

import itertools

import pytest
from hypothesis.errors import InvalidArgument
from jsonschema import Draft202012Validator

from ed_contract import strategies as ed
from ed_contract.case import Expectation, encode
from ed_contract.cases import coverage
from ed_contract.cases.options import options_of
from ed_contract.contract import CONTRACT
from ed_contract.kinds import kind_of
from ed_contract.options import DEFAULTS
from ed_contract.strategies import random_cases

VALIDATOR = Draft202012Validator(CONTRACT.request_schema)
OPTIONS = options_of(CONTRACT)
DIMENSIONS, place_of = OPTIONS.dimensions, OPTIONS.place_of
USUAL = {name: kind_of(one).usual(one) for name, one in CONTRACT.request_spec.members.items()}


def ways(rows, strength):
    """Return every combination of `strength` dimensions in the rows, ignoring the order of lists."""
    return {
        (names, tuple(row[name] for name in names))
        for row in map(unordered, rows)
        for names in itertools.combinations(DIMENSIONS, strength)
    }


def is_accepted(row):
    """Whether no real server is known to refuse it."""
    bridge, thin = row["type"] == "amazon_eventbridge", row["event_payload"] == "thin"
    forbidden = row["snapshot_api_version"] if thin else len(row["events_from"]) > 1
    return not (bridge and row["include"]) and not forbidden


ALL = [dict(zip(DIMENSIONS, values, strict=True)) for values in itertools.product(*DIMENSIONS.values())]
ACCEPTED = [row for row in ALL if is_accepted(row)]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("strength", "most"), [(1, 12), (2, 25), (3, 70), (4, 160)])
def test_the_array_is_complete(strength, most, seed):
    """Every combination is covered, and every acceptable one by an ACCEPT case too."""
    cases = ed.combinations(strength=strength, seed=seed)
    rows = [place_of(case.params) for case in cases]
    assert ways(rows, strength) == ways(ALL, strength)
    accepted = [place_of(case.params) for case in cases if case.expectation is Expectation.ACCEPT]
    assert all(map(is_accepted, accepted))
    assert ways(accepted, strength) == ways(ACCEPTED, strength)
    assert len(cases) <= most


@pytest.mark.parametrize("seed", range(20))
def test_combinations_and_random_cases_combine_one_option_more_whatever_the_seed(seed):
    """An ACCEPT case covers every acceptable combination of four options."""
    cases = [
        *ed.combinations(seed=seed),
        *(one.steps[0].case for one in random_cases.fuzz(seed=seed, max_examples=DEFAULTS.max_examples)),
    ]
    accepted = [place_of(case.params) for case in cases if case.expectation is Expectation.ACCEPT]
    places = [place for place in accepted if place is not None]
    assert ways(places, 4) >= ways(ACCEPTED, 4)


def unordered(row):
    """Return the row without the order of its lists."""
    return {name: tuple(sorted(value)) if isinstance(value, tuple) else value for name, value in row.items()}


@pytest.mark.parametrize("seed", range(3))
def test_the_cases_are_what_the_page_allows(seed):
    """They satisfy the schema, and those that a server may refuse say so and come last."""
    cases = ed.combinations(seed=seed)
    for case in cases:
        VALIDATOR.validate(case.params)
        assert case.expectation is (Expectation.ACCEPT if is_accepted(place_of(case.params)) else Expectation.EITHER)
    expectations = [case.expectation for case in cases]
    assert expectations == sorted(expectations)


@pytest.mark.parametrize("seed", range(3))
def test_lists_of_several_come_in_both_orders(seed):
    """Their order is not an option: it alternates from create to create."""
    cases = ed.combinations(seed=seed)
    for name in ("events_from", "include"):
        several = [tuple(case.params[name]) for case in cases if len(case.params.get(name, ())) > 1]
        assert {one[::-1] for one in several} == set(several), name


def test_the_fields_take_their_usual_values_in_turn():
    """A different one in each create and with each seed: ten seeds use every value that goes with the rest."""
    sent = [case.params for seed in range(10) for case in ed.combinations(seed=seed)]
    for name in ("name", "description", "metadata", "snapshot_api_version", "webhook_endpoint"):
        found = {encode({name: one[name]}) for one in sent if name in one}
        # Every create has a name: one without letters of both cases would hide case-folding.
        most = [one for one in USUAL[name] if name != "name" or one.lower() != one != one.upper()]
        assert len(found) >= min(len(most), 100), name


@pytest.mark.parametrize("seed", range(3))
def test_most_values_show_what_can_be_done_to_them(seed):
    """A change of case, of non-ASCII or escaped characters, a different order, a number for a text."""
    cases = ed.combinations(seed=seed)
    names = [case.params["name"] for case in cases]
    telling = [name for name in names if name.lower() != name != name.upper() and not name.isascii()]
    assert len(telling) > len(names) // 3
    lists = [case.params["enabled_events"] for case in cases]
    assert sum(sorted(one) != one for one in lists) > len(lists) // 3
    assert len(set(map(tuple, lists))) > len(lists) // 4
    accounts = {case.params.get("amazon_eventbridge", {}).get("aws_account_id", "") for case in cases}
    assert any(one.startswith("0") for one in accounts)
    assert len({case.params.get("webhook_endpoint", {}).get("url") for case in cases}) > 8


def test_the_same_seed_gives_the_same_bytes():
    """And another seed gives other ones."""
    one, again, other = (ed.combinations(seed=seed) for seed in (3, 3, 4))
    assert [case.body for case in one] == [case.body for case in again]
    assert [case.body for case in one] != [case.body for case in other]


def test_coverage_counts_what_was_reached_of_what_there_is():
    """Mutated params and others without a place count for nothing."""
    cases = ed.combinations()
    possible = len(ways(ALL, 3))
    assert coverage((case.params for case in cases), 3) == (possible, possible)
    assert coverage([ed.PAGE_EXAMPLE], 3) == (35, possible)
    assert coverage([], 2) == (0, len(ways(ALL, 2)))
    unplaced = [ed.PAGE_EXAMPLE | {"type": "carrier_pigeon"}, {"include": "url"}, ed.PAGE_EXAMPLE | {"include": [7]}]
    assert coverage(unplaced, 1) == (0, len(ways(ALL, 1)))


@pytest.mark.parametrize("strength", [0, 8])
def test_a_strength_must_be_one_of_the_dimensions(strength):
    """From one to all of them."""
    with pytest.raises(InvalidArgument, match=r"invalid strength=\d: expected 1 to 7, the number of options"):
        ed.combinations(strength=strength)
