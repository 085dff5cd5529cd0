"""The command `run`: judge a server."""

from __future__ import annotations

import click

from ed_contract import interrupts
from ed_contract.cli import late
from ed_contract.cli.options import Grouped, configured, options, record_folder, resolved, settings_file
from ed_contract.options import at
from ed_contract.options.option import COMMAND


@click.command(cls=Grouped)
@click.argument("url", required=False)
@options(*(option.name for option in at(COMMAND) if option.name != "url"))
@configured
@click.pass_context
@interrupts.orderly()
def run(ctx: click.Context, /, **_: object) -> None:
    """Judge the server at URL against the page; without URL, the bundled reference server.

    \b
    ed-contract run http://127.0.0.1:8000 --api-key sk_test_a
    ed-contract run http://127.0.0.1:8000 --phases smoke -x
    ed-contract run http://127.0.0.1:8000 --only 'idempotency/*' --report json=report.json
    ed-contract run http://127.0.0.1:8000 --server-command 'python -m shop' --waivers waivers.toml
    ed-contract run http://127.0.0.1:8000 --seed random -n 500 --max-requests 5000
    ed-contract run --app shop.main:app
    ed-contract run http://127.0.0.1:8000 --contract payments.yaml --operation createPayment
    """
    ctx.exit(late.running.judge(resolved(ctx), record_folder(ctx), settings_file(ctx)))
