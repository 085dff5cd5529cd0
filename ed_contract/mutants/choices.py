"""Servers that keep other lists, maps and choices than were sent: events, origins, metadata, type, payload."""

# ruff: noqa: D102 - an overriding method is described by the one that it overrides

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ed_contract.mutants.seams import Change, altered, at, rendering, storing
from ed_contract.mutants.words import Mutant, mutant, mutants_in
from ed_contract.reference import Destination, Json, Params, Reference

_EVENTS: tuple[tuple[str, str, Change], ...] = (
    ("sorted", "Sorts events.", sorted),
    ("reversed", "Answers events in reverse.", lambda events: events[::-1]),
    ("first-only", "Keeps the first event alone.", lambda events: events[:1]),
    ("last-only", "Keeps the last event alone.", lambda events: events[-1:]),
    ("at-most-10", "Keeps ten events at most.", lambda events: events[:10]),
    ("at-most-20", "Keeps twenty events at most.", lambda events: events[:20]),
    ("with-ping", "Adds an event of its own.", lambda events: [*events, "v2.core.event_destination.ping"]),
    (
        "without-prefix",
        "Drops the v1. and v2. of events.",
        lambda events: [re.sub(r"^v\d\.", "", one) for one in events],
    ),
    (
        "dots-to-underscores",
        "Keeps underscores for the dots of events.",
        lambda events: [one.replace(".", "_") for one in events],
    ),
    ("all-for-any", "Enables all events whichever are sent.", lambda _: ["*"]),
    ("cut-at-40", "Cuts events after 40 characters.", lambda events: [one[:40] for one in events]),
    ("none", "Answers no events.", lambda _: []),
)

_ORIGINS: tuple[tuple[str, str, Change], ...] = (
    ("default", "Answers self whatever `events_from` was.", lambda _: ["self"]),
    ("first-only", "Keeps the first of `events_from` alone.", lambda values: values[:1]),
    ("last-only", "Keeps the last of `events_from` alone.", lambda values: values[-1:]),
    ("lost", "Forgets `events_from`.", lambda _: []),
    ("with-self", "Adds self to `events_from`.", lambda values: [*values, "self"]),
    ("both", "Answers both origins whichever was sent.", lambda _: ["other_accounts", "self"]),
    (
        "swapped",
        "Takes each origin for the other.",
        lambda values: ["self" if one == "other_accounts" else "other_accounts" for one in values],
    ),
)


def _keys(change: Callable[[str], str]) -> Change:
    return lambda entries: {change(key): value for key, value in entries.items()}


def _values(change: Change) -> Change:
    return lambda entries: {key: change(value) if isinstance(value, str) else value for key, value in entries.items()}


