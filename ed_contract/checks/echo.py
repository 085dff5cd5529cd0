"""Whether what was sent comes back: exactly, to the code point."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ed_contract.case import Expectation, Params
from ed_contract.checks.normal_forms import holds_no_text, is_normalised, is_same_url, is_unusual
from ed_contract.checks.reading import Reading, check, held
from ed_contract.excerpt import json_start
from ed_contract.finding import Observation
from ed_contract.record.values import LONGEST_SHOWN, canonical, member, same, shown

_URL = "webhook_endpoint.url"
_EMPTY: tuple[object, ...] = (None, "", [], {})
_NEVER_ANOTHERS = {"description", "metadata"}  # where nothing that is shown by default was sent by others
PLACES = (
    "name",
    "type",
    "event_payload",
    "enabled_events",
    "description",
    "events_from",
    "metadata",
    "snapshot_api_version",
    "amazon_eventbridge.aws_account_id",
    "webhook_endpoint.url",
)


@check(*(f"echo/{place}" for place in PLACES), "echo/normalised")
def what_was_sent_comes_back(reading: Reading) -> Iterator[Observation]:
    """Judge each echoed place of a new destination whose value was sent, and two of which none was."""
    if reading.made is None or reading.params is None or not {"name", "type"} & reading.made.keys():
        return  # an object that is no destination at all is the schema's matter
    for place in PLACES:
        sent, got = member(reading.params, place), member(reading.made, place)
        if place in _NEVER_ANOTHERS and sent in _EMPTY:
            yield from _of_another_request(reading, place, got)
        if not is_echoed(place, reading.params) or sent in _EMPTY or is_left_open(place, sent):
            continue
        if comes_back(place, sent, got):
            yield held(f"echo/{place}")
            if reading.expectation is Expectation.EITHER and is_unusual(sent):
                yield held("echo/normalised")
        elif not _is_there(reading.made, place):
            continue  # the schema row, the include row or config-matches-type names what is missing there
        elif reading.expectation is Expectation.EITHER and _is_in_other_form(place, sent, got):
            yield reading.finding(
                "echo/normalised",
                place,
                expected=f"`{place}` is {shown(sent)}",
                actual=f"`{place}` is {shown(got)}",
            )
        else:
            yield reading.finding(
                f"echo/{place}",
                fault(sent, got),
                expected=f"`{place}` is {shown(sent)}, as sent",
                actual=f"`{place}` is {shown(got)}",
            )


def _of_another_request(reading: Reading, place: str, got: object) -> Iterator[Observation]:
    """Judge what is shown of a text that was not sent: no default is what another request sent."""
    # A name may be the default of a description.
    if got in _EMPTY or got == (reading.params or {}).get("name"):
        return
    for other in reading.history.facts.that_sent(place, got, reading.interaction)[-1:]:
        yield reading.finding(
            f"echo/{place}",
            "another request's",
            expected=f"nothing of what another request sent as `{place}`",
            actual=f"`{place}` is {shown(got)}, and was not sent",
            before=(other,),
        )


def shows_what_was_sent(body: bytes, made: Mapping[str, Any]) -> bool:
    """Whether a destination shows all that the body of a create says, each value as it is or in a normal form of it.

    The name is one of them: what has none cannot be told from another's. An empty value may be treated as not given.
    """
    try:
        params = json.loads(body)
    except (ValueError, RecursionError):
        return False
    if not isinstance(params, dict) or not isinstance(params.get("name"), str):
        return False
    told = ((place, member(params, place)) for place in PLACES if is_echoed(place, params))
    return all(
        comes_back(place, sent, got) or _is_in_other_form(place, sent, got)
        for place, sent in told
        if place == "name" or (sent and not is_left_open(place, sent))
        for got in (member(made, place),)
    )


def is_left_open(place: str, sent: object) -> bool:
    """Whether the page says nothing of what comes back: for what is no text, and for metadata that is none."""
    values = sent.values() if place == "metadata" and isinstance(sent, dict) else ()
    return holds_no_text(sent) or not all(isinstance(value, str) for value in values)


def is_echoed(place: str, params: Params) -> bool:
    """Whether the page says that `place` of these params comes back."""
    parent = place.partition(".")[0]
    if place == "webhook_endpoint.url":
        include = params.get("include")
        asked = isinstance(include, list) and place in include
        return asked and params.get("type") == parent
    if "." in place:
        return bool(params.get("type") == parent)
    return place != "snapshot_api_version" or params.get("event_payload") == "snapshot"


def comes_back(place: str, sent: object, got: object) -> bool:
    """Whether `got` is what was sent: `events_from` as a set, anything else exactly."""
    if place == "events_from" and isinstance(sent, list) and isinstance(got, list):
        return _as_set(sent) == _as_set(got)
    return same(sent, got)


def _as_set(values: list[Any]) -> set[str]:
    return {shown(value) for value in values}


def _is_in_other_form(place: str, sent: object, got: object) -> bool:
    longest = 4 * len(canonical(sent)) + LONGEST_SHOWN  # no form of a value is that much longer
    if len(json_start(got, longest)) == longest:
        return False
    return is_normalised(sent, got) or (place == _URL and is_same_url(sent, got))


def _is_there(made: Mapping[str, Any], place: str) -> bool:
    """Whether another row does not already say that the place is missing."""
    parent, _, child = place.rpartition(".")
    if not parent:
        return place in made or place in {"description", "events_from", "metadata", "snapshot_api_version"}
    config = made.get(parent)
    if not isinstance(config, dict):
        return False
    return child in config if parent == "amazon_eventbridge" else config.get(child) is not None


def fault(sent: object, got: object) -> str:
    """Return in a word what became of the value."""
    if got is None:
        return "lost"
    if type(sent) is not type(got):
        return "retyped"
    if isinstance(sent, str) and isinstance(got, str):
        return "cut" if got and sent.startswith(got) else "changed"
    if isinstance(sent, list) and isinstance(got, list) and sorted(map(shown, sent)) == sorted(map(shown, got)):
        return "reordered"
    return "changed"
