"""The command `merge`: judge the records of all shards of a run as one history."""

from __future__ import annotations

from pathlib import Path

import click

from ed_contract.cli import late
from ed_contract.cli.judge import JUDGED
from ed_contract.cli.options import Grouped, configured, options, resolved, settings_file


@click.command(cls=Grouped)
@click.argument("records", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@options(*JUDGED)
@configured
@click.pass_context
def merge(ctx: click.Context, /, records: tuple[Path, ...], **_: object) -> None:
    """Judge RECORDS, one of each shard that `run --shard I/N --record` wrote, as one history.

    All shards of the run must be there: `judge` judges some of them. Nothing is sent; reports and exit codes are those
    of `run`.

    \b
    ed-contract merge part-1.ndjson part-2.ndjson
    ed-contract merge part-1.ndjson part-2.ndjson --clock-skew 5 --report html=report.html
    """
    settings = resolved(ctx, apart=["url", "app"]).settings
    late.judging.require_writable(settings)
    late.judging.require_all_shards(records)
    ctx.exit(late.judging.told(records, settings, settings_file(ctx)))
