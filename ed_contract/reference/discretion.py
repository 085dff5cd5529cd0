"""What the reference refuses although the page does not forbid it: all our own decisions, in one place.

Override `discretion` to decide otherwise; `return iter(())` makes a server that accepts everything the page allows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

from ed_contract.reference.destination import AZURE, EVENTBRIDGE, WEBHOOK, Json, Params
from ed_contract.reference.fields import Edition, Kind
from ed_contract.reference.refusal import Problem

# Least and most code points; generous, since the page gives no limits.
LENGTHS: Mapping[str, tuple[int, int]] = {
    "name": (1, 1000),
    "description": (0, 5000),
    "snapshot_api_version": (1, 100),
    "type": (1, 100),
    "amazon_eventbridge.aws_region": (1, 100),
    "azure_event_grid.azure_region": (1, 100),
    "azure_event_grid.azure_resource_group_name": (1, 90),
    "webhook_endpoint.url": (1, 5000),
}
STRING_LENGTH = 500  # of a string in an array, e.g. the name of an event
STRINGS_LIMIT = 1000
AWS_ACCOUNT_DIGITS = 12
METADATA_LIMIT = 50
METADATA_KEY_LENGTH = 40
METADATA_VALUE_LENGTH = 500
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


class Discretion:
    """Judges what the page leaves open; called for a place only if the page itself allows the value."""

    edition: Edition
    lengths: ClassVar[Mapping[str, tuple[int, int]]] = LENGTHS

    def discretion(self, place: str, value: Json) -> Iterator[Problem]:
        """Yield what we refuse at a place; "" is the whole body."""
        if isinstance(value, str):
            yield from self.check_text(place, value)
        if place in self.lengths:
            yield from self.check_length(place, value)
        if not place or self.edition.fields[place].kind is Kind.OBJECT:
            yield from self.check_unknown(place, value)
        elif self.edition.fields[place].kind is Kind.STRINGS:
            yield from self.check_strings(place, value)
        yield from self.check_sense(place, value)

    def check_sense(self, place: str, value: Json) -> Iterator[Problem]:
        """Refuse values that make no sense at this place."""
        match place:
            case "":
                yield from self.check_configuration(value)
                yield from self.check_snapshot_api_version(value)
            case "metadata":
                yield from self.check_metadata(value)
            case "amazon_eventbridge.aws_account_id":
                yield from self.check_account_id(value)
            case "azure_event_grid.azure_subscription_id":
                yield from self.check_subscription_id(value)
            case "webhook_endpoint.url":
                yield from self.check_url(value)

    def check_text(self, place: str, text: str, at: str = "") -> Iterator[Problem]:
        """Refuse strings that are not text: those with NUL, or with lone surrogates, which UTF-8 cannot encode."""
        if not (text.isprintable() or _is_storable(text)):
            yield undecided(place, "must hold neither NUL nor lone surrogates", at)

    def check_length(self, place: str, text: str) -> Iterator[Problem]:
        """Refuse strings that are very long, or empty where that is meaningless."""
        shortest, longest = self.lengths[place]
        if not shortest <= len(text) <= longest:
            yield undecided(place, f"must have {shortest} to {longest} characters")

    def check_unknown(self, place: str, members: Params) -> Iterator[Problem]:
        """Refuse fields that the page does not list."""
        known = self.edition.members[place]
        for name in members:
            inner = f"{place}.{name}" if place else name
            if inner not in known:
                yield undecided(place, f"has no field {shown(name)}")

    def check_configuration(self, params: Params) -> Iterator[Problem]:
        """Refuse a create without the configuration of its type, or with another type's."""
        chosen = params.get("type")
        for kind in (EVENTBRIDGE, AZURE, WEBHOOK):
            given = params.get(kind) is not None
            if given != (kind == chosen):
                yield undecided(kind, f"must {'not ' if given else ''}be given when type is {shown(chosen)}")

    def check_snapshot_api_version(self, params: Params) -> Iterator[Problem]:
        """Refuse a version to render snapshots as if no snapshots are sent."""
        if params.get("event_payload") == "thin" and params.get("snapshot_api_version") is not None:
            yield undecided("snapshot_api_version", "must not be given when event_payload is thin")

    def check_strings(self, place: str, strings: list[str]) -> Iterator[Problem]:
        """Refuse very many strings, no events, and strings that cannot be names; keep unknown names and duplicates."""
        least = 1 if place == "enabled_events" else 0
        if not least <= len(strings) <= STRINGS_LIMIT:
            yield undecided(place, f"must have {least} to {STRINGS_LIMIT} items")
            return
        for position, text in enumerate(strings):
            at = f"[{position}]"
            yield from self.check_text(place, text, at)
            if not 1 <= len(text) <= STRING_LENGTH:
                yield undecided(place, f"must have 1 to {STRING_LENGTH} characters", at)

    def check_metadata(self, entries: Mapping[str, Any]) -> Iterator[Problem]:
        """Refuse anything but a small map of strings."""
        if len(entries) > METADATA_LIMIT:
            yield undecided("metadata", f"must have at most {METADATA_LIMIT} entries")
            return
        for key, value in entries.items():
            at = f"[{shown(key)}]"
            yield from self.check_text("metadata", key, at)
            if not 1 <= len(key) <= METADATA_KEY_LENGTH or "[" in key or "]" in key:
                message = f"must have a key of 1 to {METADATA_KEY_LENGTH} characters without square brackets"
                yield undecided("metadata", message, at)
            if not isinstance(value, str):
                yield undecided("metadata", "must be a string", at)
                continue
            yield from self.check_text("metadata", value, at)
            if len(value) > METADATA_VALUE_LENGTH:
                yield undecided("metadata", f"must have at most {METADATA_VALUE_LENGTH} characters", at)

    def check_account_id(self, text: str) -> Iterator[Problem]:
        """Refuse strings that cannot be the id of an AWS account."""
        if not (len(text) == AWS_ACCOUNT_DIGITS and text.isascii() and text.isdigit()):
            yield undecided("amazon_eventbridge.aws_account_id", f"must be {AWS_ACCOUNT_DIGITS} digits")

    def check_subscription_id(self, text: str) -> Iterator[Problem]:
        """Refuse strings that cannot be the id of an Azure subscription."""
        if not _UUID.fullmatch(text):
            yield undecided("azure_event_grid.azure_subscription_id", "must be a UUID")

    def check_url(self, text: str) -> Iterator[Problem]:
        """Refuse URLs that events cannot be posted to."""
        if not is_web_address(text):
            yield undecided("webhook_endpoint.url", "must be an absolute http or https URL")


def undecided(place: str, message: str, at: str = "") -> Problem:
    """Return a problem that is our decision, not the page's."""
    return Problem(place=place, rule="undecided", message=message, at=at)


def shown(value: object) -> str:
    """Return a client's value, shortened for a message."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004 - a line's worth


def is_web_address(text: str) -> bool:
    """Return whether a text is an absolute http(s) URL with a host and without blanks."""
    if any(character <= " " or character == "\x7f" for character in text):
        return False  # urlsplit would strip some of them
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # an unmatched bracket, a port that is not a number
        return False


def _is_storable(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
