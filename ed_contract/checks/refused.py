"""What a key does after a refusal: it can be used again, and remembers what is then created."""

from __future__ import annotations

from collections.abc import Iterator

from ed_contract.case import WRONG_CREDENTIALS, Credential, Expectation
from ed_contract.checks.context import Context, check, held
from ed_contract.checks.evidence import no_room, turned_away, was_waited_for
from ed_contract.finding import Observation, Unclear
from ed_contract.interaction import CONFLICT, Interaction
from ed_contract.record.answers import names_the_conflict, said
from ed_contract.record.values import same

REMEMBERS = "idempotency/refused/remembers"
_TURNED_AWAY = {401, 403}
_RETRY, _OWNER = "idempotency/refused/retry", "idempotency/refused/owner"


@check(_RETRY)
def a_refused_create_may_be_sent_again(context: Context) -> Iterator[Observation]:
    """Judge a refused create resent under its key: that is not a conflict, and nothing is in progress."""
    interaction, answer = context.interaction, context.answer
    refused = context.history.refused_first(interaction)
    if (
        refused is None
        or context.first is not None
        or context.burst
        or interaction.request.credential in WRONG_CREDENTIALS
    ):
        return
    if answer is None or answer.says_nothing or answer.failed or not same(refused.case.params, interaction.case.params):
        return
    if refused.request.body != interaction.request.body:
        return
    if doubt := turned_away(interaction, context.history) or no_room(context, answer):
        yield Unclear(requirement=_RETRY, reason=doubt)
        return
    if names_the_conflict(interaction):
        fault = "conflict"
    elif answer.status == CONFLICT and was_waited_for(interaction):
        fault = "in progress"
    elif answer.status == CONFLICT:
        yield Unclear(requirement=_RETRY, reason=f"answered {CONFLICT}, which may be about a request in progress")
        return
    else:
        yield held(_RETRY)
        return
    yield context.finding(
        _RETRY,
        fault,
        expected=f"{refused.status} again, or another refusal of these parameters: nothing was created under the key",
        actual=said(answer),
        before=(refused,),
    )


@check(_OWNER)
def a_key_that_a_stranger_used_is_its_owners(context: Context) -> Iterator[Observation]:
    """Judge an account's first create under a key that was used before without a valid credential."""
    interaction, answer = context.interaction, context.answer
    stranger = stranger_before(context)
    if stranger is None or answer is None or context.history.under_key_before(interaction):
        return
    if context.expectation is not Expectation.ACCEPT:
        return  # it may be refused for its parameters
    if answer.successful:
        yield held(_OWNER)
    elif not answer.refused or answer.says_nothing:
        yield Unclear(requirement=_OWNER, reason=f"answered {answer.status}")
    elif doubt := turned_away(interaction, context.history) or no_room(context, answer):
        yield Unclear(requirement=_OWNER, reason=doubt)
    else:
        yield context.finding(
            _OWNER,
            "refused",
            expected=f"{context.noun.an}, since the earlier request with this key was refused",
            actual=said(answer),
            before=(stranger,),
        )


def stranger_before(context: Context) -> Interaction | None:
    """Return the refused request under the same key without a valid credential, or None."""
    return next((one for one in _strangers(context) if one.status in _TURNED_AWAY), None)


def stranger_let_in(context: Context) -> Interaction | None:
    """Return a request under the same key without a valid credential that was not turned away, or None."""
    return next((one for one in _strangers(context) if one.status not in _TURNED_AWAY), None)


def _strangers(context: Context) -> Iterator[Interaction]:
    """Yield the first request of each caller without a valid credential under the key of a create that has one."""
    interaction = context.interaction
    if interaction.key is not None and interaction.request.credential is Credential.FIRST:
        found = (context.history.first_of(one, interaction) for one in sorted(WRONG_CREDENTIALS))
        yield from (one for one in found if one is not None)
