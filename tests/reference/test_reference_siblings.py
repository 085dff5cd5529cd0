"""The sibling operations, credentials, and who may see what."""

from __future__ import annotations

import pytest
from werkzeug.test import Client

from ed_contract.reference import PATH


def test_a_created_destination_can_be_retrieved_listed_and_deleted(caller, params):
    """Once deleted, it is gone."""
    created = caller.create(params).json
    assert caller.get(f"/{created['id']}").json == created
    assert caller.get().json == {"data": [created], "next_page_url": None, "previous_page_url": None}
    deleted = {"id": created["id"], "object": "v2.core.event_destination", "deleted": True}
    assert caller.delete(created["id"]).json == deleted
    assert caller.get().json["data"] == []
    assert caller.get(f"/{created['id']}").status_code == 404
    assert caller.delete(created["id"]).status_code == 404


def test_the_url_can_be_included_later_and_the_secret_cannot(caller, webhook):
    """The secret is "only includable on creation"."""
    below = f"/{caller.create(webhook).json['id']}"
    for query in ("include=webhook_endpoint.url", "include[]=webhook_endpoint.url", "include[0]=webhook_endpoint.url"):
        included = {"signing_secret": None, "url": webhook["webhook_endpoint"]["url"]}
        assert caller.get(f"{below}?{query}").json["webhook_endpoint"] == included
    assert caller.get(f"{below}?include=webhook_endpoint.signing_secret").status_code == 400


def test_accounts_do_not_see_each_others_destinations(caller, other, params):
    """Ids and lists belong to one account."""
    identifier = caller.create(params).json["id"]
    assert other.get(f"/{identifier}").status_code == 404
    assert other.delete(identifier).status_code == 404
    assert other.get().json["data"] == []
    assert caller.get(f"/{identifier}").status_code == 200


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", "sk_test_a", "Basic c2tfdGVzdF9hOg==", "Token sk_test_a", "Bearer sk_test_z"],
)
def test_requests_without_a_known_key_are_refused(app, params, authorization):
    """401, in the envelope, without quoting what was sent."""
    headers = {} if authorization is None else {"Authorization": authorization}
    response = Client(app).post(PATH, json=params, headers=headers)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    message = "Send a known API key as `Authorization: Bearer KEY`."
    envelope = {"error": {"code": "unauthenticated", "message": message, "type": "authentication_error"}}
    assert response.json == envelope


@pytest.mark.parametrize("path", ["/", "/v2/core", f"{PATH}/", f"{PATH}/a/b", f"{PATH}x", "/v2/core/%ff"])
def test_other_paths_are_not_found(app, path):
    """404, in the envelope."""
    response = Client(app).post(path)
    assert (response.status_code, response.json["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"), [("PUT", PATH, "POST, GET"), ("PUT", f"{PATH}/ed_test_1", "GET, POST, DELETE")]
)
def test_other_methods_are_not_allowed(app, method, path, allowed):
    """405, with the allowed methods."""
    response = Client(app).open(path, method=method)
    assert (response.status_code, response.headers["Allow"]) == (405, allowed)


def test_head_is_get_without_a_body(app, caller):
    """As HTTP requires."""
    response = Client(app).head(PATH, headers=caller.headers)
    assert (response.status_code, response.data) == (200, b"")


def test_a_list_comes_in_pages_where_they_are_asked_for(caller, params):
    """Each page names the next and the one before, with the rest of the query kept."""
    ids = [caller.create(params, f"k{number}").json["id"] for number in range(5)]
    first = caller.get("?limit=2&include=webhook_endpoint.url").json
    assert [one["id"] for one in first["data"]] == ids[:2]
    assert first["previous_page_url"] is None
    assert first["next_page_url"] == f"{PATH}?limit=2&include=webhook_endpoint.url&page=2"
    second = caller.get(first["next_page_url"].removeprefix(PATH)).json
    third = caller.get(second["next_page_url"].removeprefix(PATH)).json
    assert [one["id"] for one in (*second["data"], *third["data"])] == ids[2:]
    assert (third["next_page_url"], second["previous_page_url"]) == (
        None,
        f"{PATH}?limit=2&include=webhook_endpoint.url&page=0",
    )


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "limit=-1", "page=x", "page=-1", "limit=1e1"])
def test_a_page_that_cannot_be_is_refused(caller, query):
    """With 400."""
    assert caller.get(f"?{query}").status_code == 400


