"""Answers to creates: documents as the page has them, and such that break one requirement of the response schema.

For authors of clients, who test how they read answers, and for stubs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ed_contract.case import Params
from ed_contract.contract import CONTRACT
from ed_contract.contract.schemas import member
from ed_contract.strategies import values
from ed_contract.strategies.breaking import Row, chosen_rows, rows_of
from ed_contract.strategies.params import EVENTBRIDGE, SNAPSHOT, TYPES, WEBHOOK, create_params
from ed_contract.strategies.readable import Arguments, shown_as

_FIRST_DAY = datetime(2024, 9, 30, tzinfo=UTC)
_DAYS = 3650
_ZONES = (UTC, timezone(timedelta(hours=2)), timezone(-timedelta(hours=7)))
_REASONS = ("user", "no_aws_event_source_exists")
_SOURCE_STATUSES = ("active", "pending", "deleted", "unknown")
_ABSENT = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class MutatedResponse:
    """An answer that breaks one requirement of the response schema."""

    requirement: str  # the id of the response/… requirement
    operator: str  # what was done, e.g. "removed", "number", "unix time"
    params: Params  # the create that it answers
    document: Mapping[str, Any]


def responses(params: Params | SearchStrategy[Any] | None = None) -> SearchStrategy[dict[str, Any]]:
    """Answers to a create, as the page has them: what was sent comes back, and what is optional may be null or absent.

    Args:
        params: the create that is answered, or a strategy of creates; by default those of `create_params`.
    """
    documents = exchanges(params).map(lambda exchanged: exchanged[1])
    return shown_as("responses", documents, params=params)


def exchanges(
    params: Params | SearchStrategy[Any] | None = None,
) -> SearchStrategy[tuple[dict[str, Any], dict[str, Any]]]:
    """Pairs of a create and an answer to it; the argument is that of `responses`."""
    return _answered(Arguments((_creates(params), False), params=params))


def _creates(params: Params | SearchStrategy[Any] | None) -> SearchStrategy[Any]:
    if params is None:
        return create_params()
    return params if isinstance(params, SearchStrategy) else st.just(dict(params))


# Made once: a strategy that is made anew for each example costs more than all that is drawn from it.
_IDS = st.integers(0, 10**9).map("ed_test_{}".format)
_SECRETS = st.integers(0, 10**9).map("whsec_test_{}".format)
_SECONDS = st.integers(0, _DAYS * 86400)
_PRECISIONS = st.sampled_from(("seconds", "milliseconds"))
_IN_ZONES = st.sampled_from(_ZONES)
_BOOLEANS = st.booleans()
_NONE = st.sampled_from((None, _ABSENT))
_WHOLE = st.sampled_from((True, None, _ABSENT))
_SOURCES = st.sampled_from((("self",), None, _ABSENT))
_NO_METADATA = st.sampled_from(({}, None, _ABSENT))
_VERSIONS = st.sampled_from((values.API_VERSIONS[0], None, _ABSENT))
_DISABLED = st.sampled_from((None, *_REASONS))
_STATUSES_OF_SOURCES = st.sampled_from(_SOURCE_STATUSES)


def _exchanges(draw: DrawFn, arguments: Arguments) -> tuple[dict[str, Any], dict[str, Any]]:
    """Pairs of a create and an answer; in a complete one every member is there, and none is null but the foreign.

    As much is drawn for each pair, needed or not: otherwise the pair for which least is drawn would be the smallest.
    """
    creates, complete = arguments.held
    params = draw(creates)
    kind, snapshot = params["type"], params["event_payload"] == SNAPSHOT

    def given(name: str, otherwise: SearchStrategy[Any], full: object) -> Any:  # noqa: ANN401 - any JSON
        drawn = full if complete else draw(otherwise)
        return drawn if params.get(name) is None else params[name]

    created, later = draw(_SECONDS), draw(_SECONDS)
    reason = draw(_DISABLED) or (_REASONS[0] if complete else None)
    details = draw(_NONE)
    sources = given("events_from", _SOURCES, ("self",))
    version = given("snapshot_api_version", _VERSIONS, values.API_VERSIONS[0])
    configs = {WEBHOOK: draw(_webhook(params, complete)), EVENTBRIDGE: draw(_eventbridge(params))}
    document = {
        "id": draw(_IDS),
        "object": "v2.core.event_destination",
        "created": _timestamp(created, draw(_PRECISIONS), draw(_IN_ZONES)),
        "description": given("description", _NONE, None),
        "enabled_events": list(params["enabled_events"]),
        "event_payload": params["event_payload"],
        "events_from": list(sources) if isinstance(sources, list | tuple) else sources,
        "livemode": draw(_BOOLEANS),
        "metadata": given("metadata", _NO_METADATA, {}),
        "name": params["name"],
        "snapshot_api_version": version if snapshot or version is _ABSENT else None,
        "status": "disabled" if reason else "enabled",
        "status_details": {"disabled": {"reason": reason}} if reason else details,
        "type": kind,
        "updated": _timestamp(created + later, draw(_PRECISIONS), draw(_IN_ZONES)),
        **{name: draw(_NONE) for name in TYPES if name != kind},
        kind: configs[kind],
    }
    return params, _in_order(_present(document))


_exchanges.__name__ = "exchanges"  # as which it shows in a repr
_answered = st.composite(_exchanges)


def _timestamp(seconds: int, precision: str, zone: timezone) -> str:
    """Return a time as RFC 3339 has it."""
    text = (_FIRST_DAY + timedelta(seconds=seconds)).astimezone(zone).isoformat(timespec=precision)
    return text.replace("+00:00", "Z")


@st.composite
def _webhook(draw: DrawFn, params: Params, complete: bool) -> object:  # noqa: FBT001 - a composite's repr is short so
    """The configuration of a webhook endpoint: what was asked for is there, what was not is null or absent."""
    include = params.get("include") or ()
    secret, hidden, url, whole = draw(_SECRETS), draw(_NONE), draw(_NONE), draw(_WHOLE)
    if not include and not complete and whole is not True:
        return whole
    return _present(
        {
            "signing_secret": secret if f"{WEBHOOK}.signing_secret" in include else hidden,
            "url": (params.get(WEBHOOK) or {}).get("url") if f"{WEBHOOK}.url" in include else url,
        }
    )


@st.composite
def _eventbridge(draw: DrawFn, params: Params) -> dict[str, Any]:
    """The configuration of an EventBridge source."""
    config = params.get(EVENTBRIDGE) or {}
    arn = f"arn:aws:events:{config.get('aws_region')}::event-source/aws.partner/stripe.com/{draw(_IDS)}"
    return {
        "aws_account_id": config.get("aws_account_id"),
        "aws_event_source_arn": arn,
        "aws_event_source_status": draw(_STATUSES_OF_SOURCES),
    }


def _present(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not _ABSENT}


def _in_order(document: dict[str, Any]) -> dict[str, Any]:
    """Return the members in the order of the page's own example."""
    return {name: document[name] for name in CONTRACT.response_schema["properties"] if name in document}


