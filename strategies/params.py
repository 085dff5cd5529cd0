"""Valid creates: params that any strict right server accepts, and what must become of them."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument
from hypothesis.strategies import DrawFn, SearchStrategy

from ed_contract.case import Case, Expectation, Params, case
from ed_contract.contract import CONTRACT
from ed_contract.expecting import expected
from ed_contract.strategies import values
from ed_contract.strategies.readable import Arguments

WEBHOOK, EVENTBRIDGE = TYPES = ("webhook_endpoint", "amazon_eventbridge")
THIN, SNAPSHOT = EVENT_PAYLOADS = ("thin", "snapshot")

PAGE_EXAMPLE: Params = {
    "name": "My Event Destination",
    "description": "This is my event destination, I like it a lot",
    "enabled_events": ["v1.billing.meter.error_report_triggered"],
    "type": "webhook_endpoint",
    "webhook_endpoint": {"url": "https://example.com/my/webhook/endpoint"},
    "event_payload": "thin",
    "include": ["webhook_endpoint.url"],
}
"""The create of the page's curl example, member for member."""

Field: TypeAlias = SearchStrategy[Any]


def expectation_of(params: Params) -> Expectation:
    """Return what must become of params: ACCEPT of those that any server takes, REJECT of those that break the schema.

    Between the two the page is silent: `include` on EventBridge, both `events_from` values with snapshot events, a
    configuration object that is not the type's, a payload that is not of the events' family, unusual values.
    """
    return expected(CONTRACT, params)[0]


def summary(params: Params) -> str:
    """Return in a line what is special about valid params, e.g. `webhook_endpoint, thin, description, include url`."""
    payload = params["event_payload"] + ("+version" if "snapshot_api_version" in params else "")
    words = [params["type"], payload, *(name for name in ("description", "metadata") if name in params)]
    words += [f"{name} {_joined(params[name])}" for name in ("events_from", "include") if name in params]
    return ", ".join(words)


def _joined(listed: Collection[str]) -> str:
    return "+".join(one.rpartition(".")[2] for one in listed) or "empty"


def valid_case(params: Params, name: str = "") -> Case:
    """Return the case that sends valid params, with what must become of it."""
    return replace(case(name or summary(params), params, expectation_of(params)), usual=True)


