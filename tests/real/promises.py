"""What the README of a package says about what was found: word for word, without its marks, blanks as one."""

from __future__ import annotations

OTHERWISE, SO = "otherwise", "so"
Saying = tuple[str, str]  # whether it promises something else, and the sentence

PROMISES: dict[str, dict[str, Saying]] = {
    "asgi-idempotency-header": {
        "idempotency/account-scoped": (
            SO,
            "If two users accidentally send in the same header value for what's meant to be two separate requests, "
            "the middleware will interpret them as the same.",
        ),
    },
    "django-idempotency-key": {
        "idempotency/replay": (SO, "If not specified this defaults to HTTP_409_CONFLICT"),
        "idempotency/burst/one-destination": (
            OTHERWISE,
            "to ensure that multiple threads do not try to call the same view/viewset method at the same time.",
        ),
    },
    "drf-idempotency": {
        "idempotency/conflict/status": (
            SO,
            "reusing a key with a different request body is rejected (422) rather than silently replaying the wrong "
            "response.",
        ),
    },
    "fastapi-idempotency": {
        "idempotency/conflict/status": (SO, "a different method/path/query/body with that key is rejected (422)"),
        "idempotency/no-key": (SO, "Same caller (by scope), method, path, query and body, sent again soon after"),
    },
    "fastapi-idempotency-key": {
        "idempotency/conflict/status": (SO, "it is blocked with HTTP 422 Unprocessable Entity."),
    },
    "ichido": {"idempotency/conflict/status": (SO, "Return 422 Error")},
    "idemgate": {
        "idempotency/conflict/code": (SO, "409 idempotency_key_reused"),
        "idempotency/same-parameters": (
            SO,
            "JSON is compared as bytes, so equivalent JSON with different spacing counts as different data.",
        ),
    },
    "idemkit": {
        "idempotency/conflict/status": (
            SO,
            "If the same key arrives with a different fingerprint, idemkit rejects it (422) instead of replaying the "
            "wrong response.",
        ),
    },
    "idemptx": {
        "idempotency/burst/one-destination": (SO, "Request signature validation (method + URL + headers + body)"),
        "idempotency/same-parameters": (SO, "Request signature validation (method + URL + headers + body)"),
    },
    "mobius-idempotence-library": {
        "idempotency/conflict/status": (
            SO,
            "a key reused with a different request body is rejected (422), not silently replayed.",
        ),
    },
    "express-idempotency": {
        "idempotency/conflict/status": (SO, "it will be qualified as a misuse of the idempotency key"),
    },
}
