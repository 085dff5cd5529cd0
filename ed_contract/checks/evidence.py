"""When a refusal says something about the refused case, and when it may be about every request."""

from __future__ import annotations

from ed_contract.case import Credential
from ed_contract.checks.context import Context
from ed_contract.interaction import Interaction, Response
from ed_contract.record.answers import about, names_the_conflict, speaks_of_room, turns_away
from ed_contract.record.history import History
from ed_contract.record.values import shown

_LONG = 4.0  # seconds


def turned_away(interaction: Interaction, history: History) -> str:
    """Return why an answer may be what every request gets now, and say nothing about the case, or "".

    It is about the case if a plain create sent right after it got a different answer.
    """
    if not turns_away(interaction):
        return _of_another_account(interaction)
    probe = history.next_after(interaction)
    if probe is not None and probe.is_probe and isinstance(probe.answer, Response):
        told = not (probe.answer.says_nothing or probe.answer.failed or turns_away(probe))
        if told:
            return ""
    return f"answered {interaction.status}, which may be {about(interaction)}"


def _of_another_account(interaction: Interaction) -> str:
    """Return why a refusal may be about the credential of an account that no plain create probes, or ""."""
    if interaction.request.credential not in {Credential.SECOND, Credential.FURTHER}:
        return ""
    answer = interaction.answer
    refused = isinstance(answer, Response) and (answer.redirects or answer.status in {401, 403})
    return f"answered {interaction.status}, which may be {about(interaction)}" if refused else ""


def no_room(context: Context, answer: Response) -> str:
    """Return why a refusal may come from a quota, or ""."""
    if context.history.facts.is_full_for(context.interaction):
        return "plain creates are refused from here on"
    if names_the_conflict(context.interaction) or not (answer.refused and speaks_of_room(answer)):
        return ""
    return f"answered {answer.status}, which mentions a limit"


def was_waited_for(interaction: Interaction) -> bool:
    """Whether a key in use was retried for so long that no earlier request can still be in progress."""
    return interaction.ended - interaction.began >= _LONG


def no_evidence(context: Context) -> str:
    """Return why a refusal proves nothing about the case, or ""."""
    facts, kind = context.history.facts, context.interaction.chosen
    if doubt := turned_away(context.interaction, context.history):
        return doubt
    if not facts.takes:
        return "no valid create was accepted before, so this refusal proves nothing"
    if facts.refuses(kind):
        return f"no valid create of type {shown(kind)} was accepted before, so this refusal proves nothing"
    return "a valid create that was accepted before is now refused too" if facts.refuses_again else ""


def may_have_been_done(context: Context) -> bool:
    """Whether an attempt under this key whose answer was lost may have succeeded, or still be in progress.

    Then this may be a replay of it, and a 409 may mean that it is not done yet.
    """
    this = context.interaction
    return this.lost or (this.key is not None and context.history.may_be_under_way(this))


def changed_by_others(context: Context) -> str:
    """Return why it is unknown what a used key returns now, or ""."""
    first = context.first
    if first is None or not context.history.is_changed(first.id):
        return ""
    return "another request may have changed or deleted what its key created"


def no_word_of_the_key(context: Context, answer: Response) -> str:
    """Return why an answer says nothing about the key, or ""."""
    if doubt := changed_by_others(context):
        return doubt
    if answer.refused and context.history.facts.is_full_for(context.interaction):
        return "plain creates are refused from here on"
    if not context.interaction.may_be_refused_for_its_key:
        return turned_away(context.interaction, context.history)
    if not names_the_conflict(context.interaction) and may_have_been_done(context):
        why = "while an earlier request under this key, whose answer is unknown, may be in progress"
        return f"answered {answer.status}, {why}"
    return no_evidence(context)
