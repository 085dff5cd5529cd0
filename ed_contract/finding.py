"""What a check says of an interaction: held, unclear, or broken, which is a finding."""

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
    """An observation from which nothing can be concluded, and why."""

    requirement: str
    reason: str
    applies: bool = True  # False: the target has nothing that the requirement is about


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A requirement is broken: what was expected, what came, and the interactions to repeat it.

    Its identity is `requirement` and `fault`, so that one bug is one finding and never hides another.
    """

    requirement: str
    fault: str  # the mutation or parameter concerned, in few words; stable from run to run
    expected: str  # one sentence, without the full stop
    actual: str  # the same
    about: Fault | None = None  # of which the fault is the text, where it is what was sent that is at fault
    evidence: tuple[Interaction, ...]  # in the order in which they were sent; the last one shows the fault
    matters: tuple[str, ...] = ()  # the parameters without which it does not show, as far as shrinking went
    between: int = 0  # other keys under which something was made before the last of the evidence, where it takes them
    repeats: bool | None = None  # whether it showed again when the evidence was sent again; None: that was not tried

    @property
    def identity(self) -> tuple[str, str]:
        """Requirement and fault."""
        return self.requirement, self.fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Crash:
    """A check of ours failed to judge: its requirements end as ERROR, and the target is not to blame."""

    requirement: str
    check: str
    error: str


Observation: TypeAlias = Held | Unclear | Finding | Crash
