"""The command `explain`: what there is to know of a requirement."""

from __future__ import annotations

import click

from ed_contract.cli import completing, late
from ed_contract.cli.options import configured, options


@click.command
@click.argument(
    "identifiers", metavar="ID…", nargs=-1, required=True, shell_complete=completing.by("contract:requirements")
)
@options("edition", "contract", "operation")
@configured
@click.pass_context
def explain(ctx: click.Context, /, identifiers: tuple[str, ...], **_: object) -> None:
    """Explain requirements: statement, clause, why, fix, check, example and mutants.

    A glob explains every requirement whose id matches.

    \b
    ed-contract explain idempotency/conflict/status
    ed-contract explain 'idempotency/burst/*'
    ed-contract explain request/azure_event_grid/type --edition 2026-04
    """
    click.echo("\n\n".join(late.explanations.explained(ctx, identifiers)))
