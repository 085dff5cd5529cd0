"""Fixtures for tests of one's own, against a server that one's own fixture starts."""

from __future__ import annotations

import pytest

CONFTEST = """
import pytest
from ed_contract import Target
from ed_contract.zoo import MUTANTS, serving
from ed_contract.reference import Reference, serve

BROKEN = {name!r}

@pytest.fixture(scope="session")
def ed_target():
    if BROKEN:
        (one,) = (one for one in MUTANTS if one.name == BROKEN)
        with serving(one) as url:
            yield Target(url=url, api_key="sk_test_a")
    else:
        with Reference() as app, serve(app) as server:
            yield Target(url=server.url, api_key="sk_test_a")
"""
PARAMS = """
PARAMS = {
    "name": "Orders", "type": "webhook_endpoint", "event_payload": "thin",
    "enabled_events": ["v1.billing.meter.error_report_triggered"],
    "webhook_endpoint": {"url": "https://example.com/"},
}
"""
OPTIONS = ("-p", "no:cacheprovider", "--ed-key-age=0", "--ed-phases=smoke")


@pytest.fixture
def suite(pytester):
    """Write a suite against a right server, or against a mutant, and run it."""

    def run(test, *arguments, broken=""):
        pytester.makeconftest(CONFTEST.replace("{name!r}", repr(broken)))
        pytester.makepyfile(PARAMS + test)
        return pytester.runpytest_subprocess(*OPTIONS, *arguments)

    return run


CREATE = """
def test_a_replay(ed_create):
    first = ed_create(PARAMS, key="k1", include=["webhook_endpoint.url"])
    again = ed_create(PARAMS, key="k1", include=["webhook_endpoint.url"])
    assert first.created["id"] == again.created["id"]
    assert first.created["webhook_endpoint"]["url"] == "https://example.com/"

def test_a_refusal(ed_create):
    assert ed_create({name: value for name, value in PARAMS.items() if name != "name"}).status == 400
"""


def test_a_create_is_sent_and_judged(suite):
    """`ed_create` returns the interaction."""
    assert suite(CREATE).parseoutcomes() == {"passed": 2}


def test_a_create_that_is_answered_wrongly_raises_the_finding(suite):
    """As it is printed everywhere, without a traceback of ours."""
    result = suite(CREATE, broken="name-optional")
    assert result.parseoutcomes() == {"passed": 1, "failed": 1}
    result.stdout.fnmatch_lines(["*FAIL request/name/required *", "*Expected: * a refusal (4xx)*"])


def test_the_whole_contract_is_one_test(suite):
    """`ed_run` returns the report, or raises with all findings."""
    test = "def test_conformance(ed_run): assert ed_run(only='request/*').requests > 10"
    assert suite(test).parseoutcomes() == {"passed": 1}
    result = suite(test, broken="name-optional")
    assert result.parseoutcomes() == {"failed": 1}
    result.stdout.fnmatch_lines(["*FAIL request/name/required *", "*DOES NOT CONFORM: 1 MUST finding: *"])


def test_one_test_a_requirement_from_a_fixture(suite):
    """`ed_requirement` multiplies the test; the run takes place once."""
    test = "def test_contract(ed_requirement): ed_requirement()"
    result = suite(test, "-k", "echo", "-v", broken="eventbridge-version-lost")
    outcomes = result.parseoutcomes()
    assert (outcomes["failed"], outcomes["passed"] > 5) == (1, True)
    result.stdout.fnmatch_lines(["*test_contract[[]echo/snapshot_api_version] FAILED*"])


def test_without_a_target_the_fixtures_say_how_to_give_one(pytester):
    """In a line or two."""
    pytester.makepyfile("def test_mine(ed_create): pass")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    assert result.parseoutcomes() == {"errors": 1}
    result.stdout.fnmatch_lines(["*there is no server to judge: give --ed-url URL or --ed-app MODULE:ATTR,*"])


def test_an_application_is_judged_in_process(pytester):
    """`--ed-app`: no socket, no server to start."""
    pytester.makepyfile(shop="from ed_contract.reference import Reference\napp = Reference()\n")
    result = pytester.runpytest_subprocess(
        "--ed-app", "shop:app", *OPTIONS, "--ed-api-key=sk_test_a", "--ed-only=echo/*"
    )
    assert result.ret == 0
    result.stdout.fnmatch_lines(["CONFORMS AS FAR AS JUDGED: 10 of * MUST: shop:app, *"])
