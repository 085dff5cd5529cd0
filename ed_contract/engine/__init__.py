"""Sends what was planned, phase by phase, and says what happens as events. Knows no report and no console."""

from __future__ import annotations

from ed_contract.engine.execute import Judge, execute
from ed_contract.engine.plan import Drawn, Phase
from ed_contract.engine.sender import Keys, Sender

__all__ = ["PHASES", "Drawn", "Judge", "Keys", "Phase", "Sender", "execute"]

PHASES = (
    "smoke",
    "auth",
    "bodies",
    "bursts",
    "mutations",
    "boundaries",
    "idempotency",
    "combinations",
    "fuzz",
    "stateful",
    "afterwards",
    "restart",
)
"""The names of the phases, in the order in which they run; measured over the zoo, it finds most bugs soonest."""
