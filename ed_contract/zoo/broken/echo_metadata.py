"""Servers that store different metadata from what was sent."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace

from ed_contract.reference import Destination, Json, Params, Reference
from ed_contract.zoo.altering import Change, snake_case, storing
from ed_contract.zoo.bases import Stays
from ed_contract.zoo.keeping import keeping
from ed_contract.zoo.predicates import EVENTBRIDGE
from ed_contract.zoo.specimen import Mutant, mutant, mutants_in, mutants_of


def _keys(change: Callable[[str], str]) -> Change:
    return lambda entries: {change(key): value for key, value in entries.items()}


def _values(change: Change) -> Change:
    return lambda entries: {key: change(value) if isinstance(value, str) else value for key, value in entries.items()}


def _number(text: str) -> Json:
    try:
        return json.loads(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else text
    except ValueError:  # 007 is not JSON
        return text


def _first(count: int) -> Change:
    return lambda entries: dict(list(entries.items())[:count])


def _nested(entries: Json) -> Json:
    found: dict[str, Json] = {}
    for key, value in entries.items():
        head, dot, rest = key.partition(".")
        found[head] = {rest: value} if dot else value
    return found


KEPT = keeping(
    "metadata",
    (
        ("lost", "Discards metadata.", lambda _: {}),
        ("first-only", "Keeps only the first metadata entry.", _first(1)),
        ("at-most-8", "Keeps at most eight metadata entries.", _first(8)),
        ("at-most-16", "Keeps at most sixteen metadata entries.", _first(16)),
        ("keys-lower-cased", "Stores metadata keys in lower case.", _keys(str.lower)),
        (
            "keys-with-underscores",
            "Replaces hyphens in metadata keys with underscores.",
            _keys(lambda key: key.replace("-", "_")),
        ),
        (
            "keys-in-camel-case",
            "Stores metadata keys in camel case.",
            _keys(lambda key: re.sub(r"_([a-z])", lambda found: found[1].upper(), key)),
        ),
        ("keys-nested", "Turns dots in metadata keys into nested objects.", _nested),
        ("keys-cut-at-20", "Truncates metadata keys to 20 characters.", _keys(lambda key: key[:20])),
        (
            "without-proto",
            "Drops the metadata key `__proto__`.",
            lambda entries: {key: value for key, value in entries.items() if key != "__proto__"},
        ),
        ("values-as-numbers", "Stores metadata values that look like numbers as numbers.", _values(_number)),
        (
            "values-as-booleans",
            "Stores the metadata values true and false as booleans.",
            _values(lambda text: {"true": True, "false": False}.get(text, text)),
        ),
        ("values-lower-cased", "Stores metadata values in lower case.", _values(str.lower)),
        ("values-cut-at-100", "Truncates metadata values to 100 characters.", _values(lambda text: text[:100])),
        ("values-in-quotes", "Stores metadata values with JSON's quotes around them.", _values(json.dumps)),
        (
            "without-zero",
            "Drops metadata entries with the value `0`, which PHP considers empty.",
            lambda entries: {key: value for key, value in entries.items() if value != "0"},
        ),
        (
            "without-ascii-escapes",
            "Replaces each non-ASCII character of metadata values with a question mark.",
            _values(lambda text: text.encode("ascii", "replace").decode()),
        ),
        ("with-an-entry", "Adds a metadata entry that was not sent.", lambda entries: {**entries, "source": "api"}),
    ),
    kind=dict,
)


def _parsed(text: str) -> Json:
    try:
        return json.loads(text) if text[:1] in {"[", "{"} else text
    except ValueError:
        return text


def _as_list(entries: Json) -> Json:
    places = [str(place) for place in range(len(entries or {}))]
    return list(entries.values()) if entries and list(entries) == places else entries


UNUSUAL = keeping(
    "metadata",
    (
        ("values-parsed", "Parses metadata values that are JSON.", _values(_parsed)),
        (
            "dates-with-time",
            "Adds a time of midnight to metadata values that are dates.",
            _values(lambda text: f"{text}T00:00:00Z" if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else text),
        ),
        ("keys-in-snake-case", "Stores metadata keys in snake case.", _keys(snake_case)),
        ("keys-without-dollar", "Drops a leading dollar sign from metadata keys.", _keys(lambda key: key.lstrip("$"))),
        ("listed", "Stores metadata with the keys 0, 1, … as an array.", _as_list),
    ),
    kind=dict,
    also=("response/metadata/type",),
)

NORMALISED = mutants_of(
    "echo/normalised",
    (
        (
            "metadata-without-empty-values",
            "Drops metadata entries with an empty value.",
            storing("metadata", lambda entries: {key: value for key, value in entries.items() if value != ""}),
        ),
        ("metadata-values-trimmed", "Trims whitespace from metadata values.", storing("metadata", _values(str.strip))),
    ),
)


@mutant(breaks="echo/metadata", also=("echo/normalised",))
class MetadataLeaksFromTheLast(Reference):
    """Merges the previous destination's metadata into the new one's."""

    def set_up(self) -> None:
        self._before: dict[str, Json] = {}

    def make(self, account: str, params: Params) -> Destination:
        destination = super().make(account, params)
        merged = {**self._before, **destination.metadata}
        self._before = dict(destination.metadata)
        return replace(destination, metadata=merged if destination.metadata else {})


@mutant(breaks="echo/metadata")
class MetadataStays(Stays):
    """Gives a destination without metadata the last metadata that was sent."""

    place = "metadata"


FORGOTTEN = Mutant(
    name="eventbridge-metadata-lost",
    breaks="echo/metadata",
    sentence="Discards the metadata of EventBridge destinations.",
    make=storing("metadata", lambda _: {}, EVENTBRIDGE),
)

MUTANTS = (*KEPT, *NORMALISED, *mutants_in(globals()), FORGOTTEN, *UNUSUAL)
