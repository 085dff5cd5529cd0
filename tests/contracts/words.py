"""The words of the page, and those of a catalogue of feeds in their place: one to one, in both directions."""

from __future__ import annotations

NAMES = {
    "name": "titleOfFeed",
    "type": "outlet",
    "event_payload": "density",
    "enabled_events": "topics",
    "description": "blurb",
    "events_from": "publishers",
    "include": "reveal",
    "metadata": "stickers",
    "snapshot_api_version": "editionOfPrint",
    "webhook_endpoint": "http_sink",
    "url": "address",
    "signing_secret": "sealKey",
    "amazon_eventbridge": "postalRoute",
    "aws_account_id": "franking-number",
    "aws_region": "district",
    "aws_event_source_arn": "depot",
    "aws_event_source_status": "depotState",
    "azure_event_grid": "pneumaticTube",
    "azure_region": "quarter",
    "azure_resource_group_name": "bundle",
    "azure_subscription_id": "membership",
    "azure_partner_topic_name": "hatch",
    "azure_partner_topic_status": "hatchState",
    "id": "ref",
    "object": "genre",
    "created": "printedAt",
    "updated": "reprintedAt",
    "livemode": "forSale",
    "status": "shelf",
    "status_details": "shelfNotes",
    "disabled": "withdrawn",
    "reason": "because",
}
"""The fields, request and response."""

VALUES = {
    "webhook_endpoint": "HTTP",
    "amazon_eventbridge": "post",
    "azure_event_grid": "tube",
    "thin": "digest",
    "snapshot": "fullText",
    "self": "house",
    "other_accounts": "guest_desks",
    "@self": "+house",
    "@accounts": "+desks",
    "@organization_members": "+unions",
    "@organization_members/@accounts": "+unions/+desks",
    "enabled": "onDisplay",
    "disabled": "inStorage",
    "no_aws_event_source_exists": "depot_closed",
    "no_azure_partner_topic_exists": "hatch_closed",
    "user": "reader",
    "active": "running",
    "activated": "opened",
    "never_activated": "never_opened",
    "deleted": "demolished",
    "pending": "planned",
    "unknown": "unheard_of",
    "v2.core.event_destination": "press.feed",
    "idempotency_error": "coupon_spent",
}
"""What enums and constants hold. A value is never called as the field that it selects: nothing may rely on that."""

PATH = "/v2/core/event_destinations"
NEW_PATH = "/press/feeds"
HEADER = "Idempotency-Key"
NEW_HEADER = "Coupon"


def _both_ways(words: dict[str, str]) -> dict[str, str]:
    return words | {new: old for old, new in words.items()}


_NAMES, _VALUES = _both_ways(NAMES), _both_ways(VALUES)


def name(word: str) -> str:
    """Return the other word for the name of a field; any other word is its own."""
    return _NAMES.get(word, word)


def place(dotted: str) -> str:
    """Return the other words for a dotted name."""
    return ".".join(map(name, dotted.split(".")))


def value(word: str) -> str:
    """Return the other word for a value; a dotted one, such as lists of members hold, follows the fields."""
    return _VALUES.get(word) or (place(word) if "." in word else word)


def identifier(of: str) -> str:
    """Return the id of the renamed requirement."""
    area, *rest = of.split("/")
    if area in {"echo", "include"} or (
        area in {"request", "response"} and len(rest) == 2
    ):  # a place, and what holds there
        rest[0] = place(rest[0])
    if area == "response":
        for start in ("config-matches-", "not-before-"):
            if rest[-1].startswith(start):
                rest[-1] = start + name(rest[-1].removeprefix(start))
    return "/".join((area, *rest))