def test_a_destination_is_updated_in_part(caller, webhook):
    """Metadata entry by entry; null removes one."""
    created = caller.create({**webhook, "metadata": {"team": "billing", "tier": "1"}}).json
    changes = {
        "name": "Refunds",
        "metadata": {"tier": None, "region": "eu"},
        "webhook_endpoint": {"url": "https://example.com/other"},
        "include": ["webhook_endpoint.url", "webhook_endpoint.signing_secret"],
    }
    updated = caller.post_below(f"/{created['id']}", changes)
    assert updated.status_code == 200
    assert (updated.json["name"], updated.json["metadata"]) == ("Refunds", {"team": "billing", "region": "eu"})
    assert updated.json["webhook_endpoint"] == {"signing_secret": None, "url": "https://example.com/other"}
    assert updated.json["enabled_events"] == created["enabled_events"]
    assert updated.json["updated"] >= created["updated"]
    assert caller.get(f"/{created['id']}").json["name"] == "Refunds"


@pytest.mark.parametrize(
    "changes",
    [{"name": 7}, {"type": "amazon_eventbridge"}, {"nickname": "x"}, {"webhook_endpoint": {}}, {"metadata": {"a": 1}}],
)
def test_an_update_that_is_invalid_changes_nothing(caller, webhook, changes):
    """400, as for a create."""
    created = caller.create(webhook).json
    refused = caller.post_below(f"/{created['id']}", changes)
    assert (refused.status_code, refused.json["error"]["code"]) == (400, "invalid_fields")
    assert caller.get(f"/{created['id']}").json == created


def test_a_destination_is_disabled_enabled_and_pinged(caller, params):
    """The user is the reason; a ping is answered with its event."""
    created = caller.create(params).json
    below = f"/{created['id']}"
    disabled = caller.post_below(f"{below}/disable").json
    assert (disabled["status"], disabled["status_details"]) == ("disabled", {"disabled": {"reason": "user"}})
    enabled = caller.post_below(f"{below}/enable").json
    assert (enabled["status"], enabled["status_details"]) == ("enabled", None)
    event = caller.post_below(f"{below}/ping").json
    assert (event["object"], event["type"]) == ("v2.core.event", "v2.core.event_destination.ping")
    assert event["related_object"] == {
        "id": created["id"],
        "type": "v2.core.event_destination",
        "url": f"{PATH}{below}",
    }


def test_what_is_done_to_a_destination_that_is_not_there_is_refused(caller, other, params):
    """Whoever asks, for whichever action; others' destinations are not there either."""
    theirs = other.create(params).json["id"]
    for below in ("/ed_none", f"/{theirs}"):
        for action in ("", "/disable", "/enable", "/ping"):
            assert caller.post_below(f"{below}{action}", {}).status_code == 404
    assert caller.get(f"/{theirs}/disable").status_code == 405


@pytest.mark.parametrize("version", [None, "2026-09-30.endive"])
def test_every_answer_has_an_id_and_the_version_that_was_asked_for(app, caller, params, version):
    """Whichever the operation, and whether it is refused or not; the ids are different."""
    below = f"{PATH}/{caller.create(params).json['id']}"
    named = {} if version is None else {"Stripe-Version": version}
    asked = [
        ("POST", PATH, 200),
        ("GET", PATH, 200),
        ("GET", below, 200),
        ("POST", below, 200),
        ("POST", f"{below}/disable", 200),
        ("POST", f"{below}/enable", 200),
        ("POST", f"{below}/ping", 200),
        ("DELETE", below, 200),
        ("GET", below, 404),
        ("PUT", PATH, 405),
    ]
    ids = set()
    for method, path, status in asked:
        body = params if path == PATH and method == "POST" else {}
        answer = caller.client.open(path, method=method, json=body, headers=caller.headers | named)
        assert (answer.status_code, answer.headers.get("Stripe-Version")) == (status, version)
        ids.add(answer.headers["Request-Id"])
    refused = Client(app).post(PATH, json=params, headers=named)
    assert (refused.status_code, refused.headers.get("Stripe-Version")) == (401, version)
    assert len(ids | {refused.headers["Request-Id"]}) == len(asked) + 1


def test_every_refusal_has_a_type(caller, params):
    """So that the official clients raise their typed errors."""
    caller.create(params, "k")
    answers = [
        caller.create({}),
        caller.post("{"),
        caller.post("{}", Content_Type="text/plain"),
        caller.create(params, "k" * 256),
        caller.create(params | {"name": "Refunds"}, "k"),
        caller.get("/ed_none"),
        caller.get("?limit=0"),
        caller.client.put(PATH, headers=caller.headers),
        caller.client.get(PATH),
    ]
    assert [(one.status_code, one.json["error"]["type"].removesuffix("_error")) for one in answers] == [
        (400, "invalid_request"),
        (400, "invalid_request"),
        (415, "invalid_request"),
        (400, "invalid_request"),
        (409, "idempotency"),
        (404, "invalid_request"),
        (400, "invalid_request"),
        (405, "invalid_request"),
        (401, "authentication"),
    ]
