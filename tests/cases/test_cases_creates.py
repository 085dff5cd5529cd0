"""Creates that are written without Hypothesis: every shape, plain and full, each with different values."""

from __future__ import annotations

from itertools import pairwise

import pytest

from ed_contract.case import Expectation, encode
from ed_contract.cases.creates import Creates, asking, example_of, one_of_each, plainest, selected_by
from ed_contract.cases.options import options_of
from ed_contract.cases.valid import expectation_of, summary, valid_case
from ed_contract.contract import CONTRACT, Contract, editions

EDITIONS = pytest.mark.parametrize("edition", editions())
SEEDS = pytest.mark.parametrize("seed", range(5))


@EDITIONS
@SEEDS
def test_what_is_written_is_to_be_accepted(edition, seed):
    """Of every shape: required fields only, everything that goes together, and the most telling values."""
    contract = Contract.load(edition)
    creates = Creates(contract, seed)
    for shape in creates.shapes:
        for make in (creates.plain, creates.full, creates.rich):
            for _ in range(3):
                params = make(shape)
                assert shape.items() <= params.items()
                assert expectation_of(params, contract=contract) is Expectation.ACCEPT, params
                assert list(params) == [name for name in contract.request_spec.members if name in params]


def test_shapes_are_all_that_decide_what_goes_with_a_create():
    """Types and payloads, each combination once; neighbours differ in both if possible."""
    shapes = options_of(CONTRACT).shapes
    assert len(shapes) == len({tuple(one.items()) for one in shapes}) == 4
    assert {(one["type"], one["event_payload"]) for one in shapes[:2]} == {
        ("webhook_endpoint", "thin"),
        ("amazon_eventbridge", "snapshot"),
    }
    assert [one["type"] for one in one_of_each(CONTRACT)] == ["webhook_endpoint", "amazon_eventbridge"]
    assert [selected_by(CONTRACT, one) for one in one_of_each(CONTRACT)] == ["webhook_endpoint", "amazon_eventbridge"]


def test_a_full_create_has_all_that_goes_together():
    """And a plain one has only what is required."""
    creates = Creates(CONTRACT)
    for shape in creates.shapes:
        full, plain = creates.full(shape), creates.plain(shape)
        assert {"description", "metadata", "events_from"} <= full.keys()
        assert ("include" in full) is (shape["type"] == "webhook_endpoint")
        assert ("snapshot_api_version" in full) is (shape["event_payload"] == "snapshot")
        assert plain.keys() == CONTRACT.request_spec.required | {shape["type"]}


def test_options_can_be_given():
    """They are in the create as given."""
    creates = Creates(CONTRACT)
    params = creates.plain(creates.shapes[0], events_from=("other_accounts", "self"), description=True)
    assert params["events_from"] == ["other_accounts", "self"]
    assert params["description"]
    assert "metadata" not in params


@SEEDS
def test_values_take_turns(seed):
    """No two creates in a row have the same text; the same seed gives the same ones, another seed others."""
    creates, again, other = Creates(CONTRACT, seed), Creates(CONTRACT, seed), Creates(CONTRACT, seed + 1)
    shape = creates.shapes[0]
    made = [creates.full(shape) for _ in range(6)]
    assert all(one["name"] != two["name"] for one, two in pairwise(made))
    assert [encode(again.full(shape)) for _ in range(6)] == [encode(one) for one in made]
    assert [encode(other.full(shape)) for _ in range(6)] != [encode(one) for one in made]


@SEEDS
def test_a_rich_create_shows_the_most(seed):
    """Letters of both cases, non-ASCII letters, several events, several entries, a query in the URL."""
    creates = Creates(CONTRACT, seed)
    for _ in range(4):
        params = creates.rich(creates.shapes[0])
        name = params["name"]
        assert name.lower() != name != name.upper()
        assert not (name + params["description"]).isascii()
        assert len(params["enabled_events"]) > 1
        assert len(params["metadata"]) > 1
        assert "?" in params["webhook_endpoint"]["url"]


@SEEDS
def test_another_create_is_unlike_the_first_in_everything(seed):
    """Whatever a server compares, it sees a change."""
    creates = Creates(CONTRACT, seed)
    for shape in creates.shapes:
        params = creates.full(shape)
        other = creates.unlike(params)
        assert not {name for name in params if params[name] == other.get(name)}


def test_what_is_written_shares_nothing_with_the_pools():
    """A caller may change the returned create."""
    taken = []
    for _ in range(2):
        params = Creates(CONTRACT).full(options_of(CONTRACT).shapes[0])
        taken.append(encode(params))
        params["enabled_events"].append("changed")
        params["metadata"].clear()
        params["webhook_endpoint"].clear()
    assert taken[0] == taken[1]


@EDITIONS
def test_the_plainest_creates_are_what_findings_shrink_to(edition):
    """One valid create for each value of a required option, the plainest first."""
    contract = Contract.load(edition)
    creates = plainest(contract)
    assert {expectation_of(one, contract=contract) for one in creates} == {Expectation.ACCEPT}
    first = creates[0]
    assert (first["name"], first["type"], first["event_payload"]) == ("Orders", "webhook_endpoint", "thin")
    assert first["webhook_endpoint"] == {"url": "https://example.com/"}
    values = {value for values in options_of(contract).deciding for value in options_of(contract).dimensions[values]}
    assert {value for one in creates for value in (one["type"], one["event_payload"])} == values


def test_params_ask_for_what_they_hold_and_answers_hide():
    """Unless they already ask for something."""
    params = {"webhook_endpoint": {"url": "https://example.com/"}}
    assert asking(CONTRACT, params)["include"] == ["webhook_endpoint.url"]
    assert asking(CONTRACT, params | {"include": []})["include"] == []
    assert "include" not in asking(CONTRACT, {"amazon_eventbridge": {}})


def test_a_valid_case_says_what_becomes_of_it():
    """And is named with a summary of its choices, unless a name is given."""
    example = example_of(CONTRACT)
    case = valid_case(example)
    assert (case.name, case.expectation, case.fault.text) == (summary(example), Expectation.ACCEPT, "a valid create")
    assert valid_case(example, "mine").name == "mine"
    assert summary({}) == "a create"
