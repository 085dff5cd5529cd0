"""A right server of `payments.yaml`, written from its prose: a WSGI application that keeps its payments in memory.

What it does is data: a `Behaviour` says each thing that a server could do otherwise.
"""

from __future__ import annotations

import copy
import json
import threading
import time
import uuid
from collections.abc import Callable, Collection, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from contracts.payments.validating import Rule, Rules

Json = dict[str, Any]

PATH = "/payments"
ACCOUNTS = {"sk_test_a": "shop-a", "sk_test_b": "shop-b"}
MOST_BYTES = 1_000_000
DEEPEST = 40


def unchanged(value: Any) -> Any:
    """Return a value as it is."""
    return value


def in_canonical_form(body: Json) -> Any:
    """Return what two bodies have in common exactly if they say the same: JSON tells 1 from true, Python does not."""
    return json.dumps(body, sort_keys=True)


def whole_key(key: str, _: Json) -> str:
    """Return a key as it was sent."""
    return key


def rfc_3339(moment: datetime) -> str:
    """Return a moment as the documentation writes it."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def new_id(_: Json) -> str:
    """Return an id that nothing else has."""
    return f"pay_{uuid.uuid4().hex}"


def as_asked(body: Json) -> Collection[str]:
    """Return the names of those members that are shown only if the body asks for them."""
    return body.get("expand") or ()


def is_deeper(value: Any, levels: int) -> bool:
    """Whether objects and lists are nested deeper than so many levels."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels == 0 or any(is_deeper(one, levels - 1) for one in inner)


def problem(code: str, message: str) -> Json:
    """Return the body of a refusal."""
    return {"code": code, "message": message}


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """What a server does; the defaults are right."""

    accounts: Callable[[str | None], str | None] = lambda key: ACCOUNTS.get(key or "")  # by the credential
    rules: Mapping[str, Rule] = field(default_factory=dict)  # instead of those of `validating`, by field
    may_be_absent: Collection[str] = ()  # required fields that need not be there
    nulls: bool = True  # an optional field may be null, and counts as absent
    unknown: bool = True  # there may be fields that nobody knows
    accepts: Callable[[Json], str] = lambda _: ""  # what else is wrong with a body, or ""
    keep: Callable[[Json], Json] = unchanged  # what is kept of a body
    show: Callable[[Json], Json] = unchanged  # what is shown of a payment
    shown: Callable[[Json], Collection[str]] = as_asked
    new_id: Callable[[Json], str] = new_id
    new_secret: Callable[[str], str] = lambda _: f"pcs_{uuid.uuid4().hex}"  # for the payment with this id
    moment: Callable[[datetime], str] = rfc_3339
    created: int = 201
    conflict: int = 422
    envelope: Callable[[str, str], Json] = problem
    key: Callable[[str, Json], str | None] = whole_key  # under which a request is looked up
    fingerprint: Callable[[Json], Any] = in_canonical_form
    replays: Callable[[Json], Json | None] = unchanged  # what a used key gives; None makes another
    burns_keys: bool = False  # a refused create uses its key up
    gap: Callable[[], None] | None = None  # happens between looking a key up and taking it; None: nothing can
    delay: float = 0.0  # seconds before a payment is made


