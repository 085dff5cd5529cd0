"""What a check says about an interaction: held, unclear, or broken, which is a finding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from ed_contract.case import Fault
from ed_contract.interaction import Interaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A conclusive observation: the requirement held."""

    requirement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """An observation that proves nothing, and why."""

    requirement: str
    reason: str
    applies: bool = True  # False: the target has nothing that the requirement is about


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A requirement is broken: what was expected, what came back, and the interactions that reproduce it.

    Its identity is `requirement` and `fault`, so one bug is one finding and never hides another.
    """

    requirement: str
    fault: str  # the mutation or parameter concerned, in a few words; stable from run to run
    expected: str  # one sentence, without the full stop
    actual: str  # the same
    about: Fault | None = None  # the fault, of which `fault` is the text, if what was sent is at fault
    evidence: tuple[Interaction, ...]  # in the order in which they were sent; the last one shows the fault
    matters: tuple[str, ...] = ()  # the parameters that it takes, as far as shrinking went
    between: int = 0  # other keys to use before the last of the evidence, if reproducing it takes them
    repeats: bool | None = None  # whether resending the evidence reproduced it; None: not tried

    @property
    def identity(self) -> tuple[str, str]:
        """Requirement and fault."""
        return self.requirement, self.fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Crash:
    """A check of ours crashed: its requirements end as ERROR, and the target is not to blame."""

    requirement: str
    check: str
    error: str


Observation: TypeAlias = Held | Unclear | Finding | Crash
