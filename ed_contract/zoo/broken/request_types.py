"""Servers that accept parameters of the wrong type, including null."""

from __future__ import annotations

import json
from collections.abc import Callable

from ed_contract.reference import Json, Params, Problem
from ed_contract.zoo.altering import Change, altered, at, overlooking, reading, where
from ed_contract.zoo.predicates import EVENTBRIDGE, JSON_KINDS, SNAPSHOT, THIN, Test, every_one
from ed_contract.zoo.specimen import Mutant, slug


def _null(place: str) -> Callable[[Problem, Params], bool]:
    return lambda problem, params: (
        problem.place == place and problem.rule in {"type", "enum"} and at(place, params) is None
    )


NULL = tuple(
    Mutant(
        name=f"{slug(place)}-nullable",
        breaks=f"request/{place}/{keyword}",
        sentence=f"Accepts null as `{place}`.",
        make=overlooking(_null(place)),
        also=(f"request/{place}/required",),
    )
    for place, keyword in (
        ("enabled_events", "type"),
        ("event_payload", "enum"),
        ("name", "type"),
        ("type", "enum"),
        ("amazon_eventbridge.aws_account_id", "type"),
        ("amazon_eventbridge.aws_region", "type"),
        ("webhook_endpoint.url", "type"),
    )
)


def _kind(
    place: str, is_kind: Callable[[Json], bool], when: Test = lambda _: True
) -> Callable[[Problem, Params], bool]:
    return lambda problem, params: (
        problem.place == place and problem.rule == "type" and is_kind(at(place, params)) and when(params)
    )


TYPES = tuple(
    Mutant(
        name=f"{slug(place)}-{kind}",
        breaks=f"request/{place}/type",
        sentence=f"Accepts {kind} as `{place}`.",
        make=overlooking(_kind(place, JSON_KINDS[kind])),
    )
    for place, kinds in (
        ("name", ("booleans", "arrays", "objects")),
        ("enabled_events", ("objects", "numbers")),
        ("description", ("numbers", "booleans", "objects")),
        ("events_from", ("booleans",)),
        ("include", ("objects", "booleans")),
        ("metadata", ("strings", "arrays", "numbers")),
        ("snapshot_api_version", ("numbers", "arrays")),
        ("webhook_endpoint", ("arrays", "booleans")),
        ("webhook_endpoint.url", ("numbers", "arrays", "objects")),
        ("amazon_eventbridge", ("strings", "arrays", "numbers")),
        ("amazon_eventbridge.aws_account_id", ("objects",)),
        ("amazon_eventbridge.aws_region", ("booleans", "arrays")),
    )
    for kind in kinds
)


def _parsed(text: str) -> Json:
    try:
        value: Json = json.loads(text)
    except ValueError:
        return text
    return value


def _of_pairs(value: Json) -> Json:
    if not isinstance(value, list) or not all(isinstance(one, list) for one in value):
        return value
    try:
        return dict(value)
    except (TypeError, ValueError):
        return value


def _as_text(value: Json) -> Json:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


_wrapped = where(str, lambda text: [text])

_CONVERTED: tuple[tuple[str, str, str, Change], ...] = (
    (
        "account-id-coerced",
        "amazon_eventbridge.aws_account_id",
        "Accepts a number as the AWS account id and converts it to a string.",
        _as_text,
    ),
    ("name-coerced", "name", "Accepts a number as the name and converts it to a string.", _as_text),
    (
        "one-event-wrapped",
        "enabled_events",
        "Accepts a single string as `enabled_events` and wraps it in an array.",
        _wrapped,
    ),
    (
        "one-source-wrapped",
        "events_from",
        "Accepts a single string as `events_from` and wraps it in an array.",
        _wrapped,
    ),
    ("one-include-wrapped", "include", "Accepts a single string as `include` and wraps it in an array.", _wrapped),
    (
        "url-wrapped",
        "webhook_endpoint",
        "Accepts a string as the webhook endpoint and replaces it with an object.",
        where(str, lambda _: {"url": "https://example.com"}),
    ),
    (
        "sources-split-at-commas",
        "events_from",
        "Accepts a comma-separated string as `events_from`.",
        where(str, lambda text: text.split(",") if "," in text else text),
    ),
    (
        "sources-by-key",
        "events_from",
        "Accepts an object as `events_from` and uses its keys as the values.",
        where(dict, list),
    ),
    (
        "include-all",
        "include",
        "Accepts true as `include` and includes everything.",
        lambda value: ["webhook_endpoint.signing_secret", "webhook_endpoint.url"] if value is True else value,
    ),
    (
        "events-all",
        "enabled_events",
        "Accepts true as `enabled_events`.",
        lambda value: ["v1.billing.meter.no_meter_found"] if value is True else value,
    ),
    ("metadata-from-json", "metadata", "Accepts metadata as a JSON string.", where(str, _parsed)),
    ("metadata-from-pairs", "metadata", "Accepts metadata as an array of pairs.", _of_pairs),
)

CONVERTED = tuple(
    Mutant(name=name, breaks=f"request/{place}/type", sentence=sentence, make=reading(altered(place, change)))
    for name, place, sentence, change in _CONVERTED
)


def _integer(value: Json) -> bool:
    return isinstance(value, int)


_SOMETIMES: tuple[tuple[str, str, str, Callable[[Json], bool], Test], ...] = (
    (
        "thin-eventbridge-any-name",
        "name",
        "Accepts any JSON value as the name of an EventBridge destination with thin payloads.",
        lambda _: True,
        every_one(EVENTBRIDGE, THIN),
    ),
    ("name-number-in-snapshots", "name", "Accepts numbers as names if the payload is snapshot.", _integer, SNAPSHOT),
    (
        "webhook-endpoint-url-number-in-snapshots",
        "webhook_endpoint.url",
        "Accepts numbers as URLs if the payload is snapshot.",
        _integer,
        SNAPSHOT,
    ),
    (
        "amazon-eventbridge-aws-account-id-number-in-snapshots",
        "amazon_eventbridge.aws_account_id",
        "Accepts numbers as AWS account ids if the payload is snapshot.",
        _integer,
        SNAPSHOT,
    ),
)

SOMETIMES = tuple(
    Mutant(name=name, breaks=f"request/{place}/type", sentence=sentence, make=overlooking(_kind(place, is_kind, when)))
    for name, place, sentence, is_kind, when in _SOMETIMES
)

MUTANTS = (*NULL, *TYPES, *CONVERTED, *SOMETIMES)
