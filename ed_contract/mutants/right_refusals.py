"""Right servers that write their refusals in another way."""

# ruff: noqa: D102 - an overriding method is described by the one that it overrides

from __future__ import annotations

from collections.abc import Callable, Mapping

from werkzeug.wrappers import Response

from ed_contract.mutants.seams import at
from ed_contract.mutants.words import RightServer, right, right_in
from ed_contract.reference import Document, Reference, RefusedError

_ENVELOPE = "robustness/error-envelope"


def erring(form: Callable[[Document, int], Document]) -> type[Reference]:
    """Return the server that answers refusals in another form."""

    class Errs(Reference):
        def respond(self, status: int, document: Document, headers: Mapping[str, str] | None = None) -> Response:
            return super().respond(
                status, form(document["error"], status) if "error" in document else document, headers
            )

    return Errs


ERRORS = tuple(
    RightServer(name=name, sentence=sentence, make=erring(form), should=(_ENVELOPE,))
    for name, sentence, form in (
        ("error-at-the-top", "Answers code and message at the top level.", lambda error, _: error),
        (
            "error-as-problem",
            "Answers errors in the form of RFC 9457.",
            lambda error, status: {
                "type": "about:blank",
                "title": error["type"],
                "status": status,
                "detail": error["message"],
                "code": error["code"],
            },
        ),
        (
            "error-in-a-list",
            "Answers errors in the form of JSON:API.",
            lambda error, status: {
                "errors": [{"status": str(status), "code": error["code"], "detail": error["message"]}]
            },
        ),
    )
)


@right()
class MoreInErrors(Reference):
    """Answers refusals with all that the platform's envelope may hold."""

    def respond(self, status: int, document: Document, headers: Mapping[str, str] | None = None) -> Response:
        if "error" in document:
            more = {"user_message": "Sorry.", "doc_url": "https://example.com", "param": None}
            document = {"error": {**document["error"], **more}, "request_id": "req_1"}
        return super().respond(status, document, headers)


@right(should=(_ENVELOPE,))
class RefusesInSilence(Reference):
    """Answers refusals without a body, conflicts apart."""

    def respond(self, status: int, document: Document, headers: Mapping[str, str] | None = None) -> Response:
        response = super().respond(status, document, headers)
        if at("error.code", document) not in {None, self.conflict_code}:
            response.set_data(b"")
            del response.headers["Content-Type"]
        return response


@right()
class UnknownInSilence(Reference):
    """Answers wrong credentials and other media types without a body."""

    def refusal_response(self, refusal: RefusedError) -> Response:
        if refusal.status in {401, 415}:
            return Response(status=refusal.status, headers=refusal.headers)
        return super().refusal_response(refusal)


RIGHT = (*right_in(globals()), *ERRORS)
