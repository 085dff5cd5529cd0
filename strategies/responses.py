"""Answers to creates: documents as on the page, and documents that break one requirement of the response schema.

For authors of clients, to test how they read answers, and for stubs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ed_contract.case import Params
from ed_contract.cases.breaking import Row
from ed_contract.cases.creates import Creates, selected_by
from ed_contract.contract import CONTRACT, Contract
from ed_contract.contract.schemas import member
from ed_contract.contract.validator import validator
from ed_contract.kinds import Spec, kind_of
from ed_contract.kinds.predicates import Checked
from ed_contract.strategies.choosing import chosen_rows
from ed_contract.strategies.params import creates
from ed_contract.strategies.readable import Arguments, shown_as

_FIRST_DAY = datetime(2024, 9, 30, tzinfo=UTC)
_DAYS = 3650
_ZONES = (UTC, timezone(timedelta(hours=2)), timezone(-timedelta(hours=7)))
_ABSENT = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class MutatedResponse:
    """An answer that breaks one requirement of the response schema."""

    requirement: str  # the id of the response/… requirement
    operator: str  # what was done, e.g. "removed", "number", "unix time"
    params: Params  # the create that it answers
    document: Mapping[str, Any]


def responses(
    params: Params | SearchStrategy[Any] | None = None, *, contract: Contract = CONTRACT
) -> SearchStrategy[dict[str, Any]]:
    """Answers to a create, as on the page: what was sent comes back, and optional members may be null or absent.

    Args:
        params: the create to answer, or a strategy of creates; by default realistic ones.
        contract: whose answers, by default the page's.
    """
    documents = exchanges(params, contract=contract).map(lambda exchanged: exchanged[1])
    return shown_as("responses", documents, params=params)


def exchanges(
    params: Params | SearchStrategy[Any] | None = None, *, contract: Contract = CONTRACT
) -> SearchStrategy[tuple[dict[str, Any], dict[str, Any]]]:
    """Pairs of a create and an answer to it; the arguments are those of `responses`."""
    return _answered(Arguments((contract, _creates(contract, params), False), params=params))


def _creates(contract: Contract, params: Params | SearchStrategy[Any] | None) -> SearchStrategy[Any]:
    if params is None:
        return creates(contract)
    return params if isinstance(params, SearchStrategy) else st.just(dict(params))


# Made once: making a strategy anew for each example costs more than drawing from it.
_NUMBERS = st.integers(0, 10**9)
_SECONDS = st.integers(0, _DAYS * 86400)
_PRECISIONS = st.sampled_from(("seconds", "milliseconds"))
_IN_ZONES = st.sampled_from(_ZONES)
_NONE = st.sampled_from((None, _ABSENT))
_WHOLE = st.sampled_from((True, None, _ABSENT))  # for an object that shows nothing unless it is asked for


def _exchanges(draw: DrawFn, arguments: Arguments) -> tuple[dict[str, Any], dict[str, Any]]:
    """Pairs of a create and an answer; a complete one has every member, and only other types' objects are null."""
    contract, valid, complete = arguments.held
    params = draw(valid)
    document = _Answer(contract, draw, params, complete=complete).members(contract.response_spec, "")
    return params, document


_exchanges.__name__ = "exchanges"  # its name in a repr
_answered = st.composite(_exchanges)


