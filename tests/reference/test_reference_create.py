"""The reference answers every valid create as the page documents it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import product

import pytest

ABSENT = object()


def test_the_pages_own_example_gets_the_pages_own_answer(caller, webhook):
    """Every attribute of the example, except id and times, is as printed."""
    description = "This is my event destination, I like it a lot"
    example = webhook | {
        "name": "My Event Destination",
        "description": description,
        "include": ["webhook_endpoint.url"],
    }
    response = caller.create(example)
    assert (response.status_code, response.mimetype) == (200, "application/json")
    document = response.json
    assert re.fullmatch(r"ed_test_\w{20,}", document.pop("id"))
    assert document.pop("created") == document.pop("updated")
    assert document == {
        "object": "v2.core.event_destination",
        "amazon_eventbridge": None,
        "description": description,
        "enabled_events": ["v1.billing.meter.error_report_triggered"],
        "event_payload": "thin",
        "events_from": ["self"],
        "livemode": False,
        "metadata": {},
        "name": "My Event Destination",
        "snapshot_api_version": None,
        "status": "enabled",
        "status_details": None,
        "type": "webhook_endpoint",
        "webhook_endpoint": {"signing_secret": None, "url": "https://example.com/my/webhook/endpoint"},
    }


def test_an_eventbridge_destination_names_its_event_source(caller, eventbridge):
    """The ARN contains region and id; the source is pending; leading zeros of the account stay."""
    document = caller.create(eventbridge).json
    assert document["amazon_eventbridge"] == {
        "aws_account_id": "012345678901",
        "aws_event_source_arn": f"arn:aws:events:eu-west-1::event-source/aws.partner/stripe.com/{document['id']}",
        "aws_event_source_status": "pending",
    }
    assert document["webhook_endpoint"] is None


def test_times_are_rfc_3339_in_utc_to_the_millisecond(caller, params):
    """`created` lies between the request and the answer."""
    before = datetime.now(UTC)
    text = caller.create(params).json["created"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text)
    assert 0 <= (datetime.fromisoformat(text) - before).total_seconds() + 0.001 < 10


PAYLOADS = [
    {"event_payload": "thin", "enabled_events": ["v1.billing.meter.no_meter_found", "v2.core.account.closed"]},
    {"event_payload": "snapshot", "enabled_events": ["customer.created", "charge.failed"]},
    {"event_payload": "snapshot", "enabled_events": ["*"], "snapshot_api_version": "2024-09-30.acacia"},
]
EVENTS_FROM = [ABSENT, ["self"], ["other_accounts"], ["self", "other_accounts"], ["other_accounts", "self"]]
URL, SECRET = "webhook_endpoint.url", "webhook_endpoint.signing_secret"
INCLUDES = [ABSENT, [URL], [SECRET], [URL, SECRET], [SECRET, URL]]


@pytest.mark.parametrize(("payload", "events_from", "include"), list(product(PAYLOADS, EVENTS_FROM, INCLUDES)))
def test_every_combination_of_documented_values_is_accepted_and_echoed(caller, params, payload, events_from, include):
    """Both types take all payloads, all origins and all includes."""
    optional = {"events_from": events_from, "include": include}
    params |= payload | {name: value for name, value in optional.items() if value is not ABSENT}
    response = caller.create(params)
    assert response.status_code == 200, response.text
    document = response.json
    for name, value in params.items():
        if name not in {"include", "webhook_endpoint", "amazon_eventbridge"}:
            assert document[name] == value
    if params["type"] == "webhook_endpoint":
        asked = params.get("include", [])
        webhook = document["webhook_endpoint"]
        assert (webhook["url"] is not None) == (URL in asked)
        assert (webhook["signing_secret"] is not None) == (SECRET in asked)


@pytest.mark.parametrize(
    "text",
    [
        "Überweisungen",
        "注文の通知",
        "Zahlungen 🎉 und 👩‍👩‍👧",
        "e\u0301 not \u00e9",
        " padded ",
        "two\nlines\ttab",
        'q"\\/<&>',
    ],
)
def test_strings_come_back_to_the_code_point(caller, params, text):
    """Nothing is trimmed, normalised or escaped twice."""
    params |= {"name": text, "description": text, "metadata": {"key": text, text[:40]: "value"}}
    document = caller.create(params).json
    assert {name: document[name] for name in ("name", "description", "metadata")} == {
        name: params[name] for name in ("name", "description", "metadata")
    }


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "http://localhost:8080/hook",
        "https://hooks.example.com:8443/a/b?account=1&x=%20#f",
        "https://user:pass@example.com/",
        "https://[2001:db8::1]:443/",
        "HTTPS://bücher.example/ü",
    ],
)
def test_urls_come_back_unchanged(caller, webhook, url):
    """The server validates a URL, then treats it as a string."""
    webhook |= {"webhook_endpoint": {"url": url}, "include": [URL]}
    assert caller.create(webhook).json["webhook_endpoint"]["url"] == url


def test_null_says_the_same_as_leaving_an_optional_field_out(caller, params):
    """All optional fields may be null."""
    optional = ("description", "events_from", "include", "metadata", "snapshot_api_version")
    other = {"webhook_endpoint", "amazon_eventbridge"} - set(params)
    document = caller.create(params | dict.fromkeys([*optional, *other])).json
    assert (document["description"], document["events_from"], document["metadata"]) == (None, ["self"], {})


def test_an_empty_events_from_says_nothing(caller, params):
    """The answer is the same as to a create without it."""
    assert caller.create(params | {"events_from": []}).json["events_from"] == ["self"]


def test_duplicates_and_order_of_events_are_kept(caller, params):
    """The returned list is the sent one."""
    events = ["b.x", "a.x", "b.x"]
    assert caller.create(params | {"enabled_events": events}).json["enabled_events"] == events


def test_two_destinations_share_neither_id_nor_secret(caller, webhook):
    """Each create without a key creates a destination."""
    webhook["include"] = [SECRET]
    one, two = caller.create(webhook).json, caller.create(webhook).json
    assert one["id"] != two["id"]
    assert one["webhook_endpoint"]["signing_secret"] != two["webhook_endpoint"]["signing_secret"]
    assert one["webhook_endpoint"]["signing_secret"].startswith("whsec_")
