"""Whether a destination can be shown to be this run's, so that no deletion meets anybody else's.

Pure functions and the server's clock; sends nothing. Why this is safe:

- Its id came first in answer to a create of ours under a key under which nothing had been made, or without a key. So
  it is not a replay of an earlier create of this run; a server that gave it to another create before has to be asked
  whose it is, and is not.
- It was created between the first request of the run and its own answer, by the server's own clock. What was there
  before the run is older, whoever made it: a server that finds an older destination by its URL, or by a key of an
  earlier run, shows a `created` before the run.
- It shows what was sent. What somebody else made meanwhile shows something else.
- Its id is one plain segment of a path, so that its deletion can reach nothing but it.

The clock is the `Date` header, at its precision of a second: the run began no earlier than the first `Date` less the
time from the first request to that answer. A clock that stands still would make everything as old as the run, so it
has to move: two answers with different `Date`s, or one that agrees with our own clock. One that jumps, or two nodes
that disagree, cannot be trusted. Nor can `created` by itself: an earlier run, replayed whole, moves as this one does.
So a server without `Date` is held against our own clock: both have to agree, else all is in doubt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

AGREES = 2.0  # seconds between two clocks that are taken for the same; `Date` is cut to a second
SLACK = 1.0  # seconds that what writes `created` may be ahead of what writes `Date`
LONGEST_ID = 255  # characters
NOT_PLAIN = "its id is not one plain segment of a path"
_PLAIN = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._~-]{{0,{LONGEST_ID - 1}}}")
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.(\d+))?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII)


def is_plain(identifier: str) -> bool:
    """Whether an id is one plain segment of a path: letters, digits and `.`, `_`, `~`, `-`, the first no sign.

    None of them is escaped in a URL, or is given a meaning by servers: `..`, `%2e`, `a/b`, `*`, `_all` are not plain.
    """
    return _PLAIN.fullmatch(identifier) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A timestamp, in seconds since 1970, with its precision."""

    at: float
    precision: float


def moment_of(text: object) -> Moment | None:
    """Return the moment of an RFC 3339 timestamp, or None if it is not one."""
    found = _TIMESTAMP.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    try:
        at = datetime.fromisoformat(found[0].upper()).timestamp()
    except (ValueError, OverflowError):
        return None
    return Moment(at=at, precision=10.0 ** -len(found[1] or ""))


class ServerClock:
    """The server's clock, from the `Date` headers of its answers; times that are handed in are our own clock's."""

    def __init__(self, *, began: float, ours: float) -> None:
        """Begin: at `began` of time.monotonic it was `ours` of time.time."""
        self._began = began
        self._ours = ours - began  # what our clock is ahead of time.monotonic
        self._first: tuple[float, float] | None = None  # the first Date, and when it came
        self._least, self._most = float("-inf"), float("inf")  # what the server's clock is ahead of time.monotonic
        self._ahead = float("-inf")  # the most that any `created` was ahead of time.monotonic
        self._moved = self._readable = False
        self._broken = False

    def read(self, date: str | None, *, sent: float, came: float) -> None:
        """Note the `Date` of an answer that was asked for at `sent` and came at `came`."""
        if date is None:
            return
        try:
            said = parsedate_to_datetime(date).timestamp()
        except (ValueError, TypeError, OverflowError, IndexError, OSError):
            self._broken = True
            return
        if self._first is None:
            self._first = (said, came)
        self._moved = self._moved or said > self._first[0]
        self._least, self._most = max(self._least, said - came), min(self._most, said + 1 - sent)

    def saw(self, created: Moment, *, came: float) -> None:
        """Note the `created` of an answer that came at `came`."""
        self._ahead = max(self._ahead, created.at - came)

    @property
    def stood_still(self) -> bool:
        """Whether the clock may stand still, for all that is known."""
        if self._first is None or self._moved:
            return False
        said, came = self._first
        return abs(said - (came + self._ours)) > AGREES

    def doubt(self, created: Moment, *, came: float) -> str:
        """Return why it cannot be said that what was told at `came` was created in this run, or ""."""
        if self._broken:
            return "the server's Date header cannot be read"
        if self._first is None:
            least = most = self._ours
            if self._ahead > self._ours + SLACK:
                return "the server sends no Date header, and its clock does not agree with ours"
        else:
            said, first = self._first
            least, most = said - first, self._most
            if self.stood_still:
                return "the server's clock was not seen to move"
            if self._least > self._most + SLACK:
                return "the server's clock jumps, or its nodes disagree"
        if created.at + created.precision <= least + self._began:
            return "created before this run began, by the server's clock"
        return "" if created.at <= most + came + SLACK else "created later than its answer, by the server's clock"
