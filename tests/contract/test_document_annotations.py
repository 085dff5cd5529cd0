"""The annotations of a document of one's own: what is wrong with them is told in two lines, with the place."""

from __future__ import annotations

import pytest
from common.documents import BODY, FILE, OPERATION, REQUEST_AT, RESPONSE_AT, changed

from ed_contract.exceptions import UsageError


def test_annotations_of_others_are_left_alone(loaded):
    """Names that begin with `x-` and resemble none of ours."""
    contract = loaded(changed(f"{REQUEST_AT} properties amount x-internal-owner", "billing"))
    assert "request/amount/type" in contract.requirements


@pytest.mark.parametrize(
    ("place", "value", "told"),
    [
        (
            f"{REQUEST_AT} properties amount x-kind",
            "money",
            'request.amount: x-kind is "money"\n'
            "expected one of text, url, digits, token, enum, number, boolean, timestamp, list, set, map, object.",
        ),
        (
            f"{REQUEST_AT} properties amount x-values",
            5,
            "request.amount: x-values is 5\nexpected array.",
        ),
        (
            f"{RESPONSE_AT} properties amount x-echo",
            "exactly",
            'response.amount: x-echo is "exactly"\nexpected one of exact, set, false.',
        ),
        (
            f"{RESPONSE_AT} properties amount x-echo",
            {"as": "exact", "if": {}},
            'response.amount: x-echo is {"as": "exact", "if": {}}\n'
            "Additional properties are not allowed ('if' was unexpected).",
        ),
        (
            f"{RESPONSE_AT} x-identity",
            {"created": "at"},
            "response: x-identity is {\"created\": \"at\"}\n'id' is a required property.",
        ),
        (
            f"{OPERATION} x-idempotency",
            {"status": 200},
            "operation: x-idempotency.status is 200\n200 is less than the minimum of 400.",
        ),
        (
            f"{OPERATION} x-clients",
            {"curl": {"Authorization": "Bearer {key}"}},
            'operation: x-clients.curl.Authorization is "Bearer {key}"\n'
            "expected a string that matches ^([^{}]|\\{(credential|version|uuid)\\})+$",
        ),
        (
            f"{REQUEST_AT} properties amount x-realistic",
            {"pattern": "["},
            'request.amount: x-realistic.pattern is "["\n\'[\' is not a \'regex\'.',
        ),
        (
            f"{REQUEST_AT} x-should",
            [{"id": "amount/round", "statement": "no capital", "when": {}}],
            'request: x-should[0].statement is "no capital"\nexpected a string that matches ^[A-Z`].*\\.$',
        ),
        (
            f"{REQUEST_AT} properties amount x-vaules",
            [5],
            f"{BODY}.properties.amount: unknown annotation 'x-vaules'\ndid you mean x-values?",
        ),
    ],
)  # fmt: skip
def test_an_annotation_that_says_nothing_known_is_told(loaded, place, value, told):
    """With what was written and what is expected."""
    with pytest.raises(UsageError) as caught:
        loaded(changed(place, value))
    assert str(caught.value) == f"{FILE}: {told}"


@pytest.mark.parametrize(
    ("place", "value", "told"),
    [
        (
            f"{REQUEST_AT} properties amount x-values",
            [100, "250"],
            "request.amount: x-values[1] breaks the documented schema: '250' is not of type 'integer'\n"
            "give values that the schema allows.",
        ),
        (
            f"{REQUEST_AT} properties legs items",
            {"type": "object", "properties": {"to": {"type": "string", "x-values": [1]}}},
            "request.legs[].to: x-values[0] breaks the documented schema: 1 is not of type 'string'\n"
            "give values that the schema allows.",
        ),
        (
            f"{REQUEST_AT} properties currency x-realistic",
            {"enum": ["eur", "chf"]},
            'request.currency: x-realistic allows "chf", but the documented schema does not\n'
            "a realistic schema must narrow the documented one.",
        ),
        (
            f"{REQUEST_AT} properties amount x-realistic",
            {"minimum": 1000},
            "request.amount: no value is valid under both the schema and x-realistic, not even 100\n"
            "give one in x-values that both allow.",
        ),
        (
            f"{REQUEST_AT} properties currency x-realistic",
            {"pattern": "^[A-Z]{3}$"},
            'request.currency: no value is valid under both the schema and x-realistic, not even "eur"\n'
            "give one in x-values that both allow.",
        ),
        (
            f"{REQUEST_AT} properties note",
            {"type": "string", "maxLength": 40, "x-realistic": {"minLength": 50}},
            "request.note: found no value that is valid under both the schema and x-realistic\n"
            "give one in x-values that both allow.",
        ),
        (
            f"{REQUEST_AT} properties amount minimum",
            "one",
            "request.properties.amount.minimum: the schema is invalid: 'one' is not of type 'number'\n"
            "expected JSON Schema.",
        ),
        (
            f"{REQUEST_AT} properties method x-selects",
            {"card": "cart"},
            "request.method: x-selects: the request has no field 'cart'\n"
            "it has amount, currency, method, card, card.number, expand, legs.",
        ),
        (
            f"{REQUEST_AT} properties method x-selects",
            {"cart": "card"},
            'request.method: x-selects: "cart" is not a value of the enum\nit has card.',
        ),
        (
            f"{REQUEST_AT} properties expand x-selects",
            {"1": "card"},
            'request.expand: x-selects: "1" is not a value of the enum\nx-selects belongs at an enum.',
        ),
        (
            f"{RESPONSE_AT} properties card x-on-request",
            "include",
            "response.card: x-on-request: the request has no field 'include'\n"
            "it has amount, currency, method, card, card.number, expand, legs.",
        ),
        (
            f"{RESPONSE_AT} properties id x-echo",
            "exact",
            "response.id: x-echo: the request has no field 'id'\n"
            "it has amount, currency, method, card, card.number, expand, legs.",
        ),
        (
            f"{RESPONSE_AT} x-identity",
            {"id": "uuid"},
            "response: x-identity: the response has no field 'uuid'\nit has id, amount, currency, card.",
        ),
    ],
)
def test_an_annotation_that_contradicts_the_document_is_told(loaded, place, value, told):
    """By values that are written down, or by a field or value that is not there."""
    with pytest.raises(UsageError) as caught:
        loaded(changed(place, value))
    assert str(caught.value) == f"{FILE}: {told}"
