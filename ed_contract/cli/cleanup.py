"""The command `cleanup`: delete what the clean-up of a run left."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import click

from ed_contract.cli.options import Grouped, options, resolved
from ed_contract.exceptions import UsageError
from ed_contract.options import OPTIONS
from ed_contract.options.option import TARGET

RECORDED = {"url", "app", "path"}  # the report says what they were, and there is no other place


@click.command(cls=Grouped)
@click.argument("report", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@options(*(one.name for one in OPTIONS if one.group == TARGET and one.name not in RECORDED))
@click.pass_context
def cleanup(ctx: click.Context, /, report: Path, **_: object) -> None:
    """Delete the destinations that a JSON report lists as left by its run with --cleanup.

    They are deleted at the report's own target, and nowhere else. What cannot be shown to be the run's is listed and
    never deleted. Exit 1 if any of the others is still there, 2 if nothing can be done.

    \b
    ed-contract cleanup report.json
    ed-contract cleanup report.json --request-timeout 60
    """
    from ed_contract.cleanup import finish, load  # noqa: PLC0415 - heavy
    from ed_contract.report.redaction import Redactor  # noqa: PLC0415 - heavy
    from ed_contract.report.text import printable  # noqa: PLC0415 - heavy
    from ed_contract.transport.target import Target, target_from  # noqa: PLC0415 - heavy

    try:
        leftovers = load(report.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {report}: {error}\ngive a JSON report.") from error
    settings = resolved(ctx, elsewhere=False, apart=["url", "app", "path"]).settings
    parts = urlsplit(leftovers.target)
    url = urlunsplit((parts.scheme, parts.netloc, "", "", ""))
    target = target_from(replace(settings, url=url, app=None, path=parts.path)) or Target(url=url)
    redact = Redactor.of(target)
    counts: Counter[str] = Counter()
    for outcome in finish(leftovers, target):
        counts[outcome.word] += 1
        click.echo(printable(redact(str(outcome))))
    said = ", ".join(f"{counts[word]} {word}" for word in ("deleted", "gone", "left", "doubtful") if counts[word])
    unknown = f"; {leftovers.unknown} creates told no id" if leftovers.unknown else ""
    click.echo(f"{said or 'nothing is left'}{unknown}: {target}")
    ctx.exit(1 if counts["left"] else 0)
