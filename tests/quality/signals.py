"""Signals at random moments of a run that cleans up, writes reports and has started its server.

    uv run python tests/quality/signals.py --count 30

Sends the requested number of SIGTERMs and SIGINTs, and a third as many SIGKILLs. Each time there must be a complete
report (after SIGKILL the older one is intact), exit code 130, no process left, and at the server nothing of ours that
the report does not name.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # as pytest does, for tests/common

from common.faults.signalled import Moment, Signalled, signalled

LATEST = 6.0  # seconds after a run began, or was started


def moments(seed: int, count: int) -> list[Moment]:
    """Return random moments, every fourth counted from the start of the process, before the run may have begun."""
    chance = random.Random(seed)  # noqa: S311 - repeatable
    return [Moment(seconds=round(chance.uniform(0, LATEST), 3), begun=number % 4 > 0) for number in range(1, count + 1)]


def line(one: Signalled) -> str:
    """Return the outcome of one signal."""
    begun = "" if one.begun else ", before it began"
    since = "it began" if one.moment.begun else "its start"
    return (
        f"{one.signal.name:<8} {one.moment.seconds:>5.2f} s after {since}: "
        f"exit {one.exit} after {one.seconds:>5.2f} s, {one.made} made, {one.left} left, {one.named} named{begun}"
    )


def main() -> int:
    """Send the signals and print the outcomes."""
    parser = argparse.ArgumentParser(description="Sends signals to runs.")
    parser.add_argument("--count", type=int, default=30, help="of SIGTERM and of SIGINT")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    wrong = 0
    for number, count in (
        (signal.SIGTERM, given.count),
        (signal.SIGINT, given.count),
        (signal.SIGKILL, -(-given.count // 3)),
    ):
        for moment in moments(given.seed + number, count):
            one = signalled(number, moment)
            print(line(one), flush=True)
            for problem in one.problems:
                print(f"    WRONG: {problem}", flush=True)
            wrong += bool(one.problems)
    print(f"{wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
