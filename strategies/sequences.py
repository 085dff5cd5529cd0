"""Written sequences about idempotency keys. They carry no roles: the checks know what each key was used for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from ed_contract.case import Case, Expectation, Key, Params, Sequence, Step, case
from ed_contract.strategies.changes import changes, everything
from ed_contract.strategies.params import (
    EVENT_PAYLOADS,
    EVENTBRIDGE,
    SNAPSHOT,
    THIN,
    TYPES,
    WEBHOOK,
    expectation_of,
    summary,
    valid_case,
)
from ed_contract.strategies.rotation import Rotation

_KEY = Key()


def _step(params: Params, name: str, key: Key | None = _KEY) -> Step:
    return Step(case=valid_case(params, f"{summary(params)}: {name}"), key=key)


def _sequence(name: str, steps: Iterable[Step]) -> Sequence:
    return Sequence(name=name, steps=tuple(steps))


def replays(seed: int = 0) -> tuple[Sequence, ...]:
    """Return creates that are sent three times under one key, on both types and payloads."""
    rotation = Rotation(seed)
    bases = [rotation.full(kind, payload) for payload in EVENT_PAYLOADS for kind in TYPES]
    return tuple(
        _sequence(
            f"a replay: {summary(params)}",
            (_step(params, name) for name in ("first", "the same again", "the same a third time")),
        )
        for params in bases
    )


def conflicts(seed: int = 0) -> tuple[Sequence, ...]:
    """Return creates whose key is used again with everything different, then with one change after the other.

    The first is sent once more at the end of each: it must still be replayed. Of each type one create has every
    optional field, one has a version, and one has nothing optional, so that each can be added.
    """
    rotation = Rotation(seed)
    return tuple(chain.from_iterable(_conflicts_of(kind, rotation) for kind in TYPES))


def _conflicts_of(kind: str, rotation: Rotation) -> Iterator[Sequence]:
    full, versioned = rotation.rich(kind, THIN), rotation.rich(kind, SNAPSHOT)
    plain = rotation.create(kind, SNAPSHOT)
    yield _sequence(
        f"conflicts: {summary(full)}",
        (
            _step(full, "first"),
            _step(everything(full, rotation), "same key, everything different"),
            *_changed(full, rotation, once=kind == EVENTBRIDGE),
            _step(full, "first again"),
        ),
    )
    yield _sequence(
        f"conflicts: {summary(versioned)}",
        (
            _step(versioned, "first"),
            *_changed(versioned, rotation, only={"snapshot_api_version", "events_from"}),
            _step(versioned, "first again"),
        ),
    )
    added = (*(name for name in versioned if name not in plain), "include", "type", "event_payload")
    yield _sequence(
        f"conflicts: {summary(plain)}",
        (_step(plain, "first"), *_changed(plain, rotation, only=set(added)), _step(plain, "first again")),
    )


def _changed(params: Params, rotation: Rotation, *, only: set[str] | None = None, once: bool = False) -> Iterator[Step]:
    """Yield a step for each change; with `once`, of what both types have one way to change it, and to leave it out."""
    seen: set[tuple[str, bool]] = set()
    for change in changes(params, rotation):
        kind = change.place, change.how in {"removed", "added"}
        if (only is None or change.place in only) and not (once and "." not in change.place and kind in seen):
            yield _step(change.params, f"same key, {change.place} {change.how}")
        seen.add(kind)


def types_alone(seed: int = 0) -> tuple[Sequence, ...]:
    """Return creates with both configuration objects whose type alone changes: the page does not forbid either."""
    rotation = Rotation(seed)
    sequences = []
    for kind, other in (TYPES, TYPES[::-1]):
        params = {**rotation.create(kind), other: rotation.create(other)[other]}
        steps = (_step(params, "both configurations"), _step({**params, "type": other}, "same key, type alone"))
        sequences.append(_sequence(f"a conflict by type alone: {kind}", steps))
    return tuple(sequences)


def absent_or_empty(seed: int = 0) -> tuple[Sequence, ...]:
    """Return creates without an optional field, and then with an empty one under the same key."""
    rotation = Rotation(seed)
    empty: dict[str, Any] = {"description": "", "metadata": {}}
    return tuple(
        _sequence(
            f"{name} absent, then empty: {kind}",
            (
                _step(params, f"no {name}"),
                Step(case=case(f"same key, {name} empty", {**params, name: value}, Expectation.EITHER)),
            ),
        )
        for kind, (name, value) in zip(TYPES, empty.items(), strict=True)
        for params in [rotation.create(kind)]
    )


def same_parameters(seed: int = 0) -> tuple[Sequence, ...]:
    """Return creates that are sent again in other words: other member order, white space, escapes."""
    rotation = Rotation(seed)
    bases = (rotation.rich(WEBHOOK, THIN), rotation.rich(EVENTBRIDGE, SNAPSHOT))
    return tuple(
        Sequence(
            name=f"the same parameters in other words: {summary(params)}",
            steps=(
                _step(params, "first"),
                Step(case=reworded(params, "members backwards", backwards=True)),
                Step(case=reworded(params, "white space", spaced=True)),
                Step(case=reworded(params, "escapes", escaped=True)),
            ),
        )
        for params in bases
    )


def reworded(params: Params, how: str, *, backwards: bool = False, spaced: bool = False, escaped: bool = False) -> Case:
    """Return the case that says `params` in other bytes: members in the opposite order, white space, or escapes."""
    body = json.dumps(
        _backwards(params) if backwards else params,
        ensure_ascii=escaped,
        indent=2 if spaced else None,
        separators=None if spaced else (",", ":"),
    )
    return Case(
        name=f"the same, {how}",
        # Only strings hold an `o` or a slash here, and no escape does.
        body=(body.replace("/", "\\/").replace("o", "\\u006f") if escaped else body).encode(),
        params=params,
        expectation=expectation_of(params),
    )


def _backwards(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a JSON value with the members of all objects in the opposite order."""
    if isinstance(value, Mapping):
        return {name: _backwards(inner) for name, inner in reversed(list(value.items()))}
    return value


