"""Servers that return values that the page does not list, or the other type's configuration."""

from __future__ import annotations

from ed_contract.reference import Destination, Document, Json, Reference
from ed_contract.zoo.altering import Change, altered, rendering, rendering_when, replaying
from ed_contract.zoo.predicates import FROM_OTHERS, WEBHOOK, every_one, has
from ed_contract.zoo.specimen import Mutant, mutants_of, slug

_ECHOED = {"type", "event_payload", "events_from"}

_UNLISTED: tuple[tuple[str, str, str, str], ...] = (
    ("object", "const", "event_destination", "returns `object` without its namespace"),
    ("object", "const", "v2.core.event_destinations", "returns `object` in the plural"),
    ("object", "const", "V2.Core.EventDestination", "returns `object` in upper camel case"),
    ("event_payload", "enum", "full", "returns a payload that the page does not list"),
    ("status", "enum", "active", "returns the status `active` for an enabled destination"),
    ("status", "enum", "ENABLED", "returns the status in capitals"),
    ("status", "enum", "", "returns an empty status"),
    (
        "amazon_eventbridge.aws_event_source_status",
        "enum",
        "PENDING",
        "returns the status of the AWS event source in capitals, as AWS does",
    ),
    (
        "amazon_eventbridge.aws_event_source_status",
        "enum",
        "creating",
        "returns a status of the AWS event source that the page does not list",
    ),
)


def _always(value: str) -> Change:
    return lambda _: value


UNLISTED = tuple(
    Mutant(
        name=f"answers-{slug(place)}-{slug(value).lower() or 'empty'}"
        + ("-in-capitals" if value and value.lower() != value else ""),
        breaks=f"response/{place}/{keyword}",
        sentence=f"{sentence[0].upper()}{sentence[1:]}.",
        make=rendering(altered(place, _always(value))),
        also=(f"echo/{place}",) if place in _ECHOED else (),
    )
    for place, keyword, value, sentence in _UNLISTED
)

_SPELLED: tuple[tuple[str, str, str, str, Change], ...] = (
    ("type-in-capitals", "type", "enum", "in capitals", str.upper),
    ("type-hyphenated", "type", "enum", "with a hyphen", lambda value: value.replace("_", "-")),
    ("type-shortened", "type", "enum", "cut to its first word", lambda value: value.partition("_")[0]),
    ("event-payload-capitalised", "event_payload", "enum", "with a capital letter", str.capitalize),
    ("events-from-in-capitals", "events_from", "items", "in capitals", lambda value: [one.upper() for one in value]),
    (
        "events-from-of-a-later-edition",
        "events_from",
        "items",
        "as a later edition spells it",
        lambda value: [f"@{one}" for one in value],
    ),
)

SPELLED = tuple(
    Mutant(
        name=f"answers-{name}",
        breaks=f"response/{place}/{keyword}",
        sentence=f"Returns `{place}` {how}.",
        make=rendering(altered(place, change)),
        also=(f"echo/{place}",),
    )
    for name, place, keyword, how, change in _SPELLED
)

ITEMS = (
    Mutant(
        name="answers-events-as-objects",
        breaks="response/enabled_events/items",
        sentence="Returns an object for each event.",
        make=rendering(altered("enabled_events", lambda value: [{"name": one} for one in value])),
        also=("echo/enabled_events",),
    ),
    Mutant(
        name="answers-a-null-event",
        breaks="response/enabled_events/items",
        sentence="Appends null to the events.",
        make=rendering(altered("enabled_events", lambda value: [*value, None])),
        also=("echo/enabled_events",),
    ),
    Mutant(
        name="answers-events-from-by-number",
        breaks="response/events_from/items",
        sentence="Returns the elements of `events_from` as numbers.",
        make=rendering(altered("events_from", lambda value: [len(one) for one in value])),
        also=("echo/events_from",),
    ),
)


class Disables(Reference):
    """Disables destinations immediately, as a user might have done."""

    def render_status(self, destination: Destination) -> Json:
        """Return the status."""
        return "disabled"


def disabled(details: Json) -> type[Reference]:
    """Return the server that returns every destination as disabled, with these details."""

    class Details(Disables):
        def render_status_details(self, destination: Destination) -> Json:
            return details

    return Details


