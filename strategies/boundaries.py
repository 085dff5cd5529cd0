"""Values on which the page is silent: any server may refuse them, and one that takes them must echo them truly.

Each is a named case of expectation EITHER, readable values first. Data, and one function that makes cases of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from ed_contract.case import Case, Expectation, Fault, Key, Params, Sequence, Step, case
from ed_contract.kinds.map_catalogue import ENTRIES
from ed_contract.kinds.text_unusual import HARD as HARD_TEXTS
from ed_contract.kinds.url_catalogue import HARD as HARD_URLS
from ed_contract.strategies.readable import shown_as

_WEBHOOK: Params = {
    "name": "Orders",
    "type": "webhook_endpoint",
    "event_payload": "thin",
    "enabled_events": ["v1.billing.meter.error_report_triggered"],
    "webhook_endpoint": {"url": "https://example.com/my/webhook/endpoint"},
    "include": ["webhook_endpoint.url"],
}
_EVENTBRIDGE: Params = {
    "name": "Ledger",
    "type": "amazon_eventbridge",
    "event_payload": "snapshot",
    "enabled_events": ["customer.created"],
    "amazon_eventbridge": {"aws_account_id": "012345678901", "aws_region": "eu-west-1"},
}

TEXTS = HARD_TEXTS
"""Unusual texts, with what is unusual about them."""

LENGTHS = (65, 101, 256, 257, 501, 1025, 5001)
_FEWER_LENGTHS = (256, 501, 1025, 5001)
_TEXTS_OF_ALL = (
    "double quotes",
    "a backslash",
    "punctuation",
    "digits only",
    "zero",
    "a number in letters",
    "the word null",
    "the word true",
    "a date",
    "a no-break space",
)
"""The texts that hardly any server refuses in one place alone: they are sent in all at once."""
_TEXTS_OF_OTHERS = (
    "an apostrophe and SQL",
    "percent and braces",
    "markup",
    "an entity",
    "JSON",
    "a padded text",
    "a tab",
    "a newline",
    "combining characters",
    "the astral plane",
    "joined emoji",
    "an escape and a delete character",
    "NUL",
    "a lone surrogate",
)
"""The texts that a description and a metadata value have too, both at once."""

URLS = (*HARD_URLS, ("2,048 characters", "https://example.com/" + "a" * 2028))
ACCOUNTS: tuple[tuple[str, str], ...] = (
    ("zeros alone", "000000000000"),
    ("11 digits", "12345678901"),
    ("13 digits", "1234567890123"),
    ("dashes", "1234-5678-9012"),
    ("a leading blank", " 123456789012"),
    ("other digits", "\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669\u0660\u0661\u0662"),
    ("no characters", ""),
)
REGIONS: tuple[tuple[str, str], ...] = (
    ("capitals", "EU-WEST-1"),
    ("an unknown region", "mars-north-1"),
    ("an availability zone", "eu-west-1a"),
    ("no characters", ""),
)
VERSIONS: tuple[tuple[str, str], ...] = (
    ("an old date", "2011-01-01"),
    ("no date", "latest"),
    ("an impossible date", "2024-02-30"),
    ("no characters", ""),
)
_OF_SIZES = 14  # entries that come before those of some size
METADATA: tuple[tuple[str, dict[str, Any]], ...] = (
    *ENTRIES[:_OF_SIZES],
    ("a key of 40 characters", {"k" * 40: "v"}),
    ("a key of 41 characters", {"k" * 41: "v"}),
    ("a value of 500 characters", {"note": "v" * 500}),
    ("a value of 501 characters", {"note": "v" * 501}),
    *ENTRIES[_OF_SIZES:17],
)
COUNTS_OF_METADATA = (0, 9, 17, 50, 51)
COUNTS_OF_EVENTS = (0, 11, 21, 100)
EVENTS: tuple[tuple[str, list[str]], ...] = (
    ("twice the same", ["v1.billing.meter.error_report_triggered"] * 2),
    ("a star", ["*"]),
    ("an unknown name", ["v1.nothing.of_the_kind"]),
    ("a name of the other family", ["customer.created"]),
    ("names of both families", ["v1.billing.meter.no_meter_found", "customer.created"]),
    ("a padded name", [" v1.billing.meter.no_meter_found "]),
    ("an empty name", [""]),
    ("a long name", ["v2.commerce.product_catalog.import_of_the_eastern_and_northern_warehouses.processing_failed"]),
)
UNKNOWN: tuple[tuple[str, dict[str, Any]], ...] = (
    ("an unknown parameter", {"colour": "blue"}),
    ("an id", {"id": "ed_mine"}),
    ("a response attribute", {"created": "2020-01-01T00:00:00Z", "status": "disabled", "livemode": True}),
    ("a later edition's configuration", {"azure_event_grid": {"azure_region": "westeurope"}}),
    ("an unknown parameter of the webhook endpoint", {"webhook_endpoint": {"url": "https://example.com/", "x": 1}}),
    ("a secret of one's own", {"webhook_endpoint": {"url": "https://example.com/", "signing_secret": "mine"}}),
)
KEYS: tuple[tuple[str, str], ...] = (
    ("65 characters", "{fresh}" + "-" * 29),
    ("255 characters", "{fresh}" + "-" * 219),
    ("256 characters", "{fresh}" + "-" * 220),
    ("2,000 characters", "{fresh}" + "-" * 1964),
    ("one character", "k"),
    ("a blank inside", "{fresh} again"),
    ("quotes", '"{fresh}"'),
    ("a comma", "{fresh},more"),
    ("markup", "<b>{fresh}</b>"),
    ("letters beyond ASCII", "{fresh}-\u00e9"),
    ("no characters", ""),
)
"""Idempotency keys that are not 1 to 64 visible ASCII characters, or look like something else."""
_OPTIONAL = ("description", "events_from", "include", "metadata", "snapshot_api_version")


def _text(length: int) -> str:
    """Return a readable text of exactly `length` characters that neither begins nor ends with a blank."""
    words = "Orders of the northern warehouse, for the team that bills them. "
    return (words * (length // len(words) + 1))[: length - 1] + "."


def _changes() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield names and changes of the webhook endpoint's params."""
    for what, text in TEXTS:
        if what in _TEXTS_OF_ALL:
            everywhere = {"name": text, "description": text, "metadata": {"note": text}}
            yield f"name, description and metadata with {what}", everywhere
        else:
            yield f"name with {what}", {"name": text}
    yield from ((f"name of {length} characters", {"name": _text(length)}) for length in LENGTHS)
    for what, text in TEXTS:
        if what in _TEXTS_OF_OTHERS:
            yield f"description and metadata with {what}", {"description": text, "metadata": {"note": text}}
    yield from ((f"description of {length} characters", {"description": _text(length)}) for length in _FEWER_LENGTHS)
    yield from ((f"metadata with {what}", {"metadata": data}) for what, data in METADATA)
    for count in COUNTS_OF_METADATA:
        yield f"{count} metadata entries", {"metadata": {f"key_{number}": f"value {number}" for number in range(count)}}
    for count in COUNTS_OF_EVENTS:
        yield f"{count} events", {"enabled_events": [f"v1.billing.event_{number}" for number in range(count)]}
    yield from ((f"events: {what}", {"enabled_events": events}) for what, events in EVENTS)
    yield from ((f"URL with {what}", {"webhook_endpoint": {"url": url}}) for what, url in URLS)
    yield from ((f"{name} null", {name: None}) for name in _OPTIONAL)
    yield from ((f"{name} empty", {name: []}) for name in ("events_from", "include"))
    yield "description empty", {"description": ""}
    yield "events_from twice the same", {"events_from": ["self", "self"]}
    yield "include twice the same", {"include": ["webhook_endpoint.url"] * 2}
    yield "snapshot_api_version with thin", {"snapshot_api_version": "2024-09-30.acacia"}
    yield "the other type's configuration beside one's own", {"amazon_eventbridge": _EVENTBRIDGE["amazon_eventbridge"]}
    yield "the other type's configuration null", {"amazon_eventbridge": None}
    yield "the other type's configuration empty", {"amazon_eventbridge": {}}


