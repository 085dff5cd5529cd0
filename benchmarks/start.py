"""The CPU time of whole processes, from the command to its end: what a user waits for before anything is judged.

    uv run python benchmarks/start.py [--against FOLDER] [--rounds N]

Commands are run in turns, those of another checkout of this repository (`--against`) beside those of this one, so that
ratios hold on a busy machine. The server is one of the zoo, broken so that its first answer is a finding.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from ed_contract.zoo import MUTANTS, serving

HERE = Path(__file__).resolve().parent.parent
BROKEN = "created-unix-text"  # its first answer breaks response/created/format


def commands(url: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each command's title and its arguments after `python`."""
    ours = ["-m", "ed_contract"]
    run = [*ours, "run", url, "--api-key", "sk_test_a", "--no-record", "-x"]
    yield "python -c pass", ["-c", "pass"]
    yield "--help", [*ours, "--help"]
    yield "run --phases smoke -x", [*run, "--phases", "smoke"]
    yield "run -x", run


def cpu_seconds(folder: Path, compiled: Path, arguments: list[str]) -> float:
    """Return the CPU time of a process, with the package of this folder."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONPYCACHEPREFIX": str(compiled)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # as it is for users: modules are compiled once
    command = [sys.executable, *arguments]
    child = subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=compiled, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, _, used = os.wait4(child.pid, 0)
    child.returncode = 0
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Print the medians of each command, and the median of the rounds' ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--against", type=Path, help="another checkout of this repository")
    parser.add_argument("--rounds", type=int, default=15)
    given = parser.parse_args()
    folders = [HERE] if given.against is None else [given.against.resolve(), HERE]
    one = next(one for one in MUTANTS if one.name == BROKEN)
    with serving(one) as url, TemporaryDirectory() as compiled:
        for title, arguments in commands(url):
            _, *rounds = (  # the first round compiles what was not compiled yet
                [cpu_seconds(folder, Path(compiled), arguments) for folder in folders] for _ in range(given.rounds + 1)
            )
            medians = [statistics.median(one) for one in zip(*rounds, strict=True)]
            line = " -> ".join(f"{one:.3f}" for one in medians)
            ratios = sorted(one[-1] / one[0] for one in rounds)
            spread = f"{ratios[given.rounds // 4]:.2f} to {ratios[3 * given.rounds // 4]:.2f}"
            ratio = f", {statistics.median(ratios):.2f} x (half of {given.rounds} rounds {spread})"
            print(f"{title:<24} {line} s of CPU{ratio if given.against else ''}", flush=True)


if __name__ == "__main__":
    main()
