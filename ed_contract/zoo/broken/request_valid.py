"""Servers that refuse what the page allows."""

from __future__ import annotations

import itertools

from werkzeug.wrappers import Request, Response

from ed_contract.reference import Create, Reference, RefusedError
from ed_contract.zoo.altering import at, refusing, text_at
from ed_contract.zoo.predicates import (
    EVENTBRIDGE,
    FROM_OTHERS,
    FROM_SELF,
    SNAPSHOT,
    THIN,
    WEBHOOK,
    Test,
    every_one,
    given,
    missing,
)
from ed_contract.zoo.specimen import Mutant, mutant, mutants_in, mutants_of, slug

_CONFLICT = ("idempotency/conflict/status",)  # such a create is refused, but not as a conflict


def _lacks(name: str) -> Test:
    return lambda params: name not in params


REQUIRED = tuple(
    Mutant(
        name=f"{slug(name)}-required",
        breaks="request/valid",
        sentence=f"Refuses creates without `{name}`.",
        make=refusing(_lacks(name), f"{name}: is required"),
        also=_CONFLICT,
    )
    for name in ("description", "events_from", "include", "metadata")
)

_REFUSED: tuple[tuple[str, str, Test], ...] = (
    ("no-eventbridge", "Refuses the type `amazon_eventbridge`.", EVENTBRIDGE),
    ("no-snapshots", "Refuses the payload `snapshot`.", SNAPSHOT),
    (
        "no-other-accounts",
        "Refuses events from other accounts.",
        lambda params: "other_accounts" in params.get("events_from", ()),
    ),
    ("no-self", "Refuses `self` as the only value of `events_from`.", FROM_SELF),
    (
        "no-secret",
        "Refuses to include the signing secret.",
        lambda params: (
            params["type"] == "webhook_endpoint" and "webhook_endpoint.signing_secret" in params.get("include", ())
        ),
    ),
    (
        "one-include-at-a-time",
        "Refuses more than one value of `include`.",
        lambda params: params["type"] == "webhook_endpoint" and len(params.get("include", ())) > 1,
    ),
    ("one-event-at-a-time", "Refuses more than one event.", lambda params: len(params["enabled_events"]) > 1),
    ("no-metadata", "Refuses metadata.", given("metadata")),
    (
        "no-version",
        "Refuses `snapshot_api_version` even if the payload is snapshot.",
        lambda params: params["event_payload"] == "snapshot" and "snapshot_api_version" in params,
    ),
    (
        "version-required",
        "Refuses snapshot payloads without `snapshot_api_version`.",
        every_one(SNAPSHOT, _lacks("snapshot_api_version")),
    ),
    ("ascii-names-only", "Refuses names with non-ASCII characters.", lambda params: not params["name"].isascii()),
    (
        "ascii-descriptions-only",
        "Refuses descriptions with non-ASCII characters.",
        lambda params: not params.get("description", "").isascii(),
    ),
    (
        "no-leading-zero",
        "Refuses AWS account ids that begin with a zero.",
        lambda params: text_at("amazon_eventbridge.aws_account_id", params).startswith("0"),
    ),
    (
        "american-regions-only",
        "Refuses AWS regions outside the United States.",
        lambda params: (
            at("amazon_eventbridge", params) is not None
            and not text_at("amazon_eventbridge.aws_region", params).startswith("us-")
        ),
    ),
    (
        "no-v2-events",
        "Refuses events whose names begin with `v2.`.",
        lambda params: any(event.startswith("v2.") for event in params["enabled_events"]),
    ),
    ("eventbridge-thin-refused", "Refuses EventBridge destinations with thin payloads.", every_one(EVENTBRIDGE, THIN)),
    (
        "webhook-others-refused",
        "Refuses webhook endpoints for events from other accounts.",
        every_one(WEBHOOK, FROM_OTHERS),
    ),
    (
        "webhook-snapshot-bare-tagged-refused",
        "Refuses webhook endpoints with snapshot payloads and metadata but no version and no description.",
        every_one(WEBHOOK, SNAPSHOT, missing("snapshot_api_version"), given("metadata"), missing("description")),
    ),
)

REFUSED = mutants_of(
    "request/valid", ((name, sentence, refusing(when)) for name, sentence, when in _REFUSED), also=_CONFLICT
)


@mutant(breaks="request/valid", also=("idempotency/no-key",))
class KeyRequired(Reference):
    """Refuses creates without an idempotency key."""

    def idempotency_key(self, request: Request) -> str | None:
        """Return the key."""
        key = super().idempotency_key(request)
        if key is None:
            raise RefusedError(400, "missing_idempotency_key", "Send an Idempotency-Key.")
        return key


@mutant(breaks="request/valid", also=_CONFLICT)
class NoLetterOutsideLatin1(Reference):
    """Refuses bodies with characters outside Latin-1."""

    def decode(self, body: bytes) -> str:
        """Return the text."""
        text = super().decode(body)
        if any(character > "\xff" for character in text):
            raise self.malformed("The body is not Latin-1.")
        return text


@mutant(
    breaks="request/valid",
    also=(
        "idempotency/replay",
        "idempotency/same-parameters",
        "idempotency/remembers",
        "idempotency/conflict/status",
        "idempotency/conflict/keeps-first",
        "idempotency/burst/one-destination",
    ),
)
class Every45thRefused(Reference):
    """Refuses every 45th valid create."""

    def set_up(self) -> None:
        self._count = itertools.count(1)

    def answer_once(self, create: Create, key: str) -> Response:
        if next(self._count) % 45 == 0:
            raise self.no_such_destination()
        return super().answer_once(create, key)


MUTANTS = (*REQUIRED, *REFUSED, *mutants_in(globals()))
