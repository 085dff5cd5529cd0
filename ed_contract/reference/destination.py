"""An event destination as the reference stores it, and the types of what goes in and out.

Knows nothing of requests, answers or SQL.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Self, TypeAlias

WEBHOOK = "webhook_endpoint"
EVENTBRIDGE = "amazon_eventbridge"
AZURE = "azure_event_grid"

Params: TypeAlias = Mapping[str, Any]
"""The parameters of a create, as JSON."""

Document: TypeAlias = dict[str, Any]
"""A JSON object in an answer."""

Json: TypeAlias = Any
"""Any JSON value, valid or not: servers derived from the reference return values of every type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Create:
    """One create as it was requested."""

    account: str
    key: str | None  # the idempotency key
    body: bytes
    params: Params  # what the body says


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """One event destination, whichever fields are asked for."""

    id: str
    account: str
    type: str
    name: str
    description: str | None
    enabled_events: Sequence[str]
    event_payload: str
    events_from: Sequence[str]
    metadata: Mapping[str, str]
    snapshot_api_version: str | None
    aws_account_id: str | None
    aws_region: str | None
    url: str | None
    signing_secret: str | None
    created: datetime
    updated: datetime
    azure_region: str | None = None
    azure_resource_group_name: str | None = None
    azure_subscription_id: str | None = None
    disabled: bool = False

    def dumped(self) -> str:
        """Return the destination as JSON text, for storing."""
        # Escaped to ASCII: SQLite rejects lone surrogates, and servers derived from this one may let some in.
        members = {field.name: getattr(self, field.name) for field in fields(self)}
        return json.dumps(members, default=datetime.isoformat)

    @classmethod
    def loaded(cls, text: str) -> Self:
        """Return the destination that was stored as `text`."""
        members = json.loads(text)
        for moment in ("created", "updated"):
            members[moment] = datetime.fromisoformat(members[moment])
        return cls(**members)
