"""Servers that treat a body that is not a JSON object as a create."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from urllib.parse import parse_qsl

from ed_contract.reference import Params, Reference, RefusedError
from ed_contract.zoo.specimen import mutants_of

_DEFAULT: Params = {
    "name": "Untitled",
    "enabled_events": ["v1.billing.meter.error_report_triggered"],
    "event_payload": "thin",
    "type": "webhook_endpoint",
    "webhook_endpoint": {"url": "https://example.com"},
}


def repairing(repair: Callable[[str], object]) -> type[Reference]:
    """Return the server that repairs a text that is not a JSON object; `repair` returns None if it cannot."""

    class Repairs(Reference):
        def load(self, text: str) -> object:
            try:
                document = super().load(text)
            except RefusedError:
                document = None
            if isinstance(document, dict):
                return document
            with contextlib.suppress(ValueError, LookupError, RecursionError):
                document = repair(text)
            return super().load(text) if document is None else document

    return Repairs


def _first_of_many(text: str) -> object:
    return json.JSONDecoder().raw_decode(text.lstrip())[0]


def _first_of_two(text: str) -> object:
    document, end = json.JSONDecoder().raw_decode(text)
    json.JSONDecoder().raw_decode(text[end:].lstrip())
    return document


def _completed(text: str) -> object:
    for ending in ("}", "}}", "]}", '"}', '"]}', '"}}'):
        with contextlib.suppress(ValueError):
            return json.loads(text.rstrip().rstrip(",") + ending)
    return None


def _in_a_list(text: str) -> object:
    document = json.loads(text)
    return document[0] if isinstance(document, list) else None


def _in_a_string(text: str) -> object:
    document = json.loads(text)
    return json.loads(document) if isinstance(document, str) else None


def _is_no_json(text: str) -> bool:
    try:
        _first_of_many(text)
    except ValueError:
        return True
    return False


REPAIRED: tuple[tuple[str, str, Callable[[str], object]], ...] = (
    ("takes-trailing-garbage", "Accepts a body with anything after the JSON.", _first_of_many),
    (
        "takes-leading-garbage",
        "Accepts a body with a word before the JSON.",
        lambda text: json.loads(text.removeprefix("garbage")) if text.startswith("garbage") else None,
    ),
    ("takes-the-first-of-two", "Accepts two documents in a body and uses the first.", _first_of_two),
    ("completes-truncated-bodies", "Completes truncated bodies instead of refusing them.", _completed),
    ("takes-lists", "Accepts an array of creates and uses the first.", _in_a_list),
    ("takes-json-in-a-string", "Accepts a create encoded as a JSON string.", _in_a_string),
    (
        "takes-an-empty-body",
        "Treats an empty body as a create with default values.",
        lambda text: None if text else _DEFAULT,
    ),
    (
        "takes-blanks",
        "Treats a blank body as a create with default values.",
        lambda text: None if text.strip() or not text else _DEFAULT,
    ),
    (
        "takes-null",
        "Treats null as a create with default values.",
        lambda text: _DEFAULT if text.strip() == "null" else None,
    ),
    (
        "takes-numbers",
        "Treats a number as a create with default values.",
        lambda text: _DEFAULT if text.strip().lstrip("-").isdigit() else None,
    ),
    (
        "takes-any-text",
        "Treats any body that is not JSON as a create with default values.",
        lambda text: _DEFAULT if _is_no_json(text) else None,
    ),
    (
        "takes-forms",
        "Accepts form data as a create.",
        lambda text: {**_DEFAULT, **dict(parse_qsl(text))} if parse_qsl(text) and "{" not in text else None,
    ),
)

MUTANTS = mutants_of(
    "robustness/malformed-refused", ((name, sentence, repairing(repair)) for name, sentence, repair in REPAIRED)
)
