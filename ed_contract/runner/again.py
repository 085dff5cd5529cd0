"""Asks again for what got no answer: if it gets none again, the line is not to blame."""

from __future__ import annotations

from collections.abc import Iterator

from ed_contract.interaction import AGAIN
from ed_contract.judging import Judged
from ed_contract.record.history import History
from ed_contract.record.steps import steps_of
from ed_contract.runner import retry
from ed_contract.runner.turns import Turns
from ed_contract.runner.watchers import unanswered


def is_due(history: History) -> bool:
    """Whether there is anything to be asked again."""
    return unanswered.next_case(history) is not None


def cases(turns: Turns, history: History) -> Iterator[Judged]:
    """Ask again for the cases that got no answer."""
    while (lost := unanswered.next_case(history)) is not None:
        yield from turns.take_again(lost, retry.HURRIED if unanswered.confirmed(history) else retry.AT_LAST)


def bursts(turns: Turns, history: History) -> Iterator[Judged]:
    """Send a burst of each kind again of which all lost an answer, until one loses none, or enough did."""
    while (burst := unanswered.next_burst(history)) is not None:
        for step in steps_of(burst):
            yield from turns.take(step, AGAIN, {})
