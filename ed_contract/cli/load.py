"""The command `load`: let Locust's users send scripts of a run, and judge all that was answered."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ed_contract.cli import late
from ed_contract.cli.options import Grouped, configured, options, own_option, resolved, settings_file

MOST_PROCESSES = 64


@click.command(cls=Grouped)
@click.argument("url", required=False)
@own_option(
    "--users",
    metavar="N",
    type=click.IntRange(1, 10_000),
    default=10,
    help="How many users send at the same time.",
    show_default=True,
)
@own_option(
    "--time",
    "duration",
    metavar="TIME",
    default="30s",
    help="How long, e.g. 90s, 5m or 1h.",
    show_default=True,
)
@own_option(
    "--processes",
    metavar="N",
    type=click.IntRange(1, MOST_PROCESSES),
    default=1,
    help="Over how many processes the users are spread.",
    show_default=True,
)
@own_option(
    "--web-port",
    metavar="PORT",
    type=click.IntRange(1, 65535),
    help="Show Locust's web page on this port of 127.0.0.1 while the load lasts.",
)
@own_option(
    "--folder",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep the records of all processes in this folder.",
)
@options("api-key", "credential-command", "header", "path", "api-version", "replica")
@options("cert", "cert-key", "tls-verify", "auth-header", "allow-live", "request-timeout", "key-format")
@options("edition", "contract", "operation", "phases", "only", "skip", "strict", "seed", "waivers")
@options("max-requests", "rate-limit", "fail-on-incomplete", "clock-skew")
@options("report", "sarif-location", "card", "quiet", "no-color")
@configured
@click.pass_context
def load(
    ctx: click.Context,
    /,
    users: int,
    duration: str,
    processes: int,
    web_port: int | None,
    folder: Path | None,
    **_: object,
) -> None:
    """Put a server at URL under load, and judge every answer; needs Locust (the extra `load`).

    Each user sends scripts of a run one after the other. At most 100,000 requests are sent, unless --max-requests says
    otherwise. When the time is over, all that was sent is judged as one history; reports and exit codes are those of
    `run`.

    \b
    ed-contract load http://127.0.0.1:8000 --users 20 --time 1m
    ed-contract load http://127.0.0.1:8000 --users 200 --processes 2 --rate-limit 500/s --report html=load.html
    """
    asked = late.under_load.Load(users=users, duration=duration, processes=processes, web_port=web_port, folder=folder)
    ctx.exit(late.under_load.judged(asked, resolved(ctx), settings_file(ctx), sys.argv[1:]))
