"""Bursts of which answers were lost: once that may be the line, in each of several it is the server."""

from __future__ import annotations

from itertools import chain, islice, takewhile

from ed_contract.interaction import Interaction
from ed_contract.record.history import Burst, History

IN_EACH = 8  # bursts of a kind; where the line loses one request in ten, all of them lose one in 1 of 5,000 runs
LARGEST = 4  # requests of a burst that counts: of more, a line that loses some loses one each time


def ended_by(interaction: Interaction, history: History) -> Burst:
    """Return the burst of which an interaction is the last, or none of them."""
    burst = () if interaction.burst is None else history.burst(interaction.burst)
    return burst if burst and burst[-1].number == interaction.number else ()


def lost_in_a_row(history: History, burst: Burst) -> int:
    """Return of how many bursts of a kind in a row an answer was lost, up to this one; `IN_EACH` at most."""
    alike = (one for one in chain([burst], history.alike_before(burst)) if len(one) <= LARGEST)
    return sum(1 for _ in takewhile(loses, islice(alike, IN_EACH)))


def loses(burst: Burst) -> bool:
    """Whether the answer to a request of the burst was lost when it was sent at once with the others."""
    return any(one.unanswered for one in burst)
