"""What the command `list` shows, in columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

import click

from ed_contract.cli import late
from ed_contract.cli.subject import contract_of, edition
from ed_contract.exceptions import UsageError
from ed_contract.phases import PHASES, SENDS

Globs = Sequence[str]
NOTHING = "-"  # what a right server breaks


def requirements(ctx: click.Context, only: Globs, skip: Globs) -> Iterator[str]:
    """Yield a line for each requirement: id, level, and clause."""
    return _columns((row.id, f"{row.level:<6}", row.clause) for row in contract_of(ctx).select(only, skip))


def clients(ctx: click.Context, only: Globs, skip: Globs) -> Iterator[str]:
    """Yield a line for each requirement of clients: id, level, and what it says."""
    rows = late.clients.of_clients(contract_of(ctx)).select(only, skip)
    return _columns((row.id, f"{row.level:<6}", row.statement) for row in rows)


def scenarios(ctx: click.Context, only: Globs, skip: Globs) -> Iterator[str]:
    """Yield a line for each scenario: its name, how many requirements of clients it judges, and what happens."""
    wanted = {row.id for row in late.clients.of_clients(contract_of(ctx)).select(only, skip)}
    judged = ((one, len(wanted.intersection(one.judges))) for one in late.clients.SCENARIOS.values())
    return _columns((one.name, f"{count:>2}", one.sentence) for one, count in judged if count)


def phases(ctx: click.Context, only: Globs, skip: Globs) -> Iterator[str]:
    """Yield a line for each phase: its name, how many requests a usual run sends in it, and what these are."""
    begun = late.api.dry_run(contract=contract_of(ctx), only=only, skip=skip)
    counts = dict(begun.phases)
    return _columns((name, f"{counts.get(name, 0):>3}", SENDS[name]) for name in PHASES)


def zoo(ctx: click.Context, only: Globs, skip: Globs) -> Iterator[str]:
    """Yield a line for each server of the zoo: its name, the requirement that it breaks, and how it differs."""
    wanted = edition(ctx) if ctx.params["edition"] else None
    broken = [(one.name, one.breaks, one.sentence) for one in late.zoo.MUTANTS if wanted in {None, one.edition}]
    right = [(one.name, NOTHING, one.sentence) for one in late.zoo.RIGHT if wanted in {None, one.edition}]
    rows = [
        row
        for row in (*broken, *right)
        if (not only or any(fnmatchcase(row[1], glob) for glob in only))
        and not any(fnmatchcase(row[1], glob) for glob in skip)
    ]
    if not rows:
        raise UsageError("no server of the zoo matches\n`ed-contract list --zoo` shows them all.")
    return _columns(rows)


def _columns(rows: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    rows = list(rows)
    widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    for first, second, third in rows:
        yield f"{first:<{widths[0]}}  {second:<{widths[1]}}  {third}"
