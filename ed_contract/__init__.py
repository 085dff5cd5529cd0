"""Says whether a server implements `POST /v2/core/event_destinations`, and proves it.

The public names are loaded when they are first used: importing this package costs nothing, and a pytest
session that does not ask for it never pays for Hypothesis, httpx or jsonschema.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ed_contract.api import arun, run
    from ed_contract.checks import CHECKS
    from ed_contract.contract import CONTRACT, Contract
    from ed_contract.records import judge
    from ed_contract.report import Report
    from ed_contract.session import Session
    from ed_contract.stateful import EventDestinationMachine
    from ed_contract.transport import Target

__version__ = "0.1.0"
__all__ = [
    "CHECKS",
    "CONTRACT",
    "Contract",
    "EventDestinationMachine",
    "Report",
    "Session",
    "Target",
    "__version__",
    "arun",
    "judge",
    "run",
]

_HOMES = {
    "CHECKS": "ed_contract.checks",
    "CONTRACT": "ed_contract.contract",
    "Contract": "ed_contract.contract",
    "EventDestinationMachine": "ed_contract.stateful",
    "Report": "ed_contract.report",
    "Session": "ed_contract.session",
    "Target": "ed_contract.transport",
    "arun": "ed_contract.api",
    "judge": "ed_contract.records",
    "run": "ed_contract.api",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module attribute is of any type
    """Load a public name from its home."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
