"""What commands do, and what a crash asks for, loaded when it is done: help and completion only ask for options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ed_contract.first_use import loading

if TYPE_CHECKING:
    from locust import main as locust

    from ed_contract import api, clients, zoo
    from ed_contract.cli import (
        crash,
        explanations,
        judging,
        listings,
        passing,
        playing,
        running,
        terminal,
        under_load,
        unknown,
    )
    from ed_contract.cli.completing import names
    from ed_contract.load import configured, scripts

__all__ = [
    "api",
    "clients",
    "configured",
    "crash",
    "explanations",
    "judging",
    "listings",
    "locust",
    "names",
    "passing",
    "playing",
    "running",
    "scripts",
    "terminal",
    "under_load",
    "unknown",
    "zoo",
]
__getattr__ = loading(
    __name__,
    {
        "api": "ed_contract.api",
        "clients": "ed_contract.clients",
        "configured": "ed_contract.load.configured",
        "crash": "ed_contract.cli.crash",
        "explanations": "ed_contract.cli.explanations",
        "judging": "ed_contract.cli.judging",
        "listings": "ed_contract.cli.listings",
        "locust": "locust.main",
        "names": "ed_contract.cli.completing.names",
        "passing": "ed_contract.cli.passing",
        "playing": "ed_contract.cli.playing",
        "running": "ed_contract.cli.running",
        "scripts": "ed_contract.load.scripts",
        "terminal": "ed_contract.cli.terminal",
        "under_load": "ed_contract.cli.under_load",
        "unknown": "ed_contract.cli.unknown",
        "zoo": "ed_contract.zoo",
    },
)
