"""Bursts of which answers were lost: once that may be the line, in each of several it is the server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby, takewhile

from ed_contract.history import History
from ed_contract.interaction import Interaction

IN_EACH = 8  # bursts of a kind; where the line loses one request in ten, all of them lose one in 1 of 3,000 runs

Burst = tuple[Interaction, ...]


def bursts(interactions: Iterable[Interaction]) -> Iterator[Burst]:
    """Yield what was sent at once, in the order given."""
    for number, group in groupby(interactions, key=lambda one: one.burst):
        if number is not None:
            yield tuple(group)


def ended_by(interaction: Interaction, history: History) -> Burst:
    """Return the burst of which an interaction is the last, or none of them."""
    after = history.next_after(interaction)
    if interaction.burst is None or (after.number if after else len(history) + 1) != interaction.number + 1:
        return ()
    before = takewhile(lambda one: one.burst == interaction.burst, history.backwards_from(interaction))
    return (*reversed(list(before)), interaction)


def kind_of(burst: Burst) -> tuple[str | None, bool, bool]:
    """Return what makes bursts alike: the type of destination, and whether keys and bodies differ."""
    return burst[0].type, len({one.key for one in burst}) > 1, len({one.request.body for one in burst}) > 1


def lost_in_a_row(history: History, burst: Burst) -> int:
    """Return of how many bursts of a kind an answer was lost, up to this one, since one that lost none."""
    alike = [one for one in bursts(history.interactions()) if kind_of(one) == kind_of(burst)]
    count = 0
    for one in reversed([one for one in alike if one[0].number <= burst[0].number]):
        if not loses(one):
            break
        count += 1
    return count


def loses(burst: Burst) -> bool:
    """Whether the answer to a request of the burst was lost when it was sent at once with the others."""
    return any(one.unanswered for one in burst)
