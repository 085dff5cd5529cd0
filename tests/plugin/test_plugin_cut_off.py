"""A run takes place once a session, however it ends and however often other plugins ask: one cause is told once.

The applications run in the process of the tests, and count their requests in a file: of each process there may be one.
"""

from __future__ import annotations

import re

import pytest

from ed_contract.checks import judged
from ed_contract.contract import CONTRACT

OPTIONS = ("-p", "no:cacheprovider", "--ed-app=shop:app", "--ed-api-key=sk_test_a", "--ed-key-age=0")
IN_ALL = len(judged(CONTRACT))
SHOP = """
import os, signal
from ed_contract.reference import Reference

class Shop(Reference):
    requests = 0

    def handle(self, request):
        with open("requests.txt", "a") as file:
            file.write("x")
        Shop.requests += 1
        if Shop.requests == 5:
            {fifth}
        return super().handle(request)
{more}
app = Shop()
"""
NO_NAMES = """
    def problems(self, params):
        return (one for one in super().problems(params) if (one.place, one.rule) != ("name", "required"))
"""
both = pytest.mark.parametrize("workers", [[], ["-n2"]], ids=["one process", "two workers"])


@pytest.fixture
def shop(pytester):
    """Run pytest against an application that does something at its fifth request; return the result, and the count."""

    def run(*arguments, fifth="pass", more=""):
        pytester.makepyfile(shop=SHOP.format(fifth=fifth, more=more))
        count = pytester.path / "requests.txt"
        count.unlink(missing_ok=True)
        result = pytester.runpytest_subprocess(*OPTIONS, *arguments)
        return result, len(count.read_text(encoding="utf-8"))

    return run


@both
def test_a_timeout_is_told_once_and_nothing_is_sent_after_it(shop, workers):
    """pytest-timeout ends the first test, which says why and what to do; the others are skipped, and name the cause."""
    result, requests = shop("--timeout=600", "-rs", *workers, fifth="signal.raise_signal(signal.SIGALRM)")
    assert (result.ret, requests) == (1, 5)
    assert result.parseoutcomes() == {"errors": 1, "skipped": IN_ALL - 1}
    why = "cannot judge: the run was cut off: Timeout (>600.0s) from pytest-timeout."
    result.stdout.fnmatch_lines(
        [
            why,
            "the whole run takes place in the first test: raise --timeout, or shorten the run with --ed-max-time.",
            "`ed-contract judge */.ed_contract/last.ndjson` judges what was sent so far.",
            f"{IN_ALL} requirements are not judged for this reason; it is reported once.",
            f"SKIPPED [[]{IN_ALL - 1}] ed-contract: {why}",
        ]
    )


@both
def test_a_timeout_of_tests_that_a_fixture_serves_is_told_once_too(shop, pytester, workers):
    """`ed_requirement`: the same; the place is the user's file."""
    pytester.makepyfile(test_shop="def test_contract(ed_requirement): ed_requirement()")
    result, requests = shop(
        "--timeout=600", "-rs", "test_shop.py", *workers, fifth="signal.raise_signal(signal.SIGALRM)"
    )
    assert (result.ret, requests) == (1, 5)
    assert result.parseoutcomes() == {"errors": 1, "skipped": IN_ALL - 1}
    result.stdout.fnmatch_lines([f"SKIPPED [[]{IN_ALL - 1}] test_shop.py: cannot judge: the run was cut off: *"])


def test_max_time_is_the_time_of_a_run_and_goes_before_the_timeout(shop):
    """A minute more is left for its end in order; a test of the user's own keeps its limit."""
    fifth = "assert 600 < signal.getitimer(signal.ITIMER_REAL)[0] <= 660, signal.getitimer(signal.ITIMER_REAL)"
    result, requests = shop("--timeout=1", "--ed-max-time=600", "--ed-only=echo/*", "--ed-phases=smoke", fifth=fifth)
    assert result.ret == 0
    assert requests > 5


def test_an_interrupt_ends_the_session_and_says_what_is_left(shop):
    """Exit 2, as in any session; the record of what was sent can be judged."""
    result, requests = shop(fifth="signal.raise_signal(signal.SIGINT)")
    assert (result.ret, requests) == (pytest.ExitCode.INTERRUPTED, 5)
    result.stdout.fnmatch_lines(
        ["the run was interrupted; `ed-contract judge */.ed_contract/last.ndjson` judges what was sent so far."]
    )


def test_a_mistake_of_ours_after_the_run_is_told_once(shop, pytester):
    """The traceback is in a file; the server is not judged again for each requirement."""
    pytester.makeconftest("from ed_contract.pytest_plugin import judge\njudge.told = lambda *_: 1 / 0\n")
    result, requests = shop("--ed-phases=smoke")
    assert result.parseoutcomes() == {"errors": 1, "skipped": IN_ALL - 1}
    assert 5 < requests < 100
    result.stdout.fnmatch_lines(
        ["cannot judge: ed-contract crashed: ZeroDivisionError: division by zero; please report it: the traceback, *"]
    )


def test_a_process_that_dies_is_not_replaced_by_a_second_run(shop):
    """Another worker is started by xdist, which reads that there was one."""
    result, requests = shop("-n2", "-rs", fifth="os._exit(1)")
    assert (result.ret, requests) == (1, 5)
    outcomes = result.parseoutcomes()
    assert (outcomes["failed"], outcomes["errors"], outcomes["skipped"]) == (1, 1, IN_ALL - 2)
    result.stdout.fnmatch_lines(
        ["cannot judge: the process that ran it ended before the run was complete", "run it without -n to see why."]
    )


@both
def test_what_a_fixture_raises_is_told_once(pytester, workers):
    """With its traceback, since it is the user's; it is called once for each process at most."""
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture(scope="session")
        def ed_target():
            raise RuntimeError("the database is down")

        def test_contract(ed_requirement): ed_requirement()
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-rs", *workers)
    assert result.parseoutcomes() == {"errors": 1, "skipped": IN_ALL - 1}
    result.stdout.fnmatch_lines(
        ["E * RuntimeError: the database is down", "SKIPPED * cannot judge: RuntimeError: the database is down"]
    )


@both
def test_reruns_neither_judge_again_nor_repeat_a_verdict(shop, workers):
    """pytest-rerunfailures: the verdict stands; where reruns are forced, it is read once more."""
    options = ("--ed-only=request/name/*", "--ed-phases=smoke,mutations", *workers)
    for reruns, outcomes in ("--reruns=2", {}), ("--force-reruns=2", {"rerun": 2}):
        result, requests = shop(*options, reruns, more=NO_NAMES)
        assert result.parseoutcomes() == {"failed": 1, "passed": 1, **outcomes}
        assert requests == int(re.search(r", (\d+) requests, seed", result.stdout.str())[1])
