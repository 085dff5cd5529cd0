"""Counts what was observed of one requirement."""

from __future__ import annotations

from ed_contract.finding import Crash, Finding, Held, Observation, Unclear
from ed_contract.interaction import Interaction, Response

REASONS_KEPT = 3  # different reasons of unclear observations


class Tally:
    """What was observed of one requirement so far."""

    __slots__ = ("beside", "crash", "failed", "held", "reasons", "unclear")

    def __init__(self) -> None:
        self.held = self.unclear = 0
        self.failed = 0  # unclear ones whose answer was a server error
        self.reasons: list[str] = []
        self.crash = ""
        self.beside = ""  # why the target has nothing that the requirement is about

    def add(self, one: Observation, interaction: Interaction) -> None:
        """Count one observation, made of an interaction."""
        match one:
            case Held() | Finding():
                self.held += 1
            case Unclear(applies=False):
                self.beside = one.reason
            case Unclear():
                self.unclear += 1
                self.failed += isinstance(interaction.answer, Response) and interaction.answer.failed
                if one.reason not in self.reasons and len(self.reasons) < REASONS_KEPT:
                    self.reasons.append(one.reason)
            case Crash():
                self.crash = f"{one.check}: {one.error}"
