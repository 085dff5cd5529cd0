"""Reusing a key with different parameters must be a conflict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ed_contract.case import Expectation, Params
from ed_contract.checks.context import Context, are_apart, check, held
from ed_contract.checks.echo import as_shown, comes_back
from ed_contract.checks.evidence import no_word_of_the_key
from ed_contract.contract import Contract, Echo
from ed_contract.contract.schemas import member
from ed_contract.finding import Observation, Unclear
from ed_contract.interaction import NOT_JSON, Interaction, Response
from ed_contract.kinds.forms import is_normalised, is_same_url
from ed_contract.record.answers import carries, codes, names_the_conflict, said
from ed_contract.record.values import canonical, same, shown

_FIRST_AGAIN = "first given again"
_EMPTY: tuple[object, ...] = (None, "", [], {})


def changed_parameters(contract: Contract, one: Params, other: Params) -> frozenset[str]:
    """Return the documented parameters in which two creates differ, as dotted names.

    A change of a field that selects an object, or that others depend on, changes those too: it counts as a change of
    that field only.
    """
    changed = frozenset(_changed(contract.request_schema, one, other, ""))
    choice = contract.parts.choice
    selecting = {} if choice is None else {choice.place: {choice.place, *choice.objects.values()}}
    for field, others in (*selecting.items(), *contract.parts.goes_with.items()):
        if field in changed and all(name.partition(".")[0] in others for name in changed):
            return frozenset({field})
    return changed


def _changed(schema: Mapping[str, Any], one: Params, other: Params, parent: str) -> Iterator[str]:
    for name in {*one, *other}:
        before, after, child = one.get(name), other.get(name), schema.get("properties", {}).get(name, {})
        place = f"{parent}{name}"
        if "properties" in child and isinstance(before, dict) and isinstance(after, dict):
            yield from _changed(child, before, after, f"{place}.")
        elif not same(before, after) or (not parent and (name not in one or name not in other)):
            yield place


def _may_be_no_change(context: Context, first: Interaction, place: str) -> bool:
    """Whether a server may treat the parameters as the same, although they differ at a place."""
    before, after = member(first.case.params, place), member(context.params, place)
    return (
        _is_open(context.contract, place, before, after)
        or _is_the_default(context, place, before, after)
        or (_is_another_form(before, after) and not all(_is_told(context, place, one) for one in (before, after)))
    )


def _is_another_form(before: object, after: object) -> bool:
    """Whether two values are the same in a normal form that a server may store."""
    return is_normalised(before, after) or is_normalised(after, before) or is_same_url(before, after)


def _is_told(context: Context, place: str, value: object) -> bool:
    """Whether the server has shown that it stores a value at a place exactly as sent."""
    echo, sent = context.contract.parts.echo(place), context.history.facts.that_sent(place, value, context.interaction)
    return any(comes_back(echo, value, member(one.created, place if echo is None else echo.shown)) for one in sent)


def _is_open(contract: Contract, place: str, before: object, after: object) -> bool:
    """Whether the page leaves open if this change is a conflict.

    A server may treat a value and the name that it comes back under as the same, or as different.
    """
    echo = contract.parts.echo(place)
    if isinstance(before, list) and isinstance(after, list):
        one, other = (sorted(map(canonical, _compared(echo, values))) for values in (before, after))
        return one == other  # only reordered, or renamed
    if contract.parts.kinds.get(place) == "map":
        values = [*_values(before), *_values(after)]
        return not all(isinstance(value, str) for value in values)
    return False


def _compared(echo: Echo | None, values: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return values under the names that they come back under, those of a set without duplicates."""
    values = as_shown(echo, values)
    if echo is None or not echo.as_set or not isinstance(values, list):
        return values
    return list({canonical(one): one for one in values}.values())


def _is_the_default(context: Context, place: str, before: object, after: object) -> bool:
    """Whether one of two values is absent or empty, and the other is the default that the server shows instead.

    Then the server may treat the parameters as the same, and replay the first destination.
    """
    first = context.first
    if first is None or not context.shows_the_id_of(first):
        return False
    echo = context.contract.parts.echo(place)
    if before in _EMPTY:
        return comes_back(echo, after, member(first.created, place if echo is None else echo.shown))
    return after in _EMPTY and context.history.facts.default_shown(place, _compared(echo, before), first.key)


def _values(metadata: object) -> list[object]:
    return list(metadata.values()) if isinstance(metadata, dict) else []


@check(
    "idempotency/conflict/status",
    "idempotency/conflict/code",
    "idempotency/conflict/every-parameter",
    "idempotency/conflict/absent-or-empty",
)
def different_parameters_under_a_used_key_conflict(context: Context) -> Iterator[Observation]:
    """Judge a used key with different parameters."""
    first, answer = context.first or context.unread, context.answer
    if first is None or answer is None or first.case.params is None:
        return
    if context.expectation is Expectation.REJECT:
        yield from _invalid(context, first, answer)
        return
    if context.params is None:
        return
    changed = changed_parameters(context.contract, first.case.params, context.params)
    if not changed:
        return
    place, alone = min(changed), len(changed) == 1
    before, after = member(first.case.params, place), member(context.params, place)
    if alone and before in _EMPTY and after in _EMPTY and not no_word_of_the_key(context, answer):
        yield from _absent_or_empty(context, answer, place)
    elif not all(_may_be_no_change(context, first, one) for one in changed):
        yield from _conflict(context, first, answer, place if alone else None)