def _unknown() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield names and changes that no client of this page makes; most servers refuse or ignore them."""
    yield from ((f"with {what}", change) for what, change in UNKNOWN)


def _changes_of_eventbridge() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield names and changes of the EventBridge params."""
    config = _EVENTBRIDGE["amazon_eventbridge"]
    for what, account in ACCOUNTS:
        yield f"account with {what}", {"amazon_eventbridge": {**config, "aws_account_id": account}}
    for what, region in REGIONS:
        yield f"region with {what}", {"amazon_eventbridge": {**config, "aws_region": region}}
    yield from ((f"version with {what}", {"snapshot_api_version": version}) for what, version in VERSIONS)
    yield "an unknown parameter of EventBridge", {"amazon_eventbridge": {**config, "x": 1}}
    yield "both sources with snapshot", {"events_from": ["self", "other_accounts"]}
    yield "include on EventBridge", {"include": ["webhook_endpoint.url", "webhook_endpoint.signing_secret"]}
    yield "EventBridge: metadata empty", {"metadata": {}}


def _sizes() -> Iterator[Fault]:
    """Yield the faults that are a size: what fails at one fails at a larger one."""
    for what, sizes in (
        ("name of {} characters", LENGTHS),
        ("description of {} characters", _FEWER_LENGTHS),
        ("{} metadata entries", COUNTS_OF_METADATA[1:]),  # none is no size
        ("{} events", COUNTS_OF_EVENTS[1:]),
        ("metadata with a key of {} characters", (40, 41)),
        ("metadata with a value of {} characters", (500, 501)),
        ("account with {} digits", (11, 13)),
        ("key with {:,} characters", (65, 255, 256, 2000)),
    ):
        yield from (Fault(text=what.format(size), family=what, size=size) for size in sizes)


_SIZES = {fault.text: fault for fault in _sizes()}


def _open(name: str, params: Params) -> Case:
    return case(name, params, Expectation.EITHER, special=_SIZES.get(name))


def boundaries() -> tuple[Case, ...]:
    """Return all boundary cases: what the page is silent about, one thing a case."""
    cases = [_open(name, {**_WEBHOOK, **change}) for name, change in _changes()]
    cases += [_open(name, {**_EVENTBRIDGE, **change}) for name, change in _changes_of_eventbridge()]
    cases += [_open(name, {**_WEBHOOK, **change}) for name, change in _unknown()]
    for base, config in ((_WEBHOOK, "webhook_endpoint"), (_EVENTBRIDGE, "amazon_eventbridge")):
        bare = {name: value for name, value in base.items() if name != config}
        cases.append(_open(f"{config} without its configuration", bare))
    return tuple(cases)


def unusual_keys() -> tuple[Sequence, ...]:
    """Return creates under unusual keys, each once: whether such a key is one at all is the server's choice."""
    return tuple(
        Sequence(
            name=f"key with {what}",
            steps=(Step(case=_open(f"key with {what}", _WEBHOOK), key=Key(template=template)),),
        )
        for what, template in KEYS
    )


def boundary_cases() -> st.SearchStrategy[Case]:
    """Generate boundary cases; they shrink towards the first of the catalogue, texts with quotes."""
    return shown_as("boundary_cases", st.sampled_from(boundaries()))
