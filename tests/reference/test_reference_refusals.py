"""The reference refuses what the page forbids, names the field, and survives everything."""

from __future__ import annotations

import json

import pytest

DIGITS = "amazon_eventbridge.aws_account_id"
ENUMS = {
    "event_payload": "snapshot, thin",
    "type": "amazon_eventbridge, webhook_endpoint",
    "events_from": "other_accounts, self",
    "include": "webhook_endpoint.signing_secret, webhook_endpoint.url",
}


def refused(response, message):
    """Assert that a create was refused for its fields, in these words."""
    error = {"code": "invalid_fields", "message": message, "type": "invalid_request_error"}
    assert (response.status_code, response.json) == (400, {"error": error})


@pytest.mark.parametrize("name", ["enabled_events", "event_payload", "name", "type"])
def test_required_fields_are_required(caller, params, name):
    """On both types."""
    del params[name]
    refused(caller.create(params), f"{name}: is required")


@pytest.mark.parametrize("name", ["aws_account_id", "aws_region"])
def test_both_fields_of_eventbridge_are_required(caller, eventbridge, name):
    """At their dotted place."""
    del eventbridge["amazon_eventbridge"][name]
    refused(caller.create(eventbridge), f"amazon_eventbridge.{name}: is required")


def test_the_url_of_a_webhook_endpoint_is_required(caller, webhook):
    """At its dotted place."""
    refused(caller.create(webhook | {"webhook_endpoint": {}}), "webhook_endpoint.url: is required")


@pytest.mark.parametrize("value", [True, 1, 1.5, [], ["text"], {}, {"a": "b"}])
@pytest.mark.parametrize("name", ["name", "description", "snapshot_api_version"])
def test_strings_must_be_strings(caller, params, name, value):
    """Every other kind of JSON value is refused."""
    refused(caller.create(params | {name: value}), f"{name}: must be a string")


@pytest.mark.parametrize("value", [True, 0, "text", {}])
@pytest.mark.parametrize("name", ["enabled_events", "events_from", "include"])
def test_arrays_must_be_arrays(caller, params, name, value):
    """A single string is not an array."""
    refused(caller.create(params | {name: value}), f"{name}: must be an array")


@pytest.mark.parametrize("value", [True, 0, "text", []])
@pytest.mark.parametrize("name", ["amazon_eventbridge", "webhook_endpoint", "metadata"])
def test_objects_must_be_objects(caller, params, name, value):
    """Whether they are of the chosen type or not."""
    refused(caller.create(params | {name: value}), f"{name}: must be an object")


@pytest.mark.parametrize("value", [None, True, 0, "", "Thin", " thin", "thins", ["thin"], {}])
@pytest.mark.parametrize("name", ["event_payload", "type"])
def test_enums_must_hold_a_listed_value(caller, params, name, value):
    """Case, padding and lists matter."""
    refused(caller.create(params | {name: value}), f"{name}: must be one of {ENUMS[name]}")


@pytest.mark.parametrize("value", [None, True, 0, "", "Self", "self ", "webhook_endpoint", ["self"], {}])
@pytest.mark.parametrize("position", [0, 1, 2])
@pytest.mark.parametrize("name", ["events_from", "include"])
def test_arrays_of_enums_must_hold_listed_values(caller, params, name, position, value):
    """Wherever the odd one stands."""
    items = ENUMS[name].split(", ")
    items.insert(position, value)
    refused(caller.create(params | {name: items}), f"{name}[{position}]: must be one of {ENUMS[name]}")


@pytest.mark.parametrize("value", [None, True, 0, [], {}])
@pytest.mark.parametrize("position", [0, 1, 2])
def test_events_must_be_strings(caller, params, position, value):
    """Wherever the odd one stands."""
    events = ["a.x", "b.x"]
    events.insert(position, value)
    refused(caller.create(params | {"enabled_events": events}), f"enabled_events[{position}]: must be a string")


def test_null_is_no_value_of_a_required_string(caller, params):
    """Nor in a nested one."""
    refused(caller.create(params | {"name": None}), "name: must be a string")


DECISIONS = [
    ({"name": ""}, "name: must have 1 to 1000 characters"),
    ({"name": "a\0"}, "name: must hold neither NUL nor lone surrogates"),
    ({"description": "\ud800"}, "description: must hold neither NUL nor lone surrogates"),
    ({"description": "x" * 5001}, "description: must have 0 to 5000 characters"),
    ({"enabled_events": []}, "enabled_events: must have 1 to 1000 items"),
    ({"enabled_events": ["a.x", ""]}, "enabled_events[1]: must have 1 to 500 characters"),
    ({"surprise": 1}, "the body: has no field 'surprise'"),
    ({"\ud800": 1}, "the body: has no field '\\ud800'"),
    ({"metadata": {"a": 1}}, "metadata['a']: must be a string"),
    ({"metadata": {"a": None}}, "metadata['a']: must be a string"),
    ({"metadata": {"a": "x" * 501}}, "metadata['a']: must have at most 500 characters"),
    ({"metadata": {str(n): "" for n in range(51)}}, "metadata: must have at most 50 entries"),
    (
        {"metadata": {"a[b]": ""}},
        "metadata['a[b]']: must have a key of 1 to 40 characters without square brackets",
    ),
]


