"""A covering array over the enum dimensions: every combination of a few of them, in as few creates as possible."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import covertable
from hypothesis.errors import InvalidArgument

from ed_contract.case import Case, Expectation, Params
from ed_contract.strategies.params import EVENT_PAYLOADS, EVENTBRIDGE, SNAPSHOT, THIN, TYPES, valid_case
from ed_contract.strategies.rotation import Rotation, create
from ed_contract.strategies.telling import TELLING
from ed_contract.strategies.values import EVENTS_FROM, INCLUDES

VERSIONED = "snapshot+version"
DIMENSIONS: Mapping[str, tuple[Any, ...]] = {
    "type": TYPES,
    "event_payload": (*EVENT_PAYLOADS, VERSIONED),
    "events_from": ((), *EVENTS_FROM),
    "include": ((), *INCLUDES),
    "description": (False, True),
    "metadata": (False, True),
}
"""What is combined: `()` and False stand for an absent field."""

Row: TypeAlias = Mapping[str, Any]
"""A value of each dimension."""

# What expectation_of calls EITHER among the combinations, in the terms of covertable.
_ACCEPTED = [
    {
        "operator": "or",
        "conditions": [
            {"operator": "ne", "left": "type", "value": EVENTBRIDGE},
            {"operator": "eq", "left": "include", "value": ()},
        ],
    },
    {
        "operator": "or",
        "conditions": [
            {"operator": "eq", "left": "event_payload", "value": THIN},
            {"operator": "in", "left": "events_from", "values": [one for one in ((), *EVENTS_FROM) if len(one) < 2]},  # noqa: PLR2004
        ],
    },
]


def combinations(*, strength: int = 3, seed: int = 0) -> tuple[Case, ...]:
    """Return creates in which any `strength` dimensions take each combination of their values.

    The ACCEPT cases come first and hold every combination that is possible among them: a server that refuses all
    the EITHER ones is tried as thoroughly as one that accepts them. The other dimensions' values turn with `seed`.
    """
    if not 1 <= strength <= len(DIMENSIONS):
        raise InvalidArgument(f"{strength=} is not between 1 and {len(DIMENSIONS)}")
    factors = {name: list(values) for name, values in DIMENSIONS.items()}
    options = {"strength": strength, "salt": str(seed), "tolerance": 1}  # 1: half the time, and no more rows
    accepted = covertable.make(factors, constraints=_ACCEPTED, **options)
    rows = covertable.make(factors, presets=accepted, **options)
    rotation = Rotation(seed, TELLING)
    cases = [valid_case(create_of(row, rotation.take)) for row in rows]
    return tuple(sorted(cases, key=lambda one: one.expectation is not Expectation.ACCEPT))


def further_rows(cases: Iterable[Case], *, strength: int, seed: int = 0) -> tuple[Row, ...]:
    """Return rows with the combinations of `strength` dimensions that no ACCEPT case among `cases` holds.

    The order within a list is no combination of its own here, or there would be twice as many: it turns from row
    to row. What is returned is ACCEPT too.
    """
    factors = {name: list(dict.fromkeys(map(_unordered, values))) for name, values in DIMENSIONS.items()}
    places = [place_of(one.params or {}) for one in cases if one.expectation is Expectation.ACCEPT]
    held = [{name: _unordered(value) for name, value in place.items()} for place in places if place is not None]
    rows = covertable.make(
        factors, strength=strength, constraints=_ACCEPTED, presets=held, salt=str(seed), tolerance=1
    )[len(held) :]
    turned = itertools.cycle((lambda value: value, _backwards))
    return tuple({name: turn(value) for name, value in row.items()} for row, turn in zip(rows, turned, strict=False))


def _unordered(value: Any) -> Any:  # noqa: ANN401 - a value of any dimension
    return tuple(sorted(value)) if isinstance(value, tuple) else value


def _backwards(value: Any) -> Any:  # noqa: ANN401 - a value of any dimension
    return value[::-1] if isinstance(value, tuple) else value


def create_of(row: Row, take: Callable[[str], Any]) -> Params:
    """Return the create that combines the options as `row` says; `take` gives the value of a field."""
    payload = row["event_payload"]
    versioned = payload == VERSIONED
    return create(
        take,
        row["type"],
        SNAPSHOT if versioned else payload,
        version=versioned,
        events_from=row["events_from"],
        include=row["include"],
        description=row["description"],
        metadata=row["metadata"],
    )


def place_of(params: Params) -> dict[str, Any] | None:
    """Return the value that `params` have in each dimension, or None if one of them is no value of its dimension."""
    versioned = "snapshot_api_version" in params
    row = {
        "type": params.get("type"),
        "event_payload": f"{params.get('event_payload')}{'+version' if versioned else ''}",
        "events_from": _listed(params, "events_from"),
        "include": _listed(params, "include"),
        "description": bool(params.get("description")),
        "metadata": bool(params.get("metadata")),
    }
    return row if all(value in DIMENSIONS[name] for name, value in row.items()) else None


def _listed(params: Params, name: str) -> object:
    value = params.get(name)
    return tuple(value) if isinstance(value, list) else value or ()


def coverage(sent: Iterable[Params], strength: int) -> tuple[int, int]:
    """Return how many combinations of `strength` dimensions' values `sent` holds, and how many there are."""
    rows = [row for row in map(place_of, sent) if row is not None]
    reached = possible = 0
    for names in itertools.combinations(DIMENSIONS, strength):
        possible += len(list(itertools.product(*(DIMENSIONS[name] for name in names))))
        reached += len({tuple(row[name] for name in names) for row in rows})
    return reached, possible
