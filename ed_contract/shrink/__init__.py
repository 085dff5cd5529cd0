"""Shrinks findings: a client that sends and judges through what it is handed, and never by itself."""

from __future__ import annotations

from ed_contract.shrink.moves import Moves
from ed_contract.shrink.shrinking import Shrinking

__all__ = ["Moves", "Shrinking"]
