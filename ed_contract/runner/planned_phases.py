"""What a run is going to send: phases of sequences, with their number known before anything is sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ed_contract.case import CaseSequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Sequences that are drawn as they are sent, the same ones each time."""

    draw: Callable[[], Iterator[CaseSequence]]
    requests: int  # that they send at most
    spare: bool = True  # may give way to asking again what was found

    def __iter__(self) -> Iterator[CaseSequence]:
        """Begin to draw."""
        return self.draw()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPhase:
    """A named part of a run."""

    name: str
    sequences: tuple[CaseSequence, ...] | Drawn
    hostile: bool = False  # a probe asks afterwards whether the target still serves
    age: float = 0.0  # seconds that must lie between the end of the first phase and the beginning of this one
    apart: bool = False  # it begins when all before it was answered, and is over before anything else begins
    restarts: bool = False  # the target is restarted before it
    lists: bool = False  # what was made is listed before it
    goes_on: bool = False  # the next phase is the rest of it

    @property
    def requests(self) -> int:
        """How many requests the phase sends, repeated attempts and further pages apart; of drawn ones at most."""
        own = self.sequences
        return (own.requests if isinstance(own, Drawn) else sum(map(len, own))) + self.hostile + self.lists


@dataclass(frozen=True, slots=True)
class AsNeeded:
    """Phases that are planned once the first request is answered: a run that ends with it needs no others."""

    first: PlannedPhase  # of that request; it goes on
    rest: Callable[[], Iterable[PlannedPhase]]

    def __iter__(self) -> Iterator[PlannedPhase]:
        """Yield the phases in order."""
        yield self.first
        yield from self.rest()


Phases: TypeAlias = Sequence[PlannedPhase] | AsNeeded


def requests_of(phases: Iterable[PlannedPhase]) -> tuple[tuple[str, int], ...]:
    """Return the names of the phases, each with how many requests it sends: some come in parts."""
    requests = Counter[str]()
    for phase in phases:
        requests[phase.name] += phase.requests
    return tuple(requests.items())
