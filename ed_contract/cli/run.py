"""The command `run`: judge a server."""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ed_contract.exceptions import UsageError

if TYPE_CHECKING:
    from ed_contract.report.redaction import Redactor

FORMATS = ("json",)
MOST_SEEDS = 2**32


class Seed(click.ParamType[int]):
    """A number, or the word random."""

    name = "N|random"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:  # noqa: ANN401
        """Return the seed."""
        if value == "random":
            return random.SystemRandom().randrange(MOST_SEEDS)
        try:
            return int(value)
        except ValueError:
            self.fail(f"{value!r} is neither a whole number nor the word random.", param, ctx)


def header(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return the headers that were given as NAME:VALUE."""
    pairs = []
    for value in values:
        name, colon, content = value.partition(":")
        if not colon:
            raise click.BadParameter(f"{value!r} has no colon: give NAME:VALUE, e.g. X-Tenant:acme.")
        pairs.append((name.strip(), content.strip()))
    return tuple(pairs)


def reports(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return the reports that were asked for; that they can be written is known before the run begins."""
    wanted = []
    for value in values:
        form, equals, path = value.partition("=")
        if form not in FORMATS or not equals or not path:
            raise click.BadParameter(
                f"{value!r} is no report: give FORMAT=PATH, with FORMAT one of {', '.join(FORMATS)}."
            )
        if path != "-":
            try:
                with Path(path).open("a", encoding="utf-8"):
                    pass
            except OSError as error:
                raise click.BadParameter(f"cannot write {path}: {error.strerror}.") from error
        wanted.append((form, path))
    return tuple(wanted)


def phases(_: click.Context, __: click.Parameter, value: str | None) -> tuple[str, ...] | None:
    """Return the names of the phases."""
    return None if value is None else tuple(name.strip() for name in value.split(",") if name.strip())


@click.command(context_settings={"show_default": True})
@click.argument("url", required=False)
@click.option("--api-key", envvar="ED_CONTRACT_API_KEY", help="The credential. Also from ED_CONTRACT_API_KEY.")
@click.option(
    "--second-api-key",
    envvar="ED_CONTRACT_SECOND_API_KEY",
    help="Another account's credential. Also from ED_CONTRACT_SECOND_API_KEY.",
)
@click.option("-H", "--header", "headers", metavar="NAME:VALUE", multiple=True, callback=header, help="Sent each time.")
@click.option("--api-version", default="2024-09-30.acacia", help="The Stripe-Version header; empty sends none.")
@click.option("--path", default="/v2/core/event_destinations", help="Where creates are posted to, below URL.")
@click.option("--only", metavar="ID-GLOB", multiple=True, help="Judge only requirements whose id matches. Repeatable.")
@click.option("--skip", metavar="ID-GLOB", multiple=True, help="Leave out requirements whose id matches. Repeatable.")
@click.option("--phases", "names", metavar="NAME,…", callback=phases, help="Run these phases only, e.g. smoke.")
@click.option("--strict", is_flag=True, help="Findings of level SHOULD fail the run too.")
@click.option("--seed", type=Seed(), help="The same seed sends the same bytes. Default: 0, with keys of its own.")
@click.option("--strength", type=click.IntRange(2, 4), default=3, help="Combine so many options in every way.")
@click.option("-n", "--max-examples", type=click.IntRange(1), default=40, help="Random cases in the phase fuzz.")
@click.option("--max-requests", type=click.IntRange(1), default=900, help="Send no more than this.")
@click.option("-x", "--fail-fast", is_flag=True, help="Stop at the first finding.")
@click.option("--maxfail", type=click.IntRange(1), help="Stop after so many findings.")
@click.option("--request-timeout", type=float, default=10.0, help="Seconds for one answer.")
@click.option("--no-shrink", is_flag=True, help="Do not make findings smaller.")
@click.option(
    "--report", "wanted", metavar="FORMAT=PATH", multiple=True, callback=reports, help="json=PATH; - is stdout."
)
@click.option("--dry-run", is_flag=True, help="Say what would be sent, and send nothing.")
@click.option("-q", "--quiet", is_flag=True, help="Print the verdict alone.")
@click.option("-v", "--verbose", is_flag=True, help="Print a line for each request.")
@click.option("--no-color", is_flag=True, help="Print without colours, as when NO_COLOR is set.")
def run(
    url: str | None,
    api_key: str | None,
    second_api_key: str | None,
    headers: tuple[tuple[str, str], ...],
    api_version: str,
    path: str,
    only: tuple[str, ...],
    skip: tuple[str, ...],
    names: tuple[str, ...] | None,
    strict: bool,
    seed: int | None,
    strength: int,
    max_examples: int,
    max_requests: int,
    fail_fast: bool,
    maxfail: int | None,
    request_timeout: float,
    no_shrink: bool,
    wanted: tuple[tuple[str, str], ...],
    dry_run: bool,
    quiet: bool,
    verbose: bool,
    no_color: bool,
) -> None:
    """Judge the server at URL against the page; without URL, the embedded reference server.

    \b
    ed-contract run http://127.0.0.1:8000 --api-key sk_test_a
    ed-contract run http://127.0.0.1:8000 --phases smoke -x
    ed-contract run http://127.0.0.1:8000 --only 'idempotency/*' --report json=report.json
    """
    from ed_contract import api  # noqa: PLC0415 - heavy
    from ed_contract.cli.console import Console  # noqa: PLC0415 - heavy
    from ed_contract.report.redaction import Redactor  # noqa: PLC0415 - heavy
    from ed_contract.transport import Target  # noqa: PLC0415 - heavy

    target = None
    if url is not None:
        target = Target(
            url=url,
            api_key=api_key,
            second_api_key=second_api_key,
            headers=headers,
            api_version=api_version,
            path=path,
            request_timeout=request_timeout,
        )
    chosen: dict[str, Any] = {
        "only": only,
        "skip": skip,
        "phases": names,
        "seed": seed,
        "strength": strength,
        "max_examples": max_examples,
        "max_requests": max_requests,
    }
    console = Console(quiet=quiet, verbose=verbose, plain=no_color, to_stderr=any(path == "-" for _, path in wanted))
    if dry_run:
        console.plan(api.dry_run(target, **chosen))
        return
    redact = Redactor((api_key, second_api_key, *(value for _, value in headers)))
    with console.progress() as listen:
        report = api.run(
            target,
            **chosen,
            strict=strict,
            max_findings=1 if fail_fast else maxfail,
            shrink=not no_shrink,
            on_event=listen,
        )
    write_reports(report, wanted, redact)
    console.report(report, redact, tuple(path for _, path in wanted if path != "-"))
    raise click.exceptions.Exit(report.exit_code)


def write_reports(report: Any, wanted: tuple[tuple[str, str], ...], redact: Redactor) -> None:  # noqa: ANN401 - heavy
    """Write the reports that were asked for."""
    from ed_contract.report import json  # noqa: PLC0415 - heavy

    for _, path in wanted:
        text = json.write(report, redact)
        if path == "-":
            sys.stdout.write(text)
            continue
        try:
            Path(path).write_text(text, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"cannot write {path}: {error.strerror}\ngive a path that can be written.") from error
