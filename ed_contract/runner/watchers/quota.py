"""Whether the target now refuses plain creates that it took before: what asks it for one."""

from __future__ import annotations

from ed_contract.case import Case, Expectation
from ed_contract.interaction import Interaction, Response
from ed_contract.record.answers import is_about_room, refuses, said
from ed_contract.record.history import History
from ed_contract.runner.events import End
from ed_contract.runner.watchers import Stop, in_a_row, latest, times_asked

REFUSED_IN_A_ROW = 3  # valid creates, before the target is asked once more; the next time twice as many
OPEN_IN_A_ROW = 8  # cases that the page leaves open, refused while nothing was accepted; the next time twice as many


def refused_in_a_row(history: History) -> int:
    """Return how many valid creates were refused since one was accepted; of a burst none was accepted since."""
    together = latest(history)

    def counts(one: Interaction) -> bool | None:
        if one.is_probe or one.case.expectation is not Expectation.ACCEPT or not isinstance(one.answer, Response):
            return None
        if one.answer.successful:
            return None if one.burst is not None and one in together else False
        return _is_refused(one, history) or None

    return len(in_a_row(history, counts))


def _is_refused(interaction: Interaction, history: History) -> bool:
    """Whether a valid create is refused for no reason of its key: a used one may be refused for that."""
    valid = interaction.case.expectation is Expectation.ACCEPT
    for_its_key = interaction.key is not None and interaction.may_be_refused_for_its_key
    return valid and refuses(interaction) and not (for_its_key and history.under_key_before(interaction))


def may_be_reached(history: History) -> bool:
    """Decide whether to ask for a plain create, after the last interaction."""
    if not history.facts.accepts and not any(map(is_about_room, latest(history))):
        return False  # who never took any is not full, unless it says so
    if any(map(_is_open_and_refused, latest(history))):
        most: int = OPEN_IN_A_ROW * 2 ** times_asked(history, _is_open_and_refused)
        return len(in_a_row(history, _counts_as_open)) >= most
    if not any(_is_refused(one, history) for one in latest(history)):
        return False
    asked = times_asked(history, lambda one: _is_refused(one, history))
    most = REFUSED_IN_A_ROW * 2 ** (asked - 1) if asked else 1  # the first that is refused may be at a quota
    return refused_in_a_row(history) >= most


def _is_open_and_refused(interaction: Interaction) -> bool:
    return interaction.case.expectation is Expectation.EITHER and refuses(interaction)


def _counts_as_open(interaction: Interaction) -> bool | None:
    if isinstance(interaction.answer, Response) and interaction.answer.successful:
        return None if interaction.is_probe else False
    return _is_open_and_refused(interaction) or None


def of_its_type(history: History, interaction: Interaction) -> Case | None:
    """Return a create of the same type that was accepted before, to be asked for: there may be a quota for each."""
    like = history.facts.accepted_of(interaction.chosen)
    return like.case if like is not None and is_about_room(interaction) and _is_refused(interaction, history) else None


def reached(history: History) -> Stop | None:
    """Decide whether to end the run, when the target was asked."""
    last = history.last
    if not history.facts.full or last is None:
        return None
    first = next((one for one in history.backwards() if not one.is_probe), last)
    words = said(last.answer) if isinstance(last.answer, Response) else "no answer"
    guess = "; a quota?" if is_about_room(last) else ""
    return Stop(end=End.QUOTA, note=f"plain creates are refused since request {first.number}: {words}{guess}")
