"""The command `judge`: judge what was recorded, by a run or by others, and send nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from ed_contract.cli import late
from ed_contract.cli.options import Grouped, configured, options, resolved, settings_file

JUDGED = (
    "edition",
    "contract",
    "operation",
    "only",
    "skip",
    "strict",
    "waivers",
    "fail-on-incomplete",
    "path",
    "clock-skew",
    "report",
    "sarif-location",
    "card",
    "quiet",
    "no-color",
)
"""The options of a command that judges records."""


@click.command(cls=Grouped)
@click.argument("records", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--url",
    metavar="URL",
    help="The base URL of the server to judge, if a HAR file contains creates sent to several servers.",
)
@options(*JUDGED)
@configured
@click.pass_context
def judge(ctx: click.Context, /, records: tuple[Path, ...], url: str | None, **_: object) -> None:
    """Judge RECORDS, written by `run --record` or `proxy --record`, or HAR files from a browser or another tool.

    Several files are judged as one history. Nothing is sent; reports and exit codes are those of `run`.

    \b
    ed-contract judge nightly.ndjson --strict
    ed-contract judge capture.har --report html=report.html
    ed-contract judge part-1.ndjson part-2.ndjson
    """
    settings = replace(resolved(ctx, apart=["url", "app"]).settings, url=url)
    late.judging.require_writable(settings)
    ctx.exit(late.judging.told(records, settings, settings_file(ctx)))
