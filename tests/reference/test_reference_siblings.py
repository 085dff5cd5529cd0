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
    ("method", "path", "allowed"), [("PUT", PATH, "POST, GET"), ("POST", f"{PATH}/ed_test_1", "GET, DELETE")]
)
def test_other_methods_are_not_allowed(app, method, path, allowed):
    """405, with the allowed methods."""
    response = Client(app).open(path, method=method)
    assert (response.status_code, response.headers["Allow"]) == (405, allowed)


def test_head_is_get_without_a_body(app, caller):
    """As HTTP requires."""
    response = Client(app).head(PATH, headers=caller.headers)
    assert (response.status_code, response.data) == (200, b"")
