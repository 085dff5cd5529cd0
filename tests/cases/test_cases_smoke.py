"""Smoke, the check after a deployment: a few requests that touch everything."""

from __future__ import annotations

import pytest

from ed_contract.case import Expectation, Key, encode
from ed_contract.cases.breaking import rows_of
from ed_contract.cases.creates import one_of_each
from ed_contract.cases.options import options_of
from ed_contract.cases.smoke import MOST, smoke
from ed_contract.contract import CONTRACT, Contract, editions
from ed_contract.contract.schemas import member

SEEDS = pytest.mark.parametrize("seed", range(5))
OPTIONS = options_of(CONTRACT)
PLACES = {
    *(name for name, one in CONTRACT.request_spec.members.items() if not one.members),
    *(f"{name}.{inner}" for name, one in CONTRACT.request_spec.members.items() for inner in one.members),
} - {"webhook_endpoint.signing_secret"}
"""Every parameter of a create."""


def cases_of(sequences):
    """Return the cases of all steps, in order."""
    return [case for sequence in sequences for case in sequence.cases()]


@SEEDS
@pytest.mark.parametrize("edition", editions())
def test_smoke_is_small_and_begins_with_the_page(edition, seed):
    """At most ninety requests in any edition, whatever the seed; the first is the document's own example."""
    contract = Contract.load(edition)
    sequences = smoke(seed, contract=contract)
    assert sum(map(len, sequences)) <= MOST == 90
    assert cases_of(sequences)[0].params == contract.example


@SEEDS
@pytest.mark.parametrize("edition", editions())
def test_smoke_breaks_every_requirement_of_the_request(edition, seed):
    """Each once before any a second time."""
    contract = Contract.load(edition)
    mutated = [case.mutation.requirement for case in cases_of(smoke(seed, contract=contract)) if case.mutation]
    rows = [*rows_of(contract, "request")]
    assert set(mutated) == set(rows)
    assert len(set(mutated[: len(rows)])) == len(rows)


@SEEDS
def test_smoke_meets_every_shape_early(seed):
    """In full valid creates, two of each choice within the first seven cases."""
    cases = cases_of(smoke(seed))
    valid = [case for case in cases if case.usual and case.params is not None]
    for shape in OPTIONS.shapes:
        assert any(shape.items() <= case.params.items() for case in valid)
    for shape in one_of_each(CONTRACT):
        assert any(shape.items() <= case.params.items() for case in cases[:7])
    assert sum(case.mutation is not None for case in cases[:20]) >= 9


@SEEDS
def test_smoke_sends_what_must_be_refused_whatever_it_holds(seed):
    """Four bodies that are not JSON objects, and one that some parsers accept."""
    raw = [case for case in cases_of(smoke(seed)) if case.params is None]
    assert [case.name for case in raw] == ["truncated", "a list", "trailing garbage", "empty body", "invalid UTF-8"]
    assert [case.expectation for case in raw] == [Expectation.REJECT] * 4 + [Expectation.EITHER]


@SEEDS
def test_smoke_changes_each_parameter_under_a_used_key(seed):
    """After a change of everything, which the verdict about single parameters depends on."""
    names = [case.name for case in cases_of(smoke(seed))]
    changed = {name.split()[2] for name in names if name.startswith("same key, ") and "everything" not in name}
    assert changed == PLACES
    first = next(place for place, name in enumerate(names) if name.startswith("same key, "))
    assert names[first] == "same key, everything different"


@SEEDS
def test_each_change_of_smoke_is_what_its_name_says_and_is_to_be_accepted(seed):
    """Under its own key it would be a valid create; at the end the first is sent again."""
    for sequence in smoke(seed):
        if not sequence.name.startswith("each parameter changed in turn"):
            continue
        first, *others, again = sequence.cases()
        assert {step.key for step in sequence.steps} == {Key()}
        assert first.body == again.body
        for other in others:
            place = other.name.split()[2]
            assert member(other.params, place) != member(first.params, place), other
            assert other.expectation is Expectation.ACCEPT


@SEEDS
def test_smoke_covers_the_four_wrong_credentials_and_creates_without_a_key(seed):
    """Each once, before the cases that fill the rest; and the same bytes twice without a key header."""
    sequences = smoke(seed)
    wrong = ["none", "empty", "other-scheme", "unknown"]
    assert [one.name for one in sequences if one.name in wrong] == wrong
    (without,) = (one for one in sequences if one.name == "without a key")
    assert [step.key for step in without.steps] == [None, None]
    once, twice = without.cases()
    assert once.body == twice.body


@pytest.mark.parametrize("edition", editions())
def test_smoke_sends_the_example_as_each_client_of_the_page_sends_it(edition):
    """Header for header, with a key if it has one; then with names in lower case, and without the API version."""
    contract = Contract.load(edition)
    steps = [step for one in smoke(contract=contract) for step in one.steps if step.case.headers is not None]
    clients = contract.headers.clients
    assert [step.case.headers for step in steps[: len(clients)]] == list(clients.values())
    assert [step.key for step in steps] == [None] * 2 + [Key()] * 9
    assert {step.case.body for step in steps} == {encode(contract.example)}
    *accepted, unversioned = (step.case for step in steps)
    assert {case.expectation for case in accepted} == {Expectation.ACCEPT}
    assert all(name == name.lower() for name, _ in accepted[-1].headers)
    assert unversioned.expectation is Expectation.EITHER
    assert set(contract.headers.ours) - set(unversioned.headers) == {("Stripe-Version", "{version}")}
