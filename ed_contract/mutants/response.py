"""Servers that answer with members that are absent, of another type, or outside what the page lists."""

from __future__ import annotations

import json

from ed_contract.mutants.seams import Change, altered, rendering, without
from ed_contract.mutants.words import Mutant, slug
from ed_contract.reference import Destination, Document, Json, Reference

_ECHOED = {
    "name",
    "type",
    "event_payload",
    "enabled_events",
    "description",
    "events_from",
    "metadata",
    "snapshot_api_version",
    "amazon_eventbridge.aws_account_id",
    "webhook_endpoint.url",
}


def _echo(place: str) -> tuple[str, ...]:
    return (f"echo/{place}",) if place in _ECHOED else ()


def _keyword(place: str) -> str:
    return next((keyword for name, keyword in _KEYWORDS if name == place), "type")


_KEYWORDS = (
    ("object", "const"),
    ("type", "enum"),
    ("event_payload", "enum"),
    ("status", "enum"),
    ("amazon_eventbridge.aws_event_source_status", "enum"),
)

_ALWAYS_THERE = (
    "id",
    "object",
    "name",
    "type",
    "event_payload",
    "enabled_events",
    "livemode",
    "status",
    "created",
    "updated",
    "amazon_eventbridge.aws_account_id",
    "amazon_eventbridge.aws_event_source_arn",
    "amazon_eventbridge.aws_event_source_status",
)

ABSENT = tuple(
    Mutant(
        name=f"answers-without-{slug(place)}",
        breaks=f"response/{place}/required",
        sentence=f"Leaves `{place}` out of its answers.",
        make=rendering(without(place)),
        also=("idempotency/replay",) if place == "id" else (),
    )
    for place in _ALWAYS_THERE
)

NULL = tuple(
    Mutant(
        name=f"answers-null-{slug(place)}",
        breaks=f"response/{place}/{_keyword(place)}",
        sentence=f"Answers null for `{place}`.",
        make=rendering(altered(place, lambda _: None)),
        also=_echo(place),
    )
    for place in _ALWAYS_THERE
)


def _where_listed(change: Change) -> Change:
    return lambda value: change(list(value)) if isinstance(value, list | tuple) else value


def _where_text(change: Change) -> Change:
    return lambda value: change(value) if isinstance(value, str) else value


def _where_map(change: Change) -> Change:
    return lambda value: change(value) if isinstance(value, dict) else value


_RETYPED: tuple[tuple[str, str, str, Change], ...] = (
    ("number", "id", "a number as the id", lambda value: int(value[-12:], 16)),
    ("object", "id", "an object as the id", lambda value: {"value": value}),
    ("array", "name", "the name in an array", lambda value: [value]),
    ("joined", "enabled_events", "the events as one string", _where_listed(", ".join)),
    (
        "object",
        "enabled_events",
        "the events as an object of booleans",
        _where_listed(lambda value: dict.fromkeys(value, True)),
    ),
    ("string", "events_from", "`events_from` as a string", _where_listed(",".join)),
    (
        "object",
        "events_from",
        "`events_from` as an object of booleans",
        _where_listed(lambda value: dict.fromkeys(value, True)),
    ),
    ("string", "livemode", "`livemode` as a string", lambda _: "false"),
    ("number", "livemode", "`livemode` as a number", lambda _: 0),
    (
        "pairs",
        "metadata",
        "the metadata as a list of pairs",
        _where_map(lambda value: [{"key": key, "value": one} for key, one in value.items()]),
    ),
    ("array-when-empty", "metadata", "empty metadata as an empty array", lambda value: value or []),
    ("json", "metadata", "the metadata as a string of JSON", _where_map(json.dumps)),
    (
        "number",
        "snapshot_api_version",
        "the snapshot version as a number",
        _where_text(lambda value: int("".join(filter(str.isdigit, value)) or "0")),
    ),
    ("false", "snapshot_api_version", "false when there is no snapshot version", lambda value: value or False),
    ("false", "description", "false when there is no description", lambda value: value or False),
    ("array", "description", "the description in an array", lambda value: [value]),
    ("string", "status_details", "a string as the status details", lambda _: "none"),
    ("array", "status_details", "an array of status details", lambda _: []),
    ("unix", "created", "`created` as a number of seconds", lambda _: 1729614009),
    ("object", "created", "`created` as an object of its parts", lambda value: {"date": value[:10]}),
    ("unix", "updated", "`updated` as a number of milliseconds", lambda _: 32503680000000),
    ("array", "updated", "`updated` as an array of its parts", lambda value: value.split("-")),
    (
        "string",
        "webhook_endpoint",
        "the URL alone as the webhook endpoint",
        _where_map(lambda value: value["url"] or ""),
    ),
    ("array", "webhook_endpoint", "the webhook endpoint in an array", _where_map(lambda value: [value])),
    (
        "boolean",
        "webhook_endpoint.signing_secret",
        "true for the secret that was asked for",
        _where_text(lambda _: True),
    ),
    ("object", "webhook_endpoint.signing_secret", "an object as the secret", _where_text(lambda value: {"key": value})),
    ("array", "webhook_endpoint.url", "the URL in an array", _where_text(lambda value: [value])),
    ("object", "webhook_endpoint.url", "an object as the URL", _where_text(lambda value: {"href": value})),
    ("array", "amazon_eventbridge", "the EventBridge configuration in an array", _where_map(lambda value: [value])),
    (
        "string",
        "amazon_eventbridge",
        "the AWS account id alone as the configuration",
        _where_map(lambda value: value["aws_account_id"]),
    ),
    ("number", "amazon_eventbridge.aws_account_id", "the AWS account id as a number", int),
    ("object", "amazon_eventbridge.aws_event_source_arn", "the ARN as an object", lambda value: {"arn": value}),
)

