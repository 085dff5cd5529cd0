"""A user's own create: payments, with its document and a server for it."""

from __future__ import annotations

import json
import uuid
from typing import Any

import yaml
from common.documents import with_value

NEW = {
    "type": "object",
    "required": ["amount", "currency"],
    "properties": {
        "amount": {"type": "integer", "minimum": 1, "x-values": [100, 250]},
        "currency": {"enum": ["eur", "usd"], "x-realistic": {"enum": ["eur"]}},
        "legs": {"type": "array", "items": {"$ref": "#/components/schemas/Leg"}},
    },
}
MADE = {
    "type": "object",
    "required": ["id", "amount"],
    "x-identity": {"id": "id"},
    "properties": {
        "id": {"type": "string"},
        "amount": {"type": "integer", "x-echo": "exact"},
        "currency": {"type": "string", "x-echo": "exact"},
    },
}
REFUNDED = {"type": "object", "properties": {"id": {"type": "string"}}}
EXAMPLE = {"amount": 100, "currency": "eur"}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Payments", "version": "1"},
    "security": [{"key": []}],
    "paths": {
        "/payments": {
            "parameters": [{"$ref": "#/components/parameters/Key"}],
            "post": {
                "operationId": "createPayment",
                "x-idempotency": {"status": 422, "in_flight": 409},
                "parameters": [{"name": "X-Version", "in": "header", "schema": {"type": "string"}, "example": "7"}],
                "requestBody": {"content": {"application/json": {"schema": NEW, "example": EXAMPLE}}},
                "responses": {
                    "201": {"content": {"application/json": {"schema": MADE}}},
                    "409": {"description": "The first request is under way."},
                    "422": {"description": "The key was used for another payment."},
                },
            },
        },
        "/payments/{payment}/refunds": {
            "post": {
                "operationId": "createRefund",
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Refund"}}}},
                "responses": {"201": {"content": {"application/json": {"schema": REFUNDED}}}},
            }
        },
    },
    "components": {
        "parameters": {"Key": {"name": "X-Idempotency", "in": "header", "schema": {"type": "string"}}},
        "schemas": {
            "Leg": {"type": "object", "properties": {"to": {"type": "string"}}},
            "Refund": {"type": "object", "properties": {"amount": {"type": "integer"}}},
        },
        "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Api-Key"}},
    },
}
OPERATION = "paths|/payments|post"
BODY = f"{OPERATION}|requestBody|content|application/json|schema"


def changed(place: str, value: object) -> dict[str, Any]:
    """Return the document with another value at a place, given as names separated by bars; None removes it."""
    return with_value(DOCUMENT, place.split("|"), value)


def written(folder, document=DOCUMENT, name="payments.yaml"):
    """Write a document, or a text, into a folder, and return the path."""
    path = folder / name
    path.write_text(
        document if isinstance(document, str) else yaml.safe_dump(document, sort_keys=False), encoding="utf-8"
    )
    return path


class Payments:
    """Answers creates as the document says; adds `more` to every amount that it returns."""

    def __init__(self, more: int = 0) -> None:
        self.more = more
        self.headers: list[dict[str, str]] = []  # of each request
        self._used: dict[str, tuple[Any, Any]] = {}

    def __call__(self, body, headers):
        """Answer one create."""
        self.headers.append({name.lower(): value for name, value in headers.items()})
        status, document = self._answer(body, headers)
        return status, {"Content-Type": "application/json"}, json.dumps(document).encode()

    def _answer(self, body, headers):
        if headers.get("X-Api-Key") != "k_1":
            return 401, {"problem": "no such key"}
        try:
            params = json.loads(body)
        except ValueError:
            return 400, {"problem": "no JSON"}
        if not _is_valid(params):
            return 400, {"problem": "invalid"}
        key = headers.get("X-Idempotency")
        if key in self._used:
            first, made = self._used[key]
            return (201, made) if first == params else (422, {"problem": "the key was used"})
        made = {"id": str(uuid.uuid4()), **params, "amount": params["amount"] + self.more}
        made.pop("legs", None)
        if key is not None:
            self._used[key] = params, made
        return 201, made


def _is_valid(params):
    if not isinstance(params, dict) or not params.keys() <= {"amount", "currency", "legs"}:
        return False
    amount = params.get("amount")
    return type(amount) is int and amount > 0 and params.get("currency") in {"eur", "usd"}
