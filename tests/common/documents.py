"""A small document of a create, and changed copies of it: for tests of what reads documents."""

from __future__ import annotations

import copy
from typing import Any

AMOUNT = {"type": "integer", "x-values": [100, 250], "x-realistic": {"minimum": 1}}
CURRENCY = {"enum": ["eur", "usd"], "x-realistic": {"enum": ["eur"]}}
CARD = {"type": "object", "properties": {"number": {"type": "string"}}}
REQUEST = {
    "type": "object",
    "required": ["amount"],
    "properties": {
        "amount": AMOUNT,
        "currency": CURRENCY,
        "method": {"enum": ["card"], "x-selects": {"card": "card"}},
        "card": CARD,
        "expand": {"type": "array", "items": {"enum": ["card"]}},
        "legs": {"type": "array", "items": {"$ref": "#/components/schemas/Leg"}},
    },
}
RESPONSE = {
    "type": "object",
    "x-identity": {"id": "id", "label": "currency"},
    "properties": {
        "id": {"type": "string"},
        "amount": {"type": "integer", "x-echo": "exact"},
        "currency": {"type": "string", "x-echo": "exact"},
        "card": {"type": "object", "x-on-request": "expand"},
    },
}
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Payments", "version": "1"},
    "security": [{"key": []}],
    "paths": {
        "/payments": {
            "post": {
                "operationId": "createPayment",
                "x-idempotency": {"status": 422, "in_flight": 409},
                "parameters": [
                    {"$ref": "#/components/parameters/Key"},
                    {"name": "Version", "in": "header", "examples": {"new": {"value": "2"}}},
                ],
                "requestBody": {"content": {"application/json": {"schema": REQUEST}}},
                "responses": {"201": {"content": {"application/json": {"schema": RESPONSE}}}},
            }
        }
    },
    "components": {
        "schemas": {"Leg": {"type": "object", "properties": {"to": {"type": "string"}}}},
        "parameters": {"Key": {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string"}}},
        "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Api-Key"}},
    },
}
FILE = "payments.yaml"
POST = "paths./payments.post"
BODY = f"{POST}.requestBody.content.application/json.schema"
OPERATION = "paths /payments post"
REQUEST_AT = f"{OPERATION} requestBody content application/json schema"
RESPONSE_AT = f"{OPERATION} responses 201 content application/json schema"


def with_value(document: dict[str, Any], names: list[str], value: object) -> dict[str, Any]:
    """Return a copy of a document with another value at a place; None removes it."""
    found = copy.deepcopy(document)
    *parents, last = names
    node = found
    for name in parents:
        node = node[name]
    if value is None:
        del node[last]
    else:
        node[last] = value
    return found


def changed(place: str, value: object) -> dict[str, Any]:
    """Return the document with another value at a place, given as names separated by blanks; None removes it."""
    return with_value(DOCUMENT, place.split(" "), value)
