"""Carries a request to the target and brings the answer back: one method, `send`. Judges and retries nothing."""

from __future__ import annotations

from ed_contract.transport.base import (
    Dropped,
    HungUp,
    Lost,
    OutOfTime,
    TimedOut,
    TooLong,
    Transport,
    Unreached,
    Unsendable,
)
from ed_contract.transport.opening import open_transport
from ed_contract.transport.target import Target

__all__ = [
    "Dropped",
    "HungUp",
    "Lost",
    "OutOfTime",
    "Target",
    "TimedOut",
    "TooLong",
    "Transport",
    "Unreached",
    "Unsendable",
    "open_transport",
]
