"""Whether the members that are returned only on request are returned then, and withheld otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from ed_contract.case import Params
from ed_contract.checks.context import Context, check, held
from ed_contract.checks.echo import is_asked_for
from ed_contract.checks.evidence import may_have_been_done
from ed_contract.contract import Contract, OnRequest
from ed_contract.contract.schemas import member
from ed_contract.finding import Observation, Unclear
from ed_contract.masking import is_mask
from ed_contract.record.values import kind, shown

LONGEST_NAME = 100  # characters of a member's name in a message
_MASKS = "*•…"  # characters that stand for those of a hidden secret


def _rows(contract: Contract) -> Iterator[str]:
    return (f"include/{one.place}" for one in contract.parts.on_request)


@check(_rows)
def includable_members_are_returned_only_on_request(context: Context) -> Iterator[Observation]:
    """Judge the members that are returned on request, on creation and on replay."""
    params = context.params
    if params is None:
        return
    if context.is_replay and context.interaction.created is not None:
        yield from _given_again(context, params, context.interaction.created)
    elif context.created_document is not None:
        yield from _new(context, params, context.created_document)


def _asked(context: Context, params: Params) -> Iterator[tuple[OnRequest, bool]]:
    """Yield the members that are returned on request, each with whether it was requested, where that is clear."""
    for one in context.contract.parts.on_request:
        if isinstance(member(params, one.asked_in) or [], list):
            yield one, is_asked_for(context.contract, one.place, params)


def _given_again(context: Context, params: Params, again: dict[str, Any]) -> Iterator[Observation]:
    """Judge a replay: a requested secret may be shown or hidden, any other must not appear."""
    for one, asked in _asked(context, params):
        place = one.place
        if not asked and member(again, place) is not None:
            yield context.finding(
                f"include/{place}",
                "not withheld on replay",
                expected=f"`{place}` is absent or null, since `{one.asked_in}` does not ask for it",
                actual=f"`{place}` is returned when the create is resent",
            )


def _new(context: Context, params: Params, made: dict[str, Any]) -> Iterator[Observation]:
    choice = context.contract.parts.choice
    selected = {} if choice is None else choice.objects
    chosen = selected.get(context.contract.chosen(params) or "")
    for one, asked in _asked(context, params):
        place, holder = one.place, one.place.rpartition(".")[0]
        if holder in selected.values() and holder != chosen:
            continue
        row, got = f"include/{place}", member(made, place)
        if not asked:
            if got is None:
                yield held(row)
            else:
                yield context.finding(
                    row,
                    "not withheld",
                    expected=f"`{place}` is absent or null, since `{one.asked_in}` does not ask for it",
                    actual=f"`{place}` is {kind(got) if one.secret else shown(got)}",
                )
        elif got is not None and (got != "" or not one.secret):
            yield held(row)  # a value of another type is for the schema to report, and an empty URL may be echoed
        elif got is None and _was_not_sent(context, place, params):
            yield Unclear(requirement=row, reason=f"no `{place}` was sent that could be returned")
        elif holder and (member(made, holder) is None or not member(params, holder)):
            yield Unclear(requirement=row, reason=f"there is no {holder} object to return it in")
        elif one.secret and may_have_been_done(context):
            yield Unclear(requirement=row, reason="the create was sent repeatedly, and a replay may hide the secret")
        else:
            yield context.finding(
                row,
                "not returned",
                expected=f"`{place}` is returned, since `{one.asked_in}` asks for it",
                actual=f"`{place}` is {_nothing(made, place, got)}",
            )


def _nothing(made: dict[str, Any], place: str, got: object) -> str:
    """Return in words what is there instead of a value."""
    parent, _, name = place.rpartition(".")
    holder = member(made, parent) if parent else made
    return "an empty string" if got == "" else "null" if isinstance(holder, dict) and name in holder else "absent"


def _was_not_sent(context: Context, place: str, params: Params) -> bool:
    """Whether a member shows an optional field of the same place that this create does not have."""
    echo = context.contract.parts.echo(place)
    return echo is not None and echo.optional and member(params, place) is None


@check("include/secret-elsewhere")
def the_secret_shows_at_its_place_only(context: Context) -> Iterator[Observation]:
    """Judge the other members of a destination, and those of a refusal."""
    place = context.contract.parts.secret
    refused = context.answer is not None and context.answer.refused
    document = context.answer.document if context.answer is not None and refused else context.judgeable_document
    if not place or not isinstance(document, dict | list | str) or context.params is None:
        return
    sent = shown_strings(context.params)
    elsewhere = next(
        (
            where
            for where, value in _strings(document, "")
            if where != place and value not in sent and _is_or_holds_a_secret(context.contract, where, value, sent)
        ),
        None,
    )
    if elsewhere is not None:
        yield context.finding(
            "include/secret-elsewhere",
            elsewhere,
            expected=f"the secret only in `{place}`",
            actual=f"{f'`{elsewhere}`' if elsewhere else 'the answer'} contains a secret",
        )
    elif not refused:
        yield held("include/secret-elsewhere")


def _is_or_holds_a_secret(contract: Contract, place: str, text: str, sent: set[str]) -> bool:
    """Whether a text has the secret's name, or contains what looks like a secret, and that was not sent."""
    name, prefix = contract.parts.secret.rpartition(".")[2], contract.parts.secret_prefix
    named = [text] if place.rpartition(".")[2] == name else []
    pattern = _secret(prefix)
    looks_like_one = () if pattern is None or prefix not in text else (one[0] for one in pattern.finditer(text))
    found = (*named, *looks_like_one)
    return any(not (_hides(one) or is_mask(one) or any(one in each for each in sent)) for one in found)


@cache
def _secret(prefix: str) -> re.Pattern[str] | None:
    """Return a pattern that finds secrets with a prefix, or None if they have none."""
    return re.compile(rf"{re.escape(prefix)}[^\s\"'<>\\,;]+") if prefix else None


def shown_strings(document: object) -> set[str]:
    """Return all string values in a JSON document."""
    found, left = set[str](), [document]
    while left:
        one = left.pop()
        if isinstance(one, str):
            found.add(one)
        elif isinstance(one, dict):
            left += one.values()
        elif isinstance(one, list):
            left += one
    return found


def _strings(document: Any, place: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any JSON
    if isinstance(document, str):
        yield place, document
    elif isinstance(document, dict):
        for name, value in document.items():
            known = name[:LONGEST_NAME]
            yield from _strings(value, f"{place}.{known}" if place else known)
    elif isinstance(document, list):
        for value in document:
            yield from _strings(value, place)


def _hides(secret: object) -> bool:
    """Whether a server shows a mask instead of a secret."""
    return isinstance(secret, str) and any(sign in secret for sign in _MASKS)


@check("include/secret-shared")
def destinations_do_not_share_a_secret(context: Context) -> Iterator[Observation]:
    """Judge that a new destination's secret was not shown before for another."""
    secret = context.interaction.secret if context.created_document is not None else None
    if secret is None or (isinstance(secret, str) and is_mask(secret)):
        return
    others = context.history.facts.with_secret(secret, context.interaction)
    if others:
        yield context.finding(
            "include/secret-shared",
            "shared",
            expected=f"a secret that no other {context.noun.one} has",
            actual=f"the secret of an earlier {context.noun.one}{' (a mask)' if _hides(secret) else ''}",
            before=(others[-1],),
        )
    else:
        yield held("include/secret-shared")
