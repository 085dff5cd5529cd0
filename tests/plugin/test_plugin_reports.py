"""What pytest's own reports show of a requirement: what came in one line, ids, real times, and a command to paste."""

from __future__ import annotations

import re
import shlex
from xml.etree import ElementTree as ET

import pytest
from common.broken import NameNotRequired

from ed_contract.reference import Reference, serve

OPTIONS = ("-p", "no:cacheprovider", "--ed-key-age=0")
KEY = "--ed-api-key=sk_test_a"


def requests_in(result):
    """Return how many requests the summary names."""
    return int(re.search(r", (\d+) requests, seed", result.stdout.str())[1])


def suite_in(pytester):
    """Return the test suite of a JUnit file."""
    return ET.fromstring((pytester.path / "report.xml").read_text(encoding="utf-8"))[0]  # noqa: S314 - pytest's own


@pytest.fixture(autouse=True)
def _wide(monkeypatch):
    """Pytest cuts the lines of its short summary to the width of the terminal."""
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def broken():
    """The URL of a server that takes creates without a name."""
    with NameNotRequired() as app, serve(app) as running:
        yield running.url


@pytest.mark.parametrize(("ci", "workers"), [("", []), ("true", ["-n2"])], ids=["one process", "two workers on CI"])
def test_the_short_summary_shows_what_came(pytester, monkeypatch, broken, ci, workers):
    """In one line, on CI too, where pytest does not cut it; nowhere is a path of ours."""
    monkeypatch.setenv("CI", ci)
    only = ("--ed-only=request/name/*", "--ed-only=idempotency/*-*", "--ed-phases=smoke,mutations")
    result = pytester.runpytest_subprocess(*OPTIONS, KEY, "--ed-url", broken, *only, "-ra", *workers)
    _, _, summary = result.stdout.str().partition("short test summary info")
    lines = [line for line in summary.splitlines() if line.startswith(("FAILED", "SKIPPED"))]
    assert "FAILED ed-contract::request/name/required - 200: accepted without `name`" in lines
    assert all(re.match(r"FAILED|SKIPPED \[1\] ed-contract::idempotency/[\w/-]+: [a-z]", one) for one in lines), lines
    assert "SKIPPED [1] ed-contract::idempotency/survives-restart: does not apply: needs --ed-restart-command" in lines
    assert "pytest_plugin" not in result.stdout.str()
    assert "site-packages" not in result.stdout.str()


def test_short_tracebacks_and_files_name_the_test(pytester, broken):
    """`--tb=line`, and JUnit: the message is what came, the text the whole finding; times are those of the run."""
    only = ("--ed-only=request/name/*", "--ed-only=auth/other-scheme", "--ed-phases=smoke,mutations")
    result = pytester.runpytest_subprocess(
        *OPTIONS, KEY, "--ed-url", broken, *only, "--tb=line", "--junit-xml=report.xml"
    )
    result.stdout.fnmatch_lines(["ed-contract::request/name/required:1: 200: accepted without `name`"])
    suite = suite_in(pytester)
    cases = {case.get("name"): case for case in suite}
    failure = cases["request/name/required"].find("failure")
    assert failure.get("message") == "200: accepted without `name`"
    assert failure.text.startswith("1. FAIL request/name/required [removed] (MUST, seen ")
    times = [float(case.get("time")) for case in suite]
    assert times[0] > 0.1 > max(times[1:])
    assert (pytester.path / ".ed_contract" / "last.json").exists()  # for `ed-contract replay`


def test_waiting_for_another_process_is_not_a_tests_time(pytester, broken):
    """Under xdist one test takes the run's time, and no other."""
    only = ("--ed-only=request/name/*", "--ed-phases=smoke,mutations")
    pytester.runpytest_subprocess(*OPTIONS, KEY, "--ed-url", broken, *only, "--junit-xml=report.xml", "-n2")
    suite = suite_in(pytester)
    first, second = sorted(float(case.get("time")) for case in suite)
    assert first < 0.1 < second


def test_a_finding_ends_in_a_line_that_is_pasted(pytester, monkeypatch, broken):
    """It runs pytest, finds the same, and sends less; the credential stands in the environment, as for curl."""
    monkeypatch.setenv("ED_CONTRACT_API_KEY", "sk_test_a")
    given = ("--ed-url", broken, "--ed-strict", "--ed-strength=2", "--ed-header", "X-Tenant: acme")
    whole = pytester.runpytest_subprocess(*OPTIONS, *given, "--ed-only=request/*", "--ed-phases=smoke,mutations")
    line = next(line for line in whole.outlines if "pytest --ed-url" in line).partition("pytest ")[2]
    options = f'--ed-url {broken} --ed-strict --ed-header "X-Tenant:$X_TENANT" --ed-strength 2'
    assert sorted(line.split()) == sorted(f"{options} ed-contract::request/name/required".split())
    again = pytester.runpytest_subprocess(*OPTIONS, *shlex.split(line))
    assert (again.ret, again.parseoutcomes()) == (1, {"failed": 1})
    again.stdout.fnmatch_lines(["FAILED ed-contract::request/name/required - 200: accepted without `name`"])
    assert requests_in(again) < requests_in(whole)


def test_a_test_of_ones_own_is_repeated_by_its_node_id(pytester):
    """`ed_requirement`: the fixture starts the server again; `ed_run` too."""
    pytester.makepyfile(
        test_shop="""
        import pytest
        from common.broken import NameNotRequired
        from ed_contract import Target
        from ed_contract.reference import serve

        @pytest.fixture(scope="session")
        def ed_target():
            with NameNotRequired() as app, serve(app) as server:
                yield Target(url=server.url, api_key="sk_test_a")

        def test_contract(ed_requirement): ed_requirement()
        def test_all(ed_run): ed_run(only="request/name/*", phases="smoke,mutations")
        """
    )
    pytester.makeini(f"[pytest]\npythonpath = {pytester._request.config.rootpath / 'tests'}")
    result = pytester.runpytest_subprocess(*OPTIONS, "-k", "request/name/required or test_all", "-rf")
    assert result.parseoutcomes()["failed"] == 2
    result.stdout.fnmatch_lines(
        [
            "  Reproduce:  pytest 'test_shop.py::test_contract[[]request/name/required]'",
            "E * Reproduce:  pytest test_shop.py::test_all",
            "FAILED test_shop.py::test_contract[[]request/name/required] - 200: accepted without `name`",
        ]
    )


def test_a_run_ends_when_all_that_was_selected_has_failed(pytester, broken):
    """By `-k` as by a node id: less is sent than a right server would be sent."""
    selection = ("-k", "request/name/required", "--ed-phases=smoke,mutations", "--ed-no-shrink")
    failed = pytester.runpytest_subprocess(*OPTIONS, KEY, "--ed-url", broken, *selection)
    with Reference() as app, serve(app) as server:
        passed = pytester.runpytest_subprocess(*OPTIONS, KEY, "--ed-url", server.url, *selection)
    assert (failed.ret, passed.ret) == (1, 0)
    assert requests_in(failed) < requests_in(passed)
    failed.stdout.fnmatch_lines(
        ["the commands above take credentials from the environment: export ED_CONTRACT_API_KEY=…"]
    )
