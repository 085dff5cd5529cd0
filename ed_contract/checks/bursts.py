"""What concurrent requests under one key must result in. None of them counts as the first."""

from __future__ import annotations

from collections.abc import Iterator

from ed_contract.case import Expectation
from ed_contract.checks.context import Context, are_apart, check, fullest, held
from ed_contract.checks.replays import ACROSS, AFTER_A_BURST, judged_replay, row_of_a_replay, unknown_elsewhere
from ed_contract.checks.request import in_bursts, is_refused_after_a_burst
from ed_contract.checks.sameness import looks_like
from ed_contract.excerpt import bounded
from ed_contract.finding import Observation, Unclear
from ed_contract.interaction import Interaction, Response
from ed_contract.record.answers import in_turns, said
from ed_contract.record.values import canonical, shown

SHOWN = 3  # ids in a message


@check("idempotency/burst/one-destination", "idempotency/burst/one-body")
def a_burst_makes_one_destination(context: Context) -> Iterator[Observation]:
    """Judge a burst under one key, on its last interaction, and what its key returns afterwards."""
    mates = context.burst
    if not mates:
        yield from judged_afterwards(context, AFTER_A_BURST)
    elif not are_apart(*mates):
        bodies = {canonical(one.case.params) for one in mates}
        yield from judged_burst(context, AFTER_A_BURST if len(bodies) == 1 else "idempotency/burst/one-body")


def judged_burst(context: Context, row: str, where: str = "") -> Iterator[Observation]:
    """Judge a burst under one key for a requirement, on its last interaction; `where` says where it was sent."""
    mates = context.burst
    if mates[-1].number != context.interaction.number or len({one.key for one in mates}) > 1:
        return
    whole = fullest(mates)
    shape = {} if whole is None else whole.created or {}
    made = [one for one in mates if one.created is not None and looks_like(one.created, shape)]
    ids = {canonical(one): shown(one) for one in (bounded(each.id) for each in made)}
    refused = context.contract.parts.idempotency.said
    served = {canonical(one.case.params) for one in made}
    if len(ids) > 1:
        some, fault = ", ".join(sorted(ids.values())[:SHOWN]), f"several {context.noun.many}"
        yield context.finding(
            row,
            unknown_elsewhere(fault, requests=len(mates)) if row == ACROSS else fault,
            expected=f"one {context.noun.one} for {_together(mates)}{where}",
            actual=f"{len(ids)} {context.noun.many}: {some}{', …' if len(ids) > SHOWN else ''}; {_answers(mates)}",
            before=tuple(mates[:-1]),
        )
    elif len(served) > 1:
        yield context.finding(
            row,
            "given to another body",
            expected=f"2xx for one of the bodies of {_together(mates)}, and {refused} for the others",
            actual=f"2xx with the {context.noun.one} {', '.join(ids.values())} for {len(served)} different bodies; "
            f"{_answers(mates)}",
            before=tuple(mates[:-1]),
        )
    elif made and all(isinstance(one.answer, Response) for one in mates):
        yield held(row)
    else:
        yield Unclear(requirement=row, reason=_why(mates))


def judged_afterwards(context: Context, row: str) -> Iterator[Observation]:
    """Judge a create under the key of a finished burst, if a requirement is about it.

    A refusal within a burst means "try again", and is right.
    """
    interaction, answer = context.interaction, context.answer
    if (of_a_replay := row_of_a_replay(context)) == row:
        yield from judged_replay(context, row)
    if of_a_replay:
        return
    if context.first is not None or context.expectation is not Expectation.ACCEPT or interaction.key is None:
        return
    burst = in_bursts(context.history.under_key_before(interaction))
    if are_apart(interaction, *burst) != (row == ACROSS):
        return
    if answer is not None and answer.successful and burst:
        yield held(row)
    elif answer is not None and is_refused_after_a_burst(context):
        yield context.finding(
            row,
            "never served",
            expected=f"{context.noun.an} after {_together(burst)}",
            actual=f"all were refused, and so was a create some seconds later: {said(answer)}{in_turns(burst[0])}",
            before=burst,
        )


def _together(mates: tuple[Interaction, ...]) -> str:
    return f"{len(mates)} {'create' if len(mates) == 1 else 'creates'} sent concurrently under one key"


def _answers(mates: tuple[Interaction, ...]) -> str:
    """Return the answer to each request of a burst."""
    said = ", ".join("none" if one.status is None else str(one.status) for one in mates)
    return f"answers: {said}{in_turns(mates[0])}"


def _why(mates: tuple[Interaction, ...]) -> str:
    unanswered = sum(not isinstance(one.answer, Response) for one in mates)
    if unanswered:
        return f"{unanswered} of {len(mates)} got no answer"
    return f"all were refused, with {', '.join(map(str, sorted({one.status for one in mates if one.status})))}"
