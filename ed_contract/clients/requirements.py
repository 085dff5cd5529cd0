"""The requirements of a client: one sentence each that a client can break."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from ed_contract.contract import Contract
from ed_contract.requirement import Level, Requirement

_CREATE = "Parameters"
_CONFLICT = "Error Codes › 409 idempotency_error"
_ANSWER = "Response attributes"
_GOOD_SENSE = "Platform convention"


def _row(name: str, level: Level, clause: str, *said: str) -> Requirement:
    statement, why, fix = said
    return Requirement(id=f"client/{name}", level=level, clause=clause, statement=statement, why=why, fix=fix)


MUST, SHOULD = Level.MUST, Level.SHOULD
REQUIREMENTS: Mapping[str, Requirement] = MappingProxyType(
    {
        row.id: row
        for row in (
            _row(
                "valid",
                MUST,
                _CREATE,
                "Every create that a client sends has the documented parameters, types and enum values.",
                "A server that follows the page refuses the create.",
                "Check the parameters against the page, or against the exported OpenAPI document, before sending.",
            ),
            _row(
                "key",
                SHOULD,
                _GOOD_SENSE,
                "A client sends an Idempotency-Key with every create.",
                "A create without a key cannot be retried safely: a retry may make a second destination.",
                "Generate a UUID for each create and send it as Idempotency-Key. The page leaves it to clients.",
            ),
            _row(
                "new-key",
                MUST,
                _CONFLICT,
                "A create with different parameters has a key that was not used before.",
                "The server answers 409 idempotency_error, and the second destination is never made.",
                "Generate a new key for each new create, not one key for the client or the process.",
            ),
            _row(
                "retry/same-key",
                MUST,
                _CONFLICT,
                "A retry carries the key of the first attempt.",
                "The server treats the retry as a new create and makes a second destination.",
                "Generate the key before the first attempt, and send it with every attempt.",
            ),
            _row(
                "retry/same-parameters",
                MUST,
                _CONFLICT,
                "A retry carries the parameters of the first attempt.",
                "The server answers 409 idempotency_error instead of the destination.",
                "Build the body once, and send the same bytes again; put no time or counter into it.",
            ),
            _row(
                "retry/recovers",
                SHOULD,
                _GOOD_SENSE,
                "A client retries a create until it knows the outcome.",
                "The destination was never made, or nobody knows whether it was.",
                "Retry lost answers, 409 without idempotency_error, 429 and 5xx a few times, with growing pauses.",
            ),
            _row(
                "retry/bounded",
                MUST,
                _GOOD_SENSE,
                "A client stops retrying a create that keeps being refused.",
                "The client hangs, and keeps the server busy, which will never answer differently.",
                "Do not retry 400, 401, 403 and idempotency_error; retry everything else a few times.",
            ),
            _row(
                "retry/waits",
                SHOULD,
                _GOOD_SENSE,
                "A client waits as long as Retry-After says before it retries.",
                "Retries that come too soon are refused as well, and prolong the rate limit.",
                "Read Retry-After, in seconds or as a date, and wait at least that long.",
            ),
            _row(
                "conflict-surfaces",
                SHOULD,
                _CONFLICT,
                "A client reports a conflict to its caller.",
                "The caller believes that its own create succeeded, although a different one did.",
                "Raise an error for 409 idempotency_error; a command exits with a code other than 0.",
            ),
            _row(
                "credential-surfaces",
                SHOULD,
                _GOOD_SENSE,
                "A client reports a refused credential to its caller.",
                "The caller believes that its create succeeded.",
                "Raise an error for 401; a command exits with a code other than 0.",
            ),
            _row(
                "secret-at-creation",
                SHOULD,
                f"{_ANSWER} › the signing secret",
                "A client that needs the signing secret asks for it in the create.",
                "The server shows the secret only on creation: a client that asks later never gets it.",
                "Name the secret in `include` of the create, and store what comes back.",
            ),
            _row(
                "survives/nulls",
                MUST,
                _ANSWER,
                "A client accepts null for every nullable attribute.",
                "The client fails on answers that the page documents.",
                "Treat every attribute that the page calls nullable as optional.",
            ),
            _row(
                "survives/unknown-members",
                SHOULD,
                _GOOD_SENSE,
                "A client ignores attributes and enum values that it does not know.",
                "The client fails as soon as the service adds an attribute or a value.",
                "Ignore unknown members, and keep unknown enum values as strings.",
            ),
            _row(
                "survives/late-answers",
                SHOULD,
                _GOOD_SENSE,
                "A client waits a few seconds for an answer.",
                "A slow answer makes the create fail, or makes the client retry needlessly.",
                "Set the request's time-out to ten seconds or more.",
            ),
        )
    }
)
"""By id."""


def of_clients(contract: Contract) -> Contract:
    """Return the contract that says what a client must do: the same document, with these requirements."""
    return replace(contract, requirements=REQUIREMENTS)
