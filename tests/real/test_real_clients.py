"""The vendor's clients against the reference, through the proxy, and as clients that are judged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ed_contract.clients import scenario
from ed_contract.proxy import Proxy
from ed_contract.record.foreign import entries_of
from ed_contract.records import judge
from ed_contract.reference import PATH, Reference, serve
from ed_contract.reference.fake import FakeServer
from ed_contract.runner.events import RunStarted

CLIENTS = Path(__file__).parent / "clients"
PAGE = Path(__file__).parents[2] / "docs" / "clients.md"
HOOK = "https://example.com/hook"
LIFE = {
    "create": ["v2.core.event_destination", HOOK, "whsec_"],
    "replay": [True, "true"],
    "retrieve": [True, HOOK, None],
    "list": [2, ["Orders", "Orders", "Orders 0", "Orders 1", "Orders 2"]],
    "update": ["Renamed", "b", HOOK],
    "disable": ["disabled", "enabled"],
    "ping": "v2.core.event_destination.ping",
    "delete": True,
}
REFUSALS = {
    "conflict": (409, "idempotency_error"),
    "gone": (404, "not_found"),
    "invalid": (400, "invalid_fields"),
}
PYTHON_ERRORS = {"conflict": "IdempotencyError", "gone": "InvalidRequestError", "invalid": "InvalidRequestError"}
NODE_ERRORS = {
    "conflict": "StripeIdempotencyError",
    "gone": "StripeInvalidRequestError",
    "invalid": "StripeInvalidRequestError",
}
GIVEN_UP = {
    "sync": {"lost-answer", "error-after-commit", "in-flight", "rate-limited", "truncated", "restart"},
    "async": {"lost-answer", "error-after-commit", "in-flight", "rate-limited", "truncated", "restart"},
    "sync 2": {"rate-limited", "truncated"},
    "async 2": {"rate-limited"},
    "node": {"rate-limited", "truncated"},
}
"""The scenarios in which a client gives its create up, `client/retry/recovers`; it breaks nothing else.

Python's asks nobody again unless it is given `max_network_retries`; 429 is asked again by none.
"""


@pytest.fixture(params=["sync", "async", "node"])
def client(request):
    """Return what runs a script of a client, and what it prints."""

    def run(what, url):
        command, environment = command_of(request.param, request, "life")
        arguments = [what, url] if request.param == "node" else [what, url, request.param]
        done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False, env=environment)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    run.is_node = request.param == "node"
    return run


def command_of(how, request, script):
    """Return the command of a client's script, and its environment."""
    if how == "node":
        modules = request.getfixturevalue("node_modules")
        return ["node", str(CLIENTS / f"{script}.cjs")], {**os.environ, "NODE_PATH": str(modules)}
    return [str(request.getfixturevalue("python")), str(CLIENTS / f"{script}.py")], dict(os.environ)


@pytest.mark.real
def test_a_whole_life(client):
    """At the reference, through the proxy: every operation works, refusals are typed errors, and nothing is found."""
    exchanges = []
    with Reference() as app, serve(app) as server:
        direct = client("life", server.url)
    with Reference() as app, serve(app) as server, Proxy(to=server.url, on_exchange=exchanges.append) as proxy:
        passed = client("life", proxy.url)
    assert direct == passed
    errors = NODE_ERRORS if client.is_node else PYTHON_ERRORS
    assert {name: passed[name] for name in LIFE} == LIFE
    assert {name: passed[name] for name in REFUSALS} == {
        name: [errors[name], *refusal] for name, refusal in REFUSALS.items()
    }
    kind, status, _ = passed["credential"]
    assert (kind.removeprefix("Stripe"), status) == ("AuthenticationError", 401)
    started = RunStarted(target=server.url, seed=0, phases=(), at_most=0, whole=False, ordered=False)
    report = judge([started, *entries_of(exchanges, PATH)], strict=True)
    assert [(bug.finding.identity, bug.finding.actual) for bug in report.bugs] == []
    assert report.judged.must


@pytest.mark.real
def test_an_answer_that_is_lost_makes_one_destination(client):
    """Also through the proxy: the client asks again under its key."""
    for through_proxy in (False, True):
        with FakeServer() as fake, Proxy(to=fake.url, on_exchange=lambda _: None) as proxy:
            fake.app.play(scenario("lost-answer").cues())
            assert client("lost", proxy.url if through_proxy else fake.url) == [True]
            assert [one.status for one in fake.app.received if one.is_create] == [None, 200]


@pytest.mark.real
@pytest.mark.parametrize("how", GIVEN_UP)
def test_what_the_vendors_clients_do(how, request, tmp_path):
    """As `ed-contract client` judges them."""
    kind, *retries = how.split()
    command, environment = command_of(kind, request, "create")
    arguments = [] if kind == "node" else [kind, *retries]
    report = tmp_path / "report.json"
    options = ["--command", " ".join([*command, *arguments]), "--report", f"json={report}", "-q"]
    done = subprocess.run(
        [sys.executable, "-m", "ed_contract", "client", *options],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = json.loads(report.read_text(encoding="utf-8"))["requirements"]
    found = {(row["id"], one["fault"]) for row in rows for one in row["findings"]}
    assert found == {("client/retry/recovers", name) for name in GIVEN_UP[how]}


def test_the_page_shows_what_the_vendors_clients_do():
    """In a column for each; both of Python do the same as they come."""
    lines = PAGE.read_text(encoding="utf-8").partition("| scenario | Python")[2].splitlines()
    rows = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    shown = {scenario: cells for scenario, *cells in rows[: len(GIVEN_UP["sync"]) + 1]}
    verdicts = shown.pop("verdict")
    columns = [GIVEN_UP[how] for how in ("sync", "sync 2", "async 2", "node")]
    assert GIVEN_UP["async"] == GIVEN_UP["sync"] == {*shown}
    assert shown == {name: ["gives up" if name in one else "retries" for one in columns] for name in shown}
    assert [int(one.split()[-2]) for one in verdicts] == [len(one) for one in columns]
