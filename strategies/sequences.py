"""Written sequences about idempotency keys. They carry no roles: the checks know what each key was used for."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from ed_contract.case import Case, Credential, Expectation, Key, Params, Sequence, Step, case
from ed_contract.strategies.bodies import bodies
from ed_contract.strategies.changes import changes, everything
from ed_contract.strategies.mutations import mutations
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
    """Return creates that are sent three times under one key, but for thin webhook endpoints: smoke has them.

    At the end the key is used for a create that lacks something: it is no less wrong for that.
    """
    rotation = Rotation(seed)
    bases = [rotation.full(kind, payload) for payload in EVENT_PAYLOADS for kind in TYPES][1:]
    return tuple(
        _sequence(
            f"a replay: {summary(params)}",
            (
                *(_step(params, name) for name in ("first", "the same again", "the same a third time")),
                Step(case=_broken(params, requirement)),
            ),
        )
        for params, requirement in zip(bases, _BROKEN_UNDER_A_KEY, strict=True)
    )


_BROKEN_UNDER_A_KEY = ("request/name/required", "request/type/enum", "request/enabled_events/type")


def _broken(params: Params, requirement: str) -> Case:
    """Return the create that breaks a requirement by its most telling operator."""
    return next(mutations(params, requirement))


def conflicts(seed: int = 0) -> tuple[Sequence, ...]:
    """Return creates whose key is used again with one change after the other, then with everything different.

    The first is sent once more at the end of each: it must still be replayed. Of each type one create has every
    optional field with either payload, and one has nothing optional, so that each can be added. Every change there
    is is made to a webhook endpoint, and of those that both types have one of each parameter to the others.
    """
    rotation = Rotation(seed)
    return tuple(chain.from_iterable(_conflicts_of(kind, rotation) for kind in TYPES))


def _conflicts_of(kind: str, rotation: Rotation) -> Iterator[Sequence]:
    full, versioned = rotation.rich(kind, THIN), rotation.rich(kind, SNAPSHOT)
    plain = rotation.create(kind, SNAPSHOT)
    few = {"type", "event_payload"}
    added = (*(name for name in versioned if name not in plain), "include", "type", "event_payload")
    for params, steps in (
        (
            full,
            (
                *_changed(full, rotation, most=1 if kind == EVENTBRIDGE else 9),
                _step(everything(full, rotation), "same key, everything different"),
            ),
        ),
        (versioned, _changed(versioned, rotation, most=1, removed={"snapshot_api_version"}, without=few)),
        (plain, (*_changed(plain, rotation, only={*added}), *_changed(plain, rotation, only=_URL, most=1))),
    ):
        yield _sequence(f"conflicts: {summary(params)}", (_step(params, "first"), *steps, _step(params, "first again")))


_URL = frozenset({"webhook_endpoint.url"})  # here one that is not to be included


def _changed(
    params: Params,
    rotation: Rotation,
    *,
    most: int = 9,
    only: Container[str] | None = None,
    without: Container[str] = (),
    removed: Container[str] | None = None,
) -> Iterator[Step]:
    """Yield a step for each change.

    Args:
        params: what is changed.
        rotation: gives the other values.
        most: how many changes of one parameter, beside leaving it out or adding it; of the inner ones all.
        only: the parameters that are changed, by their dotted names; None means all.
        without: those that are not.
        removed: those that are left out or added; None means all.
    """
    seen: Counter[str] = Counter()
    for change in changes(params, rotation):
        whole = change.how in {"removed", "added"}
        seen[change.place] += not whole
        wanted = (only is None or change.place in only) and change.place not in without
        if whole:
            wanted = wanted and (removed is None or change.place in removed)
        elif seen[change.place] > most:
            wanted = wanted and change.place.startswith(EVENTBRIDGE)
        if wanted:
            yield _step(change.params, f"same key, {change.place} {change.how}")


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
    "in one sign": ("{fresh}", "{fresh}-1", "{fresh}_1", "{fresh}.1", "{fresh}:1", "{fresh}1"),
}
"""Keys that resemble each other: what a server must not fold, cut or skip."""


def independent_keys(seed: int = 0) -> tuple[Sequence, ...]:
    """Return creates with other params each, under keys that differ a little; then the first of them again."""
    rotation = Rotation(seed)
    sequences = []
    for how, templates in _NEAR_KEYS.items():
        keyed = [(rotation.create(WEBHOOK), Key(template=template)) for template in templates]
        made = [_step(params, f"a key that differs {how}", key) for params, key in keyed]
        again = [_step(params, "the first again", key) for params, key in keyed[:1]]
        sequences.append(_sequence(f"keys that differ {how}", (*made, *again)))
    return tuple(sequences)


def refused_between(seed: int = 0) -> tuple[Sequence, ...]:
    """Return the create that is sent again after others were refused: no JSON, no name, nobody's credential."""
    params = Rotation(seed).create(WEBHOOK)
    refused = (
        Step(case=bodies()[0], key=Key(label="b")),
        Step(case=_broken(params, "request/name/required"), key=Key(label="c")),
        Step(
            case=case("under nobody's credential", params, Expectation.EITHER),
            key=Key(label="d"),
            credential=Credential.UNKNOWN,
        ),
    )
    steps = (_step(params, "first"), *refused, _step(params, "the same again"))
    return (_sequence("others are refused in between", steps),)


def without_key(seed: int = 0) -> tuple[Sequence, ...]:
    """Return creates that are sent twice without a key: each makes a destination. Then one that lacks something."""
    rotation = Rotation(seed)
    return tuple(
        _sequence(
            f"without a key: {kind}",
            (
                *(_step(params, name, None) for name in ("no key", "no key again")),
                Step(case=_broken(params, requirement), key=None),
            ),
        )
        for kind, requirement in zip(TYPES, ("request/event_payload/enum", "request/name/required"), strict=True)
        for params in [rotation.create(kind)]
    )


def idempotency(seed: int = 0) -> tuple[Sequence, ...]:
    """Return all written sequences about keys, in a telling order."""
    parts = (
        replays,
        conflicts,
        independent_keys,
        refused_between,
        without_key,
        same_parameters,
        absent_or_empty,
        types_alone,
    )
    return tuple(chain.from_iterable(part(seed) for part in parts))