class _Answer:
    """Draws the answer to one create.

    It always draws equally much, needed or not: otherwise answers would shrink to the one that draws least.
    """

    def __init__(self, contract: Contract, draw: DrawFn, params: Params, *, complete: bool) -> None:
        self._contract = contract
        self._parts = contract.parts
        self._draw = draw
        self._params = params
        self._complete = complete
        self._made = draw(_SECONDS)
        self._number = draw(_NUMBERS)
        choice = contract.parts.choice
        self._objects = frozenset(choice.objects.values()) if choice else frozenset[str]()
        self._selected = selected_by(contract, params)

    def members(self, spec: Spec, place: str) -> dict[str, Any]:
        """Return the members of an object that are present, in the order of the document."""
        drawn = {name: self._member(one, f"{place}.{name}".lstrip(".")) for name, one in spec.members.items()}
        return {name: value for name, value in drawn.items() if value is not _ABSENT}

    def _member(self, spec: Spec, place: str) -> Any:  # noqa: ANN401 - any JSON
        none = self._draw(_NONE)
        if place in self._objects:
            inner, whole = self.members(spec, place), self._draw(_WHOLE)
            if place != self._selected:
                return none
            shown = self._shows(place) or any(value is not None for value in inner.values())
            return inner if whole is True or shown else whole
        unsaid, own = self._unsaid(spec, none), self._own(spec, place)
        told = self._told(place)
        if told is not _ABSENT:
            return told
        asked = next((one for one in self._parts.on_request if one.place == place), None)
        if asked is not None and place not in (self._params.get(asked.asked_in) or ()):
            return none
        nullable = spec.optional or "null" in _types(spec)
        if nullable and self._parts.echo(place) is not None:
            return unsaid
        return none if nullable and asked is None and not self._complete else own

    def _shows(self, place: str) -> bool:
        choice = self._parts.choice
        return self._complete or (choice is not None and place in choice.shows)

    def _told(self, place: str) -> Any:  # noqa: ANN401 - any JSON
        """Return the value from the create that the answer shows, if any."""
        echo, value = self._parts.echo(place), member(self._params, place)
        if echo is None or value is None or (echo.when and not _holds(self._contract, place, self._params)):
            return _ABSENT
        asked = next((one for one in self._parts.on_request if one.place == place), None)
        if asked is not None and place not in (self._params.get(asked.asked_in) or ()):
            return _ABSENT
        if isinstance(value, list):
            return [echo.shown_as.get(one, one) if isinstance(one, str) else one for one in value]
        return echo.shown_as.get(value, value) if isinstance(value, str) else value

    def _unsaid(self, spec: Spec, none: object) -> Any:  # noqa: ANN401 - any JSON
        """Return what an answer shows for an absent field: a default, null, or nothing."""
        if spec.kind not in {"map", "set", "list"}:
            return kind_of(spec).plain(spec) if self._complete and not spec.optional else none
        default: Any = {} if spec.kind == "map" else kind_of(spec).plain(spec)
        return self._draw(st.sampled_from((default, None, _ABSENT)))

    def _own(self, spec: Spec, place: str) -> Any:  # noqa: ANN401 - any JSON
        """Return a value for a member that the server generates."""
        identity = self._parts.identity
        if place == identity.id:
            return f"{_prefix(self._contract)}{self._number}"
        if place == self._parts.secret:
            return f"{self._parts.secret_prefix}test_{self._number}"
        if spec.kind == "timestamp":
            later = self._draw(_SECONDS) if place != identity.created else 0
            return _timestamp(self._made + later, self._draw(_PRECISIONS), self._draw(_IN_ZONES))
        if spec.members:
            return self.members(spec, place)
        return self._draw(_usual(spec))


def _types(spec: Spec) -> tuple[str, ...]:
    stated = spec.schema.get("type", ())
    return (stated,) if isinstance(stated, str) else tuple(stated)


@cache
def _usual(spec: Spec) -> SearchStrategy[Any]:
    return st.sampled_from(spec.values or kind_of(spec).usual(spec))


@cache
def _prefix(contract: Contract) -> str:
    """Return the prefix of ids in the document's example of an answer."""
    example = contract.response_example.get(contract.parts.identity.id)
    start, mark, _ = example.rpartition("_") if isinstance(example, str) else ("id", "_", "")
    return f"{start}{mark}" if mark else "id_"


def _holds(contract: Contract, place: str, params: Params) -> bool:
    return bool(_when(contract, place).is_valid(params))


@cache
def _when(contract: Contract, place: str) -> Checked:
    echo = contract.parts.echo(place)
    return validator((echo.when if echo else None) or {})


def _timestamp(seconds: int, precision: str, zone: timezone) -> str:
    """Return a time in RFC 3339 format."""
    text = (_FIRST_DAY + timedelta(seconds=seconds)).astimezone(zone).isoformat(timespec=precision)
    return text.replace("+00:00", "Z")


def mutated_responses(
    requirement: str | None = None,
    *,
    params: Params | SearchStrategy[Any] | None = None,
    contract: Contract = CONTRACT,
) -> SearchStrategy[MutatedResponse]:
    """Answers that break one requirement of the response schema: the given one, or any.

    Args:
        requirement: an id such as `response/created/format`.
        params: as in `responses`; by default creates whose answers have every member.
        contract: whose answers, by default the page's.

    Raises:
        InvalidArgument: the response schema has no such requirement.
    """
    rows = chosen_rows(contract, "response", requirement)
    held = contract, rows, _full(contract, rows) if params is None else _creates(contract, params)
    return _drawn(Arguments(held, requirement=requirement, params=params))


def _full(contract: Contract, rows: tuple[Row, ...]) -> SearchStrategy[Any]:
    """Return full creates; for a single row, of a shape whose answers have its member."""
    known = Creates(contract)
    heads = {row.head for row in rows}
    shapes = [one for one in known.shapes if not rows[1:] and selected_by(contract, one) in heads] or known.shapes
    return st.sampled_from([known.full(shape) for shape in reversed(shapes) for _ in range(4)])


def _mutated_responses(draw: DrawFn, arguments: Arguments) -> MutatedResponse:
    contract, rows, valid = arguments.held
    params, document = draw(_answered(Arguments((contract, valid, True))))
    possible = [row for row in rows if member(document, row.place) is not None]
    assume(possible)
    row = draw(st.sampled_from(possible))
    broken = list(row.broken(document, adding=False))
    assume(broken)
    done = draw(st.sampled_from(broken))
    return MutatedResponse(requirement=row.requirement, operator=done.operator, params=params, document=done.document)


_mutated_responses.__name__ = "mutated_responses"  # its name in a repr
_drawn = st.composite(_mutated_responses)
