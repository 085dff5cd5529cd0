"""Servers that are wrong about some creates, some letters or some digits alone: what a single look does not show."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta

from ed_contract.mutants.seams import Test, altered, at, comparing, overlooking, reading, replaying, storing, texts
from ed_contract.mutants.words import Mutant, slug
from ed_contract.reference import Json, Params, Problem


def _absent(place: str, when: Test) -> Callable[[Problem, Params], bool]:
    return lambda problem, params: problem.place == place and problem.rule == "required" and when(params)


def _of_kind(place: str, kind: type, when: Test) -> Callable[[Problem, Params], bool]:
    return lambda problem, params: (
        problem.place == place and problem.rule == "type" and isinstance(at(place, params), kind) and when(params)
    )


def _snapshot(params: Params) -> bool:
    return params.get("event_payload") == "snapshot"


def _thin(params: Params) -> bool:
    return params.get("event_payload") == "thin"


def _eventbridge(params: Params) -> bool:
    return params.get("type") == "amazon_eventbridge" or "amazon_eventbridge" in params


_REQUIRED: tuple[tuple[str, str, str, Test], ...] = (
    ("webhook_endpoint.url", "for-snapshots", "Takes snapshots to webhook endpoints without a URL.", _snapshot),
    (
        "webhook_endpoint.url",
        "unless-included",
        "Wants the URL of a webhook endpoint only where it is to be included.",
        lambda params: "webhook_endpoint.url" not in (params.get("include") or []),
    ),
    ("amazon_eventbridge.aws_region", "for-snapshots", "Takes snapshots to EventBridge without a region.", _snapshot),
    (
        "amazon_eventbridge.aws_account_id",
        "without-metadata",
        "Wants an AWS account only beside metadata.",
        lambda params: not params.get("metadata"),
    ),
    ("type", "for-eventbridge", "Infers the type of an EventBridge destination.", _eventbridge),
    ("name", "for-eventbridge", "Names EventBridge destinations itself where no name is sent.", _eventbridge),
    ("enabled_events", "for-snapshots", "Takes snapshots of no events.", _snapshot),
    (
        "event_payload",
        "with-a-version",
        "Takes creates with a version for snapshots.",
        lambda params: bool(params.get("snapshot_api_version")),
    ),
)

OPTIONAL = tuple(
    Mutant(
        name=f"{slug(place)}-optional-{name}",
        breaks=f"request/{place}/required",
        sentence=sentence,
        make=overlooking(_absent(place, when)),
    )
    for place, name, sentence, when in _REQUIRED
)

_TYPES: tuple[tuple[str, str, str, type, Test], ...] = (
    ("name", "number-in-snapshots", "Takes numbers for names of snapshot destinations.", int, _snapshot),
    ("name", "number-in-thin", "Takes numbers for names of thin destinations.", int, _thin),
    ("webhook_endpoint.url", "number-in-snapshots", "Takes numbers for URLs that get snapshots.", int, _snapshot),
    (
        "amazon_eventbridge.aws_account_id",
        "number-in-snapshots",
        "Takes numbers for AWS accounts that get snapshots.",
        int,
        _snapshot,
    ),
    ("enabled_events", "object-for-none", "Takes an object for a list of events.", dict, lambda _: True),
)

KINDS = tuple(
    Mutant(
        name=f"{slug(place)}-{name}",
        breaks=f"request/{place}/type",
        sentence=sentence,
        make=overlooking(_of_kind(place, kind, when)),
    )
    for place, name, sentence, kind, when in _TYPES
)


def _snake(text: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z])", lambda found: f"_{found[1].lower()}", text)


def _of_this_edition(value: Json) -> Json:
    return {"@self": "self", "@accounts": "other_accounts"}.get(value, value) if isinstance(value, str) else value


EDITIONS = (
    Mutant(
        name="type-in-camel-case",
        breaks="request/type/enum",
        sentence="Takes types in camel case.",
        make=reading(altered("type", texts(_snake))),
    ),
    Mutant(
        name="events-from-of-a-later-edition",
        breaks="request/events_from/items",
        sentence="Takes the sources of a later edition.",
        make=reading(
            altered("events_from", lambda some: [*map(_of_this_edition, some)] if isinstance(some, list) else some)
        ),
    ),
)


def _parsed(text: str) -> Json:
    try:
        return json.loads(text) if text[:1] in {"[", "{"} else text
    except ValueError:
        return text


def _values(change: Callable[[str], Json]) -> Callable[[Json], Json]:
    return lambda entries: {key: texts(change)(one) for key, one in entries.items()} if entries else entries


def _keys(change: Callable[[str], str]) -> Callable[[Json], Json]:
    return lambda entries: {change(key): one for key, one in entries.items()} if entries else entries


def _as_list(entries: Json) -> Json:
    places = [str(place) for place in range(len(entries or {}))]
    return list(entries.values()) if entries and list(entries) == places else entries


_KEPT: tuple[tuple[str, str, str, Callable[[Json], Json]], ...] = (
    ("name", "hex-decoded", "Decodes %41 in names.", texts(lambda text: text.replace("%41", "A"))),
    (
        "name",
        "filled",
        "Fills placeholders in double braces in names.",
        texts(lambda text: re.sub("{{.*?}}", "", text)),
    ),
    ("description", "cut-at-a-hash", "Cuts descriptions at a hash.", texts(lambda text: text.partition("#")[0])),
    ("description", "without-zero", "Takes the description 0 for none.", lambda text: None if text == "0" else text),
    ("description", "without-null", "Takes the word null for none.", lambda text: None if text == "null" else text),
    (
        "description",
        "unescaped",
        "Takes a backslash and an n in descriptions for a new line.",
        texts(lambda text: text.replace("\\n", "\n")),
    ),
    ("description", "tabs-expanded", "Writes eight blanks for a tab in descriptions.", texts(str.expandtabs)),
    (
        "description",
        "without-joiners",
        "Drops zero-width joiners from descriptions.",
        texts(lambda text: text.replace("\u200d", "")),
    ),
    ("metadata", "values-parsed", "Parses metadata values that are JSON.", _values(_parsed)),
    (
        "metadata",
        "dates-with-time",
        "Adds midnight to dates in metadata.",
        _values(lambda text: f"{text}T00:00:00Z" if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else text),
    ),
    ("metadata", "keys-in-snake-case", "Keeps metadata keys in snake case.", _keys(_snake)),
    ("metadata", "keys-without-dollar", "Drops a dollar before metadata keys.", _keys(lambda key: key.lstrip("$"))),
    ("metadata", "listed", "Keeps metadata with the keys 0, 1, … as a list.", _as_list),
    (
        "webhook_endpoint.url",
        "plus-decoded",
        "Writes %20 for a plus in URLs.",
        texts(lambda text: text.replace("+", "%20")),
    ),
    (
        "webhook_endpoint.url",
        "escapes-in-capitals",
        "Writes percent escapes in URLs in capitals.",
        texts(lambda text: re.sub("%[0-9a-f]{2}", lambda found: found[0].upper(), text)),
    ),
    (
        "webhook_endpoint.url",
        "without-parameters",
        "Drops what follows a semicolon in URLs.",
        texts(lambda text: text.partition(";")[0]),
    ),
)

KEPT = tuple(
    Mutant(
        name=f"{slug(place)}-{name}",
        breaks=f"echo/{place}",
        sentence=sentence,
        make=storing(place, change),
        also=("echo/normalised", f"response/{place}/type"),
    )
    for place, name, sentence, change in _KEPT
)


def _but(place: str, change: Callable[[Json], Json]) -> Callable[[Params], Json]:
    """Return what is compared if a change of one place makes no difference."""
    name, _, inner = place.partition(".")

    def compared(params: Params) -> Json:
        value = params.get(name)
        if inner and isinstance(value, dict):
            return {**params, name: {**value, inner: change(value.get(inner))}}
        return {**params, name: change(value)}

    return compared


_COMPARED: tuple[tuple[str, str, str, Callable[[Json], Json]], ...] = (
    ("enabled_events", "last", "Compares the last event alone.", lambda events: events[-1:]),
    ("events_from", "counted", "Compares how many sources there are.", lambda some: len(some or [])),
    ("name", "letters-sorted", "Compares which letters a name has.", lambda name: sorted(str(name))),
    ("name", "summed", "Compares a sum of a name's bytes.", lambda name: sum(str(name).encode())),
    (
        "description",
        "without-blanks",
        "Compares descriptions without their blanks.",
        texts(lambda text: re.sub(r"\s", "", text)),
    ),
    (
        "description",
        "ascii",
        "Compares the ASCII of descriptions.",
        texts(lambda text: text.encode("ascii", "ignore").decode()),
    ),
    (
        "description",
        "words",
        "Compares the letters and digits of descriptions.",
        texts(lambda text: re.sub(r"\W", "", text)),
    ),
    (
        "amazon_eventbridge.aws_account_id",
        "last-four",
        "Compares the last four digits of AWS accounts.",
        texts(lambda digits: digits[-4:]),
    ),
)

COMPARED = tuple(
    Mutant(
        name=f"{slug(place)}-compared-{name}",
        breaks="idempotency/conflict/every-parameter",
        sentence=sentence,
        make=comparing(_but(place, change)),
        also=("idempotency/burst/one-body", "idempotency/conflict/status"),
    )
    for place, name, sentence, change in _COMPARED
)


def _earlier(moment: Json) -> Json:
    return (datetime.fromisoformat(str(moment)) - timedelta(days=1)).isoformat()


REPLAYED = (
    Mutant(
        name="replay-in-capitals",
        breaks="response/status/enum",
        sentence="Writes the status in capitals when it answers again.",
        make=replaying(altered("status", lambda status: str(status).upper())),
    ),
    Mutant(
        name="replay-updated-before",
        breaks="response/updated/not-before-created",
        sentence="Says that a destination was updated the day before when it answers again.",
        make=replaying(altered("updated", _earlier)),
    ),
    Mutant(
        name="replay-with-another-secret",
        breaks="idempotency/replay",
        sentence="Draws another signing secret when it answers again.",
        make=replaying(altered("webhook_endpoint.signing_secret", lambda secret: secret and f"{secret}0")),
        also=(
            "idempotency/conflict/keeps-first",
            "idempotency/burst/one-destination",
            "idempotency/same-parameters",
            "idempotency/remembers",
        ),
    ),
)

MUTANTS = (*OPTIONAL, *KINDS, *EDITIONS, *KEPT, *COMPARED, *REPLAYED)
