"""Bursts with lost answers: once, it may be the network; in each of several, it is the server."""

from __future__ import annotations

from itertools import chain, islice, takewhile

from ed_contract.interaction import Interaction
from ed_contract.record.history import Burst, History

IN_EACH = 8  # bursts of a kind; if the network loses one request in ten, all of them lose one in 1 of 5,000 runs
LARGEST = 4  # requests of a burst that counts: of more, a lossy network loses one each time


def ended_by(interaction: Interaction, history: History) -> Burst:
    """Return the burst that an interaction ends, or an empty one."""
    burst = () if interaction.burst is None else history.burst(interaction.burst)
    return burst if burst and burst[-1].number == interaction.number else ()


def lost_in_a_row(history: History, burst: Burst) -> int:
    """Return how many bursts of a kind in a row, up to this one, lost an answer; `IN_EACH` at most."""
    alike = (one for one in chain([burst], history.alike_before(burst)) if len(one) <= LARGEST)
    return sum(1 for _ in takewhile(loses, islice(alike, IN_EACH)))


def loses(burst: Burst) -> bool:
    """Whether an answer was lost when the burst was sent."""
    return any(one.unanswered for one in burst)
