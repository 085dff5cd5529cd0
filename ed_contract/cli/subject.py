"""What a command that sends nothing is about: the contract, or the edition of the page, wherever it is set."""

from __future__ import annotations

import click

from ed_contract.cli.options import resolved
from ed_contract.contract import CONTRACT, Contract, chosen, edition_of


def contract_of(ctx: click.Context) -> Contract:
    """Return the contract that a command is about, wherever it is set; raise UsageError if there is none."""
    settings = resolved(ctx, apart=["url", "app"]).settings  # it goes to no server
    return chosen(settings) or CONTRACT


def edition(ctx: click.Context, *, usual: str = "") -> str:
    """Return the edition of the page that a command is about, wherever it is set; raise UsageError if there is none.

    Where nothing is set, it is the usual one of what the command is about, or else the first.
    """
    given = resolved(ctx, apart=["url", "app", "contract", "operation"])  # it goes to no server
    version = given.settings.api_version if "api-version" in given.origins else None
    return edition_of(ctx.params.get("edition") or given.settings.edition or (None if version else usual), version)
