"""Whether what was sent comes back exactly, to the code point."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import zip_longest
from typing import Any

from ed_contract.case import Expectation, Params
from ed_contract.checks.context import Context, check, held
from ed_contract.contract import Contract, Echo
from ed_contract.contract.parts import Shape
from ed_contract.contract.schemas import member
from ed_contract.contract.validator import validator
from ed_contract.excerpt import json_start
from ed_contract.finding import Finding, Observation
from ed_contract.interaction import Interaction
from ed_contract.kinds.forms import holds_no_text, is_normalised, is_same_url, is_unusual
from ed_contract.kinds.predicates import Checked
from ed_contract.record.differences import difference
from ed_contract.record.values import LONGEST_SHOWN, canonical, same, shown

_EMPTY: tuple[object, ...] = (None, "", [], {})
_MIXED_UP = "robustness/not-mixed-up"
_FREE = {"text", "map"}  # kinds whose defaults never equal what another request sent


def _rows(contract: Contract) -> Iterator[str]:
    yield from (f"echo/{one.place}" for one in contract.parts.echoes)
    yield _MIXED_UP
    yield "echo/normalised"


@check(_rows)
def what_was_sent_comes_back(context: Context) -> Iterator[Observation]:
    """Judge each echoed place of a new destination whose value was sent, and free texts and maps that were not."""
    made, params, contract = context.created_document, context.params, context.contract
    if made is None or params is None or not _is_a_destination(contract, made):
        return  # an object that is not a destination at all is for the schema to report
    for echo in contract.parts.echoes:
        place, sent, got = echo.place, member(params, echo.place), member(made, echo.shown)
        if echo.optional and echo.kind in _FREE and sent in _EMPTY:
            yield from _of_another_request(context, place, got)
        if not is_echoed(contract, echo, params) or sent in _EMPTY or is_left_open(echo, sent):
            continue
        if comes_back(echo, sent, got):
            yield held(f"echo/{place}")
            if any(not same(member(one.case.params, place), sent) for one in _at_once(context, echo)):
                yield held(_MIXED_UP)
            if context.expectation is Expectation.EITHER and is_unusual(sent):
                yield held("echo/normalised")
        elif not _is_there(echo, made):
            continue  # the schema row, the include row or config-matches-type reports what is missing
        else:
            yield _not_as_sent(context, echo, sent, got)


def _not_as_sent(context: Context, echo: Echo, sent: object, got: object) -> Finding:
    """Return the finding of a value that does not come back as sent: another create's, in another form, or lost."""
    place, meant = echo.place, shown(as_shown(echo, sent))
    if context.expectation is Expectation.EITHER and _is_in_other_form(echo, sent, got):
        return context.finding(
            "echo/normalised",
            place,
            expected=f"`{place}` is {shown(sent)}, as sent",
            actual=_came(echo, sent, got),
        )
    if other := _whose(context, echo, got):
        return context.finding(
            _MIXED_UP,
            place,
            expected=f"`{place}` is {meant}, as sent",
            actual=f"`{place}` is {shown(got)}, which the concurrent create with the key {other.key} sent",
            before=(other,),
        )
    return context.finding(
        f"echo/{place}",
        fault(as_shown(echo, sent), got),
        expected=f"`{place}` is {meant}, as sent",
        actual=_came(echo, sent, got),
    )


def _came(echo: Echo, sent: object, got: object) -> str:
    """Return what came back, and how the compared part of it differs from what was sent."""
    sent, came = as_shown(echo, sent), got
    if echo.shape is not None:
        sent = known_of(echo.shape, sent, sent)
        came = known_of(echo.shape, got, sent)
    how = difference(sent, came, ordered=not echo.as_set)
    return f"`{echo.place}` is {shown(got)}{how and f' ({how})'}"


def _whose(context: Context, echo: Echo, got: object) -> Interaction | None:
    """Return the concurrent create under another key whose value the answer shows, or None."""
    others = (one for one in _at_once(context, echo) if got not in _EMPTY)
    return next((one for one in others if same(member(one.case.params, echo.place), got)), None)


def _at_once(context: Context, echo: Echo) -> tuple[Interaction, ...]:
    """Return the concurrent creates under other keys, if a value can tell them apart: a word of an enum cannot."""
    burst = context.interaction.burst
    if burst is None or context.burst or echo.kind == "enum" or echo.is_list:
        return ()
    return tuple(one for one in context.history.burst(burst) if one.key != context.interaction.key)


def _is_a_destination(contract: Contract, made: Mapping[str, Any]) -> bool:
    """Whether an object has any of the members that tell destinations apart."""
    choice, label = contract.parts.choice, contract.parts.identity.label
    known = {place for place in (label, choice and choice.place) if place}
    return not known or bool(known & made.keys())


def _of_another_request(context: Context, place: str, got: object) -> Iterator[Observation]:
    """Judge what is shown for a text that was not sent: a default is never what another request sent."""
    # A name may be the default of a description.
    if got in _EMPTY or got == member(context.params, context.contract.parts.identity.label):
        return
    for other in context.history.facts.that_sent(place, got, context.interaction)[-1:]:
        yield context.finding(
            f"echo/{place}",
            "another request's",
            expected=f"nothing that another request sent as `{place}`",
            actual=f"`{place}` is {shown(got)}, although none was sent",
            before=(other,),
        )


