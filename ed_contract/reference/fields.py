"""The page's table of parameters, read a second time: their names, kinds, and which are required; by edition.

This is the reference's own reading. It shares nothing with `ed_contract.contract`: with a single table, the
server and the checks would agree on a wrong row.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field


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


FIELDS: dict[str, Field] = {
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

NAMES_OF_BEFORE: Mapping[str, str] = {"self": "@self", "other_accounts": "@accounts"}
"""Since 2026-03: the old values of `events_from`, which are still accepted, and the new ones returned for them."""

_FREE = FIELDS | {"events_from": Field(kind=Kind.STRINGS)}
_AZURE = _FREE | {
    "type": Field(kind=Kind.ENUM, required=True, values=("amazon_eventbridge", "azure_event_grid", "webhook_endpoint")),
    "azure_event_grid": Field(kind=Kind.OBJECT),
    "azure_event_grid.azure_region": Field(kind=Kind.STRING, required=True),
    "azure_event_grid.azure_resource_group_name": Field(kind=Kind.STRING, required=True),
    "azure_event_grid.azure_subscription_id": Field(kind=Kind.STRING, required=True),
}
_OPEN = _AZURE | {"type": Field(kind=Kind.STRING, required=True), "include": Field(kind=Kind.STRINGS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What one edition of the page says of the parameters."""

    fields: Mapping[str, Field]
    shown_as: Mapping[str, str] = field(default_factory=dict)  # values of `events_from` that come back renamed
    members: Mapping[str, tuple[str, ...]] = field(init=False)  # the places inside each object; "" is the whole body

    def __post_init__(self) -> None:
        """Find the members of each object once, since every create needs them."""
        objects = ("", *(name for name, one in self.fields.items() if one.kind is Kind.OBJECT))
        members = {place: tuple(name for name in self.fields if name.rpartition(".")[0] == place) for place in objects}
        object.__setattr__(self, "members", members)


SEED = "2024-10"
EDITIONS: Mapping[str, Edition] = {
    SEED: Edition(fields=FIELDS),
    "2026-03": Edition(fields=_FREE, shown_as=NAMES_OF_BEFORE),
    "2026-04": Edition(fields=_AZURE, shown_as=NAMES_OF_BEFORE),
    "2026-07": Edition(fields=_OPEN, shown_as=NAMES_OF_BEFORE),
    "2026-09": Edition(fields=_OPEN, shown_as=NAMES_OF_BEFORE),
}
"""The editions by name; the reference was first written from 2024-10."""
