"""Servers that accept values, or elements of an array, that the page does not list."""

from __future__ import annotations

from collections.abc import Callable

from ed_contract.reference import Json, Params, Problem
from ed_contract.zoo.altering import Change, altered, at, overlooking, reading, snake_case, texts, where
from ed_contract.zoo.predicates import JSON_KINDS
from ed_contract.zoo.specimen import Mutant, slug

_ENUMS = {"type", "event_payload"}
_SOURCES = ("other_accounts", "self")
_INCLUDES = ("webhook_endpoint.signing_secret", "webhook_endpoint.url")


def _rule(place: str, rule: str) -> Callable[[Problem, Params], bool]:
    return lambda problem, _: problem.place == place and problem.rule == rule


OPEN = tuple(
    Mutant(
        name=f"{slug(place)}-open",
        breaks=f"request/{place}/enum",
        sentence=f"Accepts any string as `{place}`.",
        make=overlooking(_rule(place, "enum")),
    )
    for place in ("type", "event_payload")
)

_POSITIONS: tuple[tuple[str, str, Callable[[int, int], bool]], ...] = (
    ("none", "no element", lambda position, count: False),  # noqa: ARG005 - all take the same
    ("ends-only", "only the first and last elements", lambda position, count: position in {0, count - 1}),
)


def _unchecked(place: str, checked: Callable[[int, int], bool]) -> Callable[[Problem, Params], bool]:
    def overlooked(problem: Problem, params: Params) -> bool:
        if problem.place != place or problem.rule != "items":
            return False
        return not checked(int(problem.at.strip("[]")), len(at(place, params)))

    return overlooked


POSITIONS = tuple(
    Mutant(
        name=f"{slug(place)}-checked-{name}",
        breaks=f"request/{place}/items",
        sentence=f"Validates {which} of `{place}`.",
        make=overlooking(_unchecked(place, checked)),
    )
    for place in ("enabled_events", "events_from", "include")
    for name, which, checked in _POSITIONS
)


def _items_of_kind(place: str, kind: Callable[[Json], bool]) -> Callable[[Problem, Params], bool]:
    return lambda problem, params: (
        problem.place == place and problem.rule == "items" and kind(at(place, params)[int(problem.at.strip("[]"))])
    )


ITEMS = tuple(
    Mutant(
        name=f"{slug(place)}-with-{kind}",
        breaks=f"request/{place}/items",
        sentence=f"Accepts {kind} in `{place}`.",
        make=overlooking(_items_of_kind(place, JSON_KINDS[kind])),
    )
    for place, kind in (
        ("enabled_events", "numbers"),
        ("enabled_events", "nulls"),
        ("enabled_events", "objects"),
        ("events_from", "nulls"),
        ("include", "nulls"),
    )
)


def _nearest(listed: tuple[str, ...], near: Callable[[str, str], bool]) -> Change:
    """Return the change of a string, or of those in an array, to the listed value that is near it."""

    def correct(value: Json) -> Json:
        if isinstance(value, list):
            return [correct(item) for item in value]
        if not isinstance(value, str) or value in listed:
            return value
        return next((one for one in listed if near(value, one)), value)

    return correct


_NEAR: tuple[tuple[str, str, Callable[[str, str], bool]], ...] = (
    ("any-case", "values of `{place}` in any case", lambda value, one: value.lower() == one),
    ("padded", "values of `{place}` with whitespace around them", lambda value, one: value.strip() == one),
    ("prefix", "prefixes of the values of `{place}`", lambda value, one: bool(value) and one.startswith(value)),
)

NEAR = tuple(
    Mutant(
        name=f"{slug(place)}-{name}",
        breaks=f"request/{place}/{'enum' if place in _ENUMS else 'items'}",
        sentence=f"Accepts {which.format(place=place)}.",
        make=reading(altered(place, _nearest(listed, near))),
    )
    for place, listed in (
        ("type", ("amazon_eventbridge", "webhook_endpoint")),
        ("event_payload", ("snapshot", "thin")),
        ("events_from", _SOURCES),
        ("include", _INCLUDES),
    )
    for name, which, near in _NEAR
)


def _each(change: Callable[[str], Json | None]) -> Change:
    """Return the change of each string in an array that drops those that become None."""

    def changed(value: Json) -> Json:
        if not isinstance(value, list):
            return value
        items = [change(item) if isinstance(item, str) else item for item in value]
        return [item for item in items if item is not None]

    return changed


def _by_first_word(*listed: str) -> Callable[[str], Json]:
    return lambda text: next((one for one in listed if one.split("_")[0] == text), text)


def _unwrapped(value: Json) -> Json:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


_CONVERTED: tuple[tuple[str, str, str, Change], ...] = (
    ("payload-in-a-list", "event_payload", "Accepts an array of one payload as `event_payload`.", _unwrapped),
    ("type-in-a-list", "type", "Accepts an array of one type as `type`.", _unwrapped),
    (
        "empty-payload-is-thin",
        "event_payload",
        "Treats an empty `event_payload` as thin.",
        lambda value: "thin" if value == "" else value,
    ),
    (
        "include-ignores-unknown",
        "include",
        "Ignores unknown values of `include` instead of refusing them.",
        where(list, lambda values: [value for value in values if value in _INCLUDES]),
    ),
    (
        "include-by-last-segment",
        "include",
        "Accepts `url` and `signing_secret` in `include` without the name of their object.",
        _nearest(_INCLUDES, lambda value, one: one.rpartition(".")[2] == value),
    ),
    ("sources-by-first-word", "events_from", "Accepts `other` for `other_accounts`.", _each(_by_first_word(*_SOURCES))),
    (
        "type-by-first-word",
        "type",
        "Accepts `webhook` for `webhook_endpoint`.",
        where(str, _by_first_word("webhook_endpoint")),
    ),
    ("include-star", "include", "Accepts `*` in `include`.", _each(lambda text: None if text == "*" else text)),
    (
        "include-any-member",
        "include",
        "Validates only the first segment of each value of `include`.",
        _each(lambda text: text if text in _INCLUDES or not text.startswith("webhook_endpoint.") else None),
    ),
    (
        "payload-by-index",
        "event_payload",
        "Accepts the number 1 for the payload `snapshot`.",
        lambda value: "snapshot" if value == 1 and value is not True else value,
    ),
    (
        "type-compared-loosely",
        "type",
        "Accepts true as `type`.",
        lambda value: "webhook_endpoint" if value is True else value,
    ),
    ("type-in-camel-case", "type", "Accepts values of `type` in camel case.", texts(snake_case)),
    (
        "events-from-of-a-later-edition",
        "events_from",
        "Accepts `@self` and `@accounts` in `events_from`, which only a later edition allows.",
        where(list, texts(lambda text: {"@self": "self", "@accounts": "other_accounts"}.get(text, text))),
    ),
)

CONVERTED = tuple(
    Mutant(
        name=name,
        breaks=f"request/{place}/{'enum' if place in _ENUMS else 'items'}",
        sentence=sentence,
        make=reading(altered(place, change)),
    )
    for name, place, sentence, change in _CONVERTED
)

MUTANTS = (*OPEN, *POSITIONS, *ITEMS, *NEAR, *CONVERTED)
