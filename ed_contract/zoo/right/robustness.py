"""Right servers that write errors in another form, or ask clients to wait."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from werkzeug.wrappers import Request, Response

from ed_contract.reference import Create, Destination, Document, Reference, RefusedError
from ed_contract.zoo.altering import at
from ed_contract.zoo.specimen import right, right_in, right_of

_ENVELOPE = "robustness/error-envelope"


def erring(form: Callable[[Document, int], Document]) -> type[Reference]:
    """Return the server that writes refusals in another form."""

    class Errs(Reference):
        def respond(self, status: int, document: Document, headers: Mapping[str, str] | None = None) -> Response:
            return super().respond(
                status, form(document["error"], status) if "error" in document else document, headers
            )

    return Errs


ERRORS = right_of(
    (
        ("error-at-the-top", "Returns the error code and message at the top level.", erring(lambda error, _: error)),
        (
            "error-as-problem",
            "Returns errors in the format of RFC 9457.",
            erring(
                lambda error, status: {
                    "type": "about:blank",
                    "title": error["type"],
                    "status": status,
                    "detail": error["message"],
                    "code": error["code"],
                }
            ),
        ),
        (
            "error-in-a-list",
            "Returns errors in the format of JSON:API.",
            erring(
                lambda error, status: {
                    "errors": [{"status": str(status), "code": error["code"], "detail": error["message"]}]
                }
            ),
        ),
    ),
    should=(_ENVELOPE,),
)


@right()
class MoreInErrors(Reference):
    """Returns errors with every member that the platform's error envelope may hold."""

    def respond(self, status: int, document: Document, headers: Mapping[str, str] | None = None) -> Response:
        if "error" in document:
            more = {"user_message": "Sorry.", "doc_url": "https://example.com", "param": None}
            document = {"error": {**document["error"], **more}, "request_id": "req_1"}
        return super().respond(status, document, headers)


@right(should=(_ENVELOPE,))
class RefusesInSilence(Reference):
    """Answers refusals, except conflicts, without a body."""

    def respond(self, status: int, document: Document, headers: Mapping[str, str] | None = None) -> Response:
        response = super().respond(status, document, headers)
        if at("error.code", document) not in {None, self.conflict_code}:
            response.set_data(b"")
            del response.headers["Content-Type"]
        return response


@right()
class Invalid422(Reference):
    """Refuses invalid parameters with 422, and bodies that are not JSON with 400."""

    invalid_status = 422


@right()
class Malformed422(Reference):
    """Refuses any invalid body with 422."""

    invalid_status = 422
    malformed_status = 422


class Busy(Reference):
    """Asks clients to try again later now and then."""

    status = 429
    every = 7

    def set_up(self) -> None:
        self._count = itertools.count(1)

    def dispatch(self, request: Request) -> Response:
        if next(self._count) % self.every == 0:
            raise RefusedError(self.status, "rate_limited", "Try again.", headers={"Retry-After": "0"})
        return super().dispatch(request)


@right()
class RateLimited(Busy):
    """Answers every seventh request with 429 and `Retry-After: 0`."""


@right()
class OutForAMoment(Busy):
    """Answers every fiftieth request with 503 and `Retry-After: 0`."""

    status = 503
    every = 50


@right()
class BusyAfterItWasDone(Reference):
    """Sometimes answers 503 although the create succeeded, and hides the secret in replays."""

    def set_up(self) -> None:
        self._turn = itertools.count(1)

    def created_response(self, destination: Destination, create: Create) -> Response:
        if create.key and next(self._turn) % 7 == 0:
            raise RefusedError(503, "unavailable", "Try again.", headers={"Retry-After": "0"})
        return super().created_response(destination, create)

    def replay_response(self, destination: Destination, create: Create) -> Response:
        return super().replay_response(replace(destination, signing_secret=None), create)


@right()
class Slow(Reference):
    """Waits five milliseconds before each answer."""

    def handle(self, request: Request) -> Response:
        time.sleep(0.005)
        return super().handle(request)


RIGHT = (*right_in(globals()), *ERRORS)
