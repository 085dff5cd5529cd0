"""Realistic values that any strict real server takes, and the strategy of each field built on them.

A pool starts with its plainest value, since strategies shrink towards it. What the page leaves open (lengths,
blanks, exotic characters, values in no list) has no place here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument
from hypothesis.strategies import SearchStrategy

from ed_contract.strategies.readable import shown_as

NAMES = (
    "Orders",
    "My Event Destination",
    "Zürich – Büro",
    "注文通知",
    "Заказы",
    "Tom & Jerry's Café (EU)",
    "📦 Parcels",
    "Ledger 2",
    "주문 알림",
    "order-events_prod",
    "Παραγγελίες",
    "Crème brûlée, s'il vous plaît",
    "Billing + Tax",
    "Łódź / magazyn nr 3",
    "REFUNDS",
    "Smørrebrød & Sønner: ordrer",
    "the one that nobody reads",
    "Pagos México #7",
    "İstanbul depo",
    "Événements de facturation – équipe Île-de-France",
)

DESCRIPTIONS = (
    "Orders",
    "This is my event destination, I like it a lot",
    "Erhält Rechnungen; geprüft von Jürgen & Søren.",
    "計量エラーを受け取ります。",
    "Получает события для учёта платежей",
    "Feeds the ledger: one row an event, never two",
    "Données de facturation – à conserver 10 ans 📁",
    "Owner: data-platform@example.com",
    "Replaces the old endpoint (switched off in March). Ask in #billing before you change anything here!",
    "100 % of usage events",
)

THIN_EVENTS = (
    "v1.billing.meter.error_report_triggered",
    "v2.core.event_destination.ping",
    "v1.billing.meter.no_meter_found",
    "v2.core.account.created",
    "v2.core.account.updated",
    "v2.core.account.closed",
    "v2.core.account_link.returned",
    "v2.core.account_person.created",
    "v2.core.account_person.deleted",
    "v2.money_management.outbound_payment.posted",
)

SNAPSHOT_EVENTS = (
    "customer.created",
    "invoice.paid",
    "charge.refunded",
    "payment_intent.succeeded",
    "checkout.session.completed",
    "customer.subscription.deleted",
    "account.updated",
    "payout.paid",
    "invoice.payment_failed",
    "radar.early_fraud_warning.created",
)

AWS_ACCOUNT_IDS = (
    "123456789012",
    "012345678901",
    "000123456789",
    "210987654321",
    "009999999999",
    "111122223333",
    "444455556666",
    "700000000007",
)

AWS_REGIONS = (
    "us-east-1",
    "eu-west-1",
    "ap-northeast-1",
    "us-west-2",
    "eu-central-1",
    "sa-east-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-north-1",
    "ap-south-1",
)

# In the form in which every URL library leaves a URL: lower-case host, a path, no default port.
WEBHOOK_URLS = (
    "https://example.com/",
    "https://example.com/my/webhook/endpoint",
    "https://example.org/Hooks/Orders?team=Billing&retry=true",
    "https://example.net/v1/events",
    "https://www.example.com/stripe/webhook",
    "https://example.com/hooks/a%20b/%E2%9C%93?q=caf%C3%A9",
    "https://www.example.org/in.php?source=stripe&id=42",
    "https://example.net/Webhooks/Stripe_v2/receive-events",
    "https://example.com/hook?token=Ab3%2Fx%3D%3D&sig=Zm9v",
    "https://www.example.net/a/b/c/d/?x=1&y=",
)

API_VERSIONS = (
    "2024-09-30.acacia",
    "2024-06-20",
    "2024-10-28.acacia",
    "2023-10-16",
    "2024-11-20.acacia",
    "2025-03-31.basil",
    "2022-11-15",
    "2024-12-18.acacia",
)

METADATA = (
    {"team": "billing"},
    {"order_id": "6735", "team": "billing"},
    {"owner": "Jürgen Müller", "cost-center": "4711", "env": "prod"},
    {"region": "東京"},
    {"note": "a note of several words, with a comma & an ampersand", "Ticket": "OPS-1204"},
    {"created_by": "terraform", "release": "1.10", "reviewed": "true", "slack": "#billing-alerts"},
    {"country": "México", "contact": "ops+events@example.com"},
    {"a": "0", "b": "2", "c": "3.50", "d": "false", "e": "5", "f": "6", "g": "null", "h": "8"},
    {"url": "https://example.com/runbook?id=7#top", "z": "last", "a": "first"},
    {
        "runbook": "Ask the billing team first; look at the dashboard then, and only if it is red, pause the "
        "destination and write down why, so that the next one on call knows it.",
        "retries": "0",
    },
    {"a_key_of_exactly_forty_characters_long_1": "x", "emoji": "🚚 delivered"},
)

EVENTS_FROM = (("self",), ("other_accounts",), ("self", "other_accounts"), ("other_accounts", "self"))
_URL, _SECRET = "webhook_endpoint.url", "webhook_endpoint.signing_secret"
INCLUDES = ((_URL,), (_SECRET,), (_URL, _SECRET), (_SECRET, _URL))


MOST_EVENTS = 8  # of a list


def _runs(pool: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield lists of 1 to 8 events without duplicates, in many orders."""
    for start in range(len(pool)):
        for size, step in ((1, 1), (2, 1), (3, -1), (5, 1), (8, -1)):
            yield tuple(pool[(start + step * place) % len(pool)] for place in range(size))


