"""The names of a contract: its requirements, and the editions of the page."""

from __future__ import annotations

import click

from ed_contract.cli.completing.names import Items, items
from ed_contract.contract import CONTRACT, chosen
from ed_contract.contract import editions as known
from ed_contract.exceptions import UsageError
from ed_contract.options import Settings


def requirements(ctx: click.Context, _: click.Parameter, begun: str) -> Items:
    """Return the ids of the requirements of the contract that was given, each with its statement."""
    edition, document, operation = map(ctx.params.get, ("edition", "contract", "operation"))
    try:
        contract = chosen(Settings(edition=edition, contract=document, operation=operation)) or CONTRACT
    except UsageError:
        contract = CONTRACT
    return items(begun, {row.id: row.statement for row in contract.requirements.values()})


def editions(_: click.Context, __: click.Parameter, begun: str) -> Items:
    """Return the names of the editions of the page."""
    return items(begun, dict.fromkeys(known(), ""))
