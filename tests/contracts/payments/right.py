"""Right servers of payments, which differ in what the document leaves open."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from contracts.payments.broken import either, member
from contracts.payments.server import Behaviour, Json, in_canonical_form
from contracts.payments.validating import CENTS_AT_MOST, text, whole

_PLAIN = re.compile(
    r'[^\x00-\x1f\x7f-\xa0\xad"\\<>{}$`\u0300-\u036f\u200b-\u200f\u2028-\u202e\ufeff\ud800-\udfff]{1,100}'
)
_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")
_URL = re.compile(r"https://[a-z0-9.-]+/[\w/.-]*(\?[\w.=&%-]*)?", re.ASCII)
_SKU = re.compile(r"[A-Z]+-[A-Z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """A server that is right, with what it does of its own."""

    name: str
    sentence: str
    does: Behaviour
    should: tuple[str, ...] = ()  # ids of SHOULD requirements that it knowingly does not follow


def is_plain(value: str) -> bool:
    """Whether a text has nothing odd about it."""
    return bool(_PLAIN.fullmatch(value)) and value == value.strip()


def unusual(body: Json) -> str:
    """Refuse what no shop has ever sent."""
    metadata, expand = body.get("metadata", {"a": "b"}), body.get("expand", ["returnUrl"])
    if not all(is_plain(one) for one in (body.get("description", "a"), *metadata.values())):
        return "a text has odd characters"
    if not metadata or not all(_NAME.fullmatch(one) for one in metadata):
        return "metadata has odd names"
    if not expand or len(set(expand)) < len(expand):
        return "expand asks for nothing, or twice for the same"
    if not _URL.fullmatch(body.get("returnUrl", "https://shop.example.com/")):
        return "returnUrl is odd"
    odd = len(body["lineItems"]) > 10 or not all(_SKU.fullmatch(line["sku"]) for line in body["lineItems"])
    return "a line item has an odd sku" if odd else ""


def is_whole_with_a_point(value: Any) -> str:
    """Take numbers such as 100.0, which JSON does not tell from 100."""
    if isinstance(value, float) and value.is_integer():
        return whole(1, CENTS_AT_MOST)(int(value))
    return "is not a whole number"


def without_nulls(value: Any) -> Any:
    """Leave out members that are null."""
    if isinstance(value, dict):
        return {name: without_nulls(one) for name, one in value.items() if one is not None}
    return [without_nulls(one) for one in value] if isinstance(value, list) else value


def trimmed(body: Json) -> Json:
    """Trim the texts that people write."""
    body = member("description", str.strip)(body)
    return member("metadata", lambda entries: {name: one.strip() for name, one in entries.items()})(body)


def canonical_url(url: str) -> str:
    """Return a URL as browsers write it: scheme and host in lower case, and a path."""
    found = re.fullmatch(r"https://([a-z0-9.:-]+)((?:[/?#].*)?)", url, re.IGNORECASE | re.ASCII | re.DOTALL)
    if found is None:
        return url
    path = found[2] if found[2].startswith("/") else f"/{found[2]}"
    return f"https://{found[1].lower()}{path}"


def with_defaults(body: Json) -> Any:
    """Compare a body as it is kept: with its defaults, and what is asked for as a set."""
    return in_canonical_form({"capture": True, **body, "expand": sorted(body.get("expand") or ())})


def more(payment: Json) -> Json:
    """Show what newer versions show."""
    card = payment["card"] and {**payment["card"], "last4": "4242", "expires": {"month": 5, "year": 2031}}
    return {
        **payment,
        "card": card,
        "livemode": False,
        "links": [{"rel": "self", "href": f"/payments/{payment['id']}"}],
    }


RIGHT = (
    Right(name="plain", sentence="Does what the documentation says.", does=Behaviour()),
    Right(
        name="strict",
        sentence="Refuses unusual values, nulls and unknown members.",
        does=Behaviour(accepts=unusual, nulls=False, unknown=False),
    ),
    Right(
        name="lenient",
        sentence="Takes http URLs, whole numbers with a point, and empty texts.",
        does=Behaviour(
            rules={
                "returnUrl": text(),
                "amount": either(whole(1, CENTS_AT_MOST), is_whole_with_a_point),
                "sessionId": either(text(pattern="[A-Za-z0-9-]{8,64}"), text(0, 0)),
            },
            keep=member("amount", int),
        ),
        should=("request/returnUrl/https",),
    ),
    Right(
        name="trims",
        sentence="Trims descriptions and metadata.",
        does=Behaviour(keep=trimmed),
        should=("echo/normalised",),
    ),
    Right(name="omits-nulls", sentence="Leaves out what is null.", does=Behaviour(show=without_nulls)),
    Right(name="shows-more", sentence="Shows members that no documentation tells.", does=Behaviour(show=more)),
    Right(
        name="other-envelope",
        sentence="Wraps its errors.",
        does=Behaviour(envelope=lambda code, message: {"error": {"code": code, "message": message}}),
        should=("robustness/error-envelope",),
    ),
    Right(
        name="canonical-urls",
        sentence="Shows URLs as browsers write them.",
        does=Behaviour(keep=member("returnUrl", canonical_url)),
        should=("echo/normalised",),
    ),
    Right(
        name="slow",
        sentence="Takes a while, so that a second request is told of the first.",
        does=Behaviour(delay=0.004),
    ),
    Right(name="known-members-only", sentence="Refuses members that nobody knows.", does=Behaviour(unknown=False)),
    Right(
        name="compares-with-defaults",
        sentence="Fills in its defaults before it compares.",
        does=Behaviour(fingerprint=with_defaults),
    ),
    Right(
        name="secret-once",
        sentence="Shows the client secret to the first request only.",
        does=Behaviour(replays=lambda answer: {**answer, "clientSecret": None}),
    ),
)