_NEAR_KEYS: dict[str, tuple[str, ...]] = {
    "in case": ("{fresh}", "{FRESH}"),
    "in the last of 64 characters": ("{fresh}" + "-" * 27 + "1", "{fresh}" + "-" * 27 + "2", "{fresh}" + "-" * 27),
    "in one character in the middle": ("{fresh}-a-order-created", "{fresh}-b-order-created"),
    "in the first character": ("a-{fresh}", "b-{fresh}"),
}
"""Keys that resemble each other: what a server must not fold, cut or skip."""


def independent_keys(seed: int = 0) -> tuple[Sequence, ...]:
    """Return creates with other params each, under keys that differ a little; then each webhook endpoint again."""
    rotation = Rotation(seed)
    sequences = []
    for kind in TYPES:
        for how, templates in _NEAR_KEYS.items():
            keyed = [(rotation.create(kind), Key(template=template)) for template in templates]
            made = [_step(params, f"a key that differs {how}", key) for params, key in keyed]
            again = [_step(params, "the same again", key) for params, key in keyed if kind == WEBHOOK]
            sequences.append(_sequence(f"keys that differ {how}: {kind}", (*made, *again)))
    return tuple(sequences)


def without_key(seed: int = 0) -> tuple[Sequence, ...]:
    """Return creates that are sent twice without a key: each makes a destination."""
    rotation = Rotation(seed)
    return tuple(
        _sequence(f"without a key: {kind}", (_step(params, name, None) for name in ("no key", "no key again")))
        for kind in TYPES
        for params in [rotation.create(kind)]
    )


def idempotency(seed: int = 0) -> tuple[Sequence, ...]:
    """Return all written sequences about keys, in a telling order."""
    parts = (replays, conflicts, independent_keys, without_key, same_parameters, absent_or_empty, types_alone)
    return tuple(chain.from_iterable(part(seed) for part in parts))
