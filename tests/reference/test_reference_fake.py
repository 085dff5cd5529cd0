"""The fake: what it does on cue, and what it keeps."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket

import pytest

from ed_contract.reference import PATH
from ed_contract.reference.fake import Act, Canned, FakeServer

HEADERS = {
    "Authorization": "Bearer sk_test_a",
    "Content-Type": "application/json",
    "Stripe-Version": "2024-10-28.acacia",
}


@pytest.fixture
def fake():
    """A fake that is down for as short as can be."""
    with FakeServer(down_seconds=0.0) as server:
        server.app.slow_seconds = 0.05
        yield server


def send(fake, params, *, key="one", method="POST", path=PATH):
    """Send a request, and return status, headers and document."""
    connection = http.client.HTTPConnection("127.0.0.1", fake.port, timeout=10)
    try:
        body = None if params is None else json.dumps(params)
        connection.request(method, path, body, {**HEADERS, "Idempotency-Key": key})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), json.loads(answer.read())
    finally:
        connection.close()


def test_without_a_script_it_is_the_reference(fake, params):
    """Every answer carries an id of the request, and the API version that was asked for."""
    status, headers, document = send(fake, params)
    assert (status, document["name"]) == (200, params["name"])
    assert headers["Stripe-Version"] == "2024-10-28.acacia"
    assert headers["Request-Id"].startswith("req_")
    (received,) = fake.app.received
    assert (received.number, received.method, received.path, received.json) == (1, "POST", PATH, params)
    assert (received.header("idempotency-key"), received.status, received.cue) == ("one", 200, Act.SERVE)
    assert [one["id"] for one in fake.app.destinations] == [document["id"]]


@pytest.mark.parametrize("act", [Act.CUT, Act.TRUNCATE, Act.RESTART])
def test_a_lost_answer_has_made_the_destination(fake, params, act):
    """The retry gets it."""
    fake.app.play([act])
    with pytest.raises((OSError, http.client.HTTPException)):
        send(fake, params)
    assert len(fake.app.destinations) == 1
    for _ in range(200):
        try:
            status, _headers, document = send(fake, params)
            break
        except ConnectionError:  # it restarts
            continue
    assert (status, document["id"]) == (200, fake.app.destinations[0]["id"])
    assert [one.status for one in fake.app.received] == [None, 200]


@pytest.mark.parametrize("act", [Act.CUT, Act.TRUNCATE, Act.RESTART])
def test_a_connection_that_is_kept_alive_is_ended_too(fake, params, act):
    """Without a wait for more requests on it: a client must see at once that its answer is lost."""
    fake.app.play([act])
    body = json.dumps(params).encode()
    head = "".join(
        f"{name}: {value}\r\n" for name, value in {**HEADERS, "Host": "x", "Connection": "keep-alive"}.items()
    )
    with socket.create_connection(("127.0.0.1", fake.port), timeout=10) as connection:
        connection.sendall(f"POST {PATH} HTTP/1.1\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        with contextlib.suppress(ConnectionResetError):
            while connection.recv(65536):  # it would time out
                pass


def test_an_error_after_the_work_was_done(fake, params):
    """The destination is there."""
    fake.app.play([Act.FAIL])
    assert send(fake, params)[0] == 500
    status, _, document = send(fake, params)
    assert (status, [document["id"]]) == (200, [one["id"] for one in fake.app.destinations])


def test_a_refusal_is_no_work_that_fails(fake):
    """What is refused is refused as ever."""
    fake.app.play([Act.FAIL])
    assert send(fake, {})[0] == 400


def test_what_is_held_or_limited_is_served_when_it_comes_again(fake, params):
    """Nothing was made before."""
    fake.app.play([Act.HOLD, Act.LIMIT])
    held, limited = send(fake, params), send(fake, params)
    assert (held[0], held[2]["error"]["code"]) == (409, "request_in_progress")
    assert (limited[0], limited[1]["Retry-After"]) == (429, "1")
    assert fake.app.destinations == ()
    assert send(fake, params)[0] == 200


def test_a_conflict_stays_for_its_key(fake, params):
    """Other keys are served."""
    fake.app.play([Act.CONFLICT])
    statuses = [send(fake, params, key=key)[0] for key in ("one", "two", "one")]
    assert statuses == [409, 200, 409]


def test_a_credential_that_has_expired_stays_so(fake, params):
    """For every request."""
    fake.app.play([Act.EXPIRE])
    assert [send(fake, params)[0], send(fake, None, method="GET")[0], send(fake, params)[0]] == [401, 401, 401]
    fake.app.play([])
    assert send(fake, params)[0] == 200


def test_answers_of_later_editions_and_answers_with_nulls(fake, params):
    """What is documented stays; what may be null is."""
    fake.app.play([Act.UNKNOWN, Act.NULLS, Act.DELAY])
    later, nulls, slow = (send(fake, params, key=key)[2] for key in ("one", "two", "three"))
    assert later["added_later"] == {"a": [1, None, {}]}
    assert later["status"] == "suspended"
    assert {nulls[name] for name in ("status_details", "snapshot_api_version")} == {None}
    assert (nulls["events_from"], nulls["metadata"], nulls["name"]) == (None, None, params["name"])
    assert slow["name"] == params["name"]


def test_an_answer_of_the_test_s_own(fake, params):
    """Nothing is made."""
    fake.app.play([Canned(status=503, document={"error": {}}, headers={"Retry-After": "7"})])
    status, headers, document = send(fake, params)
    assert (status, headers["Retry-After"], document) == (503, "7", {"error": {}})
    assert fake.app.destinations == ()
