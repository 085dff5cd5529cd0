"""Servers that take what the page's table of parameters forbids."""

from __future__ import annotations

from collections.abc import Callable

from ed_contract.mutants.seams import Change, altered, at, overlooking, reading
from ed_contract.mutants.words import Mutant, slug
from ed_contract.reference import Document, Json, Params, Problem

_REQUIRED = (
    "enabled_events",
    "event_payload",
    "name",
    "type",
    "amazon_eventbridge.aws_account_id",
    "amazon_eventbridge.aws_region",
    "webhook_endpoint.url",
)
_ENUMS = ("type", "event_payload")


def _rule(place: str, *rules: str) -> Callable[[Problem, Params], bool]:
    return lambda problem, _: problem.place == place and problem.rule in rules


OPTIONAL = tuple(
    Mutant(
        name=f"{slug(place)}-optional",
        breaks=f"request/{place}/required",
        sentence=f"Takes creates without `{place}`.",
        make=overlooking(_rule(place, "required")),
    )
    for place in _REQUIRED
)


def _null(place: str) -> Callable[[Problem, Params], bool]:
    return lambda problem, params: (
        problem.place == place and problem.rule in {"type", "enum"} and at(place, params) is None
    )


NULL = tuple(
    Mutant(
        name=f"{slug(place)}-nullable",
        breaks=f"request/{place}/{'enum' if place in _ENUMS else 'type'}",
        sentence=f"Takes null as `{place}`.",
        make=overlooking(_null(place)),
        also=(f"request/{place}/required",),
    )
    for place in _REQUIRED
)

_KINDS: dict[str, Callable[[Json], bool]] = {
    "numbers": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "booleans": lambda value: isinstance(value, bool),
    "strings": lambda value: isinstance(value, str),
    "arrays": lambda value: isinstance(value, list),
    "objects": lambda value: isinstance(value, dict),
}


def _kind(place: str, kind: str) -> Callable[[Problem, Params], bool]:
    return lambda problem, params: problem.place == place and problem.rule == "type" and _KINDS[kind](at(place, params))


TYPES = tuple(
    Mutant(
        name=f"{slug(place)}-{kind}",
        breaks=f"request/{place}/type",
        sentence=f"Takes {kind} as `{place}`.",
        make=overlooking(_kind(place, kind)),
    )
    for place, kinds in (
        ("name", ("numbers", "booleans", "arrays", "objects")),
        ("enabled_events", ("strings", "objects", "numbers")),
        ("description", ("numbers", "booleans", "objects")),
        ("events_from", ("strings", "objects", "booleans")),
        ("include", ("strings", "objects", "booleans")),
        ("metadata", ("strings", "arrays", "numbers")),
        ("snapshot_api_version", ("numbers", "arrays")),
        ("webhook_endpoint", ("strings", "arrays", "booleans")),
        ("webhook_endpoint.url", ("numbers", "arrays", "objects")),
        ("amazon_eventbridge", ("strings", "arrays", "numbers")),
        ("amazon_eventbridge.aws_account_id", ("numbers", "objects")),
        ("amazon_eventbridge.aws_region", ("booleans", "arrays")),
    )
    for kind in kinds
)

OPEN = tuple(
    Mutant(name=name, breaks=breaks, sentence=sentence, make=overlooking(_rule(place, *rules)))
    for name, breaks, sentence, place, rules in (
        ("type-open", "request/type/enum", "Takes any string as `type`.", "type", ["enum"]),
        (
            "event-payload-open",
            "request/event_payload/enum",
            "Takes any string as `event_payload`.",
            "event_payload",
            ["enum"],
        ),
        ("type-not-checked", "request/type/enum", "Takes any value as `type`.", "type", ["enum", "type"]),
        (
            "event-payload-not-checked",
            "request/event_payload/enum",
            "Takes any value but a string as `event_payload`.",
            "event_payload",
            ["type"],
        ),
    )
)

_POSITIONS: tuple[tuple[str, str, Callable[[int, int], bool]], ...] = (
    ("none", "none of them", lambda position, count: False),  # noqa: ARG005 - all take the same
    ("first-only", "the first alone", lambda position, count: position == 0),  # noqa: ARG005 - the same
    ("last-only", "the last alone", lambda position, count: position == count - 1),
    ("ends-only", "the first and the last", lambda position, count: position in {0, count - 1}),
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
        sentence=f"Checks of the elements of `{place}` {which}.",
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
        sentence=f"Takes {kind} among `{place}`.",
        make=overlooking(_items_of_kind(place, {**_KINDS, "nulls": lambda value: value is None}[kind])),
    )
    for place, kind in (
        ("enabled_events", "numbers"),
        ("enabled_events", "nulls"),
        ("enabled_events", "objects"),
        ("events_from", "nulls"),
        ("include", "nulls"),
    )
)

_LISTED = {
    "type": ("amazon_eventbridge", "webhook_endpoint"),
    "event_payload": ("snapshot", "thin"),
    "events_from": ("other_accounts", "self"),
    "include": ("webhook_endpoint.signing_secret", "webhook_endpoint.url"),
}


