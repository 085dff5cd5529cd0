"""A covering array over the options: every combination of a few of them, in as few creates as possible."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

import covertable
from hypothesis.errors import InvalidArgument

from ed_contract.case import Case, Expectation, Params
from ed_contract.contract import CONTRACT
from ed_contract.strategies.options import Row, options_of
from ed_contract.strategies.params import valid_case

OPTIONS = options_of(CONTRACT)


def combinations(*, strength: int = 3, seed: int = 0) -> tuple[Case, ...]:
    """Return creates in which any `strength` options take each combination of their values.

    The ACCEPT cases come first and hold every combination that is possible among them: a server that refuses all
    the EITHER ones is tried as thoroughly as one that accepts them. The other fields' values turn with `seed`.
    """
    if not 1 <= strength <= len(OPTIONS.dimensions):
        raise InvalidArgument(f"{strength=} is not between 1 and {len(OPTIONS.dimensions)}")
    factors = {name: list(values) for name, values in OPTIONS.dimensions.items()}
    options = {"strength": strength, "salt": str(seed), "tolerance": 1}  # 1: half the time, and no more rows
    accepted = covertable.make(factors, constraints=OPTIONS.constraints, **options)
    rows = covertable.make(factors, presets=accepted, **options)
    cases = [valid_case(OPTIONS.create(row, turn, seed=seed)) for turn, row in enumerate(rows)]
    return tuple(sorted(cases, key=lambda one: one.expectation is not Expectation.ACCEPT))


def further_rows(cases: Iterable[Case], *, strength: int, seed: int = 0) -> tuple[Row, ...]:
    """Return rows with the combinations of `strength` options that no ACCEPT case among `cases` holds.

    The order within a list is no combination of its own here, or there would be twice as many: it turns from row
    to row. What is returned is ACCEPT too.
    """
    factors = {name: list(dict.fromkeys(map(_unordered, values))) for name, values in OPTIONS.dimensions.items()}
    places = [OPTIONS.place_of(one.params or {}) for one in cases if one.expectation is Expectation.ACCEPT]
    held = [{name: _unordered(value) for name, value in place.items()} for place in places if place is not None]
    rows = covertable.make(
        factors, strength=strength, constraints=OPTIONS.constraints, presets=held, salt=str(seed), tolerance=1
    )[len(held) :]
    turned = itertools.cycle((lambda value: value, _backwards))
    return tuple({name: turn(value) for name, value in row.items()} for row, turn in zip(rows, turned, strict=False))


def _unordered(value: Any) -> Any:  # noqa: ANN401 - a value of any option
    return tuple(sorted(value)) if isinstance(value, tuple) else value


def _backwards(value: Any) -> Any:  # noqa: ANN401 - a value of any option
    return value[::-1] if isinstance(value, tuple) else value


def coverage(sent: Iterable[Params], strength: int) -> tuple[int, int]:
    """Return how many combinations of `strength` options' values `sent` holds, and how many there are."""
    rows = [row for row in map(OPTIONS.place_of, sent) if row is not None]
    reached = possible = 0
    for names in itertools.combinations(OPTIONS.dimensions, strength):
        possible += len(list(itertools.product(*(OPTIONS.dimensions[name] for name in names))))
        reached += len({tuple(row[name] for name in names) for row in rows})
    return reached, possible
