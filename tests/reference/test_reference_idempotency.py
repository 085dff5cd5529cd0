"""One key, one destination."""

from __future__ import annotations

import json
import string
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

CHANGES = [
    {"name": "Other"},
    {"description": "Other"},
    {"description": ""},
    {"enabled_events": ["other.x"]},
    {"enabled_events": ["b.x", "a.x"]},
    {"events_from": ["other_accounts"]},
    {"events_from": ["self"]},
    {"metadata": {"a": "b"}},
    {"metadata": {}},
    {"include": ["webhook_endpoint.url"]},
]
CONFLICT = {
    "error": {
        "code": "idempotency_error",
        "message": "This Idempotency-Key was used with different request parameters.",
        "type": "idempotency_error",
    }
}


def test_a_replay_returns_the_same_destination(caller, params):
    """To the last member, and without creating another."""
    first, second = caller.create(params, "key"), caller.create(params, "key")
    assert (second.status_code, second.json) == (first.status_code, first.json)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert len(caller.get().json["data"]) == 1


def test_a_replay_shows_the_secret_that_was_asked_for_again(caller, webhook):
    """A lost answer can be requested again."""
    webhook["include"] = ["webhook_endpoint.signing_secret"]
    first, second = caller.create(webhook, "key").json, caller.create(webhook, "key").json
    assert second["webhook_endpoint"]["signing_secret"].startswith("whsec_")
    assert second == first


@pytest.mark.parametrize("change", CHANGES)
def test_any_other_parameter_is_a_conflict_and_the_first_is_kept(caller, params, change):
    """409, with the page's code; the destination is still replayed afterwards."""
    params["enabled_events"] = ["a.x", "b.x"]
    first = caller.create(params, "key").json
    response = caller.create(params | change, "key")
    assert (response.status_code, response.json) == (409, CONFLICT)
    assert caller.create(params, "key").json == first
    assert len(caller.get().json["data"]) == 1


@pytest.mark.parametrize(
    ("configuration", "value"),
    [
        ("amazon_eventbridge", {"aws_account_id": "012345678902", "aws_region": "eu-west-1"}),
        ("amazon_eventbridge", {"aws_account_id": "012345678901", "aws_region": "eu-west-2"}),
        ("webhook_endpoint", {"url": "https://example.com/my/webhook/endpoint?"}),
    ],
)
def test_a_change_at_depth_is_a_conflict(caller, webhook, eventbridge, configuration, value):
    """One nested parameter is enough."""
    params = webhook if configuration in webhook else eventbridge
    caller.create(params, "key")
    assert caller.create(params | {configuration: value}, "key").json == CONFLICT


def test_a_used_key_with_the_other_type_is_a_conflict(caller, webhook, eventbridge):
    """Then everything differs."""
    caller.create(webhook, "key")
    assert caller.create(eventbridge, "key").status_code == 409


def test_spelling_is_no_parameter(caller, params):
    """Member order, whitespace, escapes and nulls do not make a different create."""
    params |= {"name": "é/", "metadata": {"a": "1", "b": "2"}}
    first = caller.create(params, "key").json
    turned = dict(reversed(params.items())) | {"metadata": {"b": "2", "a": "1"}, "description": None}
    for body in (json.dumps(turned, indent=3), json.dumps(turned, ensure_ascii=False).replace("/", "\\/")):
        assert caller.post(body, Idempotency_Key="key").json == first


def test_keys_that_differ_anywhere_are_different(caller, params):
    """Case and the last of 255 characters count."""
    long = "k" * 254
    keys = ["key", "KEY", "key1", "ke", f"{long}a", f"{long}b", str(uuid.uuid4()), "%6bey", '"key"', "-"]
    assert len({caller.create(params, key).json["id"] for key in keys}) == len(keys)


def test_every_visible_ascii_character_may_stand_in_a_key(caller, params):
    """Such a key replays too."""
    key = "".join(sorted(string.digits + string.ascii_letters + string.punctuation))
    assert caller.create(params, key).json == caller.create(params, key).json


@pytest.mark.parametrize("key", ["", "a b", "é", "\t", "k" * 256])
def test_other_keys_are_refused(caller, params, key):
    """400, in the envelope, and nothing is created."""
    response = caller.create(params, key)
    assert (response.status_code, response.json["error"]["code"]) == (400, "invalid_idempotency_key")
    assert caller.get().json["data"] == []


def test_accounts_have_keys_of_their_own(caller, other, params):
    """The same key is unused for another account, whatever the parameters."""
    mine = caller.create(params, "key").json["id"]
    theirs = other.create(params | {"name": "Theirs"}, "key")
    assert theirs.status_code == 200
    assert theirs.json["id"] != mine


def test_a_failed_create_leaves_its_key_unused(caller, params):
    """A corrected create may be sent under it."""
    assert caller.create(params | {"name": 1}, "key").status_code == 400
    assert caller.create(params, "key").status_code == 200


def test_a_deleted_destination_is_not_made_again(caller, params):
    """A late retry creates nothing new."""
    first = caller.create(params, "key").json
    caller.delete(first["id"])
    assert caller.create(params, "key").json == first
    assert caller.get().json["data"] == []


def test_keys_are_remembered_after_hundreds_of_others(caller, params):
    """None evicts another."""
    first = caller.create(params, "first").json
    for number in range(300):
        caller.create(params, f"key-{number}")
    assert caller.create(params, "first").json == first


def test_threads_with_one_key_get_one_destination(caller, params):
    """In process, 16 concurrently, many times over."""
    with ThreadPoolExecutor(16) as pool:
        for burst in range(20):
            answers = [pool.submit(caller.create, params, f"key-{burst}") for _ in range(16)]
            assert len({answer.result().json["id"] for answer in answers}) == 1
    assert len(caller.get().json["data"]) == 20
