"""The command `judge`: judge what was recorded, by a run or by others, and send nothing."""

from __future__ import annotations

from pathlib import Path

import click

from ed_contract.cli import crash, streams
from ed_contract.cli.options import Grouped, configured, options, resolved


@click.command(cls=Grouped)
@click.argument("records", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@options("only", "skip", "strict", "waivers", "fail-on-incomplete", "report", "quiet", "no-color")
@configured
@click.pass_context
def judge(ctx: click.Context, /, records: tuple[Path, ...], **_: object) -> None:
    """Judge RECORDS, written by `run --record`, `proxy --record`, or as HAR by a browser or another tester.

    Several files are judged as one history. Nothing is sent; reports and exit codes are those of `run`.

    \b
    ed-contract judge nightly.ndjson --strict
    ed-contract judge capture.har --report html=report.html
    ed-contract judge part-1.ndjson part-2.ndjson
    """
    from functools import partial  # noqa: PLC0415 - with the rest

    from ed_contract.cli.console import Console  # noqa: PLC0415 - heavy
    from ed_contract.records import judge as judge_records  # noqa: PLC0415 - heavy
    from ed_contract.report import writers  # noqa: PLC0415 - heavy
    from ed_contract.report.redaction import Redactor  # noqa: PLC0415 - heavy
    from ed_contract.report.text import report_lines  # noqa: PLC0415 - heavy

    settings = resolved(ctx).settings
    writers.require_all_writable(settings.reports)
    redact = Redactor()
    to_stderr = any(path == writers.STDOUT for _, path in settings.reports)
    console = Console(quiet=settings.quiet, verbose=False, plain=settings.no_color, to_stderr=to_stderr, redact=redact)
    report, crashed = crash.survived(partial(judge_records, *records, settings=settings))
    unwritten = writers.write(report, settings.reports, redact, console.document)
    missing = {writers.STDOUT, *(one.path for one in unwritten)}
    paths = tuple(path for _, path in settings.reports if path not in missing)
    console.report(report, report_lines(report, redact, paths=paths), embedded=False)
    code = streams.settled(writers.exit_code(report.exit_code, unwritten), asked=to_stderr)
    for line in writers.told(unwritten):
        streams.say(line)
    ctx.exit(code if crashed is None else crash.tell(crashed, redact))
