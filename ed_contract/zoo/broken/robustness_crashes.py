"""Servers that answer 500 to some input, to some combination of parameters, or once in a while."""

from __future__ import annotations

import itertools
import re
import threading
import uuid
from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Request, Response

from ed_contract.reference import Create, Destination, Params, Reference, Scope
from ed_contract.zoo.altering import answering_conflicts, answering_replays, at, text_at
from ed_contract.zoo.bases import Underway
from ed_contract.zoo.failing import failing_at_bodies, failing_at_params, failing_at_requests
from ed_contract.zoo.predicates import (
    EVENTBRIDGE,
    FROM_OTHERS,
    SNAPSHOT,
    THIN,
    WEBHOOK,
    Test,
    depth,
    every_one,
    given,
    has,
    is_known,
    missing,
    not_json,
    not_utf8,
    strings_in,
    surrogates,
)
from ed_contract.zoo.specimen import mutant, mutants_in, mutants_of

_CRASHES = "robustness/no-server-error"
_NOT_A_REPLAY = (
    "idempotency/replay",
    "idempotency/conflict/keeps-first",
    "idempotency/same-parameters",
    "idempotency/remembers",
    "idempotency/burst/one-destination",
)

USED_KEYS = mutants_of(
    _CRASHES,
    (
        ("replay-crashes", "Fails with 500 on a replay.", answering_replays(500, "internal_error"), *_NOT_A_REPLAY),
        ("conflict-crashes", "Fails with 500 on a conflict.", answering_conflicts(500), "idempotency/conflict/status"),
    ),
)


@mutant(breaks=_CRASHES, also=("idempotency/burst/one-destination", "idempotency/burst/one-body"), sockets=True)
class TwinCrashes(Underway):
    """Fails with 500 on a create while another under its key is in progress."""

    def answer_twin(self, create: Create, scope: Scope, first: threading.Event) -> Response:
        raise LookupError(scope, create, first)


@mutant(breaks=_CRASHES, also=("robustness/keeps-serving",))
class CrashesAtASecondName(Reference):
    """Fails with 500 on a name that another destination of the account already has."""

    def set_up(self) -> None:
        self._names: set[tuple[str, str]] = set()

    def insert(self, destination: Destination) -> None:
        if (destination.account, destination.name) in self._names:
            raise LookupError(destination.name)
        self._names.add((destination.account, destination.name))
        super().insert(destination)


_CONTINENTS = r"(af|ap|ca|cn|eu|il|me|mx|sa|us)-"


def _entries(params: Params) -> dict[str, Any]:
    metadata = params.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def _items(name: str, params: Params) -> list[Any]:
    value = params.get(name)
    return value if isinstance(value, list) else []


