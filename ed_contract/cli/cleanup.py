"""The command `cleanup`: delete what the clean-up of a run left."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import click

from ed_contract.cli.run import API_KEY, SECOND_API_KEY
from ed_contract.cli.values import header, timeout, trusted
from ed_contract.exceptions import UsageError


@click.command(context_settings={"show_default": True})
@click.argument("report", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--api-key", metavar="KEY", envvar=API_KEY, help=f"The credential. Better from ${API_KEY}.")
@click.option(
    "--second-api-key", metavar="KEY", envvar=SECOND_API_KEY, help=f"Another account's. Better from ${SECOND_API_KEY}."
)
@click.option("-H", "--header", "headers", metavar="NAME:VALUE", multiple=True, callback=header, help="Sent each time.")
@click.option(
    "--request-timeout", metavar="SECONDS", type=float, default=10.0, callback=timeout, help="For one whole answer."
)
@click.option(
    "--tls-verify",
    metavar="yes|no|FILE",
    default="yes",
    callback=trusted,
    help="Check certificates, or do not, or trust those in FILE.",
)
@click.option("--proxy", metavar="URL", help="An HTTP proxy, in the place of the environment's.")
@click.option("--allow-live", is_flag=True, help="Take a live key.")
@click.pass_context
def cleanup(
    ctx: click.Context,
    report: Path,
    api_key: str | None,
    second_api_key: str | None,
    headers: tuple[tuple[str, str], ...],
    request_timeout: float,
    tls_verify: bool | str,
    proxy: str | None,
    allow_live: bool,
) -> None:
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
    from ed_contract.transport import Target  # noqa: PLC0415 - heavy

    try:
        leftovers = load(report.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {report}: {error}\ngive a JSON report.") from error
    parts = urlsplit(leftovers.target)
    target = Target(
        url=urlunsplit((parts.scheme, parts.netloc, "", "", "")),
        path=parts.path,
        api_key=api_key,
        second_api_key=second_api_key,
        headers=headers,
        request_timeout=request_timeout,
        tls_verify=tls_verify,
        proxy=proxy,
        allow_live=allow_live,
    )
    redact = Redactor.of(target)
    counts: Counter[str] = Counter()
    for outcome in finish(leftovers, target):
        counts[outcome.word] += 1
        click.echo(printable(redact(str(outcome))))
    said = ", ".join(f"{counts[word]} {word}" for word in ("deleted", "gone", "left", "doubtful") if counts[word])
    unknown = f"; {leftovers.unknown} creates told no id" if leftovers.unknown else ""
    click.echo(f"{said or 'nothing is left'}{unknown}: {target}")
    ctx.exit(1 if counts["left"] else 0)
