"""What a used key does where the contract leaves it open: while in use, after a refusal, on a replay."""

from __future__ import annotations

from collections.abc import Iterator

from ed_contract.case import Expectation
from ed_contract.interaction import Interaction, Response
from ed_contract.record.answers import names_the_conflict
from ed_contract.record.history import History
from ed_contract.record.values import same
from ed_contract.report.card.answers import of_its_own, refused_with

NO_MARK = "none"


def duplicates(one: Interaction, history: History) -> Iterator[str]:
    """Yield how concurrent duplicates under one key were answered, except for the one that created something."""
    if one.burst is None or one.key is None or history.first_made(one) is not None:
        return
    equal = [other for other in history.burst_of(one) if same(other.case.params, one.case.params)]
    made = next((other for other in equal if other.created is not None), None)
    if len(equal) == 1 or one is made:
        return
    if one.created is None:
        yield f"answered {one.status}"
    else:
        yield (
            "answered with what the first one created"
            if made is not None and same(one.id, made.id)
            else "created another one"
        )


def refused_again(one: Interaction, history: History) -> Iterator[str]:
    """Yield how a refused create was answered when resent, byte for byte, under its key."""
    refused, answer = history.refused_first(one), one.answer
    if refused is None or not isinstance(answer, Response) or not isinstance(refused.answer, Response):
        return
    if one.request.body != refused.request.body or history.first_made(one) is not None or answer.says_nothing:
        return
    if answer.status != refused.answer.status:
        yield f"answered {answer.status} after {refused.answer.status}"
    else:
        yield "the same answer" if answer.body == refused.answer.body else "a new answer with the same status"


def refused_corrected(one: Interaction, history: History) -> Iterator[str]:
    """Yield how the first valid create under a key was answered, after its first create was refused."""
    refused, answer = history.refused_first(one), one.answer
    if refused is None or not isinstance(answer, Response) or not isinstance(refused.answer, Response):
        return
    if one.case.expectation is not Expectation.ACCEPT or same(one.case.params, refused.case.params):
        return
    if history.first_made(one) is not None or one.burst is not None or answer.says_nothing:
        return
    if one.created is not None:
        yield "accepted"
    elif names_the_conflict(one) or one.conflicts:
        yield f"refused with {answer.status}, as a conflict"
    elif (answer.status, answer.body) == (refused.answer.status, refused.answer.body):
        yield "refused again with the first answer"
    else:
        yield refused_with(answer)


def is_replay(one: Interaction, history: History) -> bool:
    """Whether a create succeeded under a key that had created something with the same parameters."""
    first = history.first_made(one)
    return first is not None and one.created is not None and same(first.case.params, one.case.params)


def status(one: Interaction, history: History) -> Iterator[str]:
    """Yield the status of a replay."""
    if is_replay(one, history):
        yield str(one.status)


def secret(one: Interaction, history: History) -> Iterator[str]:
    """Yield whether a replay shows the secret that the first answer showed."""
    first = history.first_made(one)
    if first is None or first.secret is None or not is_replay(one, history):
        return
    if one.secret is None:
        yield "withheld"
    else:
        yield "shown" if same(one.secret, first.secret) else "a different one shown"


def marks(answered: tuple[Interaction, ...], history: History) -> Iterator[str]:
    """Yield the headers that replays have and first answers do not, once for each replay."""
    replayed = [one for one in answered if is_replay(one, history)]
    usual = {
        name
        for one in answered
        if one.created is not None and history.first_made(one) is None
        for name, _ in of_its_own(one)
    }
    for one in replayed:
        marked = [f"`{name}: {value}`" for name, value in of_its_own(one) if name not in usual]
        yield ", ".join(marked) if marked else NO_MARK
