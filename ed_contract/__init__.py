"""Tells whether a server implements `POST /v2/core/event_destinations`, with proof.

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
    from ed_contract.exceptions import (
        CredentialsRefused,
        EdContractError,
        NoSuchRoute,
        RestartFailed,
        TargetError,
        ToolError,
        Unreachable,
        UsageError,
    )
    from ed_contract.finding import Finding
    from ed_contract.interaction import Interaction
    from ed_contract.records import judge
    from ed_contract.report import Report
    from ed_contract.requirement import Requirement
    from ed_contract.session import NotConforming, Session
    from ed_contract.stateful import EventDestinationMachine
    from ed_contract.transport import Target
    from ed_contract.verdict import Verdict

__version__ = "0.1.0"
__all__ = [
    "CHECKS",
    "CONTRACT",
    "Contract",
    "CredentialsRefused",
    "EdContractError",
    "EventDestinationMachine",
    "Finding",
    "Interaction",
    "NoSuchRoute",
    "NotConforming",
    "Report",
    "Requirement",
    "RestartFailed",
    "Session",
    "Target",
    "TargetError",
    "ToolError",
    "Unreachable",
    "UsageError",
    "Verdict",
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
        "CredentialsRefused": "ed_contract.exceptions:CredentialsRefused",
        "EdContractError": "ed_contract.exceptions:EdContractError",
        "EventDestinationMachine": "ed_contract.stateful:EventDestinationMachine",
        "Finding": "ed_contract.finding:Finding",
        "Interaction": "ed_contract.interaction:Interaction",
        "NoSuchRoute": "ed_contract.exceptions:NoSuchRoute",
        "NotConforming": "ed_contract.session:NotConforming",
        "Report": "ed_contract.report:Report",
        "Requirement": "ed_contract.requirement:Requirement",
        "RestartFailed": "ed_contract.exceptions:RestartFailed",
        "Session": "ed_contract.session:Session",
        "Target": "ed_contract.transport:Target",
        "TargetError": "ed_contract.exceptions:TargetError",
        "ToolError": "ed_contract.exceptions:ToolError",
        "Unreachable": "ed_contract.exceptions:Unreachable",
        "UsageError": "ed_contract.exceptions:UsageError",
        "Verdict": "ed_contract.verdict:Verdict",
        "arun": "ed_contract.api:arun",
        "judge": "ed_contract.records:judge",
        "run": "ed_contract.api:run",
    },
)


def __dir__() -> list[str]:
    """Return what there is, the public names among it, loaded or not: consoles and notebooks complete them."""
    return sorted({*globals(), *__all__})