@pytest.mark.parametrize(("change", "message"), DECISIONS)
def test_what_the_page_leaves_open_and_we_refuse(caller, params, change, message):
    """Each of our decisions that both types share."""
    refused(caller.create(params | change), message)


def test_the_configuration_must_be_that_of_the_type(caller, webhook, eventbridge):
    """The chosen type's is required, the other's is refused."""
    foreign = {"amazon_eventbridge": eventbridge["amazon_eventbridge"]}
    message = "amazon_eventbridge: must not be given when type is 'webhook_endpoint'"
    refused(caller.create(webhook | foreign), message)
    missing = "amazon_eventbridge: must be given when type is 'amazon_eventbridge'"
    refused(caller.create(eventbridge | {"amazon_eventbridge": None}), missing)


def test_a_snapshot_version_is_for_snapshots(caller, webhook):
    """Thin events have none."""
    message = "snapshot_api_version: must not be given when event_payload is thin"
    refused(caller.create(webhook | {"snapshot_api_version": "2024-09-30.acacia"}), message)


@pytest.mark.parametrize("text", ["", "1", "12345678901", "1234567890123", "12345678901x", "١٢٣٤٥٦٧٨٩٠١٢"])
def test_an_aws_account_has_twelve_ascii_digits(caller, eventbridge, text):
    """No other digits, no more, no fewer."""
    eventbridge["amazon_eventbridge"]["aws_account_id"] = text
    refused(caller.create(eventbridge), f"{DIGITS}: must be 12 digits")


@pytest.mark.parametrize(
    "text",
    ["example.com", "/path", "ftp://example.com", "https://", "https:///x", "http://[::1", "http://a:x", "http://a b/"],
)
def test_a_url_is_absolute_and_of_the_web(caller, webhook, text):
    """URLs that events cannot be posted to are refused."""
    webhook["webhook_endpoint"]["url"] = text
    refused(caller.create(webhook), "webhook_endpoint.url: must be an absolute http or https URL")


def test_all_problems_are_named_up_to_five(caller):
    """In the order of the page's table."""
    message = "enabled_events: is required; event_payload: is required; name: is required; type: is required"
    refused(caller.create({}), message)
    response = caller.create({"enabled_events": [0] * 100_000})
    assert response.json["error"]["message"].count(";") == 4


NOT_AN_OBJECT = {
    "empty": b"",
    "blank": b" \n",
    "truncated": b'{"name": "Ord',
    "no JSON": b"name=Orders",
    "trailing garbage": b"{} x",
    "two documents": b"{}{}",
    "null": b"null",
    "array": b"[]",
    "string": b'"{}"',
    "number": b"1",
    "NaN": b'{"name": NaN}',
    "infinity": b'{"name": -Infinity}',
    "out of range": b'{"name": 1e999}',
    "five thousand digits": b'{"name": ' + b"1" * 5000 + b"}",
    "twice the same name": b'{"name": "a", "name": "b"}',
    "invalid UTF-8": b'{"name": "\xff"}',
    "UTF-8 of a surrogate": b'{"name": "\xed\xa0\x80"}',
    "UTF-16": '{"name": "a"}'.encode("utf-16"),
    "byte order mark": b"\xef\xbb\xbf{}",
    "raw control character": b'{"name": "a\nb"}',
    "trailing comma": b'{"name": "a",}',
    "65 deep": b'{"a":' * 65 + b"1" + b"}" * 65,
    "a million deep": b"[" * 1_000_000,
}


@pytest.mark.parametrize("body", NOT_AN_OBJECT.values(), ids=NOT_AN_OBJECT.keys())
def test_a_body_that_is_no_json_object_is_refused(caller, params, body):
    """400, in the envelope, and the server keeps serving."""
    response = caller.post(body)
    assert (response.status_code, response.json["error"]["code"]) == (400, "invalid_json")
    assert caller.create(params).status_code == 200


def test_a_body_that_ends_early_is_refused(caller):
    """Its Content-Length is larger."""
    response = caller.post(b"{", Content_Length="100")
    assert (response.status_code, response.json["error"]["code"]) == (400, "invalid_json")


def test_a_body_of_more_than_a_mebibyte_is_refused(caller, params):
    """413, in the envelope."""
    response = caller.post(json.dumps(params) + " " * 1024 * 1024)
    assert (response.status_code, response.json["error"]["code"]) == (413, "body_too_large")


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "application/jsonx"])
def test_other_media_types_are_refused(caller, params, media_type):
    """415, in the envelope."""
    response = caller.post(json.dumps(params), Content_Type=media_type)
    assert (response.status_code, response.json["error"]["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("media_type", ["", "application/json; charset=utf-8", "application/merge-patch+json"])
def test_json_by_any_name_and_no_name_is_read(caller, params, media_type):
    """A missing media type is accepted."""
    assert caller.post(json.dumps(params), Content_Type=media_type).status_code == 200
