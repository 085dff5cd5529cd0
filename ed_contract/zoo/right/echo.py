"""Right servers that store or return parameters unusually where the page is silent: defaults, empty ones, tidying."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import replace

from werkzeug.wrappers import Response

from ed_contract.reference import Create, Destination, Document, Json, Params, Reference
from ed_contract.zoo.altering import altered, edited, rendering, texts
from ed_contract.zoo.bases import TakesAll
from ed_contract.zoo.specimen import right, right_in, right_of

_NORMALISED = "echo/normalised"
_OPTIONAL = {"description", "events_from", "include", "metadata", "snapshot_api_version"}


def _without_empty(params: Params) -> Params:
    return {name: value for name, value in params.items() if name not in _OPTIONAL or value not in (None, "", [], {})}


@right()
class EmptyIsNotGiven(TakesAll):
    """Treats empty optional parameters as absent but compares them as sent when a key is reused."""

    def make(self, account: str, params: Params) -> Destination:
        return super().make(account, _without_empty(params))


@right(should=("idempotency/conflict/absent-or-empty",))
class EmptyIsNeverGiven(Reference):
    """Treats empty optional parameters as absent, even when a key is reused."""

    def answer(self, create: Create) -> Response:
        return super().answer(replace(create, params=_without_empty(create.params)))


@right()
class NoOriginIsNull(TakesAll):
    """Returns null for `events_from` if none was sent."""

    def make(self, account: str, params: Params) -> Destination:
        destination = super().make(account, params)
        return destination if params.get("events_from") else replace(destination, events_from=None)  # type: ignore[arg-type]


@right()
class VersionKeptWithThin(TakesAll):
    """Accepts, stores and returns a snapshot version with thin payloads."""

    def snapshot_api_version(self, params: Params) -> str | None:
        return params.get("snapshot_api_version")


@right()
class VersionByDefault(Reference):
    """Returns its own version for snapshot payloads if none was sent."""

    def snapshot_api_version(self, params: Params) -> str | None:
        default = None if params.get("event_payload") == "thin" else "2024-09-30.acacia"
        return super().snapshot_api_version(params) or default


def _completed(params: Params) -> Params:
    """Return the parameters with defaults for those that were not given."""
    given = {name: value for name, value in params.items() if value not in (None, "", [], {})}
    defaults: dict[str, Json] = {"events_from": ["self"]}
    if params.get("event_payload") == "snapshot":
        defaults["snapshot_api_version"] = "2024-09-30.acacia"
    return {**defaults, **given}


@right(should=("idempotency/conflict/absent-or-empty",))
class DefaultsCompared(Reference):
    """Fills in its defaults before it compares parameters and returns the defaults."""

    def make(self, account: str, params: Params) -> Destination:
        return super().make(account, _completed(params))

    def fingerprint(self, params: Params) -> str:
        return super().fingerprint(_completed(params))


@right()
class MetadataAsText(TakesAll):
    """Accepts metadata values that are not strings and stores them as strings."""

    def make(self, account: str, params: Params) -> Destination:
        def text(entries: Json) -> Json:
            return {key: one if isinstance(one, str) else json.dumps(one) for key, one in (entries or {}).items()}

        return super().make(account, edited(params, altered("metadata", text)))


@right()
class ReplacementCharacters(TakesAll):
    """Replaces lone surrogates with U+FFFD."""

    def make(self, account: str, params: Params) -> Destination:
        return super().make(account, _textual(dict(params)))


def _textual(value: Json) -> Json:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_textual(name): _textual(one) for name, one in value.items()}
    return [_textual(one) for one in value] if isinstance(value, list) else value


def _tidied(text: str) -> str:
    return unicodedata.normalize("NFC", re.sub(r"\s*[\r\n]+\s*", " ", text.strip()))


def _tidy(params: Document) -> None:
    for place in ("name", "description"):
        altered(place, texts(_tidied))(params)
    altered("enabled_events", lambda events: list(dict.fromkeys(events)))(params)
    altered("metadata", lambda one: {key: value for key, value in one.items() if value != ""} if one else one)(params)


@right(should=(_NORMALISED,))
class Tidies(Reference):
    """Trims names and descriptions, puts them on one line, and drops duplicate events and empty metadata values."""

    def make(self, account: str, params: Params) -> Destination:
        return super().make(account, edited(params, _tidy))


_BLANKS = " \t\r\n\0\x0b\ufeff"


def _trimmed(value: Json) -> Json:
    if isinstance(value, str):
        return value.strip(_BLANKS)
    if isinstance(value, dict):
        return {key: text for key, one in value.items() if (text := _trimmed(one)) != ""}
    return value


@right(should=(_NORMALISED,))
class TrimmedToNothing(TakesAll):
    """Trims names, descriptions and metadata values, and treats those that are then empty as absent."""

    def make(self, account: str, params: Params) -> Destination:
        def tidy(document: Document) -> None:
            for place in ("name", "description", "metadata"):
                altered(place, _trimmed)(document)

        destination = super().make(account, edited(params, tidy))
        return destination if destination.description != "" else replace(destination, description=None)


RENDERED = right_of(
    (
        (
            "description-empty",
            "Returns an empty description for an absent one.",
            rendering(altered("description", lambda value: value or "")),
        ),
        (
            "metadata-null",
            "Returns null for empty metadata.",
            rendering(altered("metadata", lambda value: value or None)),
        ),
        (
            "metadata-left-out",
            "Leaves out empty metadata.",
            rendering(lambda document: document["metadata"] or document.pop("metadata")),
        ),
        (
            "events-from-in-order",
            "Returns `events_from` in alphabetical order.",
            rendering(altered("events_from", sorted)),
        ),
    )
)

RIGHT = (*right_in(globals()), *RENDERED)
