"""Servers whose answers lack a required member, or have one of the wrong type."""

from __future__ import annotations

import json
from collections.abc import Collection

from werkzeug.wrappers import Response

from ed_contract.reference import Create, Destination, Document, Reference
from ed_contract.zoo.altering import Change, altered, rendering, rendering_when, where, without
from ed_contract.zoo.predicates import EVENTBRIDGE, FROM_SELF, THIN, every_one
from ed_contract.zoo.specimen import Mutant, mutant, mutants_in, slug

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


_KEYWORDS = {
    "object": "const",
    "type": "enum",
    "event_payload": "enum",
    "status": "enum",
    "amazon_eventbridge.aws_event_source_status": "enum",
}

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
        breaks=f"response/{place}/{_KEYWORDS.get(place, 'type')}",
        sentence=f"Returns null for `{place}`.",
        make=rendering(altered(place, lambda _: None)),
        also=_echo(place),
    )
    for place in _ALWAYS_THERE
)

_RETYPED: tuple[tuple[str, str, str, Change], ...] = (
    ("number", "id", "a number as the id", lambda value: int(value[-12:], 16)),
    ("object", "id", "an object as the id", lambda value: {"value": value}),
    ("array", "name", "the name in an array", lambda value: [value]),
    ("joined", "enabled_events", "the events as one string", where((list, tuple), ", ".join)),
    (
        "object",
        "enabled_events",
        "the events as an object of booleans",
        where((list, tuple), lambda value: dict.fromkeys(value, True)),
    ),
    ("string", "events_from", "`events_from` as a string", where((list, tuple), ",".join)),
    (
        "object",
        "events_from",
        "`events_from` as an object of booleans",
        where((list, tuple), lambda value: dict.fromkeys(value, True)),
    ),
    ("string", "livemode", "`livemode` as a string", lambda _: "false"),
    ("number", "livemode", "`livemode` as a number", lambda _: 0),
    (
        "pairs",
        "metadata",
        "the metadata as an array of pairs",
        where(dict, lambda value: [{"key": key, "value": one} for key, one in value.items()]),
    ),
    ("array-when-empty", "metadata", "empty metadata as an empty array", lambda value: value or []),
    ("json", "metadata", "the metadata as a JSON string", where(dict, json.dumps)),
    (
        "number",
        "snapshot_api_version",
        "the snapshot version as a number",
        where(str, lambda value: int("".join(filter(str.isdigit, value)) or "0")),
    ),
    ("false", "snapshot_api_version", "false for an absent snapshot version", lambda value: value or False),
    ("false", "description", "false for an absent description", lambda value: value or False),
    ("array", "description", "the description in an array", lambda value: [value]),
    ("string", "status_details", "a string as the status details", lambda _: "none"),
    ("array", "status_details", "an array as the status details", lambda _: []),
    ("unix", "created", "`created` as a Unix time in seconds", lambda _: 1729614009),
    ("object", "created", "`created` as an object of its parts", lambda value: {"date": value[:10]}),
    ("unix", "updated", "`updated` as a Unix time in milliseconds", lambda _: 32503680000000),
    ("array", "updated", "`updated` as an array of its parts", lambda value: value.split("-")),
    (
        "string",
        "webhook_endpoint",
        "the bare URL as the webhook endpoint",
        where(dict, lambda value: value["url"] or ""),
    ),
    ("array", "webhook_endpoint", "the webhook endpoint in an array", where(dict, lambda value: [value])),
    (
        "boolean",
        "webhook_endpoint.signing_secret",
        "true as the secret",
        where(str, lambda _: True),
    ),
    ("object", "webhook_endpoint.signing_secret", "an object as the secret", where(str, lambda value: {"key": value})),
    ("array", "webhook_endpoint.url", "the URL in an array", where(str, lambda value: [value])),
    ("object", "webhook_endpoint.url", "an object as the URL", where(str, lambda value: {"href": value})),
    ("array", "amazon_eventbridge", "the EventBridge configuration in an array", where(dict, lambda value: [value])),
    (
        "string",
        "amazon_eventbridge",
        "the bare AWS account id as the EventBridge configuration",
        where(dict, lambda value: value["aws_account_id"]),
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
        sentence=f"Returns {what}.",
        make=rendering(altered(place, change)),
        also=_also_retyped(place),
    )
    for kind, place, what, change in _RETYPED
)

SOMETIMES = Mutant(
    name="eventbridge-thin-self-without-arn",
    breaks="response/amazon_eventbridge.aws_event_source_arn/required",
    sentence="Leaves out the ARN of EventBridge destinations with thin payloads from `self`.",
    make=rendering_when(every_one(EVENTBRIDGE, THIN, FROM_SELF), without("amazon_eventbridge.aws_event_source_arn")),
)

_ALL_GONE = (
    *(f"response/{place}/required" for place in _ALWAYS_THERE[1:10]),
    *(f"echo/{name}" for name in ("description", "events_from", "metadata", "snapshot_api_version")),
    "response/config-matches-type",
    "include/secret-elsewhere",
    "idempotency/replay",
    "idempotency/same-parameters",
    "idempotency/conflict/keeps-first",
    "idempotency/burst/one-destination",
    "idempotency/remembers",
)


@mutant(breaks="response/id/required", also=_ALL_GONE)
class WrappedInData(Reference):
    """Wraps the destination in an object with the member `data`."""

    def created_response(self, destination: Destination, create: Create) -> Response:
        document = self.render(destination, self.included(create.params))
        return self.respond(self.created_status, {"data": document})


@mutant(breaks="response/id/required", also=_ALL_GONE)
class AnswersAnEmptyObject(Reference):
    """Answers a create with an empty object."""

    def created_response(self, destination: Destination, create: Create) -> Response:
        return self.respond(self.created_status, {})


@mutant(breaks="response/id/required", also=("response/object/required", "response/livemode/required"))
class EchoesTheRequest(Reference):
    """Leaves `id`, `object` and `livemode` out of its answers."""

    def render(self, destination: Destination, include: Collection[str]) -> Document:
        document = super().render(destination, include)
        for name in ("id", "object", "livemode"):
            del document[name]
        return document


MUTANTS = (*ABSENT, *NULL, *RETYPED, *mutants_in(globals()), SOMETIMES)
