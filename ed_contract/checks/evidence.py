"""When a refusal says something of the case that was refused, and when it may be about everything that is sent."""

from __future__ import annotations

from ed_contract.case import Credential
from ed_contract.checks.context import Context
from ed_contract.interaction import Interaction, Response
from ed_contract.record.answers import about, names_the_conflict, speaks_of_room, turns_away
from ed_contract.record.history import History
from ed_contract.record.values import shown

_LONG = 4.0  # seconds


def turned_away(interaction: Interaction, history: History) -> str:
    """Return why an answer may be what every request gets now, and say nothing of the case, or "".

    It is the case's when a plain create that was sent right after it got another answer.
    """
    if not turns_away(interaction):
        return _of_another_account(interaction)
    probe = history.next_after(interaction)
    if probe is not None and probe.is_probe and isinstance(probe.answer, Response):
        told = not (probe.answer.says_nothing or probe.answer.failed or turns_away(probe))
        if told:
            return ""
    return f"answered {interaction.status}, which may be {about(interaction)} and not about this request"


def _of_another_account(interaction: Interaction) -> str:
    """Return why the refusal of an account that nobody asks a plain create for may be about its credential, or ""."""
    if interaction.request.credential not in {Credential.SECOND, Credential.FURTHER}:
        return ""
    answer = interaction.answer
    refused = isinstance(answer, Response) and (answer.redirects or answer.status in {401, 403})
    return (
        f"answered {interaction.status}, which may be {about(interaction)} and not about this request"
        if refused
        else ""
    )


def no_room(context: Context, answer: Response) -> str:
    """Return why a refusal may be that of a quota, or ""."""
    if context.history.facts.is_full_for(context.interaction):
        return "plain creates are refused from here on"
    if names_the_conflict(context.interaction) or not (answer.refused and speaks_of_room(answer)):
        return ""
    return f"answered {answer.status}, which speaks of how many there may be"


def was_waited_for(interaction: Interaction) -> bool:
    """Whether a key in use was asked for again until nothing can be under way any more that was answered before."""
    return interaction.ended - interaction.began >= _LONG


def no_evidence(context: Context) -> str:
    """Return why a refusal shows nothing of what was refused, or ""."""
    facts, kind = context.history.facts, context.interaction.chosen
    if doubt := turned_away(context.interaction, context.history):
        return doubt
    if not facts.takes:
        return "no valid create has been accepted that this refusal could be told apart from"
    if facts.refuses(kind):
        return f"no valid create of type {shown(kind)} has been accepted that this refusal could be told apart from"
    return "a valid create that was accepted before is refused as well" if facts.refuses_again else ""


def may_have_been_done(context: Context) -> bool:
    """Whether an attempt under this key whose answer was lost may have been done, or be under way still.

    Then this may be a replay of it, and a 409 may say that it is not done yet.
    """
    this = context.interaction
    return this.lost or (this.key is not None and context.history.may_be_under_way(this))


def changed_by_others(context: Context) -> str:
    """Return why nothing is known of what a used key gives now, or ""."""
    first = context.first
    if first is None or not context.history.is_changed(first.id):
        return ""
    return "what its key gave may have been changed or deleted since, by another request"


def no_word_of_the_key(context: Context, answer: Response) -> str:
    """Return why an answer says nothing of the key, or ""."""
    if doubt := changed_by_others(context):
        return doubt
    if answer.refused and context.history.facts.is_full_for(context.interaction):
        return "plain creates are refused from here on"
    if not context.interaction.may_be_refused_for_its_key:
        return turned_away(context.interaction, context.history)
    if not names_the_conflict(context.interaction) and may_have_been_done(context):
        when = "when an earlier request under this key, whose answer is not known, may be under way"
        return f"answered {answer.status}, {when}"
    return no_evidence(context)
