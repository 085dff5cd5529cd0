"""Under xdist the run takes place once, whichever worker is given which test."""

# ruff: noqa: D102 - an overriding method is described by the one that it overrides

from __future__ import annotations

import re

import pytest

from ed_contract.reference import Reference, serve

OPTIONS = ("-p", "no:cacheprovider", "--ed-api-key=sk_test_a", "--ed-key-age=0", "--ed-phases=smoke,mutations")


class Counts(Reference):
    """Counts the requests."""

    requests = 0

    def handle(self, request):
        type(self).requests += 1
        return super().handle(request)


@pytest.mark.parametrize("workers", ["-n0", "-n2"])
def test_workers_send_no_more_than_one_process_does(pytester, workers):
    """The server counts; and each requirement has its test, once."""
    Counts.requests = 0
    with Counts() as app, serve(app) as server:
        result = pytester.runpytest_subprocess("--ed-url", server.url, *OPTIONS, workers)
    told = int(re.search(r", (\d+) requests", result.stdout.str())[1])
    assert result.ret == 0
    assert Counts.requests == told < 400
    outcomes = result.parseoutcomes()
    assert outcomes["passed"] + outcomes["skipped"] == 122


def test_what_breaks_a_requirement_fails_it_once(pytester, monkeypatch):
    """With the finding as printed, beside the user's own tests; pytest's own summary repeats messages in full on CI."""
    monkeypatch.setenv("CI", "true")
    pytester.makepyfile("import pytest\n@pytest.mark.parametrize('n', range(20))\ndef test_mine(n): pass")

    class NoNames(Counts):
        """Takes creates without a name."""

        def problems(self, params):
            return (one for one in super().problems(params) if (one.place, one.rule) != ("name", "required"))

        def make(self, account, params):
            return super().make(account, {"name": "", **params})

    with NoNames() as app, serve(app) as server:
        result = pytester.runpytest_subprocess("--ed-url", server.url, *OPTIONS, "-n2")
    assert (result.ret, result.parseoutcomes()["failed"]) == (1, 1)
    result.stdout.fnmatch_lines(["1. FAIL request/name/required [[]removed] (MUST*)"])
    told, _, summary = result.stdout.str().partition("short test summary info")
    assert told.count("Expected:   a refusal (4xx)") == 1
    assert summary.count("FAILED ed-contract::") == 1


def test_a_variable_that_looks_like_a_setting_stands_in_the_header(pytester, monkeypatch):
    """Else a gate without a target would be green, and nobody would know why."""
    monkeypatch.setenv("ED_CONTRACT_URI", "http://127.0.0.1:1")
    pytester.makepyfile("def test_mine(): pass")
    done = pytester.runpytest_subprocess()
    done.assert_outcomes(passed=1)
    done.stdout.fnmatch_lines(["ed_contract: $ED_CONTRACT_URI is ignored: did you mean $ED_CONTRACT_URL[?]"])
