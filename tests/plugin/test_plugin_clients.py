"""The fixtures for tests of clients: a server that misbehaves on cue, and the verdict on what it received."""

from __future__ import annotations

import pytest

CLIENT = """
import json, urllib.error, urllib.request
import pytest

PARAMS = {
    "name": "Orders", "type": "webhook_endpoint", "event_payload": "thin",
    "enabled_events": ["v1.billing.meter.error_report_triggered"],
    "webhook_endpoint": {"url": "https://example.com/"},
}

def create(server, key="one", params=PARAMS):
    headers = {"Authorization": f"Bearer {server.api_key}", "Content-Type": "application/json"}
    headers |= {"Idempotency-Key": key} if key else {}
    url = f"{server.url}/v2/core/event_destinations"
    request = urllib.request.Request(url, json.dumps(params).encode(), headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)
    except (urllib.error.URLError, ConnectionError):
        return None, None
"""


@pytest.fixture
def suite(pytester):
    """Run a suite of tests of a client."""

    def run(test, *arguments):
        pytester.makepyfile(CLIENT + test)
        return pytester.runpytest_subprocess("-p", "no:cacheprovider", *arguments)

    return run


def test_a_server_for_each_test_without_any_option(suite):
    """It conforms, and knows what it received and made."""
    done = suite("""
def test_one(ed_server):
    status, made = create(ed_server)
    assert (status, [one["id"] for one in ed_server.destinations]) == (200, [made["id"]])
    (received,) = ed_server.requests
    assert (received.json, received.header("Idempotency-Key"), received.status) == (PARAMS, "one", 200)

def test_another(ed_server):
    assert ed_server.destinations == ()
""")
    done.assert_outcomes(passed=2)


def test_failures_on_cue(suite):
    """A status, with headers, a scenario, an act: one a create, and then all is well."""
    done = suite("""
def test_failures(ed_server):
    ed_server.fail_next(503, 429, "in-flight", "cut", headers={"Retry-After": "3"})
    assert [create(ed_server)[0] for _ in range(5)] == [503, 429, 409, None, 200]
    assert dict(ed_server.requests[0].answer_headers)["Retry-After"] == "3"

def test_an_unknown_failure(ed_server):
    with pytest.raises(Exception, match="unknown failure 'lost'\\ngive a status, or one of happy, lost-answer"):
        ed_server.fail_next("lost")
""")
    done.assert_outcomes(passed=2)


EDITION = """
def test_edition(ed_server, ed_client_verdict):
    azure = {"azure_region": "westeurope", "azure_resource_group_name": "rg",
             "azure_subscription_id": "5f2d8f6a-7c1b-4c54-9a0e-3b1d2f4e6a70"}
    params = {name: PARAMS[name] for name in ("name", "event_payload", "enabled_events")}
    status, made = create(ed_server, params=params | {"type": "azure_event_grid", "azure_event_grid": azure})
    assert (status, made["events_from"]) == (200, ["@self"])
    ed_client_verdict()
"""


@pytest.mark.parametrize("option", [("--ed-edition", "2026-04"), ("--ed-api-version", "2026-05-27.dahlia")])
def test_a_server_of_the_edition_that_is_chosen(suite, option):
    """By name, or by the API version; the client is judged by it, too."""
    suite(EDITION, *option).assert_outcomes(passed=1)


def test_an_edition_that_there_is_not(suite):
    """Two lines, and no traceback."""
    done = suite(EDITION, "--ed-edition", "2025-01")
    done.stdout.fnmatch_lines(["unknown edition '2025-01'", "the editions of the page are 2024-10, *"])
    done.stdout.no_fnmatch_line("*During handling*")


def test_answers_of_a_strategy_or_of_a_list(suite):
    """The same ones each time; of a list in turn."""
    done = suite("""
from ed_contract import strategies as ed

def test_answers(ed_server):
    ed_server.answers(ed.responses())
    first = [create(ed_server)[1] for _ in range(5)]
    assert {one["object"] for one in first} == {"v2.core.event_destination"}
    ed_server.answers(ed.responses())
    assert [create(ed_server)[1] for _ in range(5)] == first
    ed_server.answers([{"id": 1}, {"id": 2}], status=201)
    assert [create(ed_server) for _ in range(3)] == [(201, {"id": 1}), (201, {"id": 2}), (201, {"id": 1})]
    assert ed_server.destinations == ()
""")
    done.assert_outcomes(passed=1)


VERDICT = """
def test_right(ed_server, ed_client_verdict):
    ed_server.scenario("lost-answer")
    while create(ed_server)[0] != 200: pass
    report = ed_client_verdict(strict=True)
    assert report.failing == ()

def test_another_key(ed_server, ed_client_verdict):
    ed_server.scenario("lost-answer")
    create(ed_server), create(ed_server, key="two")
    ed_client_verdict()

def test_a_part(ed_server, ed_client_verdict):
    ed_server.scenario("lost-answer")
    create(ed_server), create(ed_server, key="two")
    ed_client_verdict(only="client/valid")

def test_nothing(ed_server, ed_client_verdict):
    ed_client_verdict()

def test_no_key(ed_server, ed_client_verdict):
    create(ed_server, key=None)
    ed_client_verdict()

def test_no_key_strictly(ed_server, ed_client_verdict):
    create(ed_server, key=None)
    ed_client_verdict(strict=True)
"""


def test_the_verdict_fails_a_test_with_the_finding(suite):
    """A finding of level SHOULD counts where the test is strict."""
    done = suite(VERDICT)
    done.assert_outcomes(passed=3, failed=3)
    done.stdout.fnmatch_lines(["the client sent no create to ed_server", "configure it with ed_server.url and *"])
    done.stdout.fnmatch_lines(
        ["1. FAIL client/retry/same-key [[]another key[]] (MUST)", "  Actual:     another key, after *reset"]
    )
    done.stdout.fnmatch_lines(["1. FAIL client/key [[]no key[]] (SHOULD)"])
    done.stdout.no_fnmatch_line("*clients/checks.py*")
