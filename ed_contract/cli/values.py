"""What the values of `run`'s options may be, and what is made of them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    Typed = click.ParamType[int]
else:
    Typed = click.ParamType  # generic in the newest versions of click alone

MOST_SEEDS = 2**32
LONGEST_TIMEOUT = 3600  # seconds
OLDEST_KEY = 86400  # seconds; many servers forget after a day, and may
WORKERS, MOST_WORKERS = 8, 64  # of auto; against 20 ms of latency, 8 are six times as fast as one


class Seed(Typed):
    """A number, or the word random."""

    name = "N|random"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:  # noqa: ANN401 - as in click
        """Return the seed."""
        if value == "random":
            return random.SystemRandom().randrange(MOST_SEEDS)
        try:
            return int(value)
        except ValueError:
            self.fail(f"{value!r} is neither a whole number nor the word random.", param, ctx)


def header(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return the headers that were given as NAME:VALUE."""
    pairs = []
    for value in values:
        name, colon, content = value.partition(":")
        if not colon:
            # It is not repeated here: it may be a credential.
            raise click.BadParameter("a header without a colon; give NAME:VALUE, e.g. X-Tenant:acme.")
        pairs.append((name.strip(), content.strip()))
    return tuple(pairs)


def timeout(_: click.Context, __: click.Parameter, value: float | None) -> float | None:
    """Return a time in seconds; infinity and what is no number are none."""
    if value is not None and not 0 < value <= LONGEST_TIMEOUT:
        raise click.BadParameter(f"{value:g} is not in the range 0<x<={LONGEST_TIMEOUT}.")
    return value


def age(_: click.Context, __: click.Parameter, value: float | None) -> float | None:
    """Return a time in seconds that may be none at all."""
    if value is not None and not 0 <= value <= OLDEST_KEY:
        raise click.BadParameter(f"{value:g} is not in the range 0<=x<={OLDEST_KEY}.")
    return value


def reports(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return the reports that were asked for; that they can be written is known before the run begins."""
    if not values:
        return ()
    from ed_contract.report.writers import parse  # noqa: PLC0415 - heavy

    return tuple(map(parse, values))


def rate(_: click.Context, __: click.Parameter, value: str | None) -> float | None:
    """Return a rate in requests a second; it is given as 20/s, 600/m or 5000/h."""
    if value is None:
        return None
    from ed_contract.engine.pace import rate_of  # noqa: PLC0415 - heavy

    return rate_of(value)


def trusted(_: click.Context, __: click.Parameter, value: str) -> bool | str:
    """Return whether certificates are checked, or the file of those that are trusted."""
    return {"yes": True, "no": False}.get(value, value)


def number_of_workers(_: click.Context, __: click.Parameter, value: str) -> int:
    """Return a number of requests under way at once."""
    if value == "auto":
        return WORKERS
    if not value.isdigit() or not 1 <= int(value) <= MOST_WORKERS:
        raise click.BadParameter(f"{value!r} is neither a number from 1 to {MOST_WORKERS} nor the word auto.")
    return int(value)


def phases(_: click.Context, __: click.Parameter, value: str | None) -> tuple[str, ...] | None:
    """Return the names of the phases."""
    return None if value is None else tuple(name.strip() for name in value.split(",") if name.strip())
