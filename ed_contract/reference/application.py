"""A correct server for `POST /v2/core/event_destinations`, as a WSGI application.

Written from the page alone. It must not know `ed_contract.contract`, `ed_contract.checks` or anything else
of `ed_contract`: it is the second reading that the checks are tested against. Each behaviour is a separate
method, so that a server with one defect is a subclass of a few lines.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import ClassVar, Self
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.wrappers import Request, Response

from ed_contract.reference.authentication import DEFAULT_KEYS
from ed_contract.reference.destination import Create, Destination, Document, Json, Params
from ed_contract.reference.fields import EDITIONS, SEED
from ed_contract.reference.idempotency import Idempotency
from ed_contract.reference.making import Making
from ed_contract.reference.operations import PROBLEMS_SHOWN, Operations
from ed_contract.reference.refusal import RefusedError
from ed_contract.reference.store import Remembered, Store

PATH = "/v2/core/event_destinations"

logger = logging.getLogger(__name__)
logger.addHandler(logging.NullHandler())  # a library is silent unless its user enables logging


class Reference(Operations, Making, Idempotency):
    """The reference server of an edition of the page: close it, or use it as a context manager."""

    created_status: ClassVar[int] = 200
    replayed_status: ClassVar[int] = 200
    invalid_status: ClassVar[int] = 400
    conflict_status: ClassVar[int] = 409
    conflict_code: ClassVar[str] = "idempotency_error"

    def __init__(
        self, *, db: Path | str | None = None, keys: Mapping[str, str] = DEFAULT_KEYS, edition: str = SEED
    ) -> None:
        if edition not in EDITIONS:
            raise ValueError(f"no edition {edition!r}: there are {', '.join(EDITIONS)}")
        self.edition = EDITIONS[edition]
        self.keys = keys
        self.store = Store(db)
        self.set_up()

    def set_up(self) -> None:
        """Set up the state that a derived server keeps besides the store; the reference keeps none."""

    def close(self) -> None:
        """Close the database; a private one is lost."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, as WSGI wants it."""
        request = Request(environ)
        return self.signed(request, self.handle(request))(environ, start_response)

    def handle(self, request: Request) -> Response:
        """Answer one request, whatever it is."""
        try:
            return self.dispatch(request)
        except RefusedError as refusal:
            return self.refusal_response(refusal)
        except Exception:
            logger.exception("the reference server failed")
            return self.refusal_response(RefusedError(500, "internal_error", "This is our fault.", kind="api_error"))

    def signed(self, request: Request, response: Response) -> Response:
        """Return the answer with what every answer carries: an id of the request, and its API version."""
        response.headers.setdefault("Request-Id", f"req_{secrets.token_hex(7)}")
        if version := request.headers.get("Stripe-Version"):
            response.headers.setdefault("Stripe-Version", version)
        return response

    def dispatch(self, request: Request) -> Response:
        """Answer a request by its path and method."""
        operations: Mapping[str, Callable[[], Response]]
        if request.path == PATH:
            operations = {"POST": lambda: self.create(request), "GET": lambda: self.list_all(request)}
        elif identifier := one_segment_below(PATH, request.path):
            operations = self.on_one(request, identifier)
        elif not (operations := self.on_action(request)):
            raise RefusedError(404, "not_found", "There is nothing at this path.")
        # The WSGI server drops the body of an answer to HEAD.
        operation = operations.get("GET" if request.method == "HEAD" else request.method)
        if operation is None:
            allowed = {"Allow": ", ".join(operations)}
            raise RefusedError(405, "method_not_allowed", "This path has no such method.", headers=allowed)
        return operation()

    def on_action(self, request: Request) -> Mapping[str, Callable[[], Response]]:
        """Return what can be done at the path of an action on a destination, by method."""
        one, _, action = request.path.rpartition("/")
        identifier = one_segment_below(PATH, one)
        return self.acting(request, identifier, action) if identifier else {}

    def create(self, request: Request) -> Response:
        """Create an event destination."""
        account = self.authenticate(request)
        key = self.idempotency_key(request)
        self.check_media_type(request)
        body = self.read_body(request)
        return self.answer(Create(account=account, key=key, body=body, params=self.parse(body)))

    def answer(self, create: Create) -> Response:
        """Answer a create whose parameters have not been validated yet."""
        self.validate(create.params)
        create = replace(create, params=self.given(create.params))
        return self.answer_always(create) if create.key is None else self.answer_once(create, create.key)

    def validate(self, params: Params) -> None:
        """Refuse invalid parameters."""
        if problems := list(islice(self.problems(params), PROBLEMS_SHOWN)):
            raise RefusedError(self.invalid_status, "invalid_fields", "; ".join(map(str, problems)))

    def given(self, params: Params) -> Params:
        """Return the parameters without those that count as absent."""
        return {name: value for name, value in params.items() if value is not None}

    def answer_always(self, create: Create) -> Response:
        """Answer a create without an idempotency key: each creates a destination."""
        destination = self.make(create.account, create.params)
        self.insert(destination)
        return self.created_response(destination, create)

    def answer_once(self, create: Create, key: str) -> Response:
        """Answer a create with an idempotency key: the first creates a destination, a concurrent twin waits for it."""
        scope, fingerprint = self.scope(create.account, key), self.identity(create)
        destination = self.make(create.account, create.params)
        with self.transaction():
            known = self.lookup(scope)
            if known is None:
                self.insert(destination)
                self.remember(scope, fingerprint, destination)
        if known is None:
            return self.created_response(destination, create)
        return self.answer_known(known, fingerprint, create)

    def answer_known(self, known: Remembered, fingerprint: str, create: Create) -> Response:
        """Answer a create whose key was used before."""
        if known.fingerprint != fingerprint:
            return self.conflict_response()
        return self.replay_response(known.destination, create)

    def included(self, params: Params) -> Collection[str]:
        """Return the fields that a create asks to include."""
        include = params.get("include")
        return include if isinstance(include, list) else ()

    def created_response(self, destination: Destination, create: Create) -> Response:
        """Return the answer to a create that created a destination."""
        return self.respond(self.created_status, self.render(destination, self.included(create.params)))

    def replay_response(self, destination: Destination, create: Create) -> Response:
        """Return the answer to a replay."""
        document = self.render(destination, self.included(create.params))
        return self.respond(self.replayed_status, document, {"Idempotent-Replayed": "true"})

    def conflict_response(self) -> Response:
        """Return the answer to a create with changed parameters under a used key."""
        message = "This Idempotency-Key was used with different request parameters."
        refusal = RefusedError(self.conflict_status, self.conflict_code, message, kind="idempotency_error")
        return self.refusal_response(refusal)

    def refusal_response(self, refusal: RefusedError) -> Response:
        """Return the answer that refuses a request."""
        error = {"code": refusal.code, "message": refusal.message, "type": refusal.kind}
        return self.respond(refusal.status, {"error": error}, refusal.headers)

    def respond(self, status: int, document: Document, headers: Mapping[str, str] | None = None) -> Response:
        """Return an answer."""
        return Response(self.encode(document), status=status, headers=headers, mimetype="application/json")

    def encode(self, document: Json) -> bytes:
        """Return a document as JSON."""
        return json.dumps(document).encode()  # escaped to ASCII, since messages may quote a lone surrogate


def one_segment_below(parent: str, path: str) -> str | None:
    """Return the last segment of a path that is directly below another, or None."""
    above, _, segment = path.rpartition("/")
    return segment if above == parent and segment else None
