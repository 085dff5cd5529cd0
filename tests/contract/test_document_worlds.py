"""What several examples say together: rules that stand in prose are kept without being known."""

from __future__ import annotations

import pytest

from ed_contract.case import Expectation
from ed_contract.contract import Contract
from ed_contract.expecting import expected
from ed_contract.planning import plan

TEXT = {"type": "string"}


def meeting(starts, ends, colour, guest, **more):
    """Return an example of a create."""
    return {"starts": starts, "ends": ends, "colour": colour, "guests": [{"email": guest}], **more}


MORNING = meeting("08:00", "09:00", "red", "ada@example.com", coupon="C1")
EVENING = meeting("20:00", "21:30", "blue", "li@example.com", percent="5")
FIELDS = {
    "starts": TEXT,
    "ends": TEXT,
    "colour": {"enum": ["red", "blue", "green"]},
    "note": {**TEXT, "example": "Bring cake"},
    "coupon": TEXT,
    "percent": TEXT,
    "guests": {"type": "array", "items": {"type": "object", "required": ["email"], "properties": {"email": TEXT}}},
}


def contract_of(*examples, fields=FIELDS, required=("starts", "ends", "colour")):
    """Return the contract of a create with these examples."""
    media = {
        "schema": {"type": "object", "required": list(required), "properties": fields},
        "examples": {str(number): {"value": one} for number, one in enumerate(examples)},
    }
    made = {"type": "object", "required": ["id"], "properties": {"id": TEXT}}
    operation = {
        "requestBody": {"content": {"application/json": media}},
        "responses": {"201": {"content": {"application/json": {"schema": made}}}},
    }
    document = {"openapi": "3.1.0", "info": {"title": "M", "version": "1"}, "paths": {"/meetings": {"post": operation}}}
    return Contract.of(document, "meetings.yaml")


BOTH = contract_of(MORNING, EVENING)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, Expectation.ACCEPT),
        ({"note": "Bring cake"}, Expectation.ACCEPT),
        ({"colour": "green"}, Expectation.ACCEPT),
        ({"ends": "21:30"}, Expectation.EITHER),
        ({"colour": "blue"}, Expectation.EITHER),
        ({"percent": "5"}, Expectation.EITHER),
        ({"guests": [{"email": "li@example.com"}]}, Expectation.EITHER),
        ({"guests": [{"email": "ada@example.com"}] * 2}, Expectation.EITHER),
        ({"ends": 5}, Expectation.REJECT),
    ],
)
def test_values_come_from_one_example(changes, said):
    """An enum's too, where examples differ in it; a value that no example has goes with any."""
    assert expected(BOTH, {**MORNING, **changes})[0] is said


def test_a_single_example_says_nothing_of_what_goes_together():
    """Nor do several that agree."""
    alone = contract_of(MORNING)
    assert expected(alone, {**MORNING, "colour": "blue"})[0] is Expectation.ACCEPT


def test_two_optional_members_that_no_example_has_together_may_exclude_each_other():
    """A coupon or a discount, whose values any server takes one by one."""
    number = {"type": "integer", "minimum": 1, "maximum": 9}
    fields = {"coupon": number, "percent": number, "size": number}
    contract = contract_of({"size": 1, "coupon": 1}, {"size": 2, "percent": 2}, fields=fields, required=["size"])
    assert expected(contract, {"size": 1, "coupon": 3})[0] is Expectation.ACCEPT
    assert expected(contract, {"size": 1, "coupon": 1, "percent": 2})[0] is Expectation.EITHER


def test_what_is_sent_as_sure_to_be_taken_keeps_to_one_example():
    """And each example is sent."""
    rows = tuple(BOTH.requirements.values())
    phases = plan(BOTH, rows, None, seed=0, strength=3, max_examples=10, two_accounts=False, restarts=False)
    taken = [
        one.params
        for phase in phases
        if phase.name not in {"fuzz", "stateful"}
        for sequence in phase.sequences
        for one in sequence.cases()
        if one.expectation is Expectation.ACCEPT and one.params
    ]
    assert {(one["starts"], one["ends"]) for one in taken} == {("08:00", "09:00"), ("20:00", "21:30")}
    assert not [one for one in taken if "coupon" in one and "percent" in one]


def test_that_holds_in_an_object_too():
    """Wherever it stands."""
    number = {"type": "integer", "minimum": 1, "maximum": 9}
    inner = {"type": "object", "properties": {"coupon": number, "percent": number}}
    examples = ({"price": {"coupon": 1}}, {"price": {"percent": 2}})
    contract = contract_of(*examples, fields={"price": inner}, required=["price"])
    assert expected(contract, {"price": {"coupon": 3}})[0] is Expectation.ACCEPT
    assert expected(contract, {"price": {"coupon": 1, "percent": 2}})[0] is Expectation.EITHER