def create_params(
    *,
    types: Collection[str] = TYPES,
    event_payloads: Collection[str] = EVENT_PAYLOADS,
    include_unspecified: bool = False,
    silent: bool | None = None,
    names: SearchStrategy[str] | None = None,
    descriptions: SearchStrategy[str | None] | None = None,
    enabled_events: SearchStrategy[list[str]] | None = None,
    events_from: SearchStrategy[list[str] | None] | None = None,
    include: SearchStrategy[list[str] | None] | None = None,
    metadata: SearchStrategy[dict[str, str] | None] | None = None,
    snapshot_api_versions: SearchStrategy[str | None] | None = None,
    webhook_urls: SearchStrategy[str] | None = None,
    aws_account_ids: SearchStrategy[str] | None = None,
    aws_regions: SearchStrategy[str] | None = None,
) -> SearchStrategy[dict[str, Any]]:
    """Params of creates that any strict right server accepts: both types, both payloads, every enum value.

    A strategy that is given for a field takes the place of ours. One for an optional field is always asked,
    and leaves the field out by drawing None; `snapshot_api_versions` is asked for snapshot payloads only, and
    `include` for webhook endpoints only, unless `include_unspecified`.

    Args:
        types: the types to choose from.
        event_payloads: the payloads to choose from.
        include_unspecified: also what the page does not forbid and real servers are reported to refuse: `include` on
            EventBridge, and both `events_from` values with snapshot events. `expectation_of` tells them apart.
        silent: the old name of `include_unspecified`.
        names: names.
        descriptions: descriptions, or None.
        enabled_events: lists of events, whatever the payload; ours are of the payload's family.
        events_from: lists of sources, or None.
        include: lists of members to include, or None.
        metadata: maps of strings, or None.
        snapshot_api_versions: versions of the API, or None.
        webhook_urls: URLs.
        aws_account_ids: ids of AWS accounts.
        aws_regions: AWS regions.

    Raises:
        InvalidArgument: a type or payload is unknown, or none is given.
    """
    if silent is not None:
        warnings.warn("silent is include_unspecified now", DeprecationWarning, stacklevel=2)
        include_unspecified = silent
    _require("types", types, TYPES)
    _require("event_payloads", event_payloads, EVENT_PAYLOADS)
    fields: dict[str, Field] = {
        "type": st.sampled_from([kind for kind in TYPES if kind in types]),
        "event_payload": st.sampled_from([payload for payload in EVENT_PAYLOADS if payload in event_payloads]),
        "name": values.names(),
        **{payload: values.enabled_events(payload) for payload in EVENT_PAYLOADS},
        "url": values.webhook_urls(),
        "aws_account_id": values.aws_account_ids(),
        "aws_region": values.aws_regions(),
        "description": st.none() | values.descriptions(),
        THIN_SOURCES: _listed(values.EVENTS_FROM),
        SNAPSHOT_SOURCES: _listed(values.EVENTS_FROM if include_unspecified else _ONE_SOURCE),
        "include": _listed(values.INCLUDES),
        "metadata": st.none() | values.metadata(),
        "snapshot_api_version": st.none() | values.api_versions(),
    }
    given: dict[str, Field | None] = {
        "name": names,
        **dict.fromkeys(EVENT_PAYLOADS, enabled_events),
        "url": webhook_urls,
        "aws_account_id": aws_account_ids,
        "aws_region": aws_regions,
        "description": descriptions,
        **dict.fromkeys((THIN_SOURCES, SNAPSHOT_SOURCES), events_from),
        "include": include,
        "metadata": metadata,
        "snapshot_api_version": snapshot_api_versions,
    }
    arguments = {
        "types": None if tuple(types) == TYPES else list(types),
        "event_payloads": None if tuple(event_payloads) == EVENT_PAYLOADS else list(event_payloads),
        "include_unspecified": include_unspecified or None,
        "names": names,
        "descriptions": descriptions,
        "enabled_events": enabled_events,
        "events_from": events_from,
        "include": include,
        "metadata": metadata,
        "snapshot_api_versions": snapshot_api_versions,
        "webhook_urls": webhook_urls,
        "aws_account_ids": aws_account_ids,
        "aws_regions": aws_regions,
    }
    chosen = fields | {name: one for name, one in given.items() if one is not None}
    return _params(Arguments((chosen, include_unspecified), **arguments))


THIN_SOURCES, SNAPSHOT_SOURCES = ("events_from of thin events", "events_from of snapshot events")
_ONE_SOURCE = tuple(one for one in values.EVENTS_FROM if len(one) == 1)


def _listed(choices: Collection[tuple[str, ...]]) -> SearchStrategy[list[str] | None]:
    """Return a strategy of None and of fresh lists."""
    return st.sampled_from((None, *choices)).map(lambda chosen: None if chosen is None else list(chosen))


def _require(argument: str, given: Collection[str], known: Collection[str]) -> None:
    if isinstance(given, str) or not given or not set(given) <= set(known):
        raise InvalidArgument(f"{argument}={given!r} is no collection of {' and '.join(known)}")


def _create_params(draw: DrawFn, arguments: Arguments) -> dict[str, Any]:
    fields, unspecified = arguments.held
    kind, payload = draw(fields["type"]), draw(fields["event_payload"])
    params = {
        "name": draw(fields["name"]),
        "type": kind,
        "event_payload": payload,
        "enabled_events": draw(fields[payload]),
        kind: {name: draw(fields[name]) for name in CONFIGURATION[kind]},
        "description": draw(fields["description"]),
        "events_from": draw(fields[THIN_SOURCES if payload == THIN else SNAPSHOT_SOURCES]),
        "include": draw(fields["include"]) if unspecified or kind == WEBHOOK else None,
        "metadata": draw(fields["metadata"]),
        "snapshot_api_version": draw(fields["snapshot_api_version"]) if payload == SNAPSHOT else None,
    }
    return {name: value for name, value in params.items() if value is not None}


_create_params.__name__ = "create_params"  # as which it shows in a repr
_params = st.composite(_create_params)
CONFIGURATION: Mapping[str, tuple[str, ...]] = {
    WEBHOOK: ("url",),
    EVENTBRIDGE: ("aws_account_id", "aws_region"),
}
"""The fields of each type's configuration object."""


def create_cases(params: SearchStrategy[Any] | None = None) -> SearchStrategy[Case]:
    """Cases of valid creates, with what must become of them: by default ACCEPT."""
    return (create_params() if params is None else params).map(valid_case)
