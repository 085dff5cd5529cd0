"""The command `config`: what is in force, and where it comes from."""

from __future__ import annotations

import click

from ed_contract.cli.options import resolved, settings_file
from ed_contract.cli.run import run
from ed_contract.options import Option, Resolved, at
from ed_contract.options.option import FILE
from ed_contract.transport.target import shown_url

MASK = "***"


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[RUN OPTIONS]…")
def config(arguments: tuple[str, ...]) -> None:
    """Show the settings that `run` would use with these options, and where each comes from; secrets are masked.

    \b
    ed-contract config
    ed-contract config --profile nightly --strict
    """
    ctx = run.make_context("run", list(arguments))
    now = resolved(ctx)
    rows = [(option.name, _shown(option, now), now.origins.get(option.name, "default")) for option in at(FILE)]
    click.echo(f"file: {settings_file(ctx) or 'none (ed_contract.toml, or [tool.ed_contract] in pyproject.toml)'}")
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for name, value, source in rows:
        click.echo(f"{name:<{widths[0]}}  {value:<{widths[1]}}  {source}")


def _shown(option: Option, now: Resolved) -> str:
    value = getattr(now.settings, option.attribute)
    if option.negates:
        value = not value
    if value in (None, "") or value == ():
        return "-"
    if option.secret:
        return MASK
    if option.name == "url":
        return shown_url(value)  # it may hold a user, or a token
    if isinstance(value, tuple):
        return ", ".join("=".join(one) if isinstance(one, tuple) else str(one) for one in value)
    return str(value).lower() if isinstance(value, bool) else str(value)