RESPONSE_ROWS: Mapping[str, Row] = rows_of(CONTRACT, "response")
"""What can be broken of the page's answer, by the id of the requirement, in the order of the contract."""


def mutated_responses(
    requirement: str | None = None, *, params: Params | SearchStrategy[Any] | None = None
) -> SearchStrategy[MutatedResponse]:
    """Answers that break one requirement of the response schema: the one given, or any.

    Args:
        requirement: an id such as `response/created/format`.
        params: as in `responses`; by default creates whose answers have every member.

    Raises:
        InvalidArgument: `requirement` is none of the response schema's.
    """
    rows = chosen_rows(CONTRACT, "response", requirement)
    held = rows, _full(rows) if params is None else _creates(params)
    return _drawn(Arguments(held, requirement=requirement, params=params))


def _full(rows: tuple[Row, ...]) -> SearchStrategy[Any]:
    heads = {row.place.partition(".")[0] for row in rows}
    return create_params(
        types=[kind for kind in TYPES if kind in heads and len(rows) == 1] or TYPES,
        event_payloads=[SNAPSHOT],
        descriptions=values.descriptions(),
        include=st.just(list(values.INCLUDES[2])),
    )


def _mutated_responses(draw: DrawFn, arguments: Arguments) -> MutatedResponse:
    rows, creates = arguments.held
    params, document = draw(_answered(Arguments((creates, True))))
    possible = [row for row in rows if member(document, row.place) is not None]
    assume(possible)
    row = draw(st.sampled_from(possible))
    broken = list(row.broken(document, adding=False))
    assume(broken)
    done = draw(st.sampled_from(broken))
    return MutatedResponse(requirement=row.requirement, operator=done.operator, params=params, document=done.document)


_mutated_responses.__name__ = "mutated_responses"  # as which it shows in a repr
_drawn = st.composite(_mutated_responses)
