"""Every server of the zoo starts, answers and stops; the right ones accept the page's example."""

from __future__ import annotations

import http.client
import json
import threading
import time
import uuid
from contextlib import closing, suppress
from urllib.parse import urlsplit

import pytest
from waitress.channel import ClientDisconnected
from werkzeug.test import Client

from ed_contract.parsing import parsed
from ed_contract.reference import PATH
from ed_contract.zoo import MUTANTS, RIGHT, opened, serving

EXAMPLE = {
    "name": "My Event Destination",
    "description": "This is my event destination, I like it a lot",
    "enabled_events": ["v1.billing.meter.error_report_triggered"],
    "type": "webhook_endpoint",
    "webhook_endpoint": {"url": "https://example.com/my/webhook/endpoint"},
    "event_payload": "thin",
    "include": ["webhook_endpoint.url"],
}
EVENTBRIDGE = {
    "name": "Orders",
    "enabled_events": ["customer.created"],
    "event_payload": "snapshot",
    "type": "amazon_eventbridge",
    "amazon_eventbridge": {"aws_account_id": "012345678901", "aws_region": "eu-west-1"},
}
HEADERS = {
    "Authorization": "Bearer sk_test_a",
    "Stripe-Version": "2024-09-30.acacia",
    "Content-Type": "application/json",
}
NAMED = {one.name: one for one in (*MUTANTS, *RIGHT)}


def created(app, params, **headers):
    """Return the answer to a create sent in process."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Client(app).post(PATH, data=json.dumps(params), headers={**HEADERS, **named})


def posted(url, params, **headers):
    """Return the status and body of the answer to a create sent over a new connection."""
    parts = urlsplit(url)
    with closing(http.client.HTTPConnection(parts.hostname, parts.port, timeout=5)) as connection:
        connection.request("POST", PATH, json.dumps(params), {**HEADERS, **headers})
        answer = connection.getresponse()
        return answer.status, answer.read()


@pytest.mark.parametrize("one", MUTANTS, ids=lambda one: one.name)
def test_a_mutant_answers(one):
    """Whatever its fault, it is an application: it answers one of two plain creates, and closes."""
    with opened(one) as app:
        answers = []
        for params in (EXAMPLE, EVENTBRIDGE):
            with suppress(ClientDisconnected):  # what a dropped connection is in process
                answers.append(created(app, params, Idempotency_Key=params["type"]).status_code)
    assert answers
    assert all(200 <= status < 400 or status in {400, 401, 409, 500} for status in answers)


@pytest.mark.parametrize("one", RIGHT, ids=lambda one: one.name)
def test_a_right_server_takes_both_types(one):
    """The page's example and its counterpart give a JSON object with an id, and a replay gives the same id."""
    with opened(one) as app:
        for params in (EXAMPLE, EVENTBRIDGE):
            key = str(uuid.uuid5(uuid.NAMESPACE_URL, params["type"]))  # a form that all accept
            first, again = (created(app, params, Idempotency_Key=key) for _ in range(2))
            assert 200 <= first.status_code < 300
            assert 200 <= again.status_code < 300
            assert parsed(first.data)["id"] == parsed(again.data)["id"]


@pytest.mark.parametrize(
    "name",
    ["type-optional", "created-unix-text", "race-of-1-millisecond", *(one.name for one in RIGHT if one.sockets)],
)
def test_a_server_of_the_zoo_is_served(name):
    """Each on its own socket, several concurrently."""
    one = NAMED[name]
    with serving(one) as url, serving(one) as other:
        assert url != other
        assert {posted(url, EXAMPLE)[0], posted(other, EXAMPLE)[0]} <= {200, 201}


def test_keys_are_remembered_in_a_file(tmp_path):
    """A server that is restarted with the same file knows them, unless it keeps them in memory."""
    for name, expected in (("answers-201", 1), ("keys-in-memory", 2)):
        ids = set()
        for _ in range(2):
            with serving(NAMED[name], db=tmp_path / name) as url:
                ids.add(json.loads(posted(url, EXAMPLE, **{"Idempotency-Key": "k"})[1])["id"])
        assert len(ids) == expected


def test_a_connection_is_dropped():
    """Without a status line."""
    with serving(NAMED["drops-the-unknown"]) as url:
        assert posted(url, EXAMPLE)[0] == 200
        with pytest.raises(http.client.RemoteDisconnected):
            posted(url, {**EXAMPLE, "surprise": 1})
        assert posted(url, EXAMPLE)[0] == 200


def test_an_answer_ends_half_way():
    """The body is shorter than announced."""
    with serving(NAMED["answers-half"]) as url:
        assert posted(url, EXAMPLE)[0] == 200
        with pytest.raises(http.client.IncompleteRead):
            posted(url, EVENTBRIDGE)


def test_a_server_that_hangs_can_be_stopped():
    """In a fraction of a second, however many of its threads wait."""
    hung = []

    def ask(url):
        try:
            posted(url, {**EXAMPLE, "name": "a\0b"})
        except (OSError, http.client.HTTPException) as ended:
            hung.append(ended)

    with serving(NAMED["hangs-at-nul"]) as url:
        askers = [threading.Thread(target=ask, args=(url,)) for _ in range(3)]
        for asker in askers:
            asker.start()
        time.sleep(0.2)
        assert posted(url, EXAMPLE)[0] == 200
        assert not hung
        began = time.monotonic()
    assert time.monotonic() - began < 2
    for asker in askers:
        asker.join(timeout=5)
    assert len(hung) == 3


def test_what_fails_for_good_fails_for_good():
    """A hostile body is refused, and nothing works afterwards."""
    with opened(NAMED["fails-for-good-after-bad-utf-8"]) as app:
        assert created(app, EXAMPLE).status_code == 200
        assert Client(app).post(PATH, data=b'{"name": "\xff"}', headers=HEADERS).status_code == 400
        assert created(app, EXAMPLE).status_code == 500
