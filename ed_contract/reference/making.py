"""From valid parameters to a new destination: ids, secrets, times, defaults.

Knows nothing of HTTP or storage. It assumes nothing but a `dict`: servers derived from the reference let
parameters through that the page forbids, and must not fail on them here.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import ClassVar

from ed_contract.reference.destination import AZURE, EVENTBRIDGE, WEBHOOK, Destination, Json, Params

EVENTS_FROM = ("self",)  # as the page's example answers a create that does not set it


class Making:
    """Makes destinations."""

    id_prefix: ClassVar[str] = "ed_test_"
    secret_prefix: ClassVar[str] = "whsec_"  # noqa: S105 - the public part of every secret

    def make(self, account: str, params: Params) -> Destination:
        """Return the new destination of an account."""
        eventbridge = self.configuration(params, EVENTBRIDGE)
        webhook = self.configuration(params, WEBHOOK)
        azure = self.configuration(params, AZURE)
        created = self.now()
        return Destination(
            id=self.new_id(),
            account=account,
            type=self.stored("type", params.get("type")),
            name=self.stored("name", params.get("name")),
            description=self.stored("description", params.get("description")),
            enabled_events=self.stored("enabled_events", params.get("enabled_events")),
            event_payload=self.stored("event_payload", params.get("event_payload")),
            events_from=self.stored("events_from", params.get("events_from") or EVENTS_FROM),
            metadata=self.stored("metadata", params.get("metadata") or {}),
            snapshot_api_version=self.stored("snapshot_api_version", self.snapshot_api_version(params)),
            aws_account_id=self.stored("amazon_eventbridge.aws_account_id", eventbridge.get("aws_account_id")),
            aws_region=self.stored("amazon_eventbridge.aws_region", eventbridge.get("aws_region")),
            url=self.stored("webhook_endpoint.url", webhook.get("url")),
            signing_secret=self.new_secret() if params.get("type") == WEBHOOK else None,
            created=created,
            updated=created,
            azure_region=self.stored(f"{AZURE}.azure_region", azure.get("azure_region")),
            azure_resource_group_name=self.stored(
                f"{AZURE}.azure_resource_group_name", azure.get("azure_resource_group_name")
            ),
            azure_subscription_id=self.stored(f"{AZURE}.azure_subscription_id", azure.get("azure_subscription_id")),
        )

    def stored(self, place: str, value: Json) -> Json:  # noqa: ARG002 - the seam for servers that alter values
        """Return a value as it is stored, which is as it was sent; `place` is its dotted name on the page."""
        return value

    def configuration(self, params: Params, kind: str) -> Params:
        """Return the configuration object of a type if that type is chosen, else an empty one."""
        configuration = params.get(kind)
        return configuration if isinstance(configuration, dict) and params.get("type") == kind else {}

    def snapshot_api_version(self, params: Params) -> str | None:
        """Return the version that snapshots are rendered as; thin events have none."""
        return None if params.get("event_payload") == "thin" else params.get("snapshot_api_version")

    def new_id(self) -> str:
        """Return a unique id."""
        return self.id_prefix + secrets.token_hex(24)

    def new_secret(self) -> str:
        """Return a unique signing secret."""
        return self.secret_prefix + secrets.token_hex(16)

    def now(self) -> datetime:
        """Return the current time in UTC."""
        return datetime.now(UTC)
