"""What a key returns after we hung up on its first answer: what was created then, if anything was."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from ed_contract.checks.context import Context, check, held
from ed_contract.checks.evidence import no_room, turned_away, was_waited_for
from ed_contract.checks.replays import LOST, another, judged_replay, row_of_a_replay
from ed_contract.finding import Observation, Unclear
from ed_contract.interaction import Glimpse, Interaction
from ed_contract.record.answers import names_the_conflict, said
from ed_contract.record.values import same, shown


@check(LOST)
def a_lost_answer_is_given_again(context: Context) -> Iterator[Observation]:
    """Judge a create resent under its key after we hung up on the first one; once answered, it is replayed."""
    lost = context.history.hung_up_before(context.interaction)
    if row_of_a_replay(context) == LOST:
        yield from judged_replay(context, LOST)
    elif lost is not None and lost.request.body == context.interaction.request.body:
        yield from _first_read(context, lost)


def _first_read(context: Context, lost: Interaction) -> Iterator[Observation]:
    """Judge the first answers that we read: they return what was seen, or, if nothing was, may create it."""
    interaction, answer, seen = context.interaction, context.answer, _seen(lost)
    if answer is None or context.first is not None or context.burst:
        return
    if answer.says_nothing or answer.failed:
        yield Unclear(requirement=LOST, reason=f"answered {answer.status}")
    elif answer.refused and (doubt := turned_away(interaction, context.history) or no_room(context, answer)):
        yield Unclear(requirement=LOST, reason=doubt)
    elif interaction.may_be_refused_for_its_key:
        yield from _in_use(context, lost)
    elif answer.refused and seen is not None:
        yield context.finding(LOST, "refused", expected=_again(context, seen), actual=said(answer), before=(lost,))
    elif seen is None or interaction.id is None:
        yield Unclear(requirement=LOST, reason="no id was seen that could be returned again")
    elif same(interaction.id, seen):
        yield held(LOST)
    elif _was_forgotten(context, lost):
        yield Unclear(requirement=LOST, reason="keys are unknown after the restart")
    else:
        yield context.finding(
            LOST,
            another(interaction),
            expected=_again(context, seen),
            actual=f"another {context.noun.one}: `{context.contract.parts.identity.id}` is {shown(interaction.id)}",
            before=(lost,),
        )


def _was_forgotten(context: Context, lost: Interaction) -> bool:
    """Whether a restart came between, after which another key lost what it had created: that is already reported."""
    history, last = context.history, context.interaction
    if not history.restarted_between(lost, last):
        return False
    since = takewhile(lambda one: not history.restarted_between(one, last), history.backwards())
    pairs = ((history.first_made(one), one) for one in since if one is not last and one.created is not None)
    return any(
        first is not None and history.restarted_between(first, one) and not same(first.id, one.id)
        for first, one in pairs
    )


def _in_use(context: Context, lost: Interaction) -> Iterator[Observation]:
    """Judge a refused key: what we hung up on may be in progress for some seconds, but not much later."""
    interaction, answer = context.interaction, context.answer
    asked = [one for one in context.history.under_key_before(interaction) if one.may_be_refused_for_its_key]
    earlier = next((one for one in asked if one.number > lost.number and was_waited_for(one)), None)
    if answer is None or earlier is None or not context.history.keys_between(earlier, interaction):
        reason = f"answered {interaction.status}, while the request whose answer was lost may be in progress"
        yield Unclear(requirement=LOST, reason=reason)
        return
    seen = _seen(lost)
    yield context.finding(
        LOST,
        "conflict" if names_the_conflict(interaction) else "in use",
        expected=f"{context.noun.an}: the request whose answer was lost is over"
        if seen is None
        else _again(context, seen),
        actual=f"{said(answer)}, as when it was resent before",
        before=(lost, earlier),
        between=1,
    )


def _seen(lost: Interaction) -> str | int | None:
    """Return the id that an answer had shown when we hung up, or None."""
    return lost.answer.id if isinstance(lost.answer, Glimpse) else None


def _again(context: Context, seen: str | int) -> str:
    return f"the {context.noun.one} {shown(seen)}, as in the lost answer"
