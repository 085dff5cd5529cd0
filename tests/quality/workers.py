"""Compares what runs with one worker and with eight find: no less on broken servers, nothing on right ones.

    uv run python tests/quality/workers.py [EVERY | NAME…]

Without names it takes one broken server in EVERY, 12 unless given, and one right server in three. Exit 1 if eight
workers miss a requirement that one finds broken, or leave one open that one judges, or if they accuse a right server.
They may find more: what a broken server makes of a key may depend on what came in between.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass

from ed_contract import run
from ed_contract.runner.events import End
from ed_contract.score import ZOO, named, reached
from ed_contract.verdict import Verdict
from ed_contract.zoo import MUTANTS, RIGHT, RightServer

MANY = 8
JUDGED = {Verdict.PASS, Verdict.FAIL}


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a run says of a server."""

    broken: frozenset[str]  # requirements
    judged: frozenset[str]  # likewise, broken or not
    end: End = End.FINISHED


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What two runs found at a server."""

    name: str
    one: Found
    many: Found
    right: bool = False
    should: tuple[str, ...] = ()  # what a right server breaks of the platform's conventions

    @property
    def wrong(self) -> str:
        """What is wrong with what several workers found, or an empty text."""
        if self.right:
            accused = self.many.broken.difference(self.should)
            return f"accused of {', '.join(sorted(accused))}" if accused else self._less
        return self._less

    @property
    def _less(self) -> str:
        if missed := self.one.broken - self.many.broken:
            return f"misses {', '.join(sorted(missed))}"
        left = self.one.judged - self.many.judged if self.many.end is End.FINISHED else ()
        return f"leaves open {', '.join(sorted(left))}" if left else ""

    def __str__(self) -> str:
        """Return the row of the table."""
        more = ", ".join(sorted(self.many.broken - self.one.broken))
        told = self.wrong or (f"more: {more}" if more else "the same")
        return f"{self.name:<60} {len(self.one.broken):>2} {len(self.many.broken):>2} {self.many.end:<12} {told}"


def found(name: str, workers: int) -> Found:
    """Return what a whole run says of a server."""
    (server,) = (one for one in ZOO if one.name == name)
    with reached(server, sockets=True) as (target, beside):
        report = run(target, edition=server.edition, strict=True, shrink=False, workers=workers, **beside)
    return Found(
        broken=frozenset(finding.requirement for finding in report.findings),
        judged=frozenset(row.requirement.id for row in report.requirements if row.verdict in JUDGED),
        end=report.end,
    )


def outcome_of(name: str) -> Outcome:
    """Return what one worker and several find."""
    one, many = found(name, 1), found(name, MANY)
    (server,) = (one for one in ZOO if one.name == name)
    if isinstance(server, RightServer):
        return Outcome(name=name, one=one, many=many, right=True, should=tuple(server.should))
    return Outcome(name=name, one=one, many=many)


def main() -> int:
    """Print the table, and return the exit code."""
    every, names = 12, sys.argv[1:]
    if names and names[0].isdecimal():
        every, *names = int(names[0]), *names[1:]
    chosen = named(names) or [one.name for one in (*MUTANTS[::every], *RIGHT[::3])]
    wrong = 0
    with ProcessPoolExecutor(max_workers=2) as pool:
        for done in as_completed([pool.submit(outcome_of, name) for name in chosen]):
            outcome = done.result()
            wrong += bool(outcome.wrong)
            print(outcome, flush=True)
    print(f"{len(chosen)} servers, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
