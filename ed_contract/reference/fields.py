"""The page's table of parameters, read once more: which there are, of what kind, and which are required.

This is the reference's own reading. It shares nothing with `ed_contract.contract`: were there one table,
a wrong row would make server and checks agree.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass


class Kind(enum.Enum):
    """What a parameter is."""

    STRING = "a string"
    STRINGS = "an array of strings"
    ENUM = "one of the values"
    ENUMS = "an array of the values"
    MAP = "a map"
    OBJECT = "an object"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One row of the page's parameters."""

    kind: Kind
    required: bool = False
    values: tuple[str, ...] = ()  # of an enum, or of an array of enums


FIELDS: Mapping[str, Field] = {
    "enabled_events": Field(kind=Kind.STRINGS, required=True),
    "event_payload": Field(kind=Kind.ENUM, required=True, values=("snapshot", "thin")),
    "name": Field(kind=Kind.STRING, required=True),
    "type": Field(kind=Kind.ENUM, required=True, values=("amazon_eventbridge", "webhook_endpoint")),
    "amazon_eventbridge": Field(kind=Kind.OBJECT),
    "amazon_eventbridge.aws_account_id": Field(kind=Kind.STRING, required=True),
    "amazon_eventbridge.aws_region": Field(kind=Kind.STRING, required=True),
    "description": Field(kind=Kind.STRING),
    "events_from": Field(kind=Kind.ENUMS, values=("other_accounts", "self")),
    "include": Field(kind=Kind.ENUMS, values=("webhook_endpoint.signing_secret", "webhook_endpoint.url")),
    "metadata": Field(kind=Kind.MAP),
    "snapshot_api_version": Field(kind=Kind.STRING),
    "webhook_endpoint": Field(kind=Kind.OBJECT),
    "webhook_endpoint.url": Field(kind=Kind.STRING, required=True),
}

MEMBERS: Mapping[str, tuple[str, ...]] = {
    place: tuple(name for name in FIELDS if name.rpartition(".")[0] == place)
    for place in ("", *(name for name, field in FIELDS.items() if field.kind is Kind.OBJECT))
}
"""The places inside each object; "" is the whole body."""
