"""Whether the target takes what the page allows and refuses what it forbids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ed_contract.case import Expectation, Mutation
from ed_contract.checks.evidence import no_evidence, turned_away
from ed_contract.checks.reading import Reading, check, held
from ed_contract.contract import CONTRACT
from ed_contract.finding import Finding, Observation, Unclear
from ed_contract.interaction import CONFLICT, Interaction, Response
from ed_contract.record.answers import CODE, codes, said
from ed_contract.record.values import member, shown

_MUTATED = tuple(
    row.id for row in CONTRACT.requirements.values() if row.area == "request" and row.id != "request/valid"
)


@check("request/valid", "idempotency/keys-independent", "idempotency/no-key", "idempotency/burst/one-destination")
def valid_creates_are_accepted(reading: Reading) -> Iterator[Observation]:
    """Judge a valid create under a key that was not used before."""
    answer = reading.answer
    if reading.expectation is not Expectation.ACCEPT or reading.first is not None or answer is None:
        return
    before = reading.history.under_key_before(reading.interaction) if reading.interaction.key is not None else []
    if answer.successful:
        yield held("request/valid")
        if any(one.burst is not None for one in before) and not reading.mates:
            yield held("idempotency/burst/one-destination")
    elif reason := _why_undecided(reading, answer, before):
        yield Unclear(requirement="request/valid", reason=reason)
    elif answer.status == CONFLICT and (burst := [one for one in before if one.burst is not None]):
        yield reading.finding(
            "idempotency/burst/one-destination",
            "never served",
            expected="a destination, once none of the requests that came at once is under way any more",
            actual=f"all were refused, and some seconds later the answer is {said(answer)}",
            before=tuple(burst),
        )
    elif answer.status == CONFLICT and (CODE in codes(answer.document) or near_key(reading)):
        yield _conflict_of_none(reading, answer)
    else:
        yield reading.finding(
            "request/valid",
            "refused",
            expected=f"2xx for a create with documented fields and realistic values ({reading.interaction.case.name})",
            actual=said(answer),
        )


def _why_undecided(reading: Reading, answer: Response, before: list[Interaction]) -> str:
    """Return why it says nothing that a valid create was not accepted, or ""."""
    if not answer.refused or answer.says_nothing or reading.mates:
        return f"answered {answer.status}"
    if any(one.status is not None and 200 <= one.status < 400 for one in before):  # noqa: PLR2004 - not refused
        return "the key was used, and what became of it cannot be read"
    if answer.status == CONFLICT and reading.interaction.lost:
        return "an answer to it was lost, and that request may still be under way"
    if answer.status == CONFLICT and before and not any(one.burst is not None for one in before):
        return "the key was used before, by a create that was refused"
    if answer.status == CONFLICT and (CODE in codes(answer.document) or near_key(reading)):
        return ""
    if reading.history.facts.is_full_for(reading.interaction):
        return "plain creates are refused from here on"
    return turned_away(reading.interaction, reading.history)


def _conflict_of_none(reading: Reading, answer: Response) -> Finding:
    """Return the finding of a conflict without an earlier request to be in conflict with."""
    if reading.interaction.key is None:
        return reading.finding(
            "idempotency/no-key",
            "conflict",
            expected="a destination: without a key there is nothing to be in conflict with",
            actual=said(answer),
            before=tuple(one for one in reading.history.under_key_before(reading.interaction) if one.created)[-1:],
        )
    near = near_key(reading)
    return reading.finding(
        "idempotency/keys-independent",
        "conflict",
        expected="a key that was never used gives a new destination, however much it resembles another",
        actual=f"the key was never used{', but resembles one before' if near else ''}: {said(answer)}",
        before=near,
    )


def near_key(reading: Reading) -> tuple[Interaction, ...]:
    """Return the interactions just before this one whose keys were made from the same fresh value, one for each key."""
    near = {one.key: one for one in reading.history.under_near_keys_before(reading.interaction)}
    return tuple(sorted(near.values(), key=lambda one: one.number))


def _broken(reading: Reading, mutation: Mutation) -> str:
    """Return what is wrong with the params, as a part of a sentence."""
    parent, _, name = mutation.place.rpartition(".")
    holder = member(reading.params, parent) if parent else reading.params
    if isinstance(holder, Mapping) and name not in holder:
        return f"without `{mutation.place}`"
    return f"with {shown(member(reading.params, mutation.place))} as `{mutation.place}`"


@check(*_MUTATED)
def mutated_creates_are_refused(reading: Reading) -> Iterator[Observation]:
    """Judge a create that breaks one requirement of the request schema."""
    mutation, answer = reading.interaction.case.mutation, reading.answer
    if mutation is None or reading.expectation is not Expectation.REJECT or answer is None:
        return
    if reading.gives_the_first or (reading.first is not None and answer.status == CONFLICT):
        return  # the key was looked up, and what is said of it says nothing of these parameters
    if answer.successful:
        yield reading.finding(
            mutation.requirement,
            mutation.fault,
            expected=f"4xx: {CONTRACT.requirements[mutation.requirement].statement.rstrip('.')}",
            actual=f"{answer.status}: accepted {_broken(reading, mutation)}",
        )
    elif answer.refused and not answer.says_nothing:
        doubt = no_evidence(reading)
        yield Unclear(requirement=mutation.requirement, reason=doubt) if doubt else held(mutation.requirement)
    else:
        yield Unclear(requirement=mutation.requirement, reason=f"answered {answer.status}")
