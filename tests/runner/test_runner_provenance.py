"""What shows that a destination is the run's: its id, and when it was created by the server's own clock."""

from __future__ import annotations

from email.utils import formatdate

import pytest

from ed_contract.runner.provenance import Moment, ServerClock, is_plain, moment_of

BEGAN, OURS = 1000.0, 1_700_000_000.0  # of time.monotonic and time.time, when the first request is sent
ODD_IDS = (
    *("", ".", "..", "...", ".hidden", "_all", "-", "~", "a/b", "a\\b", "a?b", "a#b", "%2e%2e", "a%2Fb", "a b", "*"),
    *("a\n", "a\x00", "é", "\ud800", "a;b", "a:undelete", "a" * 256, "../x", "a,b", "a+b", chr(0x661)),
)
NO_MOMENTS = (
    *(None, 1_700_000_000, [], {}, "", "yesterday", "2023-11-14", "2023-11-14T22:13:20", "2023-11-14T22:13Z"),
    *("2023-13-14T22:13:20Z", "2023-11-14T22:13:60Z", "2023-11-14T22:13:20Z\n", "2023-11-14T22:13:20+99:00"),
    "2023-11-14T22:13:2" + chr(0x661) + "Z",
)


def clock(*dates, ahead=0.0):
    """Return the clock of a server whose answers came so many seconds after the run began, each with its `Date`.

    A number is when an answer came, from a server whose clock is `ahead` of ours.
    """
    read = ServerClock(began=BEGAN, ours=OURS)
    for date in dates:
        came, said = date if isinstance(date, tuple) else (date, formatdate(OURS + ahead + date, usegmt=True))
        read.read(said, sent=BEGAN + came - 0.1, came=BEGAN + came)
    return read


def doubt(read, created, *, came, precision=0.001):
    """Return the doubt about what was created so many seconds after the run began, by our clock."""
    return read.doubt(Moment(at=OURS + created, precision=precision), came=BEGAN + came)


@pytest.mark.parametrize("identifier", ["ed_test_61RM8ltWcTW4", "1", "a-b.c~d", "550e8400-e29b-41d4-a716-446655440000"])
def test_ids_that_are_one_plain_segment(identifier):
    """Letters, digits, and the signs that no URL escapes."""
    assert is_plain(identifier)


@pytest.mark.parametrize("identifier", ODD_IDS)
def test_ids_that_are_not(identifier):
    """They are several segments, are escaped, or mean something to servers."""
    assert not is_plain(identifier)


def test_timestamps_are_read_with_their_precision():
    """RFC 3339, with an offset."""
    assert moment_of("2023-11-14T22:13:20Z") == Moment(at=OURS, precision=1.0)
    assert moment_of("2023-11-15 00:13:20.5+02:00") == Moment(at=OURS + 0.5, precision=0.1)
    assert moment_of("2023-11-14t22:13:20.000000123z") == Moment(at=OURS, precision=1e-9)


@pytest.mark.parametrize("text", NO_MOMENTS)
def test_what_is_no_timestamp_is_no_moment(text):
    """It is never an error."""
    assert moment_of(text) is None


@pytest.mark.parametrize("ahead", [0.0, 0.9, -90_000.0, 5_000_000.0])
def test_what_is_created_between_the_beginning_and_its_answer_is_the_runs(ahead):
    """By the server's clock, whatever ours says."""
    read = clock(0.2, 1.0, 2.5, ahead=ahead)
    assert doubt(read, ahead + 0.15, came=0.2) == ""
    assert doubt(read, ahead + 2.4, came=2.5) == ""
    assert doubt(read, ahead, came=0.2, precision=1.0) == ""
    assert doubt(read, ahead - 2.0, came=0.2) == "created before this run began, by the server's clock"
    assert doubt(read, ahead - 3.0, came=0.2, precision=1.0) == "created before this run began, by the server's clock"
    assert doubt(read, ahead + 5.0, came=0.2) == "created later than its answer, by the server's clock"


def test_a_first_answer_that_took_long_is_no_beginning():
    """The run began when it was asked for."""
    read = ServerClock(began=BEGAN, ours=OURS)
    read.read(formatdate(OURS + 8, usegmt=True), sent=BEGAN, came=BEGAN + 8)
    assert doubt(read, 0.5, came=8) == ""
    assert doubt(read, -1.5, came=8) == "created before this run began, by the server's clock"


def test_a_clock_that_stands_still_is_none():
    """Nor does it help that it agrees with what it tells of destinations."""
    noon = formatdate(OURS - 500_000, usegmt=True)
    read = clock((0.1, noon), (0.5, noon))
    assert read.stood_still
    assert doubt(read, -500_000, came=0.1) == "the server's clock was not seen to move"
    late = clock((0.1, noon), (5.0, noon))
    assert doubt(late, -500_000, came=0.1) == "the server's clock was not seen to move"


def test_a_clock_that_agrees_with_ours_is_not_asked_to_move():
    """A run may be over within its first second."""
    assert not clock(0.1, 0.2).stood_still
    assert doubt(clock(0.1), 0.05, came=0.1) == ""


def test_nodes_that_disagree_are_no_clock():
    """What is old at one is new at the other."""
    read = clock(0.1, (0.3, formatdate(OURS + 60, usegmt=True)), 0.5)
    assert doubt(read, 0.05, came=0.1) == "the server's clock jumps, or its nodes disagree"


@pytest.mark.parametrize("date", ["", "yesterday", "Thu, 99 Jan 1970 00:00:00 GMT", "Fri, 01 Jan 9999 00:00:00 -9999"])
def test_a_date_that_cannot_be_read_is_none(date):
    """Whatever it says, it ends no run."""
    assert doubt(clock((0.1, date)), 0.05, came=0.1) != ""


def test_without_a_date_both_clocks_have_to_agree():
    """An earlier run that is replayed moves as this one does."""
    read = clock()
    read.read(None, sent=BEGAN, came=BEGAN + 0.1)
    assert doubt(read, 0.05, came=0.1) == ""
    assert doubt(read, -0.5, came=0.1) == "created before this run began, by the server's clock"
    read.saw(Moment(at=OURS + 300, precision=0.001), came=BEGAN + 0.2)
    disagrees = "the server sends no Date header, and its clock does not agree with ours"
    assert doubt(read, 0.05, came=0.1) == disagrees