_AT_PARAMS: tuple[tuple[str, str, Test], ...] = (
    ("surrogates", "a lone surrogate", surrogates),
    ("nul", "a name with a NUL", lambda params: "\0" in text_at("name", params)),
    ("long-names", "a name of more than 255 characters", lambda params: len(text_at("name", params)) > 255),
    (
        "very-long-descriptions",
        "a description of more than 4,096 characters",
        lambda params: len(text_at("description", params)) > 4096,
    ),
    ("emoji", "a name with an emoji", lambda params: any(one > "\uffff" for one in text_at("name", params))),
    ("quotes", "a name with a single quote", lambda params: "'" in text_at("name", params)),
    ("percent", "a description with a percent sign", lambda params: "%" in text_at("description", params)),
    ("braces", "a name with a brace", lambda params: "{" in text_at("name", params)),
    ("unknown-fields", "an unknown field", lambda params: not is_known(params)),
    ("name-missing", "a create without a name", lambda params: "name" not in params),
    (
        "config-missing",
        "a create without the configuration of its type",
        lambda params: at(str(params.get("type")), params) is None,
    ),
    (
        "config-double",
        "a create with both configurations",
        lambda params: at("webhook_endpoint", params) is not None and at("amazon_eventbridge", params) is not None,
    ),
    (
        "config-text",
        "a webhook endpoint that is a string",
        lambda params: isinstance(params.get("webhook_endpoint"), str),
    ),
    ("name-number", "a name that is a number", lambda params: isinstance(params.get("name"), int)),
    (
        "description-null",
        "null as the description",
        lambda params: "description" in params and params["description"] is None,
    ),
    ("metadata-null", "null as the metadata", lambda params: "metadata" in params and params["metadata"] is None),
    ("include-null", "null as `include`", lambda params: "include" in params and params["include"] is None),
    ("events-empty", "an empty list of events", lambda params: params.get("enabled_events") == []),
    (
        "events-double",
        "a duplicate event",
        lambda params: len({*strings_in(_items("enabled_events", params))}) < len(_items("enabled_events", params)),
    ),
    ("events-100", "a hundred events", lambda params: len(_items("enabled_events", params)) >= 100),
    (
        "event-object",
        "an event that is an object",
        lambda params: any(isinstance(one, dict) for one in _items("enabled_events", params)),
    ),
    ("metadata-51", "more than fifty metadata entries", lambda params: len(_entries(params)) > 50),
    ("metadata-proto", "the metadata key `__proto__`", lambda params: "__proto__" in _entries(params)),
    ("metadata-dots", "a metadata key with a dot", lambda params: any("." in key for key in _entries(params))),
    ("metadata-brackets", "a metadata key with a bracket", lambda params: any("[" in key for key in _entries(params))),
    (
        "metadata-numbers",
        "a number as a metadata value",
        lambda params: any(type(one) in {int, float} for one in _entries(params).values()),
    ),
    (
        "metadata-nested",
        "an object as a metadata value",
        lambda params: any(isinstance(one, dict) for one in _entries(params).values()),
    ),
    ("metadata-empty-key", "an empty metadata key", lambda params: "" in _entries(params)),
    (
        "url-no-host",
        "a URL without a host",
        lambda params: re.fullmatch(r"https?:/{0,3}", text_at("webhook_endpoint.url", params)) is not None,
    ),
    (
        "url-not-absolute",
        "a URL without a scheme",
        lambda params: "://" not in (text_at("webhook_endpoint.url", params) or "://"),
    ),
    (
        "url-unicode",
        "a URL with a non-ASCII character",
        lambda params: not text_at("webhook_endpoint.url", params).isascii(),
    ),
    (
        "account-letters",
        "an AWS account id that is not a number",
        lambda params: not (text_at("amazon_eventbridge.aws_account_id", params) or "0").isdigit(),
    ),
    (
        "region-unknown",
        "an AWS region on an unknown continent",
        lambda params: not re.match(_CONTINENTS, text_at("amazon_eventbridge.aws_region", params) or "us-"),
    ),
    ("type-list", "an array as the type", lambda params: isinstance(params.get("type"), list)),
    (
        "payload-unknown",
        "an unlisted payload",
        lambda params: text_at("event_payload", params) not in {"", "thin", "snapshot"},
    ),
    ("digits", "a name of only digits", lambda params: text_at("name", params).isdigit()),
    (
        "blank-name",
        "a blank name",
        lambda params: bool(text_at("name", params)) and not text_at("name", params).strip(),
    ),
    (
        "right-to-left",
        "a name in Hebrew or Arabic",
        lambda params: re.search("[\u0590-\u06ff]", text_at("name", params)) is not None,
    ),
)

AT_PARAMS = mutants_of(
    _CRASHES,
    ((f"crashes-at-{name}", f"Fails with 500 on {what}.", failing_at_params(when)) for name, what, when in _AT_PARAMS),
)


_AT_BODIES: tuple[tuple[str, str, Callable[[bytes], bool]], ...] = (
    ("empty", "an empty body", lambda body: not body),
    ("not-json", "a body that is not JSON", not_json),
    ("a-list", "an array at the top level", lambda body: body.lstrip()[:1] == b"["),
    ("null", "null at the top level", lambda body: body.strip() == b"null"),
    ("depth", "a body nested more than fifty levels deep", lambda body: depth(body) > 50),
    ("bad-utf-8", "a body that is not UTF-8", not_utf8),
    ("byte-order-mark", "a body with a byte order mark", lambda body: body.startswith(b"\xef\xbb\xbf")),
    (
        "big-numbers",
        "a number of more than four thousand digits",
        lambda body: re.search(rb"\d{4001}", body) is not None,
    ),
    ("nan", "a body with NaN", lambda body: b"NaN" in body),
    ("large", "a body of more than a hundred thousand bytes", lambda body: len(body) > 100_000),
)