_CONFIGS = ("webhook_endpoint", "amazon_eventbridge")


def _also_retyped(place: str) -> tuple[str, ...]:
    if place in _CONFIGS:
        return (
            "response/config-matches-type",
            "include/webhook_endpoint.url",
            "include/webhook_endpoint.signing_secret",
        )
    return (*_echo(place), f"include/{place}", "include/secret-elsewhere") if "webhook" in place else _echo(place)


RETYPED = tuple(
    Mutant(
        name=f"answers-{slug(place)}-as-{kind}",
        breaks=f"response/{place}/type",
        sentence=f"Answers {what}.",
        make=rendering(altered(place, change)),
        also=_also_retyped(place),
    )
    for kind, place, what, change in _RETYPED
)

_UNLISTED: tuple[tuple[str, str, str, str], ...] = (
    ("object", "const", "event_destination", "names the object type without its namespace"),
    ("object", "const", "v2.core.event_destinations", "names the object type in the plural"),
    ("object", "const", "V2.Core.EventDestination", "names the object type in capitals"),
    ("event_payload", "enum", "full", "answers a payload that the page does not list"),
    ("status", "enum", "active", "calls an enabled destination active"),
    ("status", "enum", "ENABLED", "answers the status in capitals"),
    ("status", "enum", "", "answers an empty status"),
    (
        "amazon_eventbridge.aws_event_source_status",
        "enum",
        "PENDING",
        "answers AWS's own spelling of the source status",
    ),
    ("amazon_eventbridge.aws_event_source_status", "enum", "creating", "answers a source status that is not listed"),
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
        also=_echo(place),
    )
    for place, keyword, value, sentence in _UNLISTED
)

_SPELLED: tuple[tuple[str, str, str, Change], ...] = (
    ("type-in-capitals", "response/type/enum", "type", str.upper),
    ("type-hyphenated", "response/type/enum", "type", lambda value: value.replace("_", "-")),
    ("type-shortened", "response/type/enum", "type", lambda value: value.partition("_")[0]),
    ("event-payload-capitalised", "response/event_payload/enum", "event_payload", str.capitalize),
    (
        "events-from-in-capitals",
        "response/events_from/items",
        "events_from",
        lambda value: [one.upper() for one in value],
    ),
    (
        "events-from-of-a-later-edition",
        "response/events_from/items",
        "events_from",
        lambda value: [f"@{one}" for one in value],
    ),
)

SPELLED = tuple(
    Mutant(
        name=f"answers-{name}",
        breaks=breaks,
        sentence=f"Spells `{place}` in its answers in another way: {name.replace('-', ' ')}.",
        make=rendering(altered(place, change)),
        also=_echo(place),
    )
    for name, breaks, place, change in _SPELLED
)