DETAILS = tuple(
    Mutant(name=name, breaks=f"response/status_details.disabled{breaks}", sentence=sentence, make=disabled(details))
    for name, breaks, sentence, details in (
        ("disabled-is-true", "/type", "Returns true as the details of a disabled destination.", {"disabled": True}),
        (
            "disabled-is-text",
            "/type",
            "Returns a string as the details of a disabled destination.",
            {"disabled": "user"},
        ),
        (
            "disabled-is-a-list",
            "/type",
            "Returns an array as the details of a disabled destination.",
            {"disabled": ["user"]},
        ),
        (
            "disabled-without-reason",
            ".reason/required",
            "Disables destinations without giving a reason.",
            {"disabled": {}},
        ),
        (
            "disabled-for-another-reason",
            ".reason/enum",
            "Disables destinations for a reason that the page does not list.",
            {"disabled": {"reason": "inactivity"}},
        ),
        (
            "disabled-for-null",
            ".reason/enum",
            "Returns null as the reason why a destination is disabled.",
            {"disabled": {"reason": None}},
        ),
        (
            "disabled-for-no-aws-event-source",
            ".reason/enum",
            "Shortens the reason `no_aws_event_source_exists` to `no_aws_event_source`.",
            {"disabled": {"reason": "no_aws_event_source"}},
        ),
    )
)

_ENDPOINT = {"signing_secret": None, "url": "https://example.com"}
_EVENTBRIDGE = {
    "aws_account_id": "012345678901",
    "aws_event_source_arn": "arn:aws",
    "aws_event_source_status": "pending",
}


def _of(kind: str, name: str, value: Json) -> type[Reference]:
    def edit(document: Document) -> None:
        document[name] = value

    return rendering(edit, lambda document: document["type"] == kind)


def _swapped(document: Document) -> None:
    document["webhook_endpoint"], document["amazon_eventbridge"] = (
        _ENDPOINT if document["amazon_eventbridge"] else None,
        _EVENTBRIDGE if document["webhook_endpoint"] else None,
    )


CONFIGS = mutants_of(
    "response/config-matches-type",
    (
        (
            "eventbridge-not-shown",
            "Returns null for the configuration of an EventBridge destination.",
            _of("amazon_eventbridge", "amazon_eventbridge", None),
            "echo/amazon_eventbridge.aws_account_id",
        ),
        (
            "webhook-not-shown",
            "Returns null for the webhook endpoint even if its fields are asked for.",
            _of("webhook_endpoint", "webhook_endpoint", None),
            "include/webhook_endpoint.url",
            "include/webhook_endpoint.signing_secret",
            "echo/webhook_endpoint.url",
        ),
        (
            "webhook-shown-for-eventbridge",
            "Returns a webhook endpoint with a URL for EventBridge destinations.",
            _of("amazon_eventbridge", "webhook_endpoint", _ENDPOINT),
        ),
        (
            "eventbridge-shown-for-webhooks",
            "Returns an EventBridge configuration for webhook endpoints.",
            _of("webhook_endpoint", "amazon_eventbridge", _EVENTBRIDGE),
        ),
        (
            "empty-webhook-for-eventbridge",
            "Returns a webhook endpoint with an empty URL for EventBridge destinations.",
            _of("amazon_eventbridge", "webhook_endpoint", {"signing_secret": None, "url": ""}),
        ),
        (
            "configs-swapped",
            "Returns each type's configuration under the other's name.",
            rendering(_swapped),
            "include/webhook_endpoint.url",
            "include/webhook_endpoint.signing_secret",
        ),
    ),
)

SOMETIMES = mutants_of(
    "response/status/enum",
    (
        (
            "webhook-secret-others-status",
            "Returns an unlisted status for webhook endpoints from other accounts if only the secret is asked for.",
            rendering_when(
                every_one(WEBHOOK, FROM_OTHERS, has("include", ["webhook_endpoint.signing_secret"])),
                altered("status", lambda _: "creating"),
            ),
        ),
        (
            "replay-in-capitals",
            "Upper-cases the status in replays.",
            replaying(altered("status", lambda status: str(status).upper())),
        ),
    ),
)

MUTANTS = (*UNLISTED, *SPELLED, *ITEMS, *DETAILS, *CONFIGS, *SOMETIMES)
