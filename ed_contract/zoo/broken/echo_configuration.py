"""Servers that store a different type, payload, version or configuration from the one that was sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from ed_contract.zoo.altering import Change, altered, making_every, rendering, storing
from ed_contract.zoo.keeping import keeping
from ed_contract.zoo.predicates import EVENTBRIDGE
from ed_contract.zoo.specimen import Mutant


def _without(part: str) -> Callable[[str], object]:
    def change(text: str) -> str:
        return urlunsplit(urlsplit(text)._replace(**{part: ""}))

    return change


def _without_port(text: str) -> str:
    parts = urlsplit(text)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2].partition(":")[0]))


KEPT = (
    *keeping(
        "amazon_eventbridge.aws_account_id",
        (
            ("without-leading-zeros", "Drops leading zeros from AWS account ids.", lambda text: text.lstrip("0")),
            ("masked", "Shows only the last four digits of AWS account ids.", lambda text: f"********{text[-4:]}"),
            (
                "hyphenated",
                "Writes AWS account ids with a hyphen after every four digits.",
                lambda text: "-".join(re.findall("....", text)),
            ),
            ("constant", "Returns the same AWS account id for every destination.", lambda _: "123123123123"),
            (
                "as-float",
                "Stores AWS account ids as floating-point numbers with six significant digits.",
                lambda text: f"{float(text):.5e}",
            ),
        ),
    ),
    *keeping(
        "webhook_endpoint.url",
        (
            ("lower-cased", "Stores URLs in lower case.", str.lower),
            ("with-slash", "Adds a slash to the end of URLs.", lambda text: f"{text.rstrip('/')}/"),
            ("without-path", "Keeps only the origin of a URL.", lambda text: "/".join(text.split("/")[:3])),
            ("without-query", "Drops the query of a URL.", _without("query")),
            ("without-fragment", "Drops the fragment of a URL.", _without("fragment")),
            ("without-port", "Drops the port of a URL.", _without_port),
            ("without-scheme", "Drops the scheme of a URL.", lambda text: text.partition("://")[2] or text),
            ("http", "Replaces https with http in URLs.", lambda text: text.replace("https://", "http://", 1)),
            ("percent-decoded", "Decodes percent escapes in URLs.", unquote),
            (
                "percent-encoded",
                "Percent-encodes URLs as if they were query parameters.",
                lambda text: quote(text, safe=""),
            ),
            (
                "ampersands-escaped",
                "Replaces ampersands in URLs with `&amp;`.",
                lambda text: text.replace("&", "&amp;"),
            ),
            (
                "lost",
                "Returns an empty string as the URL that is asked for.",
                lambda _: "",
                "include/webhook_endpoint.url",
            ),
            (
                "of-the-example",
                "Returns the same example URL for every destination.",
                lambda _: "https://example.com/webhook",
            ),
        ),
    ),
    *keeping(
        "snapshot_api_version",
        (
            ("lost", "Discards `snapshot_api_version`.", lambda _: None),
            ("latest", "Returns the latest `snapshot_api_version`, whichever was sent.", lambda _: "2099-12-31.latest"),
            ("date-only", "Keeps only the date of `snapshot_api_version`.", lambda text: text.partition(".")[0]),
            ("with-time", "Stores `snapshot_api_version` as a timestamp.", lambda text: f"{text[:10]}T00:00:00Z"),
        ),
    ),
    *keeping(
        "webhook_endpoint.url",
        (
            ("plus-decoded", "Replaces plus signs in URLs with %20.", lambda text: text.replace("+", "%20")),
            (
                "escapes-in-capitals",
                "Upper-cases percent escapes in URLs.",
                lambda text: re.sub("%[0-9a-f]{2}", lambda found: found[0].upper(), text),
            ),
            ("without-parameters", "Truncates URLs at the first semicolon.", lambda text: text.partition(";")[0]),
        ),
        also=("response/webhook_endpoint.url/type",),
    ),
)


def _other(payload: str) -> str:
    return "thin" if payload == "snapshot" else "snapshot"


_CHOSEN: tuple[tuple[str, str, str, Change], ...] = (
    (
        "type-always-webhook",
        "type",
        "Returns the type `webhook_endpoint` for every destination.",
        lambda _: "webhook_endpoint",
    ),
    (
        "type-always-eventbridge",
        "type",
        "Returns the type `amazon_eventbridge` for every destination.",
        lambda _: "amazon_eventbridge",
    ),
    ("payload-always-thin", "event_payload", "Returns the payload `thin` for every destination.", lambda _: "thin"),
    (
        "payload-always-snapshot",
        "event_payload",
        "Returns the payload `snapshot` for every destination.",
        lambda _: "snapshot",
    ),
    ("payload-swapped", "event_payload", "Swaps the payloads `thin` and `snapshot`.", _other),
)

CHOSEN = tuple(
    Mutant(name=name, breaks=f"echo/{place}", sentence=sentence, make=rendering(altered(place, change)))
    for name, place, sentence, change in _CHOSEN
)

LOST = Mutant(
    name="eventbridge-version-lost",
    breaks="echo/snapshot_api_version",
    sentence="Discards the snapshot version of EventBridge destinations.",
    make=storing("snapshot_api_version", lambda _: None, EVENTBRIDGE),
)
OTHER = Mutant(
    name="every-40th-payload",
    breaks="echo/event_payload",
    sentence="Stores the other payload for every 40th destination.",
    make=making_every(40, lambda made: replace(made, event_payload=_other(made.event_payload))),
)

MUTANTS = (*KEPT, *CHOSEN, LOST, OTHER)
