"""The command `cleanup`: delete what a run's cleanup left behind."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from ed_contract.cleanup import finish, load
from ed_contract.cli.options import Grouped, options
from ed_contract.cli.reported import OF_A_REPORTED_TARGET, reported
from ed_contract.exceptions import UsageError
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import printable
from ed_contract.runner.deletion import has_no_delete


@click.command(cls=Grouped)
@click.argument("report", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@options(*OF_A_REPORTED_TARGET)
@click.pass_context
def cleanup(ctx: click.Context, /, report: Path, **_: object) -> None:
    """Delete the destinations that a JSON report lists as left by its run with --cleanup.

    They are deleted at the report's own target, and nowhere else. What may not be the run's is listed but
    never deleted. Exit 1 if any other is still there, 2 if nothing could be done.

    \b
    ed-contract cleanup report.json
    ed-contract cleanup report.json --request-timeout 60
    """
    try:
        leftovers = load(report.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {report}: {error}\ngive a JSON report.") from error
    target, _settings = reported(ctx, leftovers.target, leftovers.contract)
    redact = Redactor.of(target)
    counts: Counter[str] = Counter()
    reasons: list[str] = []
    for outcome in finish(leftovers, target):
        counts[outcome.word] += 1
        reasons += [outcome.reason] if outcome.word == "left" else []
        click.echo(printable(redact(str(outcome))))
    if has_no_delete(reasons) and not (counts["deleted"] or counts["gone"]):
        click.echo("the server seems not to offer DELETE: delete them in another way")
    said = ", ".join(f"{counts[word]} {word}" for word in ("deleted", "gone", "left", "doubtful") if counts[word])
    unknown = (
        f"; {leftovers.unknown} create{'s' * (leftovers.unknown != 1)} returned no id" if leftovers.unknown else ""
    )
    click.echo(f"{said or 'nothing left to delete'}{unknown}: {target}")
    ctx.exit(1 if counts["left"] else 0)
