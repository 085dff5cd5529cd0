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

_HOMES = {
    "CHECKS": "ed_contract.checks",
    "CONTRACT": "ed_contract.contract",
    "Contract": "ed_contract.contract",
    "CredentialsRefused": "ed_contract.exceptions",
    "EdContractError": "ed_contract.exceptions",
    "EventDestinationMachine": "ed_contract.stateful",
    "Finding": "ed_contract.finding",
    "Interaction": "ed_contract.interaction",
    "NoSuchRoute": "ed_contract.exceptions",
    "NotConforming": "ed_contract.session",
    "Report": "ed_contract.report",
    "Requirement": "ed_contract.requirement",
    "RestartFailed": "ed_contract.exceptions",
    "Session": "ed_contract.session",
    "Target": "ed_contract.transport",
    "TargetError": "ed_contract.exceptions",
    "ToolError": "ed_contract.exceptions",
    "Unreachable": "ed_contract.exceptions",
    "UsageError": "ed_contract.exceptions",
    "Verdict": "ed_contract.verdict",
    "arun": "ed_contract.api",
    "judge": "ed_contract.records",
    "run": "ed_contract.api",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module attribute is of any type
    """Load a public name from its home."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """Return what there is, the public names among it, loaded or not: consoles and notebooks complete them."""
    return sorted({*globals(), *__all__})
