"""Runs over lines with random faults, and the problems with their outcomes."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from common.faults.building import reference
from common.faults.harm import nothing_of_ours_is_left_unnamed
from common.faults.line import Gap, Line, Loss
from common.faults.row import AS_FAR, CONFORMS, OPEN, Outcome, Right, Row, problems
from common.faults.rows_line import losses_are_told
from common.faults.running import run

RIGHT = Right(
    exits=(0, 2),
    words=(CONFORMS, AS_FAR, OPEN),
    seconds=150,
    also=(losses_are_told, nothing_of_ours_is_left_unnamed),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Soaked:
    """One run of a soak."""

    seed: int
    line: Line
    restarts: tuple[Gap, ...]
    outcome: Outcome
    problems: tuple[str, ...]
    deletions: int


def random_line(seed: int) -> tuple[Line, tuple[Gap, ...]]:
    """Return a line with one or two faults that a right server may sit behind, and when the server restarts."""
    chance = random.Random(seed)  # noqa: S311 - repeatable
    at = chance.randrange(5, 700)
    faults = [
        {"resets": chance.choice((0.01, 0.05, 0.1)), "idle": 0.001},
        {"half_open": 0.01, "idle": 0.001},
        {"loses": chance.choice((0.005, 0.02, 0.05))},
        {"every": chance.randrange(20, 80), "passes": chance.choice((0, 5, 100, 330))},
        {"gaps": (Gap(at=at, seconds=chance.uniform(0.1, 2.5)),)},
        {"gaps": (Gap(at=at, seconds=chance.uniform(0.1, 2.5), refuses=True),)},
        {"idle": chance.choice((0.0005, 0.002, 0.02))},
        {"late": (chance.randrange(40, 120), chance.uniform(0.1, 1.5))},
        {"pause": 0.01},
        {"uploads": chance.choice((9, 20, 64)) * 1024},
        {"accept": 0.01},
    ]
    chosen: dict = {}
    for one in chance.sample(faults, chance.choice((1, 1, 2))):
        chosen |= one
    how = chance.choice(tuple(Loss))
    restarts = (Gap(at=chance.randrange(5, 700), seconds=chance.uniform(0.2, 2.5)),) if chance.random() < 0.2 else ()
    return Line(seed=seed, how=how, **chosen), restarts


def soaked(seed: int) -> Soaked:
    """Run once over the line of a seed."""
    line, restarts = random_line(seed)
    row = Row(
        name=f"soak/{seed}",
        says="Random faults of the line.",
        against=reference(line, restarts=restarts),
        arguments=("--request-timeout", "1.5", "--cleanup", "--seed", str(seed)),
        right=RIGHT,
    )
    with tempfile.TemporaryDirectory(prefix="soak-") as folder, row.against(Path(folder)) as against:
        outcome = run(row, Path(folder), against)
        return Soaked(
            seed=seed,
            line=line,
            restarts=restarts,
            outcome=outcome,
            problems=tuple(problems(row, outcome)),
            deletions=against.ledger.deletions,
        )


def told(one: Soaked) -> Iterator[str]:
    """Yield the lines to print about a run."""
    default = Line()
    faults = {name: value for name in Line.__slots__ if (value := getattr(one.line, name)) != getattr(default, name)}
    outcome = one.outcome
    yield (
        f"seed {one.seed:>4}: exit {outcome.exit}, {outcome.seconds:>5.1f} s, {outcome.memory_mb:>4.0f} MB, "
        f"{outcome.against.ledger.creates} sent, {one.deletions} deleted, {outcome.against.ledger.broken} lost, "
        f"{outcome.word}: {faults}{f', restarts {one.restarts}' if one.restarts else ''}"
    )
    yield from (f"    WRONG: {problem}" for problem in one.problems)


def long_run(seconds: float) -> tuple[float, int]:
    """Return by how many MB a long run grows after its first third, and how often that was measured."""
    row = Row(
        name="soak/long",
        says="One run of some thousand requests over a line that loses some.",
        against=reference(Line(every=200)),
        arguments=("-n", "20000", "--max-requests", "20000", "--max-time", f"{max(5.0, seconds):g}"),
        right=Right(seconds=seconds + 60),
    )
    with tempfile.TemporaryDirectory(prefix="soak-") as folder, row.against(Path(folder)) as against:
        outcome = run(row, Path(folder), against)
    resident = outcome.resident_mb
    settled = resident[len(resident) // 3 :]
    return (settled[-1] - settled[0] if settled else 0.0), len(resident)
