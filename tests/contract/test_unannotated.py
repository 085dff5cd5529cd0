"""What any server takes, of a document that annotates nothing: what its examples, enums, bounds and patterns give."""

from __future__ import annotations

import copy

import pytest
import yaml

from ed_contract.case import Expectation
from ed_contract.contract import Contract, editions
from ed_contract.contract.advice import advice
from ed_contract.contract.schemas import realistic
from ed_contract.exceptions import UsageError
from ed_contract.expecting import expected
from ed_contract.kinds import kind_of

ACCEPT, EITHER, REJECT = Expectation.ACCEPT, Expectation.EITHER, Expectation.REJECT
MEMBERS = {
    "amount": {"type": "integer", "minimum": 1, "maximum": 1000},
    "count": {"type": "integer"},
    "currency": {"enum": ["EUR", "USD"]},
    "capture": {"type": "boolean"},
    "name": {"type": "string"},
    "title": {"type": "string", "example": "Tea"},
    "code": {"type": "string", "pattern": "^[A-Z]+$"},
    "on": {"type": "string", "format": "date"},
    "url": {"type": "string", "format": "uri"},
    "tags": {"type": "array", "items": {"type": "string", "examples": ["a", "b"]}},
    "labels": {"type": "object", "additionalProperties": {"type": "string"}},
    "lines": {
        "type": "array",
        "items": {"type": "object", "required": ["sku"], "properties": {"sku": {"type": "string"}}},
    },
}


@pytest.fixture
def loaded(tmp_path):
    """Returns what loads the document of a create with these members and examples."""

    def load(members=MEMBERS, required=("amount",), examples=()):
        body = {
            "schema": {"type": "object", "required": list(required), "properties": members},
            "examples": {f"e{number}": {"value": one} for number, one in enumerate(examples)},
        }
        answer = {"content": {"application/json": {"schema": {"properties": {"id": {"type": "string"}}}}}}
        create = {"requestBody": {"content": {"application/json": body}}, "responses": {"201": answer}}
        path = tmp_path / "own.yaml"
        document = {"openapi": "3.1.0", "paths": {"/things": {"post": create}}}
        path.write_text(yaml.safe_dump(copy.deepcopy(document)))
        return Contract.load(path)

    return load


@pytest.mark.parametrize(
    ("members", "expectation"),
    [
        ({}, ACCEPT),
        ({"amount": 999}, ACCEPT),
        ({"amount": 999.0}, EITHER),
        ({"count": 7}, EITHER),
        ({"currency": "USD"}, ACCEPT),
        ({"capture": False}, ACCEPT),
        ({"name": "Tea"}, EITHER),
        ({"title": "Tea"}, ACCEPT),
        ({"title": "Coffee"}, EITHER),
        ({"code": "ABC"}, ACCEPT),
        ({"on": "2031-05-31"}, EITHER),
        ({"on": "soon"}, REJECT),
        ({"url": "https://example.com/"}, ACCEPT),
        ({"url": "gopher://example.com/"}, EITHER),
        ({"tags": ["a", "b"]}, ACCEPT),
        ({"tags": []}, EITHER),
        ({"tags": ["a", "a"]}, EITHER),
        ({"tags": ["c"]}, EITHER),
        ({"labels": {"a": "b"}}, EITHER),
        ({"lines": [{"sku": "A"}]}, EITHER),
        ({"colour": "blue"}, EITHER),
    ],
)
def test_what_a_document_gives_is_taken(loaded, members, expectation):
    """And of whatever else it allows nothing is known."""
    assert expected(loaded(), {"amount": 5, **members})[0] is expectation


def test_examples_of_the_whole_give_values_to_its_members(loaded):
    """At any depth; and the first one is the plainest create."""
    example = {"amount": 5, "name": "Tea", "lines": [{"sku": "A"}, {"sku": "B"}], "labels": {"a": "b"}}
    contract = loaded(examples=[example])
    for members, expectation in (
        ({"name": "Tea"}, ACCEPT),
        ({"lines": [{"sku": "B"}]}, ACCEPT),
        ({"lines": [{"sku": "C"}]}, EITHER),
        ({"labels": {"a": "b"}}, ACCEPT),
        ({"labels": {"a": "c"}}, EITHER),
    ):
        assert expected(contract, {"amount": 5, **members})[0] is expectation


METHODS = {
    "method": {"enum": ["card", "transfer"]},
    "currency": {"enum": ["EUR", "USD"]},
    "card": {"type": "object", "properties": {"brand": {"enum": ["visa"]}}},
    "transfer": {"type": "object", "properties": {"country": {"enum": ["DE"]}}},
}
BY_CARD = {"method": "card", "currency": "EUR", "card": {"brand": "visa"}}
BY_TRANSFER = {"method": "transfer", "currency": "EUR", "transfer": {"country": "DE"}}


def test_which_objects_go_with_a_word_is_as_in_the_examples(loaded):
    """The word is one whose values are names of the objects; others are free."""
    contract = loaded(METHODS, ["method", "currency"], [BY_CARD, BY_TRANSFER])
    for params, expectation in (
        (BY_CARD, ACCEPT),
        ({**BY_CARD, "currency": "USD"}, ACCEPT),
        (BY_TRANSFER, ACCEPT),
        ({**BY_CARD, "method": "transfer"}, EITHER),
        ({**BY_CARD, **BY_TRANSFER}, EITHER),
        ({"method": "card", "currency": "EUR"}, EITHER),
    ):
        assert expected(contract, params)[0] is expectation
    assert kind_of(contract.request_spec).plain(contract.request_spec) == BY_CARD


def test_where_no_word_names_an_object_any_may_choose(loaded):
    """Then only those of the examples are known to go with their objects."""
    members = {**METHODS, "method": {"enum": ["by card", "by transfer"]}}
    by_card = {**BY_CARD, "method": "by card"}
    contract = loaded(members, ["method", "currency"], [by_card])
    assert expected(contract, by_card)[0] is ACCEPT
    assert expected(contract, {**by_card, "currency": "USD"})[0] is EITHER


def test_without_examples_nothing_is_known_of_a_choice(loaded):
    """A create that is sent all the same may be refused."""
    contract = loaded(METHODS, ["method", "currency"])
    assert expected(contract, BY_CARD)[0] is EITHER
    plain = kind_of(contract.request_spec).plain(contract.request_spec)
    assert expected(contract, plain)[0] is EITHER


@pytest.mark.parametrize("edition", editions())
def test_the_editions_say_all_of_it_themselves(edition):
    """Nothing is added to them, or advised."""
    contract = Contract.load(edition)
    assert advice(contract) == ()
    assert contract.realistic_schema == realistic(contract.operation.request)


def test_entries_of_a_map_are_annotated_where_they_are_described(loaded):
    """Their narrower schema counts, and a misspelt annotation is told with its place."""
    entries = {"type": "string", "x-realistic": {"minLength": 1}}
    members = {"amount": MEMBERS["amount"], "labels": {"type": "object", "additionalProperties": entries}}
    contract = loaded(members)
    assert expected(contract, {"amount": 5, "labels": {"a": "b"}})[0] is ACCEPT
    assert expected(contract, {"amount": 5, "labels": {"a": ""}})[0] is EITHER
    members["labels"]["additionalProperties"]["x-kind"] = "word"
    with pytest.raises(UsageError, match=r"request\.labels\.\*: x-kind is \"word\""):
        loaded(members)
