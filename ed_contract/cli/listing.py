"""The command `list`: the requirements, the phases of a run, the servers of the zoo, or what clients go through."""

from __future__ import annotations

import click

from ed_contract.cli import late
from ed_contract.cli.options import configured, options
from ed_contract.exceptions import UsageError


@click.command("list")
@click.option(
    "--phases", "of_phases", is_flag=True, help="List the phases: the requests of a default run, and what they send."
)
@click.option("--zoo", "of_zoo", is_flag=True, help="List the servers of the zoo: name, requirement broken, and how.")
@click.option("--client", "of_clients", is_flag=True, help="List the requirements that clients are judged by.")
@click.option("--scenarios", "of_scenarios", is_flag=True, help="List the scenarios that clients are put through.")
@options("edition", "contract", "operation", "only", "skip")
@configured
@click.pass_context
def list_requirements(ctx: click.Context, /, only: tuple[str, ...], skip: tuple[str, ...], **given: object) -> None:
    """List the requirements of a server: id, level, and clause of the page.

    With --zoo, --only and --skip select servers by the requirement they break.

    \b
    ed-contract list
    ed-contract list --only 'idempotency/*' --skip '*/burst/*'
    ed-contract list --edition 2026-04
    ed-contract list --contract payments.yaml --operation createPayment
    ed-contract list --phases
    ed-contract list --zoo --only 'idempotency/*'
    ed-contract list --scenarios
    """
    asked = [name for name in ("phases", "zoo", "clients", "scenarios") if given[f"of_{name}"]]
    if len(asked) > 1:
        named = " and ".join(f"--{name.replace('clients', 'client')}" for name in asked)
        raise UsageError(f"{named} were both given\ngive one of them.")
    listed = getattr(late.listings, asked[0] if asked else "requirements")
    for line in listed(ctx, only, skip):
        click.echo(line)
