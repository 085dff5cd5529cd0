"""Right servers with another tradition of idempotency keys, of accounts, or of asking for patience."""

# ruff: noqa: ARG002, D102 - an overriding method is described by the one that it overrides

from __future__ import annotations

import itertools
import json
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime

from werkzeug.wrappers import Request, Response

from ed_contract.mutants.races import Underway
from ed_contract.mutants.seams import altered, edited
from ed_contract.mutants.words import right, right_in
from ed_contract.reference import Create, Destination, Params, Reference, RefusedError, Remembered, Scope

_AUTH = ("auth/no-key", "auth/empty-key", "auth/other-scheme", "auth/unknown-key")


@right(sockets=True)
class TwinIsRefused(Underway):
    """Answers 409 to a create while another under its key is being answered."""

    def answer_twin(self, create: Create, scope: Scope, first: threading.Event) -> Response:
        raise RefusedError(409, "idempotency_key_in_use", "Try again.", headers={"Retry-After": "0"})


@right(sockets=True)
class TwinIsAConflict(Underway):
    """Answers a create while another under its key is being answered as if it were a conflict."""

    def answer_twin(self, create: Create, scope: Scope, first: threading.Event) -> Response:
        return self.conflict_response()


@right()
class FailuresReplayed(Reference):
    """Answers every use of a key whose first create was refused with the same refusal."""

    def set_up(self) -> None:
        self._refused: dict[Scope, RefusedError] = {}

    def answer(self, create: Create) -> Response:
        scope = self.scope(create.account, create.key or "")
        if create.key and scope in self._refused:
            refusal = self._refused[scope]
            raise RefusedError(refusal.status, refusal.code, refusal.message, kind=refusal.kind)
        try:
            return super().answer(create)
        except RefusedError as refusal:
            self._refused[scope] = refusal
            raise


@right()
class KeyBeforeParameters(Reference):
    """Looks whether a key was used before it looks at the parameters."""

    def answer(self, create: Create) -> Response:
        known = self.lookup(self.scope(create.account, create.key)) if create.key else None
        if known is None:
            return super().answer(create)
        return self.answer_known(known, self.identity(replace(create, params=self.given(create.params))), create)


@right()
class KeyBeforeCredential(Reference):
    """Refuses a used key as such before it looks at who is asking."""

    def authenticate(self, request: Request) -> str:
        try:
            return super().authenticate(request)
        except RefusedError:
            if self.lookup(self.scope("acct_a", request.headers.get("Idempotency-Key", ""))) is None:
                raise
            raise RefusedError(409, "idempotency_error", "This key was used before.") from None


@right()
class SameBytesAgain(Reference):
    """Answers a replay with the bytes of the first answer."""

    def set_up(self) -> None:
        self._answers: dict[str, bytes] = {}

    def created_response(self, destination: Destination, create: Create) -> Response:
        response = super().created_response(destination, create)
        self._answers[destination.id] = response.get_data()
        return response

    def replay_response(self, destination: Destination, create: Create) -> Response:
        answer = self._answers.get(destination.id)
        return super().replay_response(destination, create) if answer is None else self._again(answer)

    def _again(self, answer: bytes) -> Response:
        return Response(answer, status=self.replayed_status, mimetype="application/json")


@right()
class SecretOnce(Reference):
    """Shows the secret in the first answer alone."""

    def replay_response(self, destination: Destination, create: Create) -> Response:
        return super().replay_response(replace(destination, signing_secret=None), create)


@right()
class ReplaysMove(Reference):
    """Answers a replay with what became of the destination since: a later update, another state."""

    def replay_response(self, destination: Destination, create: Create) -> Response:
        document = self.render(replace(destination, updated=datetime.now(UTC)), self.included(create.params))
        document.update(status="disabled", status_details={"disabled": {"reason": "user"}})
        source = "amazon_eventbridge.aws_event_source_status"
        return self.respond(200, edited(document, altered(source, lambda _: "active")))


