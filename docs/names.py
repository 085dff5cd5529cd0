"""Writes the marks by which mkdocstrings documents the public names, in the order of the page."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from types import MappingProxyType

import ed_contract
from ed_contract import strategies as ed

GROUPS = MappingProxyType(
    {
        "Judge": ("run", "arun", "judge", "Session", "EventDestinationMachine", "Target"),
        "What comes of it": ("Report", "Requirement", "Finding", "Interaction", "Verdict"),
        "The contract": ("Contract", "CONTRACT", "CHECKS"),
        "Exceptions": (
            "EdContractError",
            "UsageError",
            "TargetError",
            "Unreachable",
            "CredentialsRefused",
            "NoSuchRoute",
            "RestartFailed",
            "ToolError",
            "NotConforming",
        ),
    }
)
"""Every public name of the package but its version, by what it is for."""
MEMBERS = MappingProxyType(
    {
        "EventDestinationMachine": ("target", "send"),
        "Target": ("of_app",),
        "Report": ("findings", "failing", "waived", "complete", "verdict", "exit_code", "write"),
        "Interaction": ("created", "status"),
        "Contract": ("load", "requirement", "matching", "select"),
    }
)
"""The members of a class that users need; of other classes, all public ones are shown."""
VALUES = MappingProxyType(
    {
        "CONTRACT": "The first edition of the page, as a `Contract`.",
        "CHECKS": "All checks, in the order in which their findings are reported: a tuple.",
        "PAGE_EXAMPLE": "The create that the page shows: a dictionary.",
    }
)
"""Names of values, which have no docstring that can be read from them."""


def package() -> str:
    """Return the marks of the public names of `ed_contract`, in groups."""
    return "\n".join(line for title, names in GROUPS.items() for line in (f"## {title}\n", *_marks(ed_contract, names)))


def strategies() -> str:
    """Return the marks of the public names of `ed_contract.strategies`."""
    return "\n".join(_marks(ed, ed.__all__))


def _marks(module: object, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if name in VALUES:
            yield f"### `{name}` {{ #{name} }}\n\n{VALUES[name]}\n"
        else:
            one = getattr(module, name)
            shown = f"    options:\n      members: [{', '.join(MEMBERS[name])}]\n" if name in MEMBERS else ""
            yield f"::: {inspect.unwrap(one).__module__}.{one.__qualname__}\n{shown}"
