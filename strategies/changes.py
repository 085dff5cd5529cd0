"""Creates that differ from another in one documented parameter, at any depth: what makes a used key a conflict."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ed_contract.case import Params
from ed_contract.kinds.text_near import another_letter_beyond_ascii, last_letter_in_other_case, two_letters_swapped
from ed_contract.strategies.params import (
    CONFIGURATION,
    EVENT_PAYLOADS,
    EVENTBRIDGE,
    THIN,
    TYPES,
    WEBHOOK,
)
from ed_contract.strategies.rotation import Rotation
from ed_contract.strategies.values import SNAPSHOT_EVENTS, THIN_EVENTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Params that differ from others at one place, and in what way."""

    place: str  # a dotted name
    how: str  # in few words, e.g. "removed"
    params: Params


def changes(params: Params, rotation: Rotation) -> Iterator[Change]:
    """Yield the creates that differ from `params` in one parameter, each parameter's most telling change first.

    A type changes with its configuration object, a payload once alone and once with its events.
    """
    for place, how, change in _CHANGES:
        changed = change(params, rotation)
        if changed is not None:
            yield Change(place=place, how=how, params=changed)


def everything(params: Params, rotation: Rotation) -> dict[str, Any]:
    """Return a create of the other type, with every optional field, in which no value is that of `params`."""
    other = rotation.full(_opposite(TYPES, params["type"]), _opposite(EVENT_PAYLOADS, params["event_payload"]))
    for name in ("name", "description", "metadata"):
        while other[name] == params.get(name):
            other[name] = rotation.take(name)
    if other.get("events_from") == params.get("events_from"):
        other["events_from"] = _other_source(other["events_from"])
    return other


_Changer: TypeAlias = Callable[[Params, Rotation], dict[str, Any] | None]


def _include_added(params: Params, _: Rotation) -> dict[str, Any] | None:
    """Ask for the URL, where there is one: the page is silent about asking for it on EventBridge."""
    return (
        {**params, "include": ["webhook_endpoint.url"]} if params.keys() & {"include", WEBHOOK} == {WEBHOOK} else None
    )


def _version_added(params: Params, rotation: Rotation) -> dict[str, Any] | None:
    if params["event_payload"] == THIN or "snapshot_api_version" in params:
        return None
    return {**params, "snapshot_api_version": rotation.take("snapshot_api_version")}


def _sources_removed(params: Params, _: Rotation) -> dict[str, Any] | None:
    """Leave out the sources, unless they are what the page's example shows for none."""
    if params.get("events_from") in (None, ["self"]):
        return None
    return {name: value for name, value in params.items() if name != "events_from"}


def _other(name: str) -> _Changer:
    def change(params: Params, rotation: Rotation) -> dict[str, Any] | None:
        return {**params, name: rotation.other(name, params[name])} if name in params else None

    return change


def _removed(name: str) -> _Changer:
    return lambda params, _: {one: kept for one, kept in params.items() if one != name} if name in params else None


def _added(name: str, value: Callable[[Rotation], Any]) -> _Changer:
    def change(params: Params, rotation: Rotation) -> dict[str, Any] | None:
        return {**params, name: value(rotation)} if name not in params else None

    return change


def _set(name: str, change: Callable[[Any], Any]) -> _Changer:
    """Return the change of a value by itself; where that is the same value, there is no change."""

    def changed(params: Params, _: Rotation) -> dict[str, Any] | None:
        if name not in params or change(params[name]) == params[name]:
            return None
        return {**params, name: change(params[name])}

    return changed


def _another_event(params: Params, _: Rotation) -> dict[str, Any]:
    """Put another event in the place of the last one."""
    return {**params, "enabled_events": [*params["enabled_events"][:-1], _event_beside(params)]}


def _one_event_more(params: Params, _: Rotation) -> dict[str, Any]:
    return {**params, "enabled_events": [*params["enabled_events"], _event_beside(params)]}


def _another_first_event(params: Params, _: Rotation) -> dict[str, Any] | None:
    """Put another event in the place of the first one, where there are others behind it."""
    others = params["enabled_events"][1:]
    return {**params, "enabled_events": [_event_beside(params), *others]} if others else None


def _fewer_events(events: list[str]) -> list[str]:
    """Leave out the first event, where one is left then."""
    return events[1:] or events


def _event_beside(params: Params) -> str:
    """Return an event of the same family that is not yet among those of `params`."""
    family = THIN_EVENTS if params["event_payload"] == THIN else SNAPSHOT_EVENTS
    return next(event for event in family if event not in params["enabled_events"])


def _payload_alone(params: Params, _: Rotation) -> dict[str, Any] | None:
    """Change the payload and keep the events, which are of the other family then: the page does not forbid it."""
    if "snapshot_api_version" in params:
        return None
    return {**params, "event_payload": _opposite(EVENT_PAYLOADS, params["event_payload"])}


def _payload_with_its_events(params: Params, rotation: Rotation) -> dict[str, Any]:
    payload = _opposite(EVENT_PAYLOADS, params["event_payload"])
    kept = {name: value for name, value in params.items() if name != "snapshot_api_version"}
    return {**kept, "event_payload": payload, "enabled_events": rotation.take(payload)}


def _type_with_its_configuration(params: Params, rotation: Rotation) -> dict[str, Any]:
    other = _opposite(TYPES, params["type"])
    kept = {name: value for name, value in params.items() if name != params["type"]}
    return {**kept, "type": other, other: {name: rotation.take(name) for name in CONFIGURATION[other]}}


