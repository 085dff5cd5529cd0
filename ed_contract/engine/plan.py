"""What a run is going to send: phases of sequences, with their number known before anything is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ed_contract.case import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Sequences that are drawn as they are sent, the same ones each time."""

    draw: Callable[[], Iterator[Sequence]]
    requests: int  # that they send at most

    def __iter__(self) -> Iterator[Sequence]:
        """Begin to draw."""
        return self.draw()


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A named part of a run."""

    name: str
    sequences: tuple[Sequence, ...] | Drawn
    hostile: bool = False  # a probe asks afterwards whether the target still serves
    age: float = 0.0  # seconds that must lie between the end of the first phase and the beginning of this one
    restarts: bool = False  # the target is restarted before it

    @property
    def requests(self) -> int:
        """How many requests the phase sends, repeated attempts apart; of drawn ones at most."""
        own = self.sequences
        return (own.requests if isinstance(own, Drawn) else sum(map(len, own))) + self.hostile
