"""Proves, by the servers' books, that a clean-up deletes nothing that its run did not create.

    uv run python tests/quality/ledger.py [NAME…]

Each row is a run against a server of `common/bookkeeping.py`. It is right if no deletion hit anything else, if the
report names everything that is left or counts it as unknown, if there were never more than allowed, and if nothing
is left that can be shown to be the run's. Exit 1 if any row is wrong.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # for the command, which pytest does not start
from common import bookkeeping as books
from common import bookkeeping_clocks as clocks
from common.books import Books

from ed_contract import Target, run

SIXTEEN = {"max_destinations": 16}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A run, and what should be left of it."""

    name: str
    server: type[Books]
    leaves: bool | None = False  # whether anything is left; None: that depends on luck
    options: dict[str, Any] = field(default_factory=dict)


ROWS = (
    Row(name="a right server", server=Books),
    Row(name="a right server, 8 workers", server=Books, options={"workers": 8}),
    Row(name="room for 16", server=Books, options=SIXTEEN),
    Row(name="room for 16, 8 workers", server=Books, options=SIXTEEN | {"workers": 8}),
    Row(name="room for 16, every phase", server=Books, options=SIXTEEN | {"phases": None, "max_requests": 400}),
    Row(name="room for 16, keys ignored", server=books.KeysIgnored, leaves=True, options=SIXTEEN),
    Row(name="an older one by URL", server=books.OlderByUrl, leaves=True),
    Row(name="an older one by name, each time", server=clocks.OlderByName, leaves=True),
    Row(name="an earlier run, replayed whole", server=books.WholeRunBefore, leaves=True),
    Row(name="another's, made meanwhile", server=books.AnothersId, leaves=True),
    Row(name="another's id", server=books.AnothersIdOnly, leaves=True),
    Row(name="ids . and ..", server=books.DotIds, leaves=True),
    Row(name="ids with slashes", server=books.SlashIds, leaves=True),
    Row(name="answers lost", server=books.LosesAnswers, leaves=None),
    Row(
        name="answers lost, room for 16, 8 workers",
        server=books.LosesAnswers,
        leaves=None,
        options=SIXTEEN | {"workers": 8},
    ),
    Row(name="answers lost for good", server=books.LosesAnswersForGood),
    Row(name="429 on 30 % of deletions", server=books.BusyDeletions),
    Row(name="slow deletions", server=books.SlowDeletions),
    Row(name="answers to deletions lost", server=books.LosesDeletions),
    Row(name="failing deletions", server=books.FailingDeletions, leaves=None),
    Row(name="no deletions", server=books.NoDeletions, leaves=True),
    Row(name="Ctrl-C in a create", server=books.Interrupts),
    Row(name="Ctrl-C in a create, 8 workers", server=books.Interrupts, options={"workers": 8}),
    Row(name="a clock that stands still", server=clocks.ConstantClock, leaves=True),
    Row(name="a Date that stands still", server=clocks.ConstantDate, leaves=True),
    Row(name="no Date", server=clocks.NoDate, leaves=True),
    Row(name="a Date that is none", server=clocks.UnreadableDate, leaves=True),
    Row(name="local time, said to be UTC", server=clocks.LocalTime, leaves=True),
    Row(name="a clock a day behind", server=clocks.AnotherClock),
    Row(name="ids used again", server=books.ReusesIds, leaves=None, options=SIXTEEN),
    Row(name="keys ignored", server=books.KeysIgnored, leaves=True),
)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The books of a run."""

    row: Row
    made: int
    deleted: int
    left: int
    doubtful: int
    unknown: int
    foreign: tuple[str, ...]
    most: int
    seconds: float
    wrong: tuple[str, ...]

    def __str__(self) -> str:
        """Return the row of the table."""
        counts = (self.made, self.deleted, self.left, self.doubtful, self.unknown, self.most, len(self.foreign))
        shown = " ".join(f"{count:>8}" for count in counts)
        return f"{self.row.name:<38} {shown} {self.seconds:>7.1f}  {'; '.join(self.wrong) or 'right'}"


def outcome_of(row: Row, **options: Any) -> Outcome:
    """Run a row and return what the books say."""
    kept = row.server()
    began = time.monotonic()
    chosen = {"phases": ("smoke", "auth", "bursts"), "shrink": False, "cleanup": True} | row.options | options
    with books.serving(kept) as url:
        target = Target(url=url, api_key="sk_test_a", second_api_key="sk_test_b", request_timeout=5)
        done = run(target, **chosen).clean_up
    assert done is not None
    named = {one.id for one in done.remaining}
    unnamed = [name for name in kept.there if name not in named]
    wrong = []
    if kept.foreign:
        wrong.append(f"deleted {kept.foreign[:3]}, which it had not made")
    if len(unnamed) > done.unknown:
        wrong.append(f"{len(unnamed)} are there and not named, {done.unknown} said to be unknown")
    if kept.most > row.options.get("max_destinations", kept.most):
        wrong.append(f"{kept.most} at a time")
    if row.leaves is not None and bool(done.left) is not row.leaves:
        wrong.append("nothing is left" if row.leaves else f"{done.left} left: {done.reason}")
    if not kept.creates:
        wrong.append("nothing was sent")
    return Outcome(
        row=row,
        made=kept.count,
        deleted=done.deleted,
        left=done.left,
        doubtful=sum(one.doubtful for one in done.remaining),
        unknown=done.unknown,
        foreign=tuple(kept.foreign),
        most=kept.most,
        seconds=time.monotonic() - began,
        wrong=tuple(wrong),
    )


def main() -> int:
    """Print the table, and return the exit code."""
    head = " ".join(f"{word:>8}" for word in ("made", "deleted", "left", "doubtful", "unknown", "most", "foreign"))
    print(f"{'run':<38} {head} {'seconds':>7}")
    chosen = [row for row in ROWS if not sys.argv[1:] or any(word in row.name for word in sys.argv[1:])]
    outcomes = []
    for row in chosen:
        outcomes.append(outcome_of(row))
        print(outcomes[-1], flush=True)
    wrong = sum(bool(one.wrong) for one in outcomes)
    print(f"{len(outcomes)} runs, {sum(len(one.foreign) for one in outcomes)} foreign deletions, {wrong} rows wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
