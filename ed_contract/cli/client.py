"""The command `client`: run a client against a server that misbehaves on cue, and judge what it sends."""

from __future__ import annotations

import click

from ed_contract.cli import completing, late
from ed_contract.cli.options import Grouped, configured, options, own_option, resolved, settings_file
from ed_contract.cli.subject import contract_of


@click.command(cls=Grouped)
@own_option(
    "--command",
    metavar="CMD",
    required=True,
    help="A shell command that creates a destination.",
)
@own_option(
    "--scenario",
    "scenarios",
    metavar="NAME",
    multiple=True,
    shell_complete=completing.by("scenarios:names"),
    help="Play only this scenario; `ed-contract list --scenarios` lists all. Repeatable.",
)
@own_option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(min=0, min_open=True),
    default=60,
    help="How long the client may take in one scenario before it is stopped.",
    show_default=True,
)
@options("edition", "only", "skip", "strict", "waivers", "fail-on-incomplete")
@options("report", "sarif-location", "quiet", "verbose", "no-color")
@configured
@click.pass_context
def client(ctx: click.Context, /, command: str, scenarios: tuple[str, ...], timeout: float, **_: object) -> None:
    """Run a client through scenarios, each against a fresh server that misbehaves on cue, and judge what it sends.

    The command finds the server's address in ED_CONTRACT_URL, an API key in ED_CONTRACT_API_KEY and the scenario's
    name in ED_CONTRACT_SCENARIO. It must create at least one destination and exit with 0 if that worked.

    \b
    ed-contract client --command 'python create.py'
    ed-contract client --command 'node create.js' --scenario lost-answer --scenario conflict
    ed-contract client --command './create.sh' --strict --report junit=client.xml
    """
    settings = resolved(ctx, apart=["url", "app"]).settings
    ctx.exit(late.playing.judged(command, scenarios, timeout, contract_of(ctx), settings, settings_file(ctx)))