def _nearest(listed: tuple[str, ...], near: Callable[[str, str], bool]) -> Change:
    """Return the change of a string to the listed value that it is near to, in an array too."""

    def correct(value: Json) -> Json:
        if isinstance(value, list):
            return [correct(item) for item in value]
        if not isinstance(value, str) or value in listed:
            return value
        return next((one for one in listed if near(value, one)), value)

    return correct


_NEAR: tuple[tuple[str, str, Callable[[str, str], bool]], ...] = (
    ("any-case", "whatever its case", lambda value, one: value.lower() == one),
    ("padded", "with blanks around it", lambda value, one: value.strip() == one),
    ("prefix", "by its beginning", lambda value, one: bool(value) and one.startswith(value)),
)

NEAR = tuple(
    Mutant(
        name=f"{slug(place)}-{name}",
        breaks=f"request/{place}/{'enum' if place in _ENUMS else 'items'}",
        sentence=f"Takes a value of `{place}` {how}.",
        make=reading(altered(place, _nearest(listed, near))),
    )
    for place, listed in _LISTED.items()
    for name, how, near in _NEAR
)


def _wrapped(value: Json) -> Json:
    return [value] if isinstance(value, str) else value


def _unwrapped(value: Json) -> Json:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _as_text(value: Json) -> Json:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _without_unknown(value: Json) -> Json:
    return [item for item in value if item in _LISTED["include"]] if isinstance(value, list) else value


_MISTAKES: tuple[tuple[str, str, str, Callable[[Document], object]], ...] = (
    (
        "account-id-coerced",
        "request/amazon_eventbridge.aws_account_id/type",
        "Turns a number as AWS account id into a string.",
        altered("amazon_eventbridge.aws_account_id", _as_text),
    ),
    ("name-coerced", "request/name/type", "Turns a number as name into a string.", altered("name", _as_text)),
    (
        "one-event-wrapped",
        "request/enabled_events/type",
        "Takes a single string as the list of events.",
        altered("enabled_events", _wrapped),
    ),
    (
        "events-split-at-commas",
        "request/enabled_events/type",
        "Splits a string of events at its commas.",
        altered("enabled_events", lambda value: value.split(",") if isinstance(value, str) else value),
    ),
    (
        "one-source-wrapped",
        "request/events_from/type",
        "Takes a single string as the list of `events_from`.",
        altered("events_from", _wrapped),
    ),
    (
        "one-include-wrapped",
        "request/include/type",
        "Takes a single string as the list of includes.",
        altered("include", _wrapped),
    ),
    (
        "payload-in-a-list",
        "request/event_payload/enum",
        "Takes a list of one payload.",
        altered("event_payload", _unwrapped),
    ),
    ("type-in-a-list", "request/type/enum", "Takes a list of one type.", altered("type", _unwrapped)),
    (
        "empty-payload-is-thin",
        "request/event_payload/enum",
        "Takes an empty payload for thin.",
        altered("event_payload", lambda value: "thin" if value == "" else value),
    ),
    (
        "payload-defaults",
        "request/event_payload/required",
        "Takes thin as the default payload.",
        lambda params: params.setdefault("event_payload", "thin"),
    ),
    (
        "type-guessed",
        "request/type/required",
        "Guesses the type from the configuration object that is there.",
        lambda params: params.setdefault("type", next((one for one in _LISTED["type"] if one in params), "")),
    ),
    (
        "name-defaults",
        "request/name/required",
        "Names a destination itself when no name was sent.",
        lambda params: params.setdefault("name", "Untitled"),
    ),
    (
        "events-default",
        "request/enabled_events/required",
        "Takes all events for enabled when none were sent.",
        lambda params: params.setdefault("enabled_events", ["*"]),
    ),
    (
        "include-ignores-unknown",
        "request/include/items",
        "Ignores what it cannot include.",
        altered("include", _without_unknown),
    ),
    (
        "include-by-last-segment",
        "request/include/items",
        "Takes `url` and `signing_secret` without their object.",
        altered("include", _nearest(_LISTED["include"], lambda value, one: one.rpartition(".")[2] == value)),
    ),
    (
        "url-wrapped",
        "request/webhook_endpoint/type",
        "Takes a string for the webhook endpoint with that URL.",
        altered("webhook_endpoint", lambda value: {"url": "https://example.com"} if isinstance(value, str) else value),
    ),
    (
        "numbers-for-payloads",
        "request/event_payload/enum",
        "Takes a payload by its number.",
        altered("event_payload", lambda value: "thin" if _KINDS["numbers"](value) else value),
    ),
)

MISTAKES = tuple(
    Mutant(name=name, breaks=breaks, sentence=sentence, make=reading(edit))
    for name, breaks, sentence, edit in _MISTAKES
)

MUTANTS = (*OPTIONAL, *NULL, *TYPES, *OPEN, *POSITIONS, *ITEMS, *NEAR, *MISTAKES)