def _number(text: str) -> Json:
    try:
        return json.loads(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else text
    except ValueError:  # 007 is no JSON
        return text


def _first(count: int) -> Change:
    return lambda entries: dict(list(entries.items())[:count])


def _nested(entries: Json) -> Json:
    found: dict[str, Json] = {}
    for key, value in entries.items():
        head, dot, rest = key.partition(".")
        found[head] = {rest: value} if dot else value
    return found


_METADATA: tuple[tuple[str, str, Change], ...] = (
    ("lost", "Forgets metadata.", lambda _: {}),
    ("first-only", "Keeps the first entry of metadata.", _first(1)),
    ("at-most-8", "Keeps eight entries of metadata at most.", _first(8)),
    ("at-most-16", "Keeps sixteen entries of metadata at most.", _first(16)),
    ("keys-lower-cased", "Keeps the keys of metadata in lower case.", _keys(str.lower)),
    (
        "keys-with-underscores",
        "Keeps underscores for the hyphens in metadata keys.",
        _keys(lambda key: key.replace("-", "_")),
    ),
    (
        "keys-in-camel-case",
        "Keeps metadata keys in camel case.",
        _keys(lambda key: re.sub(r"_([a-z])", lambda found: found[1].upper(), key)),
    ),
    ("keys-nested", "Nests metadata at the dots in its keys.", _nested),
    ("keys-cut-at-20", "Cuts metadata keys after 20 characters.", _keys(lambda key: key[:20])),
    (
        "without-proto",
        "Drops the metadata key `__proto__`.",
        lambda entries: {key: value for key, value in entries.items() if key != "__proto__"},
    ),
    ("values-as-numbers", "Keeps metadata values that look like numbers as numbers.", _values(_number)),
    (
        "values-as-booleans",
        "Keeps the metadata values true and false as booleans.",
        _values(lambda text: {"true": True, "false": False}.get(text, text)),
    ),
    ("values-lower-cased", "Keeps metadata values in lower case.", _values(str.lower)),
    ("values-cut-at-100", "Cuts metadata values after 100 characters.", _values(lambda text: text[:100])),
    ("values-in-quotes", "Keeps metadata values as JSON.", _values(json.dumps)),
    (
        "without-zero",
        "Drops metadata values that PHP holds for empty.",
        lambda entries: {key: value for key, value in entries.items() if value != "0"},
    ),
    (
        "without-ascii-escapes",
        "Keeps a question mark for each letter of metadata that is no ASCII.",
        _values(lambda text: text.encode("ascii", "replace").decode()),
    ),
    ("with-an-entry", "Adds an entry of its own to metadata.", lambda entries: {**entries, "source": "api"}),
)


def _stored(place: str, kind: type) -> Callable[[Change], type[Reference]]:
    return lambda change: storing(place, lambda value: change(value) if isinstance(value, kind) else value)


KEPT = tuple(
    Mutant(
        name=f"{prefix}-{name}",
        breaks=f"echo/{place}",
        sentence=sentence,
        make=_stored(place, kind)(change),
        also=("echo/normalised",),
    )
    for place, prefix, kind, table in (
        ("enabled_events", "events", list, _EVENTS),
        ("events_from", "events-from", list, _ORIGINS),
        ("metadata", "metadata", dict, _METADATA),
    )
    for name, sentence, change in table
)

_CHOSEN: tuple[tuple[str, str, str, type[Reference]], ...] = (
    (
        "type-always-webhook",
        "type",
        "Says webhook_endpoint for each type.",
        rendering(altered("type", lambda _: "webhook_endpoint")),
    ),
    (
        "type-always-eventbridge",
        "type",
        "Says amazon_eventbridge for each type.",
        rendering(altered("type", lambda _: "amazon_eventbridge")),
    ),
    (
        "payload-always-thin",
        "event_payload",
        "Says thin for each payload.",
        rendering(altered("event_payload", lambda _: "thin")),
    ),
    (
        "payload-always-snapshot",
        "event_payload",
        "Says snapshot for each payload.",
        rendering(altered("event_payload", lambda _: "snapshot")),
    ),
    (
        "payload-swapped",
        "event_payload",
        "Takes each payload for the other.",
        rendering(altered("event_payload", lambda value: {"thin": "snapshot"}.get(value, "thin"))),
    ),
    (
        "name-is-the-description",
        "name",
        "Answers the description, where there is one, as the name.",
        rendering(lambda document: document.update(name=document["description"] or document["name"])),
    ),
    (
        "description-is-the-name",
        "description",
        "Answers the name as the description.",
        rendering(lambda document: document.update(description=document["name"])),
    ),
    (
        "name-is-the-type",
        "name",
        "Answers the type as the name.",
        rendering(lambda document: document.update(name=document["type"])),
    ),
)

CHOSEN = tuple(
    Mutant(name=name, breaks=f"echo/{place}", sentence=sentence, make=make) for name, place, sentence, make in _CHOSEN
)

NORMALISED = (
    Mutant(
        name="events-deduplicated",
        breaks="echo/normalised",
        sentence="Keeps one of several equal events.",
        make=storing("enabled_events", lambda events: list(dict.fromkeys(events))),
    ),
    Mutant(
        name="metadata-without-empty-values",
        breaks="echo/normalised",
        sentence="Drops metadata entries with an empty value.",
        make=storing("metadata", lambda entries: {key: value for key, value in entries.items() if value != ""}),
    ),
    Mutant(
        name="metadata-values-trimmed",
        breaks="echo/normalised",
        sentence="Trims the values of metadata.",
        make=storing("metadata", _values(str.strip)),
    ),
)


@mutant(breaks="echo/metadata", also=("echo/normalised",))
class MetadataLeaksFromTheLast(Reference):
    """Merges metadata into that of the destination before."""

    def set_up(self) -> None:
        self._before: dict[str, Json] = {}

    def make(self, account: str, params: Params) -> Destination:
        destination = super().make(account, params)
        merged = {**self._before, **destination.metadata}
        self._before = dict(destination.metadata)
        return replace(destination, metadata=merged if destination.metadata else {})


class Stays(Reference):
    """Gives a destination that has nothing at a place what the last one had there."""

    place: str

    def set_up(self) -> None:
        self._last: dict[str, Any] = {}

    def make(self, account: str, params: Params) -> Destination:
        destination = super().make(account, params)
        if given := getattr(destination, self.place):
            self._last = {self.place: given}
        return replace(destination, **self._last)


@mutant(breaks="echo/description")
class DescriptionStays(Stays):
    """Gives a destination without a description the last one that was sent."""

    place = "description"


@mutant(breaks="echo/metadata")
class MetadataStays(Stays):
    """Gives a destination without metadata the last ones that were sent."""

    place = "metadata"


@mutant(breaks="echo/name")
class NameOfTheFirst(Reference):
    """Gives each destination to a URL the name of the first one there."""

    def set_up(self) -> None:
        self._names: dict[str, str] = {}

    def make(self, account: str, params: Params) -> Destination:
        destination = super().make(account, params)
        return replace(destination, name=self._names.setdefault(str(destination.url), destination.name))


@mutant(breaks="echo/description")
class DescriptionOfTheLast(Reference):
    """Answers the description of the create before."""

    def set_up(self) -> None:
        self._last: str | None = None

    def make(self, account: str, params: Params) -> Destination:
        destination = super().make(account, params)
        shown, self._last = self._last, at("description", params)
        return replace(destination, description=shown)


MUTANTS = (*KEPT, *CHOSEN, *NORMALISED, *mutants_in(globals()))
