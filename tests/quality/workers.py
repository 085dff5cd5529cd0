"""Compares what runs with one worker and with eight find: the same on broken servers, nothing on right ones.

    uv run python tests/quality/workers.py [EVERY | NAME…]

Without names it takes one broken server in EVERY, 12 unless given, and one right server in three. Exit 1 if any server
has different findings.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass

from ed_contract import run
from ed_contract.runner.events import End
from ed_contract.score import ZOO, named, reached
from ed_contract.zoo import MUTANTS, RIGHT

MANY = 8


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What two runs found at a server."""

    name: str
    one: frozenset[str]
    many: frozenset[str]
    end: End

    def __str__(self) -> str:
        """Return the row of the table."""
        differ = ", ".join(sorted(self.one ^ self.many))
        return f"{self.name:<60} {len(self.one):>2} {len(self.many):>2} {self.end:<12} {differ or 'the same'}"


def found(name: str, workers: int) -> tuple[frozenset[str], End]:
    """Return the requirements that a whole run finds broken, and why it ended."""
    (server,) = (one for one in ZOO if one.name == name)
    with reached(server, sockets=True) as (target, beside):
        report = run(target, edition=server.edition, strict=True, shrink=False, workers=workers, **beside)
    return frozenset(finding.requirement for finding in report.findings), report.end


def outcome_of(name: str) -> Outcome:
    """Return what one worker and several find."""
    one, _ = found(name, 1)
    many, end = found(name, MANY)
    return Outcome(name=name, one=one, many=many, end=end)


def main() -> int:
    """Print the table, and return the exit code."""
    every, names = 12, sys.argv[1:]
    if names and names[0].isdecimal():
        every, *names = int(names[0]), *names[1:]
    chosen = named(names) or [one.name for one in (*MUTANTS[::every], *RIGHT[::3])]
    differ = 0
    with ProcessPoolExecutor(max_workers=2) as pool:
        for done in as_completed([pool.submit(outcome_of, name) for name in chosen]):
            outcome = done.result()
            differ += outcome.one != outcome.many
            print(outcome, flush=True)
    print(f"{len(chosen)} servers, {differ} with different findings")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
