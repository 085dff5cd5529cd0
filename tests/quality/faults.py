"""A table of faults: what the command does when the network, the target or the user misbehaves.

    uv run python tests/quality/faults.py                    all rows; exit 1 if any is wrong, and why
    uv run python tests/quality/faults.py 'line/*' storm/0   those rows
    uv run python tests/quality/faults.py --list             their names and what they are about
    uv run python tests/quality/faults.py --sample           those of the test run

Each row starts its own server, runs `ed-contract run` in a child process, and says what is right.
"""

from __future__ import annotations

import argparse
import fnmatch
import multiprocessing
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # as pytest does, for tests/common

from common.faults.running import Result, result
from common.faults.table import ROWS, SAMPLE

HEAD = f"{'fault':<36} {'exit':>6} {'seconds':>7} {'MB':>4} {'sent':>5} {'gone':>5}  {'':<5} word and findings"


def outcome(name: str) -> Result:
    """Run a row by its name."""
    return result(ROWS[name])


def line(one: Result) -> str:
    """Return a row of the table."""
    figures = f"{one.exit:>6} {one.seconds:>7.1f} {one.memory_mb:>4.0f} {one.requests:>5} {one.deletions:>5}"
    verdict = "WRONG" if one.problems else "right"
    found = f": {one.findings}" if one.findings else ""
    return f"{one.name:<36} {figures}  {verdict:<5} {one.word or '-'}{found}"


def chosen(patterns: Sequence[str], *, sample: bool) -> list[str]:
    """Return the names of the rows that were asked for."""
    names = SAMPLE if sample else tuple(ROWS)
    return [name for name in names if not patterns or any(fnmatch.fnmatch(name, one) for one in patterns)]


def main() -> int:
    """Run the rows that were asked for and print the table."""
    parser = argparse.ArgumentParser(description="Tries the command against faults.")
    parser.add_argument("names", nargs="*", help="rows by name; * is anything")
    parser.add_argument("--list", action="store_true", help="print the names, run nothing")
    parser.add_argument("--sample", action="store_true", help="only the rows of the test run")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="rows under way at once")
    parser.add_argument("-v", "--verbose", action="store_true", help="print the end of what a wrong row printed")
    given = parser.parse_args()
    names = chosen(given.names, sample=given.sample)
    if given.list:
        for name in names:
            print(f"{name:<36} {ROWS[name].says}")
        return 0
    print(HEAD, flush=True)
    wrong: list[Result] = []
    # Forked, so that nothing is imported again; one process per row, so that rows do not affect each other.
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(given.jobs, mp_context=fork) as pool:
        for done in as_completed([pool.submit(outcome, name) for name in names]):
            one = done.result()
            print(line(one), flush=True)
            for problem in one.problems:
                print(f"    {problem}", flush=True)
            if one.problems:
                wrong.append(one)
                if given.verbose:
                    print("\n".join(f"      | {text}" for text in one.said.splitlines()), flush=True)
    print(f"{len(names)} rows, {len(wrong)} wrong{': ' if wrong else ''}{', '.join(one.name for one in wrong)}")
    return 1 if wrong or not names else 0


if __name__ == "__main__":
    sys.exit(main())
