"""Requests that are kept for shrinking, as soon as there is a finding."""

from __future__ import annotations

import pytest
from common.scripted import CREATED, EXAMPLE, Scripted, sender

from ed_contract.case import single
from ed_contract.finding import Finding
from ed_contract.judging import Judging
from ed_contract.options import Settings
from ed_contract.runner import Drawn, PlannedPhase, execute
from ed_contract.runner.events import End, Judged, PhaseFinished, RunFinished
from ed_contract.runner.reserve import for_shrinking


@pytest.mark.parametrize(
    ("left", "planned", "kept"),
    [
        (900, 800, 60),  # there is room for all
        (100, 60, 40),  # nothing that is planned is given up
        (100, 100, 0),
        (100, 101, 60),  # it is cut anyway, and cut sooner
    ],
)
def test_a_run_that_has_room_for_what_is_planned_gives_up_nothing_of_it(left, planned, kept):
    """And one that is cut anyway is cut sooner."""
    assert for_shrinking(60, left, planned) == kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [({}, 60), ({"max_requests": 100}, 50), ({"shrink_requests": 0}, 0), ({"shrink": False}, 0)],
)
def test_half_of_all_requests_are_kept_at_most(given, kept):
    """None where nothing is shrunk."""
    assert Settings(**given).kept_for_shrinking == kept


class Sends:
    """A client that sends one create after the other, as many as it may."""

    has_work = False

    def remember(self, observations):
        """Work as soon as there is a finding."""
        self.has_work = self.has_work or any(isinstance(one, Finding) for one in observations)

    def results(self, send, judge, limit):
        """Yield nothing."""
        for _ in range(limit):
            for came in send(single(EXAMPLE).steps):
                list(judge(came))
        yield from ()


def sent_by(phases, most, *, finding, reserve):
    """Return how many requests each phase sent, whether it was cut, and how the run ended."""

    def judge(interaction, _):
        shows = interaction.number == finding and interaction.phase != "shrink"
        return (Finding(requirement="echo/name", fault="x", expected="a", actual="b", evidence=()),) if shows else ()

    events = list(
        execute(
            phases,
            sender(Scripted(lambda _: CREATED), most=most),
            Judging(judge),
            enough=lambda _: False,
            on_first=lambda _: None,
            probe=EXAMPLE,
            shrinking=Sends(),
            reserve=reserve,
        )
    )
    assert isinstance(events[-1], RunFinished)
    assert sum(isinstance(one, Judged) for one in events) == events[-1].requests <= most
    finished = [one for one in events if isinstance(one, PhaseFinished)]
    return {one.phase: (one.requests, one.cut) for one in finished}, events[-1].end


def planned(name, requests):
    """Return a phase of so many plain creates."""
    return PlannedPhase(name=name, sequences=(single(EXAMPLE),) * requests)


def random(requests):
    """Return a phase of so many random ones."""
    return PlannedPhase(
        name="fuzz", sequences=Drawn(draw=lambda: iter([single(EXAMPLE)] * requests), requests=requests)
    )


def test_without_a_finding_nothing_is_kept():
    """The whole cap is there for the phases."""
    sent, end = sent_by([planned("a", 20)], 20, finding=None, reserve=10)
    assert (sent, end) == ({"a": (20, False)}, End.FINISHED)


def test_where_the_cap_cuts_a_run_what_was_found_is_shrunk_all_the_same():
    """The phases end sooner by what is kept, and the run still says that it was cut."""
    sent, end = sent_by([planned("a", 20), planned("b", 20)], 30, finding=2, reserve=10)
    assert (sent, end) == ({"a": (20, False), "b": (0, True), "shrink": (10, False)}, End.MAX_REQUESTS)


def test_random_cases_make_room():
    """So that all that is planned is sent, and the run is whole."""
    sent, end = sent_by([planned("a", 10), random(12), planned("b", 5)], 30, finding=2, reserve=10)
    assert sent == {"a": (10, False), "fuzz": (5, False), "b": (5, False), "shrink": (10, False)}
    assert end is End.FINISHED


def test_random_cases_that_the_cap_would_have_cut_are_cut():
    """A run that asks for more of them than there is room for is no whole run, finding or not."""
    sent, end = sent_by([planned("a", 10), random(100), planned("b", 5)], 30, finding=2, reserve=10)
    assert (sent, end) == ({"a": (10, False), "fuzz": (10, True), "shrink": (10, False)}, End.MAX_REQUESTS)


def test_a_finding_that_comes_late_costs_nothing_that_is_planned():
    """It is shrunk with what is left."""
    sent, end = sent_by([planned("a", 10), random(12), planned("b", 5)], 30, finding=24, reserve=10)
    assert sent == {"a": (10, False), "fuzz": (12, False), "b": (5, False), "shrink": (3, False)}
    assert end is End.FINISHED