AT_BODIES = mutants_of(
    _CRASHES,
    ((f"crashes-at-{name}", f"Fails with 500 on {what}.", failing_at_bodies(when)) for name, what, when in _AT_BODIES),
)


def _key(request: Request) -> str | None:
    return request.headers.get("Idempotency-Key")


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


_AT_REQUESTS: tuple[tuple[str, str, Callable[[Request], bool], *tuple[str, ...]], ...] = (
    ("no-key", "a create without an idempotency key", lambda request: _key(request) is None),
    (
        "no-uuid",
        "an idempotency key that is not a UUID",
        lambda request: _key(request) is not None and not _is_uuid(_key(request) or ""),
    ),
    ("long-keys", "an idempotency key of more than 255 characters", lambda request: len(_key(request) or "") > 255),
    (
        "other-media-types",
        "a media type other than JSON",
        lambda request: bool(request.mimetype) and request.mimetype != "application/json",
    ),
    ("no-media-type", "a create without a media type", lambda request: not request.mimetype),
    ("no-version", "a create without an API version", lambda request: "Stripe-Version" not in request.headers),
    (
        "no-credentials",
        "a request without credentials",
        lambda request: "Authorization" not in request.headers,
        "auth/no-key",
    ),
    (
        "empty-credentials",
        "a credential without both a scheme and a key",
        lambda request: len(request.headers.get("Authorization", "a b").split()) < 2,
        "auth/empty-key",
    ),
)

AT_REQUESTS = mutants_of(
    _CRASHES,
    (
        (f"crashes-at-{name}", f"Fails with 500 on {what}.", failing_at_requests(when), *also)
        for name, what, when, *also in _AT_REQUESTS
    ),
)


def crashing_every(count: int) -> type[Reference]:
    """Return the server that fails on every n-th create."""

    class CrashesNowAndThen(Reference):
        def set_up(self) -> None:
            self._count = itertools.count(1)

        def answer(self, create: Create) -> Response:
            if next(self._count) % count == 0:
                raise LookupError(count)
            return super().answer(create)

    return CrashesNowAndThen


RARELY = mutants_of(
    _CRASHES,
    (
        (f"crashes-every-{count}th", f"Fails with 500 on every {count}th create.", crashing_every(count))
        for count in (40, 150)
    ),
)

SOMETIMES = mutants_of(
    _CRASHES,
    (
        (
            "eventbridge-snapshot-fails",
            "Fails with 500 on EventBridge destinations with snapshot payloads.",
            failing_at_params(every_one(EVENTBRIDGE, SNAPSHOT)),
        ),
        (
            "metadata-without-description-fails",
            "Fails with 500 on metadata without a description.",
            failing_at_params(every_one(given("metadata"), missing("description"))),
        ),
        (
            "eventbridge-snapshot-others-fails",
            "Fails with 500 on EventBridge destinations with snapshot payloads from other accounts.",
            failing_at_params(every_one(EVENTBRIDGE, SNAPSHOT, FROM_OTHERS)),
        ),
        (
            "secret-first-fails",
            "Fails with 500 if there is a description and `include` names the secret before the URL.",
            failing_at_params(
                every_one(
                    has("include", ["webhook_endpoint.signing_secret", "webhook_endpoint.url"]), given("description")
                )
            ),
        ),
        (
            "eventbridge-others-described-tagged-fails",
            "Fails with 500 on EventBridge destinations with events from other accounts, a description and metadata.",
            failing_at_params(every_one(EVENTBRIDGE, FROM_OTHERS, given("description"), given("metadata"))),
        ),
        (
            "webhook-thin-secret-others-fails",
            "Fails with 500 on webhook endpoints with thin payloads from other accounts that include only the secret.",
            failing_at_params(
                every_one(WEBHOOK, THIN, FROM_OTHERS, has("include", ["webhook_endpoint.signing_secret"]))
            ),
        ),
    ),
)

MUTANTS = (*USED_KEYS, *AT_PARAMS, *AT_BODIES, *AT_REQUESTS, *RARELY, *mutants_in(globals()), *SOMETIMES)