def _invalid(context: Context, first: Interaction, answer: Response) -> Iterator[Observation]:
    """Judge an invalid create under a used key: it may be refused as invalid, or as a conflict."""
    if context.gives_the_first:
        yield context.finding(
            "idempotency/conflict/status",
            _FIRST_AGAIN,
            expected=f"{statuses(context)} or another 4xx: the key was used before, and these parameters are different"
            " and invalid",
            actual=f"{answer.status}: returned the first {context.noun.one}",
            before=(first,),
        )


def _conflict(context: Context, first: Interaction, answer: Response, place: str | None) -> Iterator[Observation]:
    """Judge the answer to a conflict; `place` is the one parameter that differs, None if there are several."""
    if answer.says_nothing or answer.failed:
        yield Unclear(requirement="idempotency/conflict/status", reason=f"answered {answer.status}")
    elif doubt := no_word_of_the_key(context, answer):
        yield Unclear(requirement="idempotency/conflict/status", reason=doubt)
    elif context.interaction.conflicts or _is_told_as_one(context):
        yield held("idempotency/conflict/status")
        if place is not None:
            yield held("idempotency/conflict/every-parameter")
        yield from _code(context, answer)
    elif answer.successful:
        if refused_elsewhere(context, first) is None:
            yield from _not_refused(context, first, place)
    elif context.expectation is Expectation.ACCEPT or names_the_conflict(context.interaction):
        yield context.finding(
            "idempotency/conflict/status",
            str(answer.status),
            expected=f"{statuses(context)}: the key was used before with different parameters",
            actual=said(answer),
            before=(first,),
        )


def _is_told_as_one(context: Context) -> bool:
    """Whether an answer has the status and the code of a conflict, so that it is one, whatever else is unusual."""
    statuses = context.contract.parts.idempotency.statuses
    return context.interaction.status in statuses and names_the_conflict(context.interaction)


def refused_elsewhere(context: Context, first: Interaction) -> Interaction | None:
    """Return the conflict with which the first one's node refused these same parameters, if this is another node."""
    if not are_apart(first, context.interaction):
        return None
    before = context.history.under_key_before(context.interaction)
    there = (one for one in before if one.node == first.node and one.conflicts)
    return next((one for one in there if same(one.case.params, context.params)), None)


def _not_refused(context: Context, first: Interaction, place: str | None) -> Iterator[Observation]:
    came = what_came(context, first)
    if place is None or not context.history.conflicted_before(context.interaction):
        yield context.finding(
            "idempotency/conflict/status",
            _FIRST_AGAIN if _is_given_again(context, first) else "another made",
            expected=f"{statuses(context)}: the key was used before with different parameters",
            actual=f"{context.interaction.status}: {came}",
            before=(first,),
        )
        return
    yield context.finding(
        "idempotency/conflict/every-parameter",
        place,
        expected=f"{statuses(context)}: `{place}` has changed since the key was first used",
        actual=f"{context.interaction.status}: {came}",
        before=(first,),
    )


def statuses(context: Context) -> str:
    """Return the statuses of a conflict, for a message."""
    return context.contract.parts.idempotency.said


def what_came(context: Context, first: Interaction) -> str:
    """Return what a success did that should have been a conflict."""
    noun = context.noun
    return f"returned the first {noun.one}" if _is_given_again(context, first) else f"created another {noun.one}"


def _is_given_again(context: Context, first: Interaction) -> bool:
    return first is context.unread or context.shows_the_id_of(first)


def _absent_or_empty(context: Context, answer: Response, place: str) -> Iterator[Observation]:
    row = "idempotency/conflict/absent-or-empty"
    if context.interaction.conflicts:
        yield held(row)
    elif answer.successful and context.first is not None:
        yield context.finding(
            row,
            place,
            expected=f"{statuses(context)}: `{place}` was absent when the key was first used, and is now empty",
            actual=f"{answer.status}: {what_came(context, context.first)}",
            before=(context.first,),
        )


def _code(context: Context, answer: Response) -> Iterator[Observation]:
    row = "idempotency/conflict/code"
    code, found = context.contract.parts.idempotency.code, codes(answer.document)
    if not code:
        return
    if carries(answer, code, context.contract):
        yield held(row)
        return
    came = "a body that is not JSON" if answer.document is NOT_JSON else f"{shown(answer.document)}"
    yield context.finding(
        row,
        "another code" if found else "no code",
        expected=f"{'a member' if context.contract.is_own else '`error.code`'} is {shown(code)}",
        actual=f"{answer.status} with {came}",
        before=(context.first,) if context.first else (),
    )
