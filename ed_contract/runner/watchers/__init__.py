"""Stop rules: each is a pure function of the history that says whether to ask the target something, or to end the run.

Nothing is sent here. A plain create that was sent to ask stands in the history as a probe, right after the interaction
that gave rise to it, so that a rule can see how often it asked before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import takewhile

from ed_contract.interaction import Interaction
from ed_contract.record.history import History
from ed_contract.runner.events import End

Counts = Callable[[Interaction], bool | None]
"""Whether an interaction counts; None passes it over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A decision to end the run."""

    end: End
    note: str = ""


def latest(history: History) -> tuple[Interaction, ...]:
    """Return what was sent last: an interaction, or all of a burst, of which none was last."""
    last = history.last
    if last is None or last.burst is None:
        return () if last is None else (last,)
    return tuple(takewhile(lambda one: one.burst == last.burst, history.backwards()))


def in_a_row(history: History, counts: Counts) -> list[Interaction]:
    """Return the interactions that count, up to the first before them that does not; the last first."""
    found: list[Interaction] = []
    for one in history.backwards():
        if (counted := counts(one)) is False:
            break
        if counted:
            found.append(one)
    return found


def times_asked(
    history: History, about: Callable[[Interaction], bool], answered: Callable[[Interaction], bool] = lambda _: True
) -> int:
    """Return how often a plain create was sent because of such an interaction, and was answered so."""
    asked = [(history.before(probe), probe) for probe in history.facts.probes]
    return sum(
        before is not None and not before.is_probe and about(before) and answered(probe) for before, probe in asked
    )
