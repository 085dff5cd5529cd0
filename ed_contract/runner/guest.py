"""Lets a client shrink findings: it sends and judges through the turns of the run, and knows nothing of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from ed_contract.finding import Observation
from ed_contract.interaction import Interaction
from ed_contract.judging import Judged
from ed_contract.phases import SHRINK
from ed_contract.record.steps import Steps
from ed_contract.runner.events import Event, Shrunk
from ed_contract.runner.limits import NoMore
from ed_contract.runner.turns import Ended, Turns


class Shrinks(Protocol):
    """Keeps the findings of a run, and shrinks them when all else was sent."""

    @property
    def has_work(self) -> bool:
        """Whether there is any finding to shrink."""

    def remember(self, observations: Iterable[Observation]) -> None:
        """Keep the findings among `observations`."""

    def results(
        self,
        send: Callable[[Steps], Iterator[Sequence[Interaction]]],
        judge: Callable[[Sequence[Interaction]], Iterable[Observation]],
        limit: int,
    ) -> Iterator[Shrunk]:
        """Shrink the findings with at most this many requests, and yield what each comes to."""


def shrunk(guest: Shrinks, turns: Turns, limit: int) -> Iterator[Event]:
    """Yield what a client makes of the findings, each after the judgements of what it sent for that."""
    visit = _Visit(turns)
    try:
        for one in guest.results(visit.send, visit.judge, limit):
            yield from visit.told()
            yield one
    except (NoMore, Ended):
        yield from visit.told()
        raise
    yield from visit.told()


class _Visit:
    """Sends and judges for a client, and notes what to report."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._told: list[Judged] = []
        self._observed: dict[int, Sequence[Observation]] = {}

    def send(self, steps: Steps) -> Iterator[Sequence[Interaction]]:
        """Send steps under fresh keys one by one, and yield what came of each, without probes."""
        values: dict[str, str] = {}
        for step in steps:
            self._observed.clear()
            came = []
            for judged in self._turns.take(step, SHRINK, values):
                self._told.append(judged)
                if not judged.interaction.is_probe:
                    came.append(judged.interaction)
                    self._observed[judged.interaction.number] = judged.observations
            yield came

    def judge(self, interactions: Sequence[Interaction]) -> Iterator[Observation]:
        """Yield what the interactions of the last step show."""
        for one in interactions:
            yield from self._observed[one.number]

    def told(self) -> Iterator[Judged]:
        """Yield the judgements that were not told yet."""
        told, self._told = self._told, []
        yield from told
