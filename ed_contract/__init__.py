"""Says whether a server implements `POST /v2/core/event_destinations`, and proves it.

The public names are loaded when they are first used: importing this package costs nothing, and a pytest
session that does not ask for it never pays for Hypothesis, httpx or jsonschema.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ed_contract.first_use import loading

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

__getattr__ = loading(
    __name__,
    {
        "CHECKS": "ed_contract.checks:CHECKS",
        "CONTRACT": "ed_contract.contract:CONTRACT",
        "Contract": "ed_contract.contract:Contract",
        "EventDestinationMachine": "ed_contract.stateful:EventDestinationMachine",
        "Report": "ed_contract.report:Report",
        "Session": "ed_contract.session:Session",
        "Target": "ed_contract.transport:Target",
        "arun": "ed_contract.api:arun",
        "judge": "ed_contract.records:judge",
        "run": "ed_contract.api:run",
    },
)
