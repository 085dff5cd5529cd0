"""Whether the target accepts what the page allows and refuses what it forbids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from ed_contract.case import Credential, Expectation, Mutation
from ed_contract.checks.context import Context, check, held
from ed_contract.checks.evidence import no_evidence, turned_away
from ed_contract.checks.refused import stranger_before, stranger_let_in
from ed_contract.contract import Contract, Discouraged
from ed_contract.contract.schemas import member
from ed_contract.contract.validator import validator
from ed_contract.finding import Observation, Unclear
from ed_contract.interaction import CONFLICT, Interaction, Response
from ed_contract.kinds.predicates import Checked
from ed_contract.record.answers import names_the_conflict, said, speaks_of_room
from ed_contract.record.key_forms import is_of_another_form
from ed_contract.record.values import shown

_VALID = "request/valid"


def _discouraged(contract: Contract) -> Iterator[str]:
    return (f"request/{one.id}" for one in contract.parts.discouraged)


def _mutated(contract: Contract) -> Iterator[str]:
    others = {_VALID, *_discouraged(contract)}
    return (row.id for row in contract.requirements.values() if row.area == "request" and row.id not in others)


@check(_VALID)
def valid_creates_are_accepted(context: Context) -> Iterator[Observation]:
    """Judge a valid create under a key that was not used before."""
    answer = context.answer
    if context.expectation is not Expectation.ACCEPT or context.first is not None or answer is None:
        return
    if answer.successful:
        yield held(_VALID)
    elif reason := _why_undecided(context, answer):
        yield Unclear(requirement=_VALID, reason=reason)
    elif not (is_refused_after_a_burst(context) or is_conflict_of_none(context)):
        yield context.finding(
            _VALID,
            "refused",
            expected=f"2xx for a create with documented fields and realistic values ({context.interaction.case.name})",
            actual=said(answer),
        )


def is_refused_after_a_burst(context: Context) -> bool:
    """Whether a burst's key conflicts some seconds later, although nothing was created under it."""
    return _is_a_conflict(context) and bool(in_bursts(_before(context)))


def is_conflict_of_none(context: Context) -> bool:
    """Whether a create conflicts under a key that was never used, or without a key."""
    answer = context.answer
    if answer is None or not _is_a_conflict(context) or in_bursts(_before(context)):
        return False
    # Without the code of a conflict it may be a quota, which is met under near keys as under any other.
    return names_the_conflict(context.interaction) or (bool(near_key(context)) and not speaks_of_room(answer))


def _is_a_conflict(context: Context) -> bool:
    """Whether a valid create is refused for its key, although nothing was created or is in progress under it."""
    answer, expectation = context.answer, context.expectation
    if expectation is Expectation.REJECT or context.first is not None or answer is None:
        return False
    named = names_the_conflict(context.interaction) and context.interaction.request.credential is Credential.FIRST
    if expectation is Expectation.EITHER and not named:
        return False  # refused for its parameters, whatever the status
    return context.interaction.may_be_refused_for_its_key and not _why_undecided(context, answer)


def _before(context: Context) -> list[Interaction]:
    return [] if context.interaction.key is None else context.history.under_key_before(context.interaction)


def in_bursts(interactions: list[Interaction]) -> tuple[Interaction, ...]:
    """Return those that were sent in bursts."""
    return tuple(one for one in interactions if one.burst is not None)


def _why_undecided(context: Context, answer: Response) -> str:
    """Return why a valid create that was not accepted proves nothing, or ""."""
    if not answer.refused or answer.says_nothing or context.burst:
        return f"answered {answer.status}"
    for_its_key = context.interaction.may_be_refused_for_its_key
    if why := _why_used_before(context) or (_why_maybe_in_use(context) if for_its_key else ""):
        return why
    if for_its_key and (names_the_conflict(context.interaction) or near_key(context)):
        told = names_the_conflict(context.interaction) or not speaks_of_room(answer)
        return "" if told else f"answered {answer.status}, which mentions a limit"
    if context.history.facts.is_full_for(context.interaction):
        return "plain creates are refused from here on"
    return turned_away(context.interaction, context.history)


def _why_used_before(context: Context) -> str:
    """Return why a create is not the first under its key, or not under a key that is one to the server, or ""."""
    if any(one.status is not None and 200 <= one.status < 400 for one in _before(context)):  # noqa: PLR2004 - not refused
        return "the key was used before, and the outcome cannot be read"
    if context.history.hung_up_before(context.interaction) is not None:
        return "the key was used before, by a create whose answer was not read"
    if context.history.refused_first(context.interaction):
        return "the key was used before, by a create that was refused"
    if _has_another_form(context):
        return "the server may accept only other forms of keys: it has accepted none like this one"
    return "the key was used before, by a caller who was refused" if stranger_before(context) else ""


