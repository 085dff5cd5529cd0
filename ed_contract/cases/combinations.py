"""A covering array over the options: every combination of any few of them, in as few creates as possible."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator
from typing import Any

import covertable

from ed_contract.case import Case, Expectation, Params
from ed_contract.cases.options import Options, Row, options_of
from ed_contract.cases.valid import valid_case
from ed_contract.contract import CONTRACT, Contract
from ed_contract.exceptions import UsageError

_MOST_ROWS = 120  # for a user's own contract, however many options it has


def combinations(*, strength: int = 3, seed: int = 0, contract: Contract = CONTRACT) -> tuple[Case, ...]:
    """Return creates that cover every combination of any `strength` options.

    The ACCEPT cases come first and cover every combination that they can: a server that refuses all EITHER cases is
    tested as thoroughly as one that accepts them. The values of the other fields vary with `seed`.
    """
    options, strength = options_of(contract), strength_within(strength, contract)
    if not strength:
        return ()
    factors = _factors(options)
    how = {"strength": strength, "salt": str(seed), "tolerance": 1}  # 1: takes half the time and gives no more rows
    accepted = covertable.make(factors, constraints=options.constraints, **how)
    rows = _turned(covertable.make(factors, presets=accepted, **how))
    cases = [valid_case(options.create(row, turn, seed=seed), contract=contract) for turn, row in enumerate(rows)]
    cases.sort(key=lambda one: one.expectation is not Expectation.ACCEPT)
    return tuple(cases[:_MOST_ROWS] if contract.is_own else cases)


def strength_within(strength: int, contract: Contract) -> int:
    """Return the strength at which a contract's options are combined; raise UsageError if they are too few for it."""
    most = len(options_of(contract).dimensions)
    if contract.is_own:  # it may have fewer options than the default strength
        return min(strength, most)
    if not 1 <= strength <= most:
        raise UsageError(f"invalid {strength=}: expected 1 to {most}, the number of options")
    return strength


def further_rows(
    cases: Iterable[Case], *, strength: int, seed: int = 0, contract: Contract = CONTRACT
) -> tuple[Row, ...]:
    """Return rows with the combinations of `strength` options that no ACCEPT case among `cases` covers.

    The rows give ACCEPT cases too.
    """
    options = options_of(contract)
    strength = min(strength, len(options.dimensions))
    if not strength:
        return ()
    places = [options.place_of(one.params or {}) for one in cases if one.expectation is Expectation.ACCEPT]
    held = [{name: _unordered(value) for name, value in place.items()} for place in places if place is not None]
    rows = covertable.make(
        _factors(options), strength=strength, constraints=options.constraints, presets=held, salt=str(seed), tolerance=1
    )[len(held) :]
    return tuple(_turned(rows))


def _factors(options: Options) -> dict[str, list[Any]]:
    """Return the values of each option; lists that differ only in order count once, which halves their number."""
    return {name: list(dict.fromkeys(map(_unordered, values))) for name, values in options.dimensions.items()}


def _turned(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the rows, with the order within lists alternating from row to row."""
    turned = itertools.cycle((lambda value: value, _backwards))
    return ({name: turn(value) for name, value in row.items()} for row, turn in zip(rows, turned, strict=False))


def _unordered(value: Any) -> Any:  # noqa: ANN401 - a value of any option
    return tuple(sorted(value)) if isinstance(value, tuple) else value


def _backwards(value: Any) -> Any:  # noqa: ANN401 - a value of any option
    return value[::-1] if isinstance(value, tuple) else value


def coverage(sent: Iterable[Params], strength: int, *, contract: Contract = CONTRACT) -> tuple[int, int]:
    """Return how many combinations of `strength` options `sent` covers, and how many there are."""
    options = options_of(contract)
    placed = (options.place_of(one) for one in sent)
    rows = list({tuple(row.values()): row for row in placed if row is not None}.values())
    reached = possible = 0
    factors = _factors(options)
    for names in itertools.combinations(factors, strength):
        possible += math.prod(len(factors[name]) for name in names)
        reached += len({tuple(_unordered(row[name]) for name in names) for row in rows})
    return reached, possible