ITEMS = (
    Mutant(
        name="answers-events-as-objects",
        breaks="response/enabled_events/items",
        sentence="Answers an object for each event.",
        make=rendering(altered("enabled_events", lambda value: [{"name": one} for one in value])),
        also=("echo/enabled_events",),
    ),
    Mutant(
        name="answers-a-null-event",
        breaks="response/enabled_events/items",
        sentence="Answers a null after the events.",
        make=rendering(altered("enabled_events", lambda value: [*value, None])),
        also=("echo/enabled_events",),
    ),
    Mutant(
        name="answers-events-from-by-number",
        breaks="response/events_from/items",
        sentence="Answers the elements of `events_from` by their numbers.",
        make=rendering(altered("events_from", lambda value: [len(one) for one in value])),
        also=("echo/events_from",),
    ),
)


class Disables(Reference):
    """Disables destinations at once, as a user might have done."""

    def render_status(self, destination: Destination) -> Json:  # noqa: ARG002 - every piece takes the same
        """Return the status."""
        return "disabled"


def disabled(details: Json) -> type[Reference]:
    """Return the server that answers every destination as disabled, with these details."""

    class Details(Disables):
        def render_status_details(self, destination: Destination) -> Json:  # noqa: ARG002 - the same
            return details

    return Details


DETAILS = tuple(
    Mutant(name=name, breaks=f"response/status_details.disabled{breaks}", sentence=sentence, make=disabled(details))
    for name, breaks, sentence, details in (
        ("disabled-is-true", "/type", "Says that destinations are disabled with true.", {"disabled": True}),
        ("disabled-is-text", "/type", "Says why destinations are disabled in a string.", {"disabled": "user"}),
        ("disabled-is-a-list", "/type", "Says why destinations are disabled in an array.", {"disabled": ["user"]}),
        ("disabled-without-reason", ".reason/required", "Disables destinations without a reason.", {"disabled": {}}),
        (
            "disabled-for-another-reason",
            ".reason/enum",
            "Disables destinations for a reason that the page does not list.",
            {"disabled": {"reason": "inactivity"}},
        ),
        (
            "disabled-for-null",
            ".reason/enum",
            "Disables destinations for the reason null.",
            {"disabled": {"reason": None}},
        ),
        (
            "disabled-for-no-aws-event-source",
            ".reason/enum",
            "Shortens the reason no_aws_event_source_exists.",
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


CONFIGS = tuple(
    Mutant(name=name, breaks="response/config-matches-type", sentence=sentence, make=make, also=also)
    for name, sentence, make, also in (
        (
            "eventbridge-not-shown",
            "Answers null for the configuration of an EventBridge destination.",
            _of("amazon_eventbridge", "amazon_eventbridge", None),
            ("echo/amazon_eventbridge.aws_account_id",),
        ),
        (
            "webhook-not-shown",
            "Answers null for the webhook endpoint even if some of it is asked for.",
            _of("webhook_endpoint", "webhook_endpoint", None),
            ("include/webhook_endpoint.url", "include/webhook_endpoint.signing_secret", "echo/webhook_endpoint.url"),
        ),
        (
            "webhook-shown-for-eventbridge",
            "Answers a webhook endpoint with a URL for EventBridge destinations.",
            _of("amazon_eventbridge", "webhook_endpoint", _ENDPOINT),
            (),
        ),
        (
            "eventbridge-shown-for-webhooks",
            "Answers an EventBridge configuration for webhook endpoints.",
            _of("webhook_endpoint", "amazon_eventbridge", _EVENTBRIDGE),
            (),
        ),
        (
            "empty-webhook-for-eventbridge",
            "Answers a webhook endpoint with an empty URL for EventBridge destinations.",
            _of("amazon_eventbridge", "webhook_endpoint", {"signing_secret": None, "url": ""}),
            (),
        ),
        (
            "configs-swapped",
            "Answers each type's configuration under the other's name.",
            rendering(_swapped),
            ("include/webhook_endpoint.url", "include/webhook_endpoint.signing_secret"),
        ),
    )
)


MUTANTS = (*ABSENT, *NULL, *RETYPED, *UNLISTED, *SPELLED, *ITEMS, *DETAILS, *CONFIGS)
