"""The requirements that no schema can say: what must hold between requests, and between request and answer."""

from __future__ import annotations

from ed_contract.requirement import Level, Need, Requirement

MUST, SHOULD = Level.MUST, Level.SHOULD


def _row(identifier: str, level: Level, clause: str, statement: str, need: Need | None = None) -> Requirement:
    return Requirement(id=identifier, level=level, clause=clause, statement=statement, need=need)


_CONFLICT = "Error Codes › 409 idempotency_error"
_PLATFORM = "Platform convention"
_SENSE = "No server may do otherwise"

REQUEST = (
    _row("request/valid", MUST, "Parameters", "A create with documented fields and realistic values is accepted."),
)

RESPONSE = (
    _row("response/status", MUST, "Returns", "A create is answered with a final status, and success with 2xx."),
    _row("response/media-type", MUST, "Returns", "A successful answer says that it is JSON."),
    _row("response/body", MUST, "Returns", "A successful answer is one JSON object."),
    _row(
        "response/config-matches-type",
        MUST,
        "Response attributes › type",
        "The chosen type's configuration object is there, and the other type's is absent or null.",
    ),
    _row("response/id/unique", MUST, "Response attributes › id", "No two destinations share an id."),
    _row(
        "response/updated/not-before-created",
        MUST,
        "Response attributes › updated",
        "A destination is not updated before it is created.",
    ),
    _row(
        "response/timestamp-separator",
        SHOULD,
        "Response attributes › created",
        "Timestamps separate date and time with `T`.",
    ),
    _row(
        "response/well-formed",
        SHOULD,
        "Returns",
        "The JSON of an answer has no byte order mark, and no object in it names a member twice.",
    ),
)

_ECHOED = {
    "name": "`name` comes back exactly as sent.",
    "type": "`type` comes back as sent.",
    "event_payload": "`event_payload` comes back as sent.",
    "enabled_events": "`enabled_events` comes back exactly as sent, in the same order.",
    "description": "`description` comes back exactly as sent.",
    "events_from": "`events_from` comes back with the same elements.",
    "metadata": "`metadata` comes back exactly as sent.",
    "snapshot_api_version": "`snapshot_api_version` comes back as sent with a snapshot payload.",
    "amazon_eventbridge.aws_account_id": "`amazon_eventbridge.aws_account_id` comes back exactly as sent.",
    "webhook_endpoint.url": "`webhook_endpoint.url`, when included, comes back exactly as sent.",
}

ECHO = (
    *(_row(f"echo/{place}", MUST, f"Response attributes › {place}", said) for place, said in _ECHOED.items()),
    _row(
        "echo/normalised",
        SHOULD,
        "Response attributes",
        "An unusual value that is accepted comes back as sent, not trimmed, folded or normalised.",
    ),
)

INCLUDE = (
    _row(
        "include/webhook_endpoint.url",
        MUST,
        "Parameters › include",
        "`webhook_endpoint.url` is returned when it is asked for, and withheld when it is not.",
    ),
    _row(
        "include/webhook_endpoint.signing_secret",
        MUST,
        "Parameters › include",
        "`webhook_endpoint.signing_secret` is returned on creation when it is asked for, and withheld when it is not.",
    ),
    _row(
        "include/secret-elsewhere",
        SHOULD,
        "Response attributes › webhook_endpoint.signing_secret",
        "The signing secret shows at its own place only.",
    ),
    _row(
        "include/secret-shared",
        SHOULD,
        "Response attributes › webhook_endpoint.signing_secret",
        "Two destinations do not share a signing secret.",
    ),
)

IDEMPOTENCY = (
    _row(
        "idempotency/replay",
        MUST,
        _CONFLICT,
        "The same key with the same parameters gives the same destination again.",
    ),
    _row("idempotency/conflict/status", MUST, _CONFLICT, "The same key with other parameters is answered 409."),
    _row("idempotency/conflict/code", MUST, _CONFLICT, "That answer carries the code `idempotency_error`."),
    _row(
        "idempotency/conflict/every-parameter",
        MUST,
        _CONFLICT,
        "A change in any one documented parameter, at any depth, makes the parameters other ones.",
    ),
    _row(
        "idempotency/conflict/keeps-first",
        MUST,
        _CONFLICT,
        "After a conflict the key still gives the destination that it gave first.",
    ),
    _row(
        "idempotency/keys-independent",
        MUST,
        _CONFLICT,
        "Keys that differ, if only in case or in one character, have nothing to do with each other.",
    ),
    _row("idempotency/no-key", MUST, _CONFLICT, "Each create without a key makes its own destination."),
    _row("idempotency/remembers", MUST, _CONFLICT, "A key is still known after hundreds of others."),
    _row(
        "idempotency/burst/one-destination",
        MUST,
        _CONFLICT,
        "Equal creates that arrive at once under one key make one destination.",
    ),
    _row(
        "idempotency/burst/one-body",
        MUST,
        _CONFLICT,
        "Of different creates that arrive at once under one key, one alone makes a destination.",
    ),
    _row(
        "idempotency/same-parameters",
        SHOULD,
        _CONFLICT,
        "Key order, white space and escapes of the JSON do not make the parameters other ones.",
    ),
    _row(
        "idempotency/conflict/absent-or-empty",
        SHOULD,
        _CONFLICT,
        "A parameter that is absent first and empty then is another parameter.",
    ),
    _row(
        "idempotency/account-scoped",
        MUST,
        _CONFLICT,
        "A key of one account never gives another account's destination.",
        Need.SECOND_ACCOUNT,
    ),
    _row(
        "idempotency/credential-scoped",
        MUST,
        _CONFLICT,
        "A used key shows nothing of its destination to a caller with no credential or an unknown one.",
    ),
    _row(
        "idempotency/survives-restart",
        MUST,
        _CONFLICT,
        "A key is still known after the server was restarted.",
        Need.RESTART_COMMAND,
    ),
)

ROBUSTNESS = (
    _row("robustness/no-server-error", MUST, _SENSE, "No request is answered 5xx."),
    _row("robustness/answers", MUST, _SENSE, "Every request is answered: no hang, no dropped connection."),
    _row("robustness/malformed-refused", MUST, _SENSE, "A body that is no JSON object is refused."),
    _row("robustness/keeps-serving", MUST, _SENSE, "After hostile requests a valid create still works."),
    _row(
        "robustness/error-envelope",
        SHOULD,
        _PLATFORM,
        "A refusal is a JSON object with `error.code` and `error.message`.",
    ),
    _row("robustness/no-leak", SHOULD, _SENSE, "No answer shows a stack trace or a credential."),
)

AUTH = (
    _row("auth/no-key", SHOULD, _PLATFORM, "A request without credentials is refused with 401."),
    _row("auth/empty-key", SHOULD, _PLATFORM, "A request with an empty key is refused with 401."),
    _row("auth/other-scheme", SHOULD, _PLATFORM, "A request with another authentication scheme is refused with 401."),
    _row("auth/unknown-key", SHOULD, _PLATFORM, "A request with a key that nobody has is refused with 401."),
)