EVENT_LISTS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "thin": tuple(_runs(THIN_EVENTS)),
    "snapshot": tuple(_runs(SNAPSHOT_EVENTS)),
}
_KEYS = ("team", "order_id", "owner", "cost-center", "env", "Ticket", "region", "note")
_ENTRIES = ("billing", "6735", "Jürgen", "4711", "prod", "OPS-1204", "東京", "two words")

# Letters that are one code point in every normal form that a server may use, and none that is invisible.
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789éüñçøßÅЖяпωΔ注文日本語한국📦🚚✓"
_WORDS = ("hooks", "events", "in", "Orders", "stripe", "v2", "my-app", "a_b", "receive")
_HOSTS = ("example.com", "example.org", "www.example.com", "example.net")
_VISIBLE = "".join(map(chr, range(ord("!"), ord("~") + 1)))


def texts(longest: int) -> SearchStrategy[str]:
    """Letters of many scripts, at least one and at most `longest`."""
    return st.text(_LETTERS, min_size=1, max_size=longest)


def _worded(text: str) -> str:
    """Return a text with a letter in it: one of digits only may be taken for a number."""
    return text if any(map(str.isalpha, text)) else f"a{text}"


def names() -> SearchStrategy[str]:
    """Readable names of at most 60 characters, in many scripts."""
    return st.sampled_from(NAMES) | texts(30).map(_worded)


def descriptions() -> SearchStrategy[str]:
    """Readable descriptions of at most 100 characters, in many scripts."""
    return st.sampled_from(DESCRIPTIONS) | texts(60).map(_worded)


def enabled_events(event_payload: str = "thin", *, max_size: int = MOST_EVENTS) -> SearchStrategy[list[str]]:
    """Lists of 1 to `max_size` events of one family, without duplicates and in any order.

    Thin payloads are of events with the prefix `v1.` or `v2.`, snapshot payloads of events without one.
    """
    if event_payload not in EVENT_LISTS:
        raise InvalidArgument(f"event_payload={event_payload!r} is none of {', '.join(EVENT_LISTS)}")
    lists = [one for one in EVENT_LISTS[event_payload] if len(one) <= max_size]
    if not lists:
        raise InvalidArgument(f"max_size={max_size!r} leaves no list")
    written = st.sampled_from(lists).map(list)
    return shown_as("enabled_events", written, event_payload=event_payload, max_size=max_size)


def aws_account_ids() -> SearchStrategy[str]:
    """Ids of 12 digits, some with leading zeros."""
    return st.sampled_from(AWS_ACCOUNT_IDS) | st.integers(10**9, 10**12 - 1).map("{:012d}".format)


def aws_regions() -> SearchStrategy[str]:
    """Regions that exist."""
    return st.sampled_from(AWS_REGIONS)


def webhook_urls() -> SearchStrategy[str]:
    """Https URLs on hosts that are reserved for examples, with paths, queries and ports."""
    made = st.builds(
        "https://{}/{}/{}?id={}".format,
        st.sampled_from(_HOSTS),
        st.sampled_from(_WORDS),
        st.sampled_from(_WORDS),
        st.integers(0, 9999),
    )
    return st.sampled_from(WEBHOOK_URLS) | made


def metadata(*, min_size: int = 1, max_size: int = 8) -> SearchStrategy[dict[str, str]]:
    """Maps of `min_size` to `max_size` entries, at most 8: short keys, and values that are not empty."""
    if not 0 <= min_size <= max_size <= len(_KEYS):
        raise InvalidArgument(f"{min_size=} and {max_size=} are not in order between 0 and {len(_KEYS)}")
    written = [one for one in METADATA if min_size <= len(one) <= max_size]
    filled = st.builds(_filled, st.integers(min_size, max_size), texts(40))
    return st.sampled_from(written).map(dict) | filled if written and min_size else filled


def _filled(size: int, first: str) -> dict[str, str]:
    """Return a map of `size` entries, the first of which holds `first`."""
    return dict(zip(_KEYS[:size], (first, *_ENTRIES[1:]), strict=False))


def api_versions() -> SearchStrategy[str]:
    """Versions of the API that exist, with and without a release name."""
    return st.sampled_from(API_VERSIONS)


def events_from() -> SearchStrategy[list[str]]:
    """Every list of the documented values without duplicates, in both orders."""
    return st.sampled_from(EVENTS_FROM).map(list)


def includes() -> SearchStrategy[list[str]]:
    """Every list of the documented values without duplicates, in both orders."""
    return st.sampled_from(INCLUDES).map(list)


def idempotency_keys(*, max_size: int = 64) -> SearchStrategy[str]:
    """Keys of 1 to `max_size` visible ASCII characters."""
    if max_size < 1:
        raise InvalidArgument(f"{max_size=} leaves no key")
    return st.text(_VISIBLE, min_size=1, max_size=max_size)


POOLS: Mapping[str, Sequence[Any]] = {
    "name": NAMES,
    "description": DESCRIPTIONS,
    "metadata": METADATA,
    "thin": EVENT_LISTS["thin"],
    "snapshot": EVENT_LISTS["snapshot"],
    "aws_account_id": AWS_ACCOUNT_IDS,
    "aws_region": AWS_REGIONS,
    "url": WEBHOOK_URLS,
    "snapshot_api_version": API_VERSIONS,
}
"""The pools that written cases take their values from, by the name of the field."""