def _opposite(pair: tuple[str, ...], one: str) -> str:
    return next(other for other in pair if other != one)


def _inner(kind: str, name: str, change: Callable[[Any], Any]) -> _Changer:
    """Return the change of one field of a configuration object."""

    def changed(params: Params, _: Rotation) -> dict[str, Any] | None:
        config = params.get(kind)
        if config is None or change(config[name]) == config[name]:
            return None
        return {**params, kind: {**config, name: change(config[name])}}

    return changed


def _other_source(sources: list[str]) -> list[str]:
    return ["self"] if sources != ["self"] else ["other_accounts"]


def _other_include(asked: list[str]) -> list[str]:
    url = ["webhook_endpoint.url"]
    return url if asked != url else ["webhook_endpoint.signing_secret"]


def _first_entry(change: Callable[[str, str], Mapping[str, str]]) -> Callable[[dict[str, str]], dict[str, str]]:
    """Return the change of the first entry of a map into other entries."""

    def changed(entries: dict[str, str]) -> dict[str, str]:
        (key, value), *rest = entries.items()
        return {**change(key, value), **dict(rest)}

    return changed


def _fewer_entries(entries: dict[str, str]) -> dict[str, str]:
    """Leave out the last entry, where one is left then."""
    return dict(list(entries.items())[:-1]) if len(entries) > 1 else entries


def _path_in_other_case(url: str) -> str:
    """Swap the case of a letter in the first segment of the path: further on, escapes mean the same in any case."""
    scheme, empty, host, segment, *rest = url.split("/")
    path, mark, query = segment.partition("?")
    return "/".join((scheme, empty, host, f"{last_letter_in_other_case(path)}{mark}{query}", *rest))


def _another_host(url: str) -> str:
    """Put another host in the place of this one, and leave the path as it is."""
    scheme, empty, host, *rest = url.split("/")
    return "/".join((scheme, empty, "example.com" if host != "example.com" else "example.net", *rest))


def _path_longer(url: str) -> str:
    address, mark, query = url.partition("?")
    return f"{address.rstrip('/')}/more{mark}{query}"


_CHANGES: tuple[tuple[str, str, _Changer], ...] = (
    ("name", "last letter in other case", _set("name", last_letter_in_other_case)),
    ("description", "another", _other("description")),
    ("enabled_events", "another", _another_event),
    ("event_payload", "alone", _payload_alone),
    ("webhook_endpoint.url", "another path", _inner(WEBHOOK, "url", _path_longer)),
    ("name", "two letters swapped", _set("name", two_letters_swapped)),
    ("enabled_events", "another first", _another_first_event),
    (
        "amazon_eventbridge.aws_account_id",
        "another last digit",
        _inner(EVENTBRIDGE, "aws_account_id", lambda digits: digits[:-1] + str(9 - int(digits[-1]))),
    ),
    (
        "amazon_eventbridge.aws_region",
        "another",
        _inner(EVENTBRIDGE, "aws_region", lambda region: "eu-west-3" if region != "eu-west-3" else "us-east-1"),
    ),
    ("events_from", "another", _set("events_from", _other_source)),
    ("include", "another", _set("include", _other_include)),
    ("metadata", "another value", _set("metadata", _first_entry(lambda key, value: {key: f"{value}2"}))),
    ("snapshot_api_version", "another", _other("snapshot_api_version")),
    ("type", "with its configuration", _type_with_its_configuration),
    ("event_payload", "with its events", _payload_with_its_events),
    ("name", "another", _other("name")),
    ("description", "last letter in other case", _set("description", last_letter_in_other_case)),
    ("enabled_events", "one more", _one_event_more),
    ("enabled_events", "one fewer", _set("enabled_events", _fewer_events)),
    ("description", "without a blank", _set("description", lambda text: text.replace(" ", "", 1))),
    ("description", "another letter beyond ASCII", _set("description", another_letter_beyond_ascii)),
    ("description", "other punctuation", _set("description", lambda text: f"{text}!?")),
    (
        "amazon_eventbridge.aws_account_id",
        "another first digit",
        _inner(EVENTBRIDGE, "aws_account_id", lambda digits: str(9 - int(digits[0])) + digits[1:]),
    ),
    ("metadata", "another key", _set("metadata", _first_entry(lambda key, value: {f"{key[:-1] or key}_": value}))),
    ("metadata", "one entry more", _set("metadata", lambda entries: {**entries, "added": "later"})),
    ("metadata", "one entry fewer", _set("metadata", _fewer_entries)),
    (
        "webhook_endpoint.url",
        "another query",
        _inner(WEBHOOK, "url", lambda url: f"{url}{'&' if '?' in url else '?'}more=1"),
    ),
    ("webhook_endpoint.url", "another host", _inner(WEBHOOK, "url", _another_host)),
    ("webhook_endpoint.url", "path in other case", _inner(WEBHOOK, "url", _path_in_other_case)),
    ("description", "removed", _removed("description")),
    ("events_from", "removed", _sources_removed),
    ("include", "removed", _removed("include")),
    ("metadata", "removed", _removed("metadata")),
    ("snapshot_api_version", "removed", _removed("snapshot_api_version")),
    ("description", "added", _added("description", lambda rotation: rotation.take("description"))),
    ("events_from", "added", _added("events_from", lambda _: ["other_accounts"])),
    ("include", "added", _include_added),
    ("metadata", "added", _added("metadata", lambda rotation: rotation.take("metadata"))),
    ("snapshot_api_version", "added", _version_added),
)
