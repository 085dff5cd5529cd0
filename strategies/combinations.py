"""A covering array over the enum dimensions: every combination of a few of them, in as few creates as possible."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import Any

import covertable
from hypothesis.errors import InvalidArgument

from ed_contract.case import Case, Expectation, Params
from ed_contract.strategies.params import EVENT_PAYLOADS, EVENTBRIDGE, SNAPSHOT, THIN, TYPES, valid_case
from ed_contract.strategies.rotation import Rotation
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

# What expectation_of calls EITHER among the combinations, in the terms of covertable.
_ACCEPTED = (
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
)


def combinations(*, strength: int = 3, seed: int = 0) -> tuple[Case, ...]:
    """Return creates in which any `strength` dimensions take each combination of their values.

    The ACCEPT cases come first and hold every combination that is possible among them: a server that refuses all
    the EITHER ones is tried as thoroughly as one that accepts them. The other dimensions' values turn with `seed`.
    """
    if not 1 <= strength <= len(DIMENSIONS):
        raise InvalidArgument(f"{strength=} is not between 1 and {len(DIMENSIONS)}")
    factors = {name: list(values) for name, values in DIMENSIONS.items()}
    options = {"strength": strength, "salt": str(seed), "tolerance": 1}  # 1: half the time, and no more rows
    accepted = covertable.make(factors, constraints=list(_ACCEPTED), **options)
    rows = covertable.make(factors, presets=accepted, **options)
    rotation = Rotation(seed)
    cases = [valid_case(_create(row, rotation)) for row in rows]
    return tuple(sorted(cases, key=lambda one: one.expectation is not Expectation.ACCEPT))


def _create(row: Mapping[str, Any], rotation: Rotation) -> Params:
    payload = row["event_payload"]
    versioned = payload == VERSIONED
    return rotation.create(
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