class RefusedError(Exception):
    """An answer other than a payment."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


@dataclass(slots=True, kw_only=True)
class First:
    """What is known of the first request with a key."""

    fingerprint: Any
    answer: Json | None = None  # None while it is in flight
    refused: RefusedError | None = None


class Server:
    """The application."""

    def __init__(self, behaviour: Behaviour | None = None) -> None:
        self.does = Behaviour() if behaviour is None else behaviour
        self.payments: dict[str, Json] = {}
        does = self.does
        self._rules = Rules(
            instead=does.rules, may_be_absent=does.may_be_absent, nulls=does.nulls, unknown=does.unknown
        )
        self._firsts: dict[tuple[str, str], First] = {}
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        """Answer a request."""
        try:
            status, content = self.does.created, self._answer(environ)
        except RefusedError as refused:
            status, content = refused.status, self.does.envelope(refused.code, str(refused))
        except Exception:  # noqa: BLE001 - as frameworks do it
            status, content = 500, self.does.envelope("internal", "Something went wrong.")
        payload = json.dumps(content).encode("ascii")
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(payload)))]
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return [payload]

    def _answer(self, environ: Mapping[str, Any]) -> Json:
        raw = self._read(environ)  # all of it, whatever comes of it: the connection is used again
        if environ.get("PATH_INFO") != PATH:
            raise RefusedError(404, "notFound", "There is nothing here.")
        if environ["REQUEST_METHOD"] != "POST":
            raise RefusedError(405, "notAllowed", "Payments are made by POST.")
        account = self.does.accounts(environ.get("HTTP_X_API_KEY"))
        if account is None:
            raise RefusedError(401, "unauthorized", "The X-Api-Key is missing, or nobody has it.")
        body = self._parsed(environ, raw)
        key = environ.get("HTTP_IDEMPOTENCY_KEY")
        if key is not None and not 1 <= len(key) <= 255:
            raise RefusedError(400, "invalidKey", "An Idempotency-Key has 1 to 255 characters.")
        return self._create(account, key, body)

    def _read(self, environ: Mapping[str, Any]) -> bytes:
        length = environ.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdecimal()) or int(length) > MOST_BYTES:
            raise RefusedError(413, "tooLarge", f"A body has {MOST_BYTES} bytes at most.")
        return bytes(environ["wsgi.input"].read(int(length)))

    @staticmethod
    def _parsed(environ: Mapping[str, Any], raw: bytes) -> Json:
        media = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
        if media != "application/json":
            raise RefusedError(415, "notJson", "Send application/json.")
        try:
            body = json.loads(raw.decode("utf-8"), parse_constant=int)  # int("NaN") is a ValueError
        except (ValueError, RecursionError) as error:
            raise RefusedError(400, "invalidJson", "The body is not JSON.") from error
        if not isinstance(body, dict) or is_deeper(body, DEEPEST):
            raise RefusedError(400, "invalidJson", "The body is not an object, or too deep.")
        return body

    def _create(self, account: str, sent_key: str | None, body: Json) -> Json:
        """Make a payment, or give the one that the key has made."""
        try:
            self._require_valid(body)
        except RefusedError as refused:
            if sent_key is not None and self.does.burns_keys:
                self._firsts.setdefault((account, sent_key), First(fingerprint=None, refused=refused))
            raise
        key = None if sent_key is None else self.does.key(sent_key, body)
        if key is None:
            return self._made(body)
        fingerprint, mine = self.does.fingerprint(body), None
        with nullcontext() if self.does.gap else self._lock:
            first = self._firsts.get((account, key))
            if first is None:
                if self.does.gap:
                    self.does.gap()
                first = mine = self._firsts[account, key] = First(fingerprint=fingerprint)
        if first is not mine:
            return self._again(first, fingerprint, body)
        try:
            first.answer = self._made(body)
        except Exception:
            del self._firsts[account, key]
            raise
        return first.answer

    def _again(self, first: First, fingerprint: Any, body: Json) -> Json:
        """Answer a request under a used key."""
        if first.refused is not None:
            raise first.refused
        if first.fingerprint != fingerprint:
            raise RefusedError(self.does.conflict, "idempotencyKeyReused", "The key was used for another payment.")
        if first.answer is None:
            raise RefusedError(409, "inFlight", "The first request with this key is still in flight.")
        return self.does.replays(first.answer) or self._made(body)

    def _require_valid(self, body: Json) -> None:
        if wrong := self._rules.wrong(body) or self.does.accepts(body):
            raise RefusedError(400, "invalid", wrong)
        for method, other in (("card", "bankTransfer"), ("bankTransfer", "card")):
            if body.get("method") == method and (body.get(method) is None or body.get(other) is not None):
                raise RefusedError(400, "invalid", f"A payment by {method} has {method}, and no {other}.")

    def _made(self, body: Json) -> Json:
        time.sleep(self.does.delay)
        kept = self.does.keep(copy.deepcopy(body))
        identifier, now = self.does.new_id(kept), self.does.moment(datetime.now(UTC))
        card, transfer = kept.get("card"), kept.get("bankTransfer")
        capture = True if kept.get("capture") is None else kept["capture"]
        asked = self.does.shown(body)
        payment = {
            "id": identifier,
            "object": "payment",
            "amount": kept["amount"],
            "amountCaptured": kept["amount"] if capture and card else 0,
            "currency": kept["currency"],
            "method": kept["method"],
            "lineItems": kept["lineItems"],
            "capture": capture,
            "status": "succeeded" if card else "processing",
            "description": kept.get("description"),
            "dueDate": kept.get("dueDate"),
            "metadata": kept.get("metadata"),
            "returnUrl": kept.get("returnUrl") if "returnUrl" in asked else None,
            "clientSecret": self.does.new_secret(identifier) if "clientSecret" in asked else None,
            "createdAt": now,
            "updatedAt": now,
            "card": None if card is None else {"brand": "visa", "threeDSecure": card.get("threeDSecure")},
            "bankTransfer": None
            if transfer is None
            else {"country": transfer["country"], "reference": f"RF{identifier[-10:].upper()}"},
        }
        self.payments[identifier] = payment
        return self.does.show(payment)
