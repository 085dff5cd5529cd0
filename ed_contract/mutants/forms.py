"""Servers that take a value in a form that the page does not give, or look at it for some creates alone."""

# ruff: noqa: D102 - an overriding method is described by the one that it overrides

from __future__ import annotations

import json
from collections.abc import Callable

from werkzeug.wrappers import Response

from ed_contract.mutants.seams import Change, altered, at, edited, overlooking, reading, storing
from ed_contract.mutants.words import Mutant, mutant, mutants_in
from ed_contract.reference import Create, Document, Json, Params, Problem, Reference

_SOURCES = ("other_accounts", "self")
_INCLUDES = ("webhook_endpoint.signing_secret", "webhook_endpoint.url")


def _if_text(change: Callable[[str], Json]) -> Change:
    return lambda value: change(value) if isinstance(value, str) else value


def _each(change: Callable[[str], Json | None]) -> Change:
    """Return the change of each string of an array, which drops those that become None."""

    def changed(value: Json) -> Json:
        if not isinstance(value, list):
            return value
        items = [change(item) if isinstance(item, str) else item for item in value]
        return [item for item in items if item is not None]

    return changed


def _split(text: str) -> Json:
    return text.split(",") if "," in text else text


def _by_first_word(*listed: str) -> Callable[[str], Json]:
    return lambda text: next((one for one in listed if one.split("_")[0] == text), text)


def _parsed(text: str) -> Json:
    try:
        value: Json = json.loads(text)
    except ValueError:
        return text
    return value


def _of_pairs(value: Json) -> Json:
    if not isinstance(value, list) or not all(isinstance(one, list) for one in value):
        return value
    try:
        return dict(value)
    except (TypeError, ValueError):
        return value


_FORMS: tuple[tuple[str, str, str, Callable[[Document], object]], ...] = (
    (
        "sources-split-at-commas",
        "request/events_from/type",
        "Splits a string of sources at its commas.",
        altered("events_from", _if_text(_split)),
    ),
    (
        "sources-by-key",
        "request/events_from/type",
        "Takes the keys of an object for the list of `events_from`.",
        altered("events_from", lambda value: list(value) if isinstance(value, dict) else value),
    ),
    (
        "include-all",
        "request/include/type",
        "Takes true as the list of includes: all of them.",
        altered("include", lambda value: list(_INCLUDES) if value is True else value),
    ),
    (
        "events-all",
        "request/enabled_events/type",
        "Takes true as the list of events.",
        altered("enabled_events", lambda value: ["v1.billing.meter.no_meter_found"] if value is True else value),
    ),
    (
        "sources-by-first-word",
        "request/events_from/items",
        "Takes `other` for `other_accounts`.",
        altered("events_from", _each(_by_first_word(*_SOURCES))),
    ),
    (
        "type-by-first-word",
        "request/type/enum",
        "Takes `webhook` for `webhook_endpoint`.",
        altered("type", _if_text(_by_first_word("webhook_endpoint"))),
    ),
    (
        "include-star",
        "request/include/items",
        "Takes `*` among the includes.",
        altered("include", _each(lambda text: None if text == "*" else text)),
    ),
    (
        "include-any-member",
        "request/include/items",
        "Looks at the first segment of what is to be included alone.",
        altered(
            "include",
            _each(lambda text: text if text in _INCLUDES or not text.startswith("webhook_endpoint.") else None),
        ),
    ),
    (
        "metadata-from-json",
        "request/metadata/type",
        "Takes JSON text as metadata.",
        altered("metadata", _if_text(_parsed)),
    ),
    (
        "metadata-from-pairs",
        "request/metadata/type",
        "Takes a list of pairs as metadata.",
        altered("metadata", _of_pairs),
    ),
    (
        "payload-by-index",
        "request/event_payload/enum",
        "Takes 0 and 1 for the payloads.",
        altered("event_payload", lambda value: "snapshot" if value == 1 and value is not True else value),
    ),
    (
        "type-compared-loosely",
        "request/type/enum",
        "Takes true for any type.",
        altered("type", lambda value: "webhook_endpoint" if value is True else value),
    ),
)

FORMS = tuple(
    Mutant(name=name, breaks=breaks, sentence=sentence, make=reading(edit)) for name, breaks, sentence, edit in _FORMS
)


def _name_of_thin_eventbridge(problem: Problem, params: Params) -> bool:
    """Return whether it is the name's type that is wrong, in a thin create for EventBridge."""
    kind = (at("type", params), at("event_payload", params))
    return problem.place == "name" and problem.rule == "type" and kind == ("amazon_eventbridge", "thin")


KEPT = (
    Mutant(
        name="thin-eventbridge-any-name",
        breaks="request/name/type",
        sentence="Takes any JSON as the name of a thin EventBridge destination.",
        make=overlooking(_name_of_thin_eventbridge),
    ),
    Mutant(
        name="description-no-break-spaces",
        breaks="echo/description",
        sentence="Keeps blanks for the no-break spaces of a description.",
        make=storing("description", lambda value: value and value.replace("\u00a0", " ")),
    ),
    Mutant(
        name="description-without-controls",
        breaks="echo/description",
        sentence="Drops escape characters from descriptions.",
        make=storing("description", lambda value: value and value.replace("\u001b", "")),
    ),
    Mutant(
        name="event-names-cut-at-64",
        breaks="echo/enabled_events",
        sentence="Cuts the names of events at 64 characters.",
        make=storing("enabled_events", lambda value: [name[:64] for name in value]),
    ),
)


def _filled(params: Document) -> None:
    params.setdefault("name", "Untitled")
    if params.get("event_payload") not in {"thin", "snapshot"}:
        params["event_payload"] = "thin"


@mutant(breaks="request/name/required", also=("request/event_payload/enum",))
class LaxWithoutKey(Reference):
    """Fills in what is missing or wrong where a create has no idempotency key."""

    def answer(self, create: Create) -> Response:
        if create.key is None:
            create = Create(account=create.account, key=None, body=create.body, params=edited(create.params, _filled))
        return super().answer(create)


MUTANTS = (*FORMS, *KEPT, *mutants_in(globals()))