@right()
class OrderIsNoDifference(Reference):
    """Takes arrays in another order for the same parameters."""

    def fingerprint(self, params: Params) -> str:
        return super().fingerprint({k: sorted(v) if isinstance(v, list) else v for k, v in params.items()})


@right()
class KeysUpTo64(Reference):
    """Refuses keys of more than 64 characters."""

    key_length = 64


@right()
class KeysOfAnyForm(Reference):
    """Takes any key, however long."""

    def is_key(self, key: str) -> bool:
        return True


@right()
class KeysEchoed(Reference):
    """Answers with headers that name the request and its key."""

    def create(self, request: Request) -> Response:
        response = super().create(request)
        response.headers["Request-Id"] = "req_1"
        response.headers["Stripe-Should-Retry"] = "false"
        if key := request.headers.get("Idempotency-Key"):
            response.headers["Idempotency-Key"] = key
        return response


@right(should=_AUTH)
class AsksNobody(Reference):
    """Asks for no credentials, and has an account for whatever is sent."""

    def authenticate(self, request: Request) -> str:
        return request.headers.get("Authorization", "")


@right(should=_AUTH)
class Forbids(Reference):
    """Answers wrong credentials with 403."""

    def authenticate(self, request: Request) -> str:
        try:
            return super().authenticate(request)
        except RefusedError as refusal:
            raise RefusedError(403, "forbidden", refusal.message) from None


class Quota(Reference):
    """Takes so many destinations and no more."""

    most = 16
    refusal = (400, "limit_exceeded")

    def set_up(self) -> None:
        self._made = 0
        self._counting = threading.Lock()

    def counts(self, params: Params) -> bool:
        """Whether such a destination is one of those that are counted."""
        return True

    def answer_once(self, create: Create, key: str) -> Response:
        if self.lookup(self.scope(create.account, key)) is None:
            self._count(create)
        return super().answer_once(create, key)

    def answer_always(self, create: Create) -> Response:
        self._count(create)
        return super().answer_always(create)

    def _count(self, create: Create) -> None:
        if not self.counts(create.params):
            return
        with self._counting:
            self._made += 1
            if self._made > self.most:
                raise RefusedError(*self.refusal, f"There are {self.most} destinations already.")


@right(inconclusive=True)
class SixteenDestinations(Quota):
    """Takes sixteen destinations, and refuses more with 400."""


@right(inconclusive=True)
class HundredDestinations(Quota):
    """Takes a hundred destinations, and refuses more with 403."""

    most = 100
    refusal = (403, "quota_exceeded")


@right(inconclusive=True)
class TwoEventBuses(Quota):
    """Takes two destinations of type amazon_eventbridge, refuses more of them, and takes any webhook endpoints."""

    most = 2

    def counts(self, params: Params) -> bool:
        return bool(params["type"] == "amazon_eventbridge")


class Busy(Reference):
    """Puts clients off now and then."""

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
    """Answers every seventh request with 429 and Retry-After: 0."""


@right()
class OutForAMoment(Busy):
    """Answers every fiftieth request with 503 and Retry-After: 0."""

    status = 503
    every = 50


@right()
class Slow(Reference):
    """Takes five milliseconds for each answer."""

    def handle(self, request: Request) -> Response:
        time.sleep(0.005)
        return super().handle(request)


@right()
class OneAtATime(Reference):
    """Lets creates wait for each other, whatever their keys."""

    def set_up(self) -> None:
        self._turn = threading.Lock()

    def answer_once(self, create: Create, key: str) -> Response:
        with self._turn:
            time.sleep(0.002)
            return super().answer_once(create, key)


@right()
class ParametersKept(Reference):
    """Compares the parameters themselves, and no digest of them."""

    def fingerprint(self, params: Params) -> str:
        return json.dumps(params, sort_keys=True)

    def answer_known(self, known: Remembered, fingerprint: str, create: Create) -> Response:
        same = json.loads(known.fingerprint) == json.loads(fingerprint)
        return super().answer_known(known, known.fingerprint if same else fingerprint, create)


RIGHT = right_in(globals())