def _why_maybe_in_use(context: Context) -> str:
    """Return why a create that is refused for its key may be so rightly, or ""."""
    interaction, before = context.interaction, _before(context)
    if interaction.lost:
        return "an earlier answer to it was lost, and that request may still be in progress"
    if before and not in_bursts(before):
        return "the key was used before, by a create that was refused"
    if stranger_let_in(context):
        return "the key was used before, by a caller without a valid credential"
    if interaction.form is not None and "{fresh}" not in interaction.form.template.lower():
        return "the key is the same in every run, and may have been used before this one"
    return ""


def _has_another_form(context: Context) -> bool:
    """Whether our key has more in it than a fresh value, and the server never accepted one like it.

    A conflict is not about a key's form.
    """
    interaction, form = context.interaction, context.interaction.form
    if form is None or not is_of_another_form(form) or interaction.status == CONFLICT:
        return False
    return form.template not in context.history.facts.forms_taken and not names_the_conflict(interaction)


def near_key(context: Context) -> tuple[Interaction, ...]:
    """Return the earlier interactions whose keys were made from the same fresh value, one per key."""
    near = {one.key: one for one in context.history.under_near_keys_before(context.interaction)}
    return tuple(sorted(near.values(), key=lambda one: one.number))


def _broken(context: Context, mutation: Mutation) -> str:
    """Return what is wrong with the params, as part of a sentence."""
    parent, _, name = mutation.place.rpartition(".")
    holders = _all_at(context.params, parent)
    values = [one[name] for one in holders if isinstance(one, Mapping) and name in one]
    if mutation.requirement.endswith("/items") and (found := _wrong_element(context, values)):
        return f"with {found} of `{mutation.place}`"
    if not values or mutation.requirement.endswith("/required"):
        return f"without `{mutation.place}`"
    return f"with {shown(values[0] if len(values) == 1 else values)} as `{mutation.place}`"


def _wrong_element(context: Context, values: list[object]) -> str:
    """Return the first element that the schema rejects, and its place, or "" if it cannot be found."""
    for error in validator(context.contract.request_schema).broken(context.params):
        place = error.path[-1] if error.path else None
        if isinstance(place, int) and any(isinstance(one, list) and error.value in one for one in values):
            return f"{shown(error.value)} as element {place + 1}"
    return ""


def _all_at(document: object, place: str) -> list[object]:
    """Return the values at a place; below a list there are several."""
    found = [document]
    for name in filter(None, place.split(".")):
        found = [member(one, name.removesuffix("[]")) for one in found]
        if name.endswith("[]"):
            found = [inner for one in found if isinstance(one, list) for inner in one]
    return found


@check(_mutated)
def mutated_creates_are_refused(context: Context) -> Iterator[Observation]:
    """Judge a create that breaks one requirement of the request schema."""
    mutation, answer = context.interaction.case.mutation, context.answer
    if mutation is None or context.expectation is not Expectation.REJECT or answer is None:
        return
    looked_up = context.first is not None and answer.refused  # perhaps for its key, whatever the status
    if context.gives_the_first or looked_up:
        return  # an answer about the key says nothing about these parameters
    if answer.successful:
        yield context.finding(
            mutation.requirement,
            mutation.fault,
            expected="a refusal (4xx)",
            actual=f"{answer.status}: accepted {_broken(context, mutation)}",
        )
    elif answer.refused and not answer.says_nothing:
        doubt = no_evidence(context)
        yield Unclear(requirement=mutation.requirement, reason=doubt) if doubt else held(mutation.requirement)
    else:
        yield Unclear(requirement=mutation.requirement, reason=f"answered {answer.status}")


@check(_discouraged)
def discouraged_creates_are_refused(context: Context) -> Iterator[Observation]:
    """Judge a create that the request schema allows but that should be refused all the same, under a fresh key."""
    params, answer = context.params, context.answer
    if params is None or answer is None or context.first is not None or context.expectation is not Expectation.EITHER:
        return
    for one in context.contract.parts.discouraged:
        if not _conditions(one).is_valid(params):
            continue
        row = f"request/{one.id}"
        if answer.refused and not answer.says_nothing and (doubt := no_evidence(context)):
            yield Unclear(requirement=row, reason=doubt)
        elif one.live and (reason := _why_not_live(context, one.live)):
            yield Unclear(requirement=row, reason=reason, applies=False)
        elif answer.successful:
            yield context.finding(
                row,
                "accepted",
                expected="a refusal (4xx)",
                actual=f"{answer.status}: accepted",
            )
        elif answer.refused and not answer.says_nothing:
            yield held(row)
        else:
            yield Unclear(requirement=row, reason=f"answered {answer.status}")


@cache
def _conditions(one: Discouraged) -> Checked:
    return validator(one.when)


def _why_not_live(context: Context, place: str) -> str:
    """Return why a rule of live mode does not apply, or ""; the last answer that shows the mode decides."""
    for one in (context.interaction, *context.history.backwards()):
        mode = None if one.created is None else member(one.created, place)
        if isinstance(mode, bool):
            return "" if mode else f"`{place}` is false in the answers"
    return f"no answer shows `{place}`"