def shows_what_was_sent(contract: Contract, body: bytes, made: Mapping[str, Any]) -> bool:
    """Whether a destination shows everything that a create's body says, each value as sent or in a normal form of it.

    That includes the name: without one it cannot be told from another. An empty value may be treated as not given.
    """
    try:
        params = json.loads(body)
    except (ValueError, RecursionError):
        return False
    label = contract.parts.identity.label
    if not isinstance(params, dict) or not isinstance(member(params, label), str):
        return False
    told = ((one, member(params, one.place)) for one in contract.parts.echoes if is_echoed(contract, one, params))
    return all(
        comes_back(echo, sent, got) or _is_in_other_form(echo, sent, got)
        for echo, sent in told
        if echo.place == label or (sent and not is_left_open(echo, sent))
        for got in (member(made, echo.shown),)
    )


def is_left_open(echo: Echo, sent: object) -> bool:
    """Whether the page does not say what comes back: for lone surrogates, and for maps of more than strings."""
    values = sent.values() if echo.kind == "map" and isinstance(sent, dict) else ()
    return holds_no_text(sent) or not all(isinstance(value, str) for value in values)


def is_echoed(contract: Contract, echo: Echo, params: Params) -> bool:
    """Whether the page says that a place of these params comes back."""
    choice = contract.parts.choice
    if echo.selected and (choice is None or choice.objects.get(contract.chosen(params) or "") != echo.selected):
        return False
    if echo.on_request and not is_asked_for(contract, echo.place, params):
        return False
    return echo.when is None or _conditions(echo).is_valid(params)


@cache
def _conditions(echo: Echo) -> Checked:
    return validator(echo.when or {})


def is_asked_for(contract: Contract, place: str, params: Params) -> bool:
    """Whether params ask for a member that is returned on request."""
    asked = (member(params, one.asked_in) for one in contract.parts.on_request if one.place == place)
    return any(isinstance(one, list) and place in one for one in asked)


def comes_back(echo: Echo | None, sent: object, got: object) -> bool:
    """Whether `got` is what was sent: a set with the same elements, a renamed value under its other name."""
    return agree(echo, as_shown(echo, sent), got)


def agree(echo: Echo | None, one: object, other: object) -> bool:
    """Whether two values of the response are equal: sets with the same elements, anything else exactly."""
    if echo is not None and echo.shape is not None:
        one = known_of(echo.shape, one, one)
        other = known_of(echo.shape, other, one)
    if echo is not None and echo.as_set and isinstance(one, list) and isinstance(other, list):
        return _as_set(one) == _as_set(other)
    return same(one, other) or _read_alike(one, other)


def known_of(shape: Shape, value: object, like: object) -> object:
    """Return what is compared of a value: in its objects, the members of a shape that `like` has at the same place."""
    if shape is None:
        return value
    if isinstance(value, dict) and isinstance(like, dict):
        names = [name for name in shape if name in value and like.get(name) is not None]
        return {name: known_of(shape[name], value[name], like[name]) for name in names}
    if isinstance(value, list) and isinstance(like, list):
        pairs = zip_longest(value, like[: len(value)])
        return [known_of(shape.get("[]"), one, its) for one, its in pairs]
    return value


def _read_alike(one: object, other: object) -> bool:
    """Whether many readers treat two values as one, at any depth: 19.0 as 19, and a null in an element as absent."""
    pairs: list[tuple[Any, Any]] = [(one, other)]
    while pairs:
        left, right = pairs.pop()
        if isinstance(left, dict) and isinstance(right, dict) and left.keys() == right.keys():
            pairs += [(value, right[name]) for name, value in left.items()]
        elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
            pairs += [(_without_nulls(mine), _without_nulls(its)) for mine, its in zip(left, right, strict=True)]
        elif not same(_as_whole(left), _as_whole(right)):
            return False
    return True


def _as_whole(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _without_nulls(value: object) -> object:
    if isinstance(value, dict):
        return {name: _without_nulls(one) for name, one in value.items() if one is not None}
    return value


def as_shown(echo: Echo | None, sent: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return what was sent under the names that it has in answers."""
    if echo is None or not echo.shown_as:
        return sent
    if isinstance(sent, list):
        return [as_shown(echo, one) for one in sent]
    return echo.shown_as.get(sent, sent) if isinstance(sent, str) else sent


def _as_set(values: list[Any]) -> set[str]:
    return {shown(value) for value in values}


def _is_in_other_form(echo: Echo, sent: object, got: object) -> bool:
    sent = as_shown(echo, sent)
    if echo.shape is not None:
        sent = known_of(echo.shape, sent, sent)
        got = known_of(echo.shape, got, sent)
    longest = 4 * len(canonical(sent)) + LONGEST_SHOWN  # no form of a value is that much longer
    if len(json_start(got, longest)) == longest:
        return False
    return is_normalised(sent, got) or (echo.kind == "url" and is_same_url(sent, got))


def _is_there(echo: Echo, made: Mapping[str, Any]) -> bool:
    """Whether no other row reports that the place is missing."""
    parent, _, child = echo.shown.rpartition(".")
    holder = member(made, parent) if parent else made
    if not isinstance(holder, Mapping):
        return False
    return holder.get(child) is not None if echo.on_request else child in holder or not echo.required


def fault(sent: object, got: object) -> str:
    """Return what happened to the value, in a word."""
    if got is None:
        return "lost"
    if type(sent) is not type(got):
        return "retyped"
    if isinstance(sent, str) and isinstance(got, str):
        return "cut" if got and sent.startswith(got) else "changed"
    if isinstance(sent, list) and isinstance(got, list) and sorted(map(shown, sent)) == sorted(map(shown, got)):
        return "reordered"
    return "changed"
