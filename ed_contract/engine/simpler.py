"""The moves that make params smaller: each changes as little as it can, and keeps what is valid valid.

A move is done to all requests of a sequence alike, so that a difference between them which the finding is about
either stays, or is lost together with the finding, and then the move is taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ed_contract.case import Params

_WEBHOOK = {"type": "webhook_endpoint", "webhook_endpoint": {"url": "https://example.com/"}}
_THIN = {"event_payload": "thin", "enabled_events": ["v1.billing.meter.error_report_triggered"]}
_OPTIONAL = ("description", "metadata", "events_from", "include", "snapshot_api_version")
_PLAIN: Mapping[str, str] = {
    "name": "Orders",
    "description": "Orders",
    "webhook_endpoint.url": "https://example.com/",
    "amazon_eventbridge.aws_account_id": "123456789012",
    "amazon_eventbridge.aws_region": "us-east-1",
    "snapshot_api_version": "2024-09-30.acacia",
}

Change: TypeAlias = Callable[[Params], Params | None]
"""Returns smaller params, or None if there is nothing to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One way to make params smaller."""

    about: str  # the top-level parameter that matters if the move cannot be made
    touches: frozenset[str]  # all top-level parameters that it changes
    change: Change
    cuts_text: bool = False  # what is left of a text may be unusual: the page is silent about it


def without(params: Params, *names: str) -> dict[str, Any]:
    """Return `params` without the named parameters."""
    return {name: value for name, value in params.items() if name not in names}


def _drop(name: str) -> Move:
    return Move(
        about=name,
        touches=frozenset({name}),
        change=lambda params: without(params, name) if name in params else None,
    )


def _to_webhook(params: Params) -> Params | None:
    if params.get("type") != "amazon_eventbridge":
        return None
    return without(params, "amazon_eventbridge") | _WEBHOOK


def _to_thin(params: Params) -> Params | None:
    return without(params, "snapshot_api_version") | _THIN if params.get("event_payload") == "snapshot" else None


def _plain(place: str, value: str) -> Move:
    def change(params: Params) -> Params | None:
        return put(params, place, value) if isinstance(at(params, place), str) and at(params, place) != value else None

    name = place.partition(".")[0]
    return Move(about=name, touches=frozenset({name}), change=change)


def _plain_events(params: Params) -> Params | None:
    events = _THIN["enabled_events"] if params.get("event_payload") == "thin" else ["customer.created"]
    return {**params, "enabled_events": events} if params.get("enabled_events", events) != events else None


def whole_moves() -> tuple[Move, ...]:
    """Return the moves that drop a parameter or put a plain value in its place, the telling ones first."""
    return (
        *map(_drop, _OPTIONAL),
        Move(
            about="type",
            touches=frozenset({"type", "webhook_endpoint", "amazon_eventbridge"}),
            change=_to_webhook,
        ),
        Move(
            about="event_payload",
            touches=frozenset({"event_payload", "enabled_events", "snapshot_api_version"}),
            change=_to_thin,
        ),
        Move(about="enabled_events", touches=frozenset({"enabled_events"}), change=_plain_events),
        *(_plain(place, value) for place, value in _PLAIN.items()),
    )


def part_moves(params: Params) -> Iterator[Move]:
    """Yield the moves that leave one element of each list or map of `params`."""
    for name in ("enabled_events", "events_from", "include"):
        values = params.get(name)
        if isinstance(values, list) and len(values) > 1:
            for value in values:
                yield Move(about=name, touches=frozenset({name}), change=_only(name, [value]))
    metadata = params.get("metadata")
    if isinstance(metadata, dict) and len(metadata) > 1:
        for key, value in metadata.items():
            yield Move(about="metadata", touches=frozenset({"metadata"}), change=_only("metadata", {key: value}))


def _only(name: str, value: object) -> Change:
    return lambda params: {**params, name: value} if name in params else None


def text_places(params: Params) -> Iterator[str]:
    """Yield the places of the texts that can be cut: those that could not be made plain."""
    for place in ("name", "description"):
        if isinstance(params.get(place), str) and params[place] != _PLAIN[place]:
            yield place


def cut(place: str, text: str) -> Move:
    """Return the move that puts `text`, a part of what is there, at `place`."""
    change: Change = lambda params: put(params, place, text) if isinstance(at(params, place), str) else None  # noqa: E731
    name = place.partition(".")[0]
    return Move(about=name, touches=frozenset({name}), change=change, cuts_text=True)


def at(params: Params, place: str) -> Any:  # noqa: ANN401 - any JSON
    """Return the value at a dotted place, or None."""
    value: Any = params
    for name in place.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def put(params: Params, place: str, value: object) -> Params:
    """Return `params` with `value` at a dotted place."""
    head, _, rest = place.partition(".")
    return {**params, head: put(params[head], rest, value) if rest else value}
