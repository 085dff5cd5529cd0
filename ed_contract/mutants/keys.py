"""Servers that compare less than all parameters, or take different keys for one."""

# ruff: noqa: D102 - an overriding method is described by the one that it overrides

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from hashlib import sha256

from werkzeug.wrappers import Response

from ed_contract.mutants.seams import Change, altered, comparing, edited, scoping, without
from ed_contract.mutants.words import Mutant, mutant, mutants_in, slug
from ed_contract.reference import Create, Json, Params, Reference, Remembered

_EVERY = "idempotency/conflict/every-parameter"
_BODIES = ("idempotency/conflict/status", "idempotency/burst/one-body")


def _all_but(place: str) -> Callable[[Params], Json]:
    return lambda params: edited(params, without(place))


LEFT_OUT = tuple(
    Mutant(
        name=f"{slug(place)}-not-compared",
        breaks=_EVERY,
        sentence=f"Does not compare `{place}` when a key is used again.",
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


LOOSE = tuple(
    Mutant(name=name, breaks=_EVERY, sentence=sentence, make=comparing(change), also=(*_BODIES, *also))
    for name, sentence, change, also in (
        ("metadata-compared-by-keys", "Compares of metadata the keys alone.", _of("metadata", sorted), ()),
        ("metadata-compared-by-size", "Compares of metadata the number of entries alone.", _of("metadata", len), ()),
        ("events-compared-by-count", "Compares of the events their number alone.", _of("enabled_events", len), ()),
        (
            "events-compared-by-the-first",
            "Compares of the events the first alone.",
            _of("enabled_events", lambda events: events[:1]),
            (),
        ),
        ("names-compared-by-case", "Compares names without regard to case.", _of("name", str.lower), ()),
        (
            "names-compared-by-20",
            "Compares of names the first twenty characters.",
            _of("name", lambda one: one[:20]),
            (),
        ),
        (
            "urls-compared-by-host",
            "Compares of URLs the origin alone.",
            _of("webhook_endpoint.url", lambda url: url.split("/")[:3]),
            (),
        ),
        ("compares-the-top-level", "Compares of objects the names of their members alone.", _top_level, ()),
        (
            "compares-strings",
            "Compares the parameters that are strings.",
            _strings,
            ("idempotency/conflict/absent-or-empty",),
        ),
        (
            "compares-required",
            "Compares the parameters that are required at the top level.",
            _required,
            ("idempotency/conflict/absent-or-empty",),
        ),
        (
            "compares-names-alone",
            "Compares of the parameters the name alone.",
            lambda params: params["name"],
            ("idempotency/conflict/absent-or-empty",),
        ),
    )
)


@mutant(breaks=_EVERY, also=_BODIES)
class TypeNotCompared(Reference):
    """Does not compare the type and its configuration when a key is used again."""

    def answer_known(self, known: Remembered, fingerprint: str, create: Create) -> Response:
        if known.destination.type != create.params["type"]:
            return self.replay_response(known.destination, create)
        return super().answer_known(known, fingerprint, create)


@mutant(breaks=_EVERY, also=_BODIES)
class PayloadNotCompared(Reference):
    """Does not compare the payload and what hangs on it when a key is used again."""

    def answer_known(self, known: Remembered, fingerprint: str, create: Create) -> Response:
        if known.destination.event_payload != create.params["event_payload"]:
            return self.replay_response(known.destination, create)
        return super().answer_known(known, fingerprint, create)


class KeepsParameters(Reference):
    """Keeps the parameters themselves for the comparison."""

    def fingerprint(self, params: Params) -> str:
        return json.dumps(params, sort_keys=True)

    def answer_known(self, known: Remembered, fingerprint: str, create: Create) -> Response:
        if self.alike(json.loads(known.fingerprint), json.loads(fingerprint)):
            return self.replay_response(known.destination, create)
        return super().answer_known(known, fingerprint, create)

    def alike(self, before: Params, after: Params) -> bool:
        """Return whether different parameters are taken for the same."""
        raise NotImplementedError


@mutant(breaks=_EVERY, also=(*_BODIES, "idempotency/conflict/absent-or-empty"))
class AddedNotCompared(KeepsParameters):
    """Compares the parameters of the first create alone, and overlooks what is added."""

    def alike(self, before: Params, after: Params) -> bool:
        return {**after, **before} == after


@mutant(breaks=_EVERY, also=(*_BODIES, "idempotency/conflict/absent-or-empty"))
class LeftOutNotCompared(KeepsParameters):
    """Compares the parameters of the second create alone, and overlooks what is left out."""

    def alike(self, before: Params, after: Params) -> bool:
        return {**before, **after} == before


@mutant(breaks=_EVERY, also=_BODIES)
class AddedMetadataNotCompared(KeepsParameters):
    """Overlooks entries that are added to metadata when a key is used again."""

    def alike(self, before: Params, after: Params) -> bool:
        merged = {**(after.get("metadata") or {}), **(before.get("metadata") or {})}
        return bool(before.get("metadata")) and {**before, "metadata": merged} == after


@mutant(breaks=_EVERY, also=_BODIES)
class ComparesTheLength(Reference):
    """Compares of the parameters their length as JSON alone."""

    def fingerprint(self, params: Params) -> str:
        return str(len(json.dumps(params)))


def identifying(identify: Callable[[Create], bytes]) -> type[Reference]:
    """Return the server that takes two creates for the same if some bytes are."""

    class Identifies(Reference):
        def identity(self, create: Create) -> str:
            return sha256(identify(create)).hexdigest()

    return Identifies


def _without_blanks(create: Create) -> bytes:
    return create.body.translate(None, b" \t\r\n")


LITERAL = tuple(
    Mutant(name=name, breaks="idempotency/same-parameters", sentence=sentence, make=make)
    for name, sentence, make in (
        ("compares-bytes", "Compares the bytes of the bodies.", identifying(lambda create: create.body)),
        (
            "compares-order",
            "Takes another order of the members for other parameters.",
            identifying(lambda create: json.dumps(create.params).encode()),
        ),
        (
            "compares-escapes",
            "Takes another spelling of the same JSON, blanks apart, for other parameters.",
            identifying(_without_blanks),
        ),
    )
)


def _not_empty(params: Params) -> Json:
    return {name: value for name, value in params.items() if value not in ("", [], {})}


EMPTY = (
    Mutant(
        name="empty-is-absent",
        breaks="idempotency/conflict/absent-or-empty",
        sentence="Takes empty parameters for absent ones when it compares.",
        make=comparing(_not_empty),
    ),
    Mutant(
        name="empty-metadata-is-absent",
        breaks="idempotency/conflict/absent-or-empty",
        sentence="Takes empty metadata for none when it compares.",
        make=comparing(lambda params: {name: value for name, value in params.items() if name != "metadata" or value}),
    ),
)

_INDEPENDENT: tuple[tuple[str, str, Callable[[str], str], tuple[str, ...]], ...] = (
    ("key-case-ignored", "Takes keys that differ in case for one.", str.lower, ()),
    ("key-cut-at-32", "Looks at the first 32 characters of a key.", lambda key: key[:32], ()),
    ("key-cut-at-36", "Looks at the first 36 characters of a key.", lambda key: key[:36], ()),
    ("key-cut-at-63", "Looks at the first 63 characters of a key.", lambda key: key[:63], ()),
    ("key-without-its-first", "Overlooks the first character of a key.", lambda key: key[1:], ()),
    ("key-without-its-last", "Overlooks the last character of a key.", lambda key: key[:-1], ()),
    ("key-digits-alone", "Looks at the digits of a key.", lambda key: "".join(filter(str.isdigit, key)), ()),
    ("key-cut-at-a-colon", "Looks at what lies before the colon of a key.", lambda key: key.split(":")[0], ()),
    ("key-with-underscores", "Takes hyphens and underscores for one.", lambda key: key.replace("-", "_"), ()),
    ("key-without-dots", "Overlooks the dots of a key.", lambda key: key.replace(".", ""), ()),
    (
        "key-as-one-byte",
        "Keeps one byte of the digest of a key.",
        lambda key: sha256(key.encode()).hexdigest()[:2],
        ("request/valid",),
    ),
)

INDEPENDENT = tuple(
    Mutant(name=name, breaks="idempotency/keys-independent", sentence=sentence, make=scoping(change), also=also)
    for name, sentence, change, also in _INDEPENDENT
)


MUTANTS = (
    *LEFT_OUT,
    *LOOSE,
    *LITERAL,
    *EMPTY,
    *INDEPENDENT,
    *mutants_in(globals()),
)
