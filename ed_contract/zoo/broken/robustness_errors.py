"""Servers whose refusals have the wrong form, or reveal too much."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Request, Response

from ed_contract.reference import Document, Reference, RefusedError
from ed_contract.zoo.altering import Edit
from ed_contract.zoo.specimen import mutant, mutants_in, mutants_of

_ENVELOPE = "robustness/error-envelope"
_LEAK = "robustness/no-leak"


def erring(
    status: int | None, form: Callable[[Document], object] | bytes, media: str = "application/json"
) -> type[Reference]:
    """Return the server that writes refusals, or those with one status, in another form."""

    class Errs(Reference):
        def refusal_response(self, refusal: RefusedError) -> Response:
            response = super().refusal_response(refusal)
            if status not in {None, refusal.status}:
                return response
            if isinstance(form, bytes):
                return Response(form, status=refusal.status, content_type=media)
            return self.respond(refusal.status, form(json.loads(response.get_data())))  # type: ignore[arg-type]

    return Errs


def _without(name: str) -> Edit:
    return lambda document: {"error": {key: one for key, one in document["error"].items() if key != name}}


def _with(**members: object) -> Edit:
    return lambda document: {"error": {**document["error"], **members}}


_CONFLICT_CODE = "idempotency/conflict/code"
ERRORS = mutants_of(
    _ENVELOPE,
    (
        (
            "error-as-a-page",
            "Answers malformed and invalid creates with an HTML page.",
            erring(400, b"<html><body>Bad Request</body></html>", "text/html"),
        ),
        ("error-as-text", "Answers invalid creates with plain text.", erring(400, b"Bad Request", "text/plain")),
        ("error-without-body", "Answers invalid creates with an empty body.", erring(400, b"")),
        ("error-without-code", "Answers invalid creates without an error code.", erring(400, _without("code"))),
        ("error-without-message", "Answers refusals without an error message.", erring(None, _without("message"))),
        (
            "error-code-is-a-number",
            "Returns a number as the error code of invalid creates.",
            erring(400, _with(code=400)),
        ),
        (
            "error-message-is-a-list",
            "Returns an array as the error message of invalid creates.",
            erring(400, lambda document: {"error": {**document["error"], "message": [document["error"]["message"]]}}),
        ),
        (
            "errors-in-a-list",
            "Returns an array of errors instead of one error.",
            erring(None, lambda document: {"errors": [document["error"]]}),
            _CONFLICT_CODE,
        ),
        (
            "error-is-a-string",
            "Returns only the error message, as a string.",
            erring(None, lambda document: {"error": document["error"]["message"]}),
            _CONFLICT_CODE,
        ),
        (
            "error-as-detail",
            "Returns errors in a framework's default format.",
            erring(None, lambda document: {"detail": document["error"]["message"]}),
            _CONFLICT_CODE,
        ),
    ),
)


@mutant(breaks=_LEAK)
class TracebackInTheMessage(Reference):
    """Puts a stack trace into its error messages."""

    def refusal_response(self, refusal: RefusedError) -> Response:
        trace = "".join(traceback.format_exception(refusal))
        return super().refusal_response(RefusedError(refusal.status, refusal.code, f"{refusal.message}\n{trace}"))


@mutant(breaks=_LEAK)
class TracebackForUnreadableBodies(Reference):
    """Puts the parser's stack trace into the error message for a body that is not JSON."""

    def load(self, text: str) -> object:
        try:
            return super().load(text)
        except RefusedError as refusal:
            raise self.malformed("".join(traceback.format_exception(refusal))) from None


@mutant(breaks=_LEAK)
class CredentialInTheMessage(Reference):
    """Quotes the `Authorization` header in its error messages."""

    def create(self, request: Request) -> Response:
        try:
            return super().create(request)
        except RefusedError as refusal:
            message = f"{refusal.message} Authorization: {request.headers.get('Authorization')}"
            raise RefusedError(refusal.status, refusal.code, message, kind=refusal.kind) from None


@mutant(breaks=_LEAK)
class CredentialInTheDestination(Reference):
    """Returns the API key in a member `livemode_key`."""

    def create(self, request: Request) -> Response:
        response = super().create(request)
        document: dict[str, Any] = json.loads(response.get_data())
        if response.status_code < 300:
            response.set_data(self.encode({**document, "livemode_key": self.api_key(request)}))
        return response


MUTANTS = (*ERRORS, *mutants_in(globals()))
