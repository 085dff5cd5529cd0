"""Whole runs that delete what they made: however they end, and whatever they were doing."""

from __future__ import annotations

import json

import pytest
from common.bookkeeping import serving
from common.books import Books

from ed_contract import Target, run
from ed_contract.cleanup import finish, load
from ed_contract.cli.console import _size
from ed_contract.exceptions import ToolError, UsageError
from ed_contract.runner.events import End, Judged, RunFinished


@pytest.fixture
def books():
    """A server that keeps books."""
    return Books()


@pytest.fixture
def target(books):
    """Its address."""
    with serving(books) as url:
        yield Target(url=url, api_key="sk_test_a", second_api_key="sk_test_b")


@pytest.mark.parametrize("at", [1, 30])
def test_ctrl_c_while_an_event_is_told_is_no_reason_to_leave_anything(books, target, at):
    """The runner is not at work then."""

    def interrupt(event):
        if isinstance(event, Judged) and event.interaction.number == at:
            raise KeyboardInterrupt

    report = run(target, cleanup=True, phases=["smoke"], on_event=interrupt)
    assert (report.end, report.clean_up.left, report.clean_up.unknown) == (End.INTERRUPTED, 0, 0)
    assert (books.there, books.foreign, report.clean_up.deleted) == ({}, [], books.count)


def test_a_listener_that_raises_is_no_reason_to_leave_anything(books, target):
    """Nor is a mistake of ours."""

    def fail(event):
        if isinstance(event, Judged) and event.interaction.number == 30:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(target, cleanup=True, phases=["smoke"], on_event=fail)
    assert (books.there, books.foreign) == ({}, [])
    assert books.count > 10


def test_a_mistake_of_ours_is_reported_with_what_was_deleted(books, target, monkeypatch):
    """The report so far says it."""
    monkeypatch.setattr("ed_contract.api.judge_selected", lambda *_: 1 / 0)
    with pytest.raises(ToolError) as crashed:
        run(target, cleanup=True, phases=["smoke"])
    assert crashed.value.report.clean_up.deleted == books.count == 1
    assert books.there == {}


@pytest.mark.parametrize(
    ("options", "end"),
    [
        ({"max_requests": 40}, End.MAX_REQUESTS),
        ({"max_time": 0.3, "phases": None}, End.MAX_TIME),
        ({"max_destinations": 9}, End.FINISHED),
    ],
)
def test_a_cut_run_cleans_up_all_the_same(books, target, options, end):
    """Its caps are not those of the deletions, and what they come to is told apart."""
    report = run(target, **{"cleanup": True, "phases": ["smoke"], "shrink": False} | options)
    assert (report.end, report.clean_up.left, books.there) == (end, 0, {})
    assert len(books.deletions) == books.count
    # A create that was cut is asked for again, to learn the id of what it made.
    assert report.clean_up.requests - len(books.deletions) in {0, int(end is End.MAX_TIME)}
    assert books.most <= options.get("max_destinations", books.most)


def test_a_probe_needs_room_too(books, target):
    """It is a create as any other."""
    report = run(target, phases=["smoke", "bodies"], max_destinations=9, shrink=False)
    assert (report.end, books.most) == (End.MAX_DESTINATIONS, 9)
    assert report.clean_up is None


@pytest.mark.parametrize("cleans_up", [False, True])
def test_that_deletions_come_on_top_is_said_beforehand(target, cleans_up):
    """In the line that says how many requests there will be at most."""
    events = []
    report = run(target, phases=["auth"], cleanup=cleans_up, on_event=events.append)
    assert _size(events[0]).endswith("at most 900, plus deletions" if cleans_up else "at most 900")
    assert isinstance(events[-1], RunFinished)
    assert (report.clean_up is None) is not cleans_up


def test_leftovers_are_deleted_at_their_own_target(target):
    """A credential is sent nowhere else."""
    one = {"id": "ed_1", "account": "first", "reason": "429", "doubtful": False}
    document = {"target": "http://127.0.0.1:1/v2", "clean_up": {"remaining": [one], "unknown": 0}}
    with pytest.raises(UsageError) as refused:
        list(finish(load(json.dumps(document)), target))
    assert str(refused.value) == ("the report is about http://127.0.0.1:1/v2\nwhat it lists can only be deleted there.")
