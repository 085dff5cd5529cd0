"""Sends what was planned, phase by phase, and says what happens as events. Knows no report and no console."""

from __future__ import annotations

from ed_contract.engine.execute import execute
from ed_contract.engine.keys import Keys
from ed_contract.engine.plan import Drawn, Phase, requests_of
from ed_contract.engine.sender import Sender

__all__ = ["Drawn", "Keys", "Phase", "Sender", "execute", "requests_of"]
