"""What a key must not affect: other keys, creates without one, other accounts."""

from __future__ import annotations

from collections.abc import Iterator

from ed_contract.case import Credential, Expectation
from ed_contract.checks.context import Context, check, held, id_shown, is_identifier
from ed_contract.checks.include import shown_strings
from ed_contract.checks.refused import stranger_let_in
from ed_contract.checks.request import is_conflict_of_none, near_key
from ed_contract.checks.sameness import is_the_same_destination
from ed_contract.finding import Finding, Observation, Unclear
from ed_contract.interaction import Interaction, NotSent, Response
from ed_contract.record.answers import said
from ed_contract.record.differences import difference
from ed_contract.record.values import same

UNAUTHENTICATED = 401
DISTINCT = 8  # characters; a value at least this long occurs nowhere by chance


@check("idempotency/account-scoped")
def no_account_is_shown_what_is_anothers(context: Context) -> Iterator[Observation]:
    """Judge a second account's create under a key of the first account: a conflict by itself reveals nothing."""
    interaction, answer = context.interaction, context.answer
    if interaction.request.credential is not Credential.SECOND or interaction.key is None or answer is None:
        return
    theirs = context.history.first_of(Credential.FIRST, interaction)
    if theirs is None or theirs.created is None:
        return
    if answer.status == UNAUTHENTICATED:
        reason = f"the second credential is refused with {answer.status}: check --second-api-key"
        yield Unclear(requirement="idempotency/account-scoped", reason=reason)
        return
    if _shows(interaction, answer, theirs):
        if context.history.facts.lets_in(Credential.UNKNOWN):  # it may know no accounts at all
            reason = f"creates with {STRANGERS[Credential.UNKNOWN]} are accepted"
            yield Unclear(requirement="idempotency/account-scoped", reason=reason, applies=False)
            return
        yield context.finding(
            "idempotency/account-scoped",
            "shown",
            expected=f"nothing about another account's {context.noun.one}",
            actual=f"{answer.status} with {id_shown(theirs)}, which the first account created under the same key",
            before=(theirs,),
        )
    elif answer.successful or interaction.conflicts:
        yield held("idempotency/account-scoped")


STRANGERS = {
    Credential.NONE: "no credential",
    Credential.EMPTY: "an empty credential",
    Credential.OTHER_SCHEME: "another scheme",
    Credential.UNKNOWN: "an unknown credential",
}
"""Callers without an account, with the fault of a server that serves them."""
_STRANGERS_ROW = "idempotency/credential-scoped"


@check(_STRANGERS_ROW)
def no_stranger_is_shown_a_destination(context: Context) -> Iterator[Observation]:
    """Judge a create without a valid credential under a key that was used with one.

    Where such creates are accepted under fresh keys, there is nothing to protect.
    """
    interaction, answer, facts = context.interaction, context.answer, context.history.facts
    caller = STRANGERS.get(interaction.request.credential)
    if caller is None or interaction.key is None:
        return
    made = context.history.first_made_by(Credential.FIRST, interaction)
    if made is None or made.created is None:
        return
    turned_away = facts.turned_away(interaction.request.credential)
    if isinstance(interaction.answer, NotSent):
        yield Unclear(requirement=_STRANGERS_ROW, reason=interaction.answer.reason, applies=False)
    elif facts.lets_in(interaction.request.credential):
        yield Unclear(requirement=_STRANGERS_ROW, reason=f"creates with {caller} are accepted", applies=False)
    elif turned_away is None:
        yield Unclear(requirement=_STRANGERS_ROW, reason=f"no create with {caller} was refused under a fresh key")
    elif answer is None or answer.says_nothing or answer.failed:
        yield Unclear(requirement=_STRANGERS_ROW, reason="no answer" if answer is None else f"answered {answer.status}")
    elif _shows(interaction, answer, made):
        yield context.finding(
            _STRANGERS_ROW,
            caller,
            expected=f"nothing about {context.noun.the}: a caller with {caller} is refused under a fresh key",
            actual=f"{answer.status} with {id_shown(made)}, created with a valid credential under the same key",
            before=tuple(sorted((turned_away, made), key=lambda one: one.number)),
        )
    else:
        yield held(_STRANGERS_ROW)


def _shows(interaction: Interaction, answer: Response, theirs: Interaction) -> bool:
    """Whether an answer shows another's destination; one with its id but different content only shares the id."""
    if interaction.created is not None and interaction.id is not None:
        if theirs.secret is not None and same(theirs.secret, interaction.secret):
            return True
        return (
            is_identifier(interaction.id, interaction.contract)
            and same(interaction.id, theirs.id)
            and is_the_same_destination(interaction.contract, theirs.created or {}, interaction.created)
        )
    shown_or_not = [value for value in (theirs.id, theirs.secret) if isinstance(value, str)]
    told = shown_strings(answer.document)
    return any(
        value in told or (len(value) >= DISTINCT and value.encode("utf-8", "surrogatepass") in answer.body)
        for value in shown_or_not
    )


@check("idempotency/keys-independent", "idempotency/no-key")
def another_key_gives_another_destination(context: Context) -> Iterator[Observation]:
    """Judge that a create with a fresh key, or none, never returns an earlier destination, and never conflicts."""
    interaction, owner = context.interaction, context.owner
    if _is_one_uuid_in_another_case(context) or stranger_let_in(context):
        return
    if context.answer is not None and is_conflict_of_none(context):
        yield _conflict_of_none(context, context.answer)
    if context.first is not None or interaction.created is None or context.expectation is Expectation.REJECT:
        return
    if interaction.request.credential is not Credential.FIRST:
        return
    without = interaction.key is None
    row = "idempotency/no-key" if without else "idempotency/keys-independent"
    if owner is not None:
        yield context.finding(
            row,
            f"the same {context.noun.one}",
            expected=f"a new {context.noun.one}",
            actual=f"the {context.noun.one} {id_shown(owner)}, which was created before "
            + ("without a key" if owner.key is None else f"under the key {owner.key}"),
            before=(owner,),
        )
    elif context.history.facts.made_without_key(context.params, interaction) if without else near_key(context):
        yield held(row)


_UUIDS = {"{fresh}", "{FRESH}"}
"""The templates of keys that are UUIDs."""


def _is_one_uuid_in_another_case(context: Context) -> bool:
    """Whether a server that accepts only UUIDs may take a key for an earlier one: a UUID's case means nothing."""
    if context.history.facts.forms_taken - _UUIDS:
        return False
    key = (context.interaction.key or "").lower()
    return any((one.key or "").lower() == key for one in context.history.under_near_keys_before(context.interaction))


def _resembles(near: tuple[Interaction, ...], key: str) -> str:
    """Return how a key differs from an earlier one; the keys themselves differ from run to run."""
    if not near:
        return ""
    how = difference(near[-1].key, key)
    return f", but resembles an earlier one{how and f' ({how})'}"


def _conflict_of_none(context: Context, answer: Response) -> Finding:
    """Return the finding of a conflict with no earlier request to conflict with."""
    key = context.interaction.key
    if key is None:
        return context.finding(
            "idempotency/no-key",
            "conflict",
            expected=f"a new {context.noun.one}: without a key there is nothing to conflict with",
            actual=said(answer),
            before=tuple(one for one in context.history.under_key_before(context.interaction) if one.created)[-1:],
        )
    near = near_key(context)
    return context.finding(
        "idempotency/keys-independent",
        "conflict",
        expected=f"a new {context.noun.one}, however much the key resembles another",
        actual=f"the key was never used{_resembles(near, key)}: {said(answer)}",
        before=near,
    )
