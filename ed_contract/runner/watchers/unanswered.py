"""Which cases are to be asked again at the end of a run, and which bursts at the end of their phase, and why.

An answer may be lost on the way; that of the same case, later on, or one in each of several bursts, hardly.
"""

from __future__ import annotations

from ed_contract.interaction import Interaction, NoAnswer
from ed_contract.record.history import Burst, History, Kind, kind_of
from ed_contract.record.losses import IN_EACH, LARGEST, loses, lost_in_a_row

TRIES = 2  # of each case, on the average
MOST_RESERVED = 40  # requests


def next_case(history: History) -> Interaction | None:
    """Return a case that got no answer and was not asked again, unless one of its kind stayed unanswered then too."""
    return next(iter(_waiting(history)), None)


def _waiting(history: History) -> list[Interaction]:
    asked, told = {_request(one) for one in history.facts.asked_again}, confirmed(history)
    return [
        one
        for one in history.facts.unanswered
        if not (_is_excused(one) or _request(one) in asked or one.case.fault.text in told)
    ]


def confirmed(history: History) -> set[str]:
    """Return the faults of the cases that were unanswered when they were asked again."""
    return {one.case.fault.text for one in history.facts.asked_again if one.burst is None and one.is_unanswered}


def next_burst(history: History) -> Burst | None:
    """Return a burst of a kind of which each lost an answer, unless that was seen often enough.

    It is the smallest one, and of that no more than counts.
    """
    known: dict[Kind, list[Burst]] = {}
    for burst in history.bursts():
        known.setdefault(kind_of(burst), []).append(burst)
    for alike in known.values():
        if all(map(loses, alike)) and lost_in_a_row(history, alike[-1]) < IN_EACH:
            return _as_many_as_count(min(alike, key=len))
    return None


def _as_many_as_count(burst: Burst) -> Burst:
    """Return the first requests of a burst; of one under several keys the first under each."""
    by_key = {one.key: one for one in reversed(burst)}
    some = tuple(one for one in burst if by_key[one.key] is one) if len(by_key) > 1 else burst
    return some[:LARGEST]


def reserve(history: History) -> int:
    """Return how many requests are to be kept for asking again."""
    waiting = len(_waiting(history))
    return min(TRIES * waiting + 1, MOST_RESERVED) if waiting else 0


def _is_excused(interaction: Interaction) -> bool:
    answer = interaction.answer
    return bool(interaction.refusal_lost) or (isinstance(answer, NoAnswer) and answer.cut)


def _request(interaction: Interaction) -> object:
    return interaction.request.credential, interaction.key, interaction.request.body, interaction.node
