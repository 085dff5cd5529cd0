"""Whether the target may have stopped serving: what asks it for a plain create."""

from __future__ import annotations

from itertools import groupby

from ed_contract.case import Expectation
from ed_contract.interaction import AGAIN, Interaction, NoAnswer, Response
from ed_contract.record.history import History
from ed_contract.runner.events import End
from ed_contract.runner.watchers import Stop, in_a_row, times_asked

SILENT_IN_A_ROW = 2  # cases without an answer, where some are known to stay unanswered
FAILING_IN_A_ROW = 3  # cases answered 5xx; the next time twice as many


def may_be_down(history: History) -> bool:
    """Decide whether to ask for a plain create, since nothing came back: at the first case, later at every second.

    Whoever was asked again, and did not answer again, is asked each time: the target is to blame only if it serves.
    """
    last, silent = history.last, _silent_in_a_row(history)
    if last is None or not silent:
        return False
    if last.phase == AGAIN and last.burst is None:
        return True
    first = not history.facts.drops and not last.refusal_lost
    return silent == (1 if first else SILENT_IN_A_ROW)


def _silent_in_a_row(history: History) -> int:
    """Return how many cases stayed unanswered; a burst counts as one."""
    silent = 0
    for _, group in groupby(history.backwards(), key=lambda one: one.burst or -one.number):
        together = list(group)
        if together[0].is_probe or not all(one.is_unanswered for one in together):
            break
        silent += 1
    return silent


def may_be_failing(history: History) -> bool:
    """Decide whether to ask for a plain create, since the target fails at one case after the other."""
    most: int = FAILING_IN_A_ROW * 2 ** times_asked(history, _fails)
    return not history.facts.failing and len(in_a_row(history, _counts)) == most


def _counts(interaction: Interaction) -> bool:
    return not interaction.is_probe and _fails(interaction)


def _fails(interaction: Interaction) -> bool:
    answer, valid = interaction.answer, interaction.case.expectation is Expectation.ACCEPT
    return isinstance(answer, Response) and answer.failed and not answer.says_nothing and not valid


def is_down(history: History) -> Stop | None:
    """Decide whether to end the run, after a plain create that asked."""
    last = history.last
    answer = last.answer if last is not None and last.is_probe else None
    if not isinstance(answer, NoAnswer) or answer.cut:
        return None
    return Stop(end=End.TARGET_DOWN, note=f"the target stopped answering: {answer.reason}")
