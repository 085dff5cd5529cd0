"""From a destination to the JSON object that the page documents under "Response attributes".

Knows nothing of HTTP or storage.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import ClassVar

from ed_contract.reference.destination import AZURE, EVENTBRIDGE, WEBHOOK, Destination, Document, Json
from ed_contract.reference.fields import Edition

SIGNING_SECRET = "webhook_endpoint.signing_secret"  # noqa: S105 - a field's name
URL = "webhook_endpoint.url"


class Rendering:
    """Writes destinations, piece by piece."""

    edition: Edition
    object_name: ClassVar[str] = "v2.core.event_destination"

    def render(self, destination: Destination, include: Collection[str]) -> Document:
        """Return a destination as it is shown to a caller who asked to `include` some fields."""
        document = {
            "id": self.render_id(destination),
            "object": self.object_name,
            "amazon_eventbridge": self.render_eventbridge(destination),
            "created": self.format_timestamp(destination.created),
            "description": self.render_description(destination),
            "enabled_events": self.render_enabled_events(destination),
            "event_payload": destination.event_payload,
            "events_from": self.render_events_from(destination),
            "livemode": False,
            "metadata": self.render_metadata(destination),
            "name": self.render_name(destination),
            "snapshot_api_version": destination.snapshot_api_version,
            "status": self.render_status(destination),
            "status_details": self.render_status_details(destination),
            "type": destination.type,
            "updated": self.format_timestamp(destination.updated),
            "webhook_endpoint": self.render_webhook(destination, include),
        }
        if AZURE in self.edition.fields:
            document[AZURE] = self.render_azure(destination)
        return document

    def render_id(self, destination: Destination) -> Json:
        """Return `id`."""
        return destination.id

    def render_name(self, destination: Destination) -> Json:
        """Return `name`."""
        return destination.name

    def render_description(self, destination: Destination) -> Json:
        """Return `description`, or null."""
        return destination.description

    def render_enabled_events(self, destination: Destination) -> Json:
        """Return `enabled_events`."""
        return destination.enabled_events

    def render_events_from(self, destination: Destination) -> Json:
        """Return `events_from`, each value under its current name."""
        names = self.edition.shown_as
        return [names.get(one, one) for one in destination.events_from] if names else destination.events_from

    def render_metadata(self, destination: Destination) -> Json:
        """Return `metadata`, or an empty object."""
        return destination.metadata

    def render_status(self, destination: Destination) -> Json:
        """Return `status`."""
        return "disabled" if destination.disabled else "enabled"

    def render_status_details(self, destination: Destination) -> Json:
        """Return `status_details`: null as long as a destination is enabled; only its user disables one here."""
        return {"disabled": {"reason": "user"}} if destination.disabled else None

    def render_eventbridge(self, destination: Destination) -> Json:
        """Return `amazon_eventbridge`: null for the other types."""
        if destination.type != EVENTBRIDGE:
            return None
        return {
            "aws_account_id": destination.aws_account_id,
            "aws_event_source_arn": self.render_arn(destination),
            "aws_event_source_status": self.render_source_status(destination),
        }

    def render_arn(self, destination: Destination) -> Json:
        """Return `amazon_eventbridge.aws_event_source_arn`."""
        return f"arn:aws:events:{destination.aws_region}::event-source/aws.partner/stripe.com/{destination.id}"

    def render_source_status(self, destination: Destination) -> Json:  # noqa: ARG002 - every piece takes the same
        """Return `amazon_eventbridge.aws_event_source_status`: nobody has associated the source yet."""
        return "pending"

    def render_azure(self, destination: Destination) -> Json:
        """Return `azure_event_grid`: null for the other types."""
        if destination.type != AZURE:
            return None
        return {
            "azure_partner_topic_name": f"stripe-{destination.id}",
            "azure_partner_topic_status": "never_activated",  # nobody has activated the partner topic yet
            "azure_region": destination.azure_region,
            "azure_resource_group_name": destination.azure_resource_group_name,
            "azure_subscription_id": destination.azure_subscription_id,
        }

    def render_webhook(self, destination: Destination, include: Collection[str]) -> Json:
        """Return `webhook_endpoint`: null for the other types, with only the fields that were asked for."""
        if destination.type != WEBHOOK:
            return None
        return {
            "signing_secret": self.render_signing_secret(destination) if SIGNING_SECRET in include else None,
            "url": self.render_url(destination) if URL in include else None,
        }

    def render_signing_secret(self, destination: Destination) -> Json:
        """Return `webhook_endpoint.signing_secret`, which was asked for."""
        return destination.signing_secret

    def render_url(self, destination: Destination) -> Json:
        """Return `webhook_endpoint.url`, which was asked for."""
        return destination.url

    def format_timestamp(self, moment: datetime) -> Json:
        """Return a moment as RFC 3339, in UTC, to the millisecond, as in the page's example."""
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
