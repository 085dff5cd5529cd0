"""A soak: run after run over lines with random faults; there are no false alarms, and memory stays flat.

    uv run python tests/quality/soak.py --seconds 600
    uv run python tests/quality/soak.py --only 17        one run again, by its seed

A tenth of the time goes to one long run, whose memory is measured while it lasts.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # as pytest does, for tests/common

from common.faults.soaking import Soaked, long_run, soaked, told

GROWTH_MB = 25.0  # of a long run, after its first third


def runs(seconds: float, first: int) -> Iterator[Soaked]:
    """Run once for each seed, until the time is over."""
    began = time.monotonic()
    seed = first
    while time.monotonic() - began < seconds:
        yield soaked(seed)
        seed += 1


def main() -> int:
    """Soak, and print the outcome."""
    parser = argparse.ArgumentParser(description="Runs through lines with random faults.")
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=0, help="of the first run; the next ones count on")
    parser.add_argument("--only", type=int, help="the run of this seed, and nothing else")
    given = parser.parse_args()
    done = [soaked(given.only)] if given.only is not None else []
    if not done:
        for one in runs(0.9 * given.seconds, given.seed):
            done.append(one)
            print("\n".join(told(one)), flush=True)
        wrong = sum(bool(one.problems) for one in done)
        growth, samples = long_run(0.1 * given.seconds)
        print(f"a long run: {samples} samples of memory, {growth:+.1f} MB after its first third")
        wrong += growth > GROWTH_MB
    else:
        print("\n".join(told(done[0])))
        wrong = sum(bool(one.problems) for one in done)
    memory = [one.outcome.memory_mb for one in done]
    lost = sum(one.outcome.against.ledger.broken for one in done)
    sent = sum(one.outcome.against.ledger.creates for one in done)
    print(
        f"{len(done)} runs, {sent} requests, {lost} answers lost, {sum(one.deletions for one in done)} deletions; "
        f"memory {min(memory):.0f} to {max(memory):.0f} MB, median {statistics.median(memory):.0f}; {wrong} wrong"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
