"""The command `proxy`: stand between a client and a server, and judge what the server answers."""

from __future__ import annotations

import click

from ed_contract.cli import late
from ed_contract.cli.options import Grouped, configured, options, record_folder, resolved, settings_file


@click.command(cls=Grouped)
@click.option("--to", metavar="URL", required=True, help="The base URL of the server.")
@click.option(
    "--port", metavar="N", type=click.IntRange(0, 65535), default=0, help="The port on loopback; 0 picks a free one."
)
@options("tls-verify", "allow-live", "path", "edition", "contract", "operation", "only", "skip")
@options("strict", "waivers", "fail-on-incomplete")
@options("report", "sarif-location", "record", "no-record", "quiet", "verbose", "no-color")
@configured
@click.pass_context
def proxy(ctx: click.Context, /, to: str, port: int, **_: object) -> None:
    """Forward requests to a server, unchanged except for the Host header, and judge its answers to creates.

    Point any client at the printed address; Ctrl-C or SIGTERM ends the proxy and prints the report. This makes the
    client's own tests a conformance test of the server. The proxy sends no requests beyond the client's.

    \b
    ed-contract proxy --to http://127.0.0.1:8000 --port 9000
    ed-contract proxy --to https://sandbox.example --record shop.ndjson --report html=report.html
    """
    ctx.exit(late.passing.judged(to, port, resolved(ctx).settings, record_folder(ctx), settings_file(ctx)))
