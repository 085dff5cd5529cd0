"""Sends what was planned, phase by phase, and says what happens as events. Knows no report and no console."""

from __future__ import annotations

from ed_contract.runner.execute import execute
from ed_contract.runner.keys import Keys
from ed_contract.runner.planned_phases import AsNeeded, Drawn, Phases, PlannedPhase, requests_of
from ed_contract.runner.sender import Sender

__all__ = ["AsNeeded", "Drawn", "Keys", "Phases", "PlannedPhase", "Sender", "execute", "requests_of"]
