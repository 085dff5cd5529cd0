"""What a run is going to send: phases of sequences, known before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass

from ed_contract.case import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A named part of a run."""

    name: str
    sequences: tuple[Sequence, ...]
    hostile: bool = False  # a probe asks afterwards whether the target still serves
    age: float = 0.0  # seconds that must lie between the end of the first phase and the beginning of this one
    restarts: bool = False  # the target is restarted before it

    @property
    def requests(self) -> int:
        """How many requests the phase sends, repeated attempts apart."""
        return sum(len(sequence) for sequence in self.sequences) + self.hostile
