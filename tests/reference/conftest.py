"""A fresh reference server, called in process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from ed_contract.reference import PATH, Reference

WEBHOOK = {
    "name": "Orders",
    "enabled_events": ["v1.billing.meter.error_report_triggered"],
    "event_payload": "thin",
    "type": "webhook_endpoint",
    "webhook_endpoint": {"url": "https://example.com/my/webhook/endpoint"},
}
EVENTBRIDGE = {
    "name": "Orders",
    "enabled_events": ["customer.created"],
    "event_payload": "snapshot",
    "type": "amazon_eventbridge",
    "amazon_eventbridge": {"aws_account_id": "012345678901", "aws_region": "eu-west-1"},
}


class Caller:
    """Calls an application as the account of an API key."""

    def __init__(self, app: Reference, api_key: str = "sk_test_a") -> None:
        self.client = Client(app)
        self.headers = {"Authorization": f"Bearer {api_key}"}

    def post(self, body: bytes | str, **headers: str) -> TestResponse:
        """Send a create with exactly this body; header names are written with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(PATH, data=body, headers={"Content-Type": "application/json", **self.headers, **named})

    def create(self, params: Any, key: str | None = None) -> TestResponse:
        """Send a create with these parameters."""
        return self.post(json.dumps(params), **({} if key is None else {"Idempotency_Key": key}))

    def post_below(self, below: str, params: Any = None) -> TestResponse:
        """Send a POST to something below the collection."""
        return self.client.post(PATH + below, json={} if params is None else params, headers=self.headers)

    def get(self, below: str = "") -> TestResponse:
        """Send a GET to the collection, or to something below it."""
        return self.client.get(PATH + below, headers=self.headers)

    def delete(self, identifier: str) -> TestResponse:
        """Send a DELETE."""
        return self.client.delete(f"{PATH}/{identifier}", headers=self.headers)


@pytest.fixture
def app() -> Iterator[Reference]:
    """Return a reference server with its own database."""
    with Reference() as reference:
        yield reference


@pytest.fixture
def caller(app: Reference) -> Caller:
    """Return a caller with a known API key."""
    return Caller(app)


@pytest.fixture
def other(app: Reference) -> Caller:
    """Return a caller of the same server for another account."""
    return Caller(app, "sk_test_b")


@pytest.fixture
def calling() -> type[Caller]:
    """Return a caller of any application, for tests that make their own."""
    return Caller


@pytest.fixture
def webhook() -> dict[str, Any]:
    """Return the required parameters of a webhook endpoint."""
    return json.loads(json.dumps(WEBHOOK))


@pytest.fixture
def eventbridge() -> dict[str, Any]:
    """Return the required parameters of an EventBridge destination."""
    return json.loads(json.dumps(EVENTBRIDGE))


@pytest.fixture(params=["webhook", "eventbridge"])
def params(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Return the required parameters of each type in turn."""
    chosen: dict[str, Any] = request.getfixturevalue(request.param)
    return chosen
