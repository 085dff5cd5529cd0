"""Servers that compare too little when a key is reused, or more than the parameters."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from hashlib import sha256

from werkzeug.wrappers import Response

from ed_contract.reference import Create, Json, Params, Reference, Remembered
from ed_contract.zoo.altering import Change, altered, comparing, edited, texts, without
from ed_contract.zoo.specimen import Mutant, mutant, mutants_in, mutants_of, slug

_EVERY = "idempotency/conflict/every-parameter"
_BODIES = ("idempotency/conflict/status", "idempotency/burst/one-body")
_ABSENT = "idempotency/conflict/absent-or-empty"


def _all_but(place: str) -> Callable[[Params], Json]:
    return lambda params: edited(params, without(place))


LEFT_OUT = tuple(
    Mutant(
        name=f"{slug(place)}-not-compared",
        breaks=_EVERY,
        sentence=f"Does not compare `{place}` when a key is reused.",
        make=comparing(_all_but(place)),
        also=(*_BODIES, "idempotency/conflict/absent-or-empty"),
    )
    for place in (
        "name",
        "description",
        "enabled_events",
        "events_from",
        "include",
        "metadata",
        "snapshot_api_version",
        "webhook_endpoint.url",
        "amazon_eventbridge.aws_account_id",
        "amazon_eventbridge.aws_region",
    )
)


def _of(place: str, change: Change) -> Callable[[Params], Json]:
    return lambda params: edited(params, altered(place, change))


def _top_level(params: Params) -> Json:
    return {name: sorted(value) if isinstance(value, Mapping) else value for name, value in params.items()}


def _strings(params: Params) -> Json:
    return {name: value for name, value in params.items() if isinstance(value, str)}


def _required(params: Params) -> Json:
    return {name: params.get(name) for name in ("name", "type", "event_payload", "enabled_events")}


LOOSE = mutants_of(
    _EVERY,
    (
        (
            "metadata-compared-by-keys",
            "Compares only the keys of metadata when a key is reused.",
            comparing(_of("metadata", sorted)),
        ),
        (
            "events-compared-by-count",
            "Compares only the number of events when a key is reused.",
            comparing(_of("enabled_events", len)),
        ),
        (
            "events-compared-by-the-first",
            "Compares only the first event when a key is reused.",
            comparing(_of("enabled_events", lambda events: events[:1])),
        ),
        (
            "names-compared-by-case",
            "Compares names case-insensitively when a key is reused.",
            comparing(_of("name", str.lower)),
        ),
        (
            "names-compared-by-20",
            "Compares only the first twenty characters of names when a key is reused.",
            comparing(_of("name", lambda one: one[:20])),
        ),
        (
            "urls-compared-by-host",
            "Compares only the origins of URLs when a key is reused.",
            comparing(_of("webhook_endpoint.url", lambda url: url.split("/")[:3])),
        ),
        (
            "compares-the-top-level",
            "Compares only the member names of objects when a key is reused.",
            comparing(_top_level),
        ),
        (
            "compares-strings",
            "Compares only the parameters that are strings when a key is reused.",
            comparing(_strings),
            _ABSENT,
        ),
        (
            "compares-required",
            "Compares only the required top-level parameters when a key is reused.",
            comparing(_required),
            _ABSENT,
        ),
        (
            "compares-names-alone",
            "Compares only the name when a key is reused.",
            comparing(lambda params: params["name"]),
            _ABSENT,
        ),
    ),
    also=_BODIES,
)


@mutant(breaks=_EVERY, also=_BODIES)
class TypeNotCompared(Reference):
    """Replays the first destination when a key is reused with a different type."""

    def answer_known(self, known: Remembered, fingerprint: str, create: Create) -> Response:
        if known.destination.type != create.params["type"]:
            return self.replay_response(known.destination, create)
        return super().answer_known(known, fingerprint, create)


@mutant(breaks=_EVERY, also=_BODIES)
class PayloadNotCompared(Reference):
    """Replays the first destination when a key is reused with a different payload."""

    def answer_known(self, known: Remembered, fingerprint: str, create: Create) -> Response:
        if known.destination.event_payload != create.params["event_payload"]:
            return self.replay_response(known.destination, create)
        return super().answer_known(known, fingerprint, create)


class KeepsParameters(Reference):
    """Stores the parameters themselves for the comparison."""

    def fingerprint(self, params: Params) -> str:
        return json.dumps(params, sort_keys=True)

    def answer_known(self, known: Remembered, fingerprint: str, create: Create) -> Response:
        if self.alike(json.loads(known.fingerprint), json.loads(fingerprint)):
            return self.replay_response(known.destination, create)
        return super().answer_known(known, fingerprint, create)

    def alike(self, before: Params, after: Params) -> bool:
        """Return whether different parameters are treated as the same."""
        raise NotImplementedError


@mutant(breaks=_EVERY, also=(*_BODIES, "idempotency/conflict/absent-or-empty"))
class AddedNotCompared(KeepsParameters):
    """Overlooks added parameters when a key is reused."""

    def alike(self, before: Params, after: Params) -> bool:
        return {**after, **before} == after


@mutant(breaks=_EVERY, also=(*_BODIES, "idempotency/conflict/absent-or-empty"))
class LeftOutNotCompared(KeepsParameters):
    """Overlooks omitted parameters when a key is reused."""

    def alike(self, before: Params, after: Params) -> bool:
        return {**before, **after} == before


@mutant(breaks=_EVERY, also=_BODIES)
class AddedMetadataNotCompared(KeepsParameters):
    """Overlooks added metadata entries when a key is reused."""

    def alike(self, before: Params, after: Params) -> bool:
        merged = {**(after.get("metadata") or {}), **(before.get("metadata") or {})}
        return bool(before.get("metadata")) and {**before, "metadata": merged} == after


@mutant(breaks=_EVERY, also=_BODIES)
class ComparesTheLength(Reference):
    """Compares only the length of the parameters as JSON when a key is reused."""

    def fingerprint(self, params: Params) -> str:
        return str(len(json.dumps(params)))


def _but(place: str, change: Callable[[Json], Json]) -> Callable[[Params], Json]:
    """Return the comparison that sees one place only as `change` leaves it."""
    name, _, inner = place.partition(".")

    def compared(params: Params) -> Json:
        value = params.get(name)
        if inner and isinstance(value, dict):
            return {**params, name: {**value, inner: change(value.get(inner))}}
        return {**params, name: change(value)}

    return compared


_COMPARED: tuple[tuple[str, str, str, Change], ...] = (
    ("enabled_events", "last", "Compares only the last event when a key is reused.", lambda events: events[-1:]),
    (
        "events_from",
        "counted",
        "Compares only the number of values of `events_from` when a key is reused.",
        lambda some: len(some or []),
    ),
    ("enabled_events", "joined", "Compares event names joined without a separator when a key is reused.", "".join),
    ("enabled_events", "joined-by-commas", "Compares event names joined by commas when a key is reused.", ",".join),
    (
        "webhook_endpoint.url",
        "cut-at-255",
        "Compares only the first 255 characters of URLs when a key is reused.",
        texts(lambda text: text[:255]),
    ),
    (
        "description",
        "with-single-blanks",
        "Ignores repeated spaces in descriptions when a key is reused.",
        texts(lambda text: re.sub(" +", " ", text)),
    ),
    (
        "name",
        "composed",
        "Compares names normalised to NFC when a key is reused.",
        texts(lambda text: unicodedata.normalize("NFC", text)),
    ),
    (
        "name",
        "letters-sorted",
        "Ignores the order of the characters of a name when a key is reused.",
        lambda name: sorted(str(name)),
    ),
    (
        "description",
        "without-blanks",
        "Ignores whitespace in descriptions when a key is reused.",
        texts(lambda text: re.sub(r"\s", "", text)),
    ),
    (
        "description",
        "ascii",
        "Compares only the ASCII characters of descriptions when a key is reused.",
        texts(lambda text: text.encode("ascii", "ignore").decode()),
    ),
    (
        "amazon_eventbridge.aws_account_id",
        "last-four",
        "Compares only the last four digits of AWS account ids when a key is reused.",
        texts(lambda digits: digits[-4:]),
    ),
)

COMPARED = tuple(
    Mutant(
        name=f"{slug(place)}-compared-{name}",
        breaks=_EVERY,
        sentence=sentence,
        make=comparing(_but(place, change)),
        also=("idempotency/burst/one-body", "idempotency/conflict/status"),
    )
    for place, name, sentence, change in _COMPARED
)


def identifying(identify: Callable[[Create], bytes]) -> type[Reference]:
    """Return the server that treats two creates as the same if these bytes of them are."""

    class Identifies(Reference):
        def identity(self, create: Create) -> str:
            return sha256(identify(create)).hexdigest()

    return Identifies


def _without_blanks(create: Create) -> bytes:
    return create.body.translate(None, b" \t\r\n")


LITERAL = mutants_of(
    "idempotency/same-parameters",
    (
        (
            "compares-bytes",
            "Compares the raw bytes of bodies when a key is reused.",
            identifying(lambda create: create.body),
        ),
        (
            "compares-order",
            "Treats members in a different order as changed parameters.",
            identifying(lambda create: json.dumps(create.params).encode()),
        ),
        (
            "compares-escapes",
            "Compares the bytes of bodies, except whitespace, when a key is reused.",
            identifying(_without_blanks),
        ),
    ),
)


def _not_empty(params: Params) -> Json:
    return {name: value for name, value in params.items() if value not in ("", [], {})}


EMPTY = mutants_of(
    _ABSENT,
    (
        (
            "empty-is-absent",
            "Treats empty and absent parameters as the same when a key is reused.",
            comparing(_not_empty),
        ),
        (
            "empty-metadata-is-absent",
            "Treats empty and absent metadata as the same when a key is reused.",
            comparing(lambda params: {name: value for name, value in params.items() if name != "metadata" or value}),
        ),
    ),
)

MUTANTS = (*LEFT_OUT, *LOOSE, *LITERAL, *EMPTY, *mutants_in(globals()), *COMPARED)
