"""What has the names of scenarios, which the clients' package knows."""

from __future__ import annotations

import click

from ed_contract.cli.completing.names import Items, items
from ed_contract.clients.scenarios import SCENARIOS


def names(_: click.Context, __: click.Parameter, begun: str) -> Items:
    """Return the scenarios, each with what happens in it."""
    return items(begun, {name: one.sentence for name, one in SCENARIOS.items()})
