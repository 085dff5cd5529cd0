"""What a used key does where the contract leaves it open: while it is in use, when it was refused, on a replay."""

from __future__ import annotations

from collections.abc import Iterator

from ed_contract.case import Expectation
from ed_contract.interaction import Interaction, Response
from ed_contract.record.answers import names_the_conflict
from ed_contract.record.history import History
from ed_contract.record.values import same
from ed_contract.report.card.answers import of_its_own, refused_with

NO_MARK = "no header of its own"


def duplicates(one: Interaction, history: History) -> Iterator[str]:
    """Yield what a create was answered that came at once with equal ones under its key, the first made apart."""
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
            "answered with what the first created"
            if made is not None and same(one.id, made.id)
            else "created another one"
        )


def refused_again(one: Interaction, history: History) -> Iterator[str]:
    """Yield what became of a refused create that was sent again, byte for byte, under its key."""
    refused, answer = history.refused_first(one), one.answer
    if refused is None or not isinstance(answer, Response) or not isinstance(refused.answer, Response):
        return
    if one.request.body != refused.request.body or history.first_made(one) is not None or answer.says_nothing:
        return
    if answer.status != refused.answer.status:
        yield f"answered {answer.status} after {refused.answer.status}"
    else:
        yield "answered the same" if answer.body == refused.answer.body else "answered anew, with the same status"


def refused_corrected(one: Interaction, history: History) -> Iterator[str]:
    """Yield what became of the first valid create under a key whose first create was refused."""
    refused, answer = history.refused_first(one), one.answer
    if refused is None or not isinstance(answer, Response) or not isinstance(refused.answer, Response):
        return
    if one.case.expectation is not Expectation.ACCEPT or same(one.case.params, refused.case.params):
        return
    if history.first_made(one) is not None or one.burst is not None or answer.says_nothing:
        return
    if one.created is not None:
        yield "carried out"
    elif names_the_conflict(one) or one.conflicts:
        yield f"refused with {answer.status}, as a conflict"
    elif (answer.status, answer.body) == (refused.answer.status, refused.answer.body):
        yield "answered with the first refusal again"
    else:
        yield refused_with(answer)


def is_replay(one: Interaction, history: History) -> bool:
    """Whether a create was answered with success under a key that had made something of the same parameters."""
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
        yield "shown" if same(one.secret, first.secret) else "shown, another one"


def marks(answered: tuple[Interaction, ...], history: History) -> Iterator[str]:
    """Yield the headers that replays have and first answers have not, once for each replay."""
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
