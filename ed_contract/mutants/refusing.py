"""Servers whose refusals are wrong: bodies that are none are taken, errors have no form or tell too much."""

# ruff: noqa: D102 - an overriding method is described by the one that it overrides

from __future__ import annotations

import contextlib
import json
import traceback
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from werkzeug.wrappers import Request, Response

from ed_contract.mutants.words import Mutant, mutant, mutants_in
from ed_contract.reference import Document, Params, Reference, RefusedError

_MALFORMED = "robustness/malformed-refused"
_ENVELOPE = "robustness/error-envelope"
_LEAK = "robustness/no-leak"

_DEFAULT: Params = {
    "name": "Untitled",
    "enabled_events": ["v1.billing.meter.error_report_triggered"],
    "event_payload": "thin",
    "type": "webhook_endpoint",
    "webhook_endpoint": {"url": "https://example.com"},
}


def repairing(repair: Callable[[str], object]) -> type[Reference]:
    """Return the server that makes something of a text that is no JSON object; None, if it cannot."""

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


REPAIRED = tuple(
    Mutant(name=name, breaks=_MALFORMED, sentence=sentence, make=repairing(repair))
    for name, sentence, repair in (
        ("takes-trailing-garbage", "Takes a body with anything behind the JSON.", _first_of_many),
        (
            "takes-leading-garbage",
            "Takes a body with a word before the JSON.",
            lambda text: json.loads(text.removeprefix("garbage")) if text.startswith("garbage") else None,
        ),
        ("takes-the-first-of-two", "Takes the first of two documents in a body.", _first_of_two),
        ("completes-truncated-bodies", "Completes truncated bodies.", _completed),
        ("takes-lists", "Takes the first of a list of creates.", _in_a_list),
        (
            "takes-lists-for-nothing",
            "Takes a list for a create with its own defaults.",
            lambda text: _DEFAULT if text.lstrip().startswith("[") else None,
        ),
        (
            "takes-json-in-a-string",
            "Takes JSON in a string of JSON.",
            _in_a_string,
        ),
        (
            "takes-an-empty-body",
            "Takes an empty body for a create with its own defaults.",
            lambda text: None if text else _DEFAULT,
        ),
        (
            "takes-blanks",
            "Takes a blank body for a create with its own defaults.",
            lambda text: None if text.strip() or not text else _DEFAULT,
        ),
        (
            "takes-null",
            "Takes null for a create with its own defaults.",
            lambda text: _DEFAULT if text.strip() == "null" else None,
        ),
        (
            "takes-numbers",
            "Takes a number for a create with its own defaults.",
            lambda text: _DEFAULT if text.strip().lstrip("-").isdigit() else None,
        ),
        (
            "takes-any-text",
            "Takes any body that is no JSON for a create with its own defaults.",
            lambda text: _DEFAULT if _is_no_json(text) else None,
        ),
        (
            "takes-forms",
            "Takes a form for a create.",
            lambda text: {**_DEFAULT, **dict(parse_qsl(text))} if parse_qsl(text) and "{" not in text else None,
        ),
    )
)


def erring(
    status: int | None, form: Callable[[Document], object] | bytes, media: str = "application/json"
) -> type[Reference]:
    """Return the server that answers refusals, or those with one status, in another form."""

    class Errs(Reference):
        def refusal_response(self, refusal: RefusedError) -> Response:
            response = super().refusal_response(refusal)
            if status not in {None, refusal.status}:
                return response
            if isinstance(form, bytes):
                return Response(form, status=refusal.status, content_type=media)
            return self.respond(refusal.status, form(json.loads(response.get_data())))  # type: ignore[arg-type]

    return Errs


def _without(name: str) -> Callable[[Document], object]:
    return lambda document: {"error": {key: one for key, one in document["error"].items() if key != name}}


def _with(**members: object) -> Callable[[Document], object]:
    return lambda document: {"error": {**document["error"], **members}}


_CONFLICT_CODE = ("idempotency/conflict/code",)
ERRORS = tuple(
    Mutant(name=name, breaks=_ENVELOPE, sentence=sentence, make=make, also=also)
    for name, sentence, make, also in (
        (
            "error-as-a-page",
            "Answers malformed and invalid creates with a page of HTML.",
            erring(400, b"<html><body>Bad Request</body></html>", "text/html"),
            (),
        ),
        ("error-as-text", "Answers invalid creates with plain text.", erring(400, b"Bad Request", "text/plain"), ()),
        ("error-without-body", "Answers invalid creates with an empty body.", erring(400, b""), ()),
        ("error-without-code", "Answers invalid creates without a code.", erring(400, _without("code")), ()),
        ("error-without-message", "Answers refusals without a message.", erring(None, _without("message")), ()),
        (
            "error-code-is-a-number",
            "Answers a number as the code of invalid creates.",
            erring(400, _with(code=400)),
            (),
        ),
        (
            "error-message-is-a-list",
            "Answers a list as the message of invalid creates.",
            erring(400, lambda document: {"error": {**document["error"], "message": [document["error"]["message"]]}}),
            (),
        ),
        (
            "errors-in-a-list",
            "Answers a list of errors.",
            erring(None, lambda document: {"errors": [document["error"]]}),
            _CONFLICT_CODE,
        ),
        (
            "error-is-a-string",
            "Answers the message as the whole error.",
            erring(None, lambda document: {"error": document["error"]["message"]}),
            _CONFLICT_CODE,
        ),
        (
            "error-as-detail",
            "Answers errors as a framework does by default.",
            erring(None, lambda document: {"detail": document["error"]["message"]}),
            _CONFLICT_CODE,
        ),
    )
)


@mutant(breaks=_LEAK)
class TracebackInTheMessage(Reference):
    """Answers invalid creates with the stack trace of the refusal."""

    def refusal_response(self, refusal: RefusedError) -> Response:
        trace = "".join(traceback.format_exception(refusal))
        return super().refusal_response(RefusedError(refusal.status, refusal.code, f"{refusal.message}\n{trace}"))


@mutant(breaks=_LEAK)
class TracebackForUnreadableBodies(Reference):
    """Answers bodies that are no JSON with the stack trace of the parser."""

    def load(self, text: str) -> object:
        try:
            return super().load(text)
        except RefusedError as refusal:
            raise self.malformed("".join(traceback.format_exception(refusal))) from None


@mutant(breaks=_LEAK)
class CredentialInTheMessage(Reference):
    """Answers invalid creates with the headers of the request."""

    def create(self, request: Request) -> Response:
        try:
            return super().create(request)
        except RefusedError as refusal:
            message = f"{refusal.message} Authorization: {request.headers.get('Authorization')}"
            raise RefusedError(refusal.status, refusal.code, message, kind=refusal.kind) from None


@mutant(breaks=_LEAK)
class CredentialInTheDestination(Reference):
    """Answers with the API key in a member `livemode_key`."""

    def create(self, request: Request) -> Response:
        response = super().create(request)
        document: dict[str, Any] = json.loads(response.get_data())
        if response.status_code < 300:  # noqa: PLR2004 - the class of statuses
            response.set_data(self.encode({**document, "livemode_key": self.api_key(request)}))
        return response


MUTANTS = (*REPAIRED, *ERRORS, *mutants_in(globals()))
