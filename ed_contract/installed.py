"""What is known of this tool as it is installed."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def tool_version() -> str:
    """Return the version of this tool, or "" where it is not installed."""
    try:
        return version("ed-contract")
    except PackageNotFoundError:
        return ""
