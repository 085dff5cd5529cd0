"""The command `list`: the requirements, the phases of a run, or the servers of the zoo."""

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
@options("edition", "contract", "operation", "only", "skip")
@configured
@click.pass_context
def list_requirements(
    ctx: click.Context, /, only: tuple[str, ...], skip: tuple[str, ...], *, of_phases: bool, of_zoo: bool, **_: object
) -> None:
    """List the requirements: id, level, and clause of the page.

    With --zoo, --only and --skip select servers by the requirement they break.

    \b
    ed-contract list
    ed-contract list --only 'idempotency/*' --skip '*/burst/*'
    ed-contract list --edition 2026-04
    ed-contract list --contract payments.yaml --operation createPayment
    ed-contract list --phases
    ed-contract list --zoo --only 'idempotency/*'
    """
    if of_phases and of_zoo:
        raise UsageError("--phases and --zoo were both given\ngive one of them.")
    listed = late.listings.phases if of_phases else late.listings.zoo if of_zoo else late.listings.requirements
    for line in listed(ctx, only, skip):
        click.echo(line)
