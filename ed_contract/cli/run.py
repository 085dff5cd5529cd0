"""The command `run`: judge a server."""

from __future__ import annotations

import shlex
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from ed_contract import interrupts
from ed_contract.cli import completing, crash, streams, values
from ed_contract.cli.settings import configured
from ed_contract.exceptions import ToolError, UsageError

if TYPE_CHECKING:
    from ed_contract.processes import Server
    from ed_contract.report.redaction import Redactor
    from ed_contract.transport import Target

API_KEY, SECOND_API_KEY = "ED_CONTRACT_API_KEY", "ED_CONTRACT_SECOND_API_KEY"
_OF_A_TARGET = (
    "api_key",
    "second_api_key",
    "headers",
    "api_version",
    "path",
    "request_timeout",
    "tls_verify",
    "proxy",
    "allow_live",
    "restart_command",
    "server_command",
)
_SHAPING = (
    "api_version",
    "path",
    "strength",
    "max_examples",
    "request_timeout",
    "restart_command",
)  # what is sent, not what is judged


@click.command(context_settings={"show_default": True})
@click.argument("url", required=False)
@click.option(
    "--app",
    metavar="MODULE:ATTR",
    help="Instead of URL: an ASGI or WSGI application, called in process.",
)
@click.option("--api-key", metavar="KEY", envvar=API_KEY, help=f"The credential. Better from ${API_KEY}.")
@click.option(
    "--second-api-key", metavar="KEY", envvar=SECOND_API_KEY, help=f"Another account's. Better from ${SECOND_API_KEY}."
)
@click.option(
    "-H", "--header", "headers", metavar="NAME:VALUE", multiple=True, callback=values.header, help="Sent each time."
)
@click.option(
    "--api-version", metavar="WORD", default="2024-09-30.acacia", help="The Stripe-Version header; empty sends none."
)
@click.option(
    "--path", metavar="PATH", default="/v2/core/event_destinations", help="Where creates are posted to, below URL."
)
@click.option(
    "--only",
    metavar="ID-GLOB",
    multiple=True,
    shell_complete=completing.requirements,
    help="Judge only requirements whose id matches. Repeatable.",
)
@click.option(
    "--skip",
    metavar="ID-GLOB",
    multiple=True,
    shell_complete=completing.requirements,
    help="Leave out requirements whose id matches. Repeatable.",
)
@click.option(
    "--phases",
    "names",
    metavar="NAME,…",
    callback=values.phases,
    shell_complete=completing.phases,
    help="Run these phases only, e.g. smoke.",
)
@click.option("--strict", is_flag=True, help="Findings of level SHOULD fail the run too.")
@click.option(
    "--seed", type=values.Seed(), help="The same seed sends the same bytes. Default: 0, with keys of its own."
)
@click.option(
    "--strength", metavar="2..4", type=click.IntRange(2, 4), default=3, help="Combine so many options in every way."
)
@click.option(
    "-n", "--max-examples", metavar="N", type=click.IntRange(1), default=56, help="Random cases in the phase fuzz."
)
@click.option("--max-requests", metavar="N", type=click.IntRange(1), default=900, help="Send no more than this.")
@click.option(
    "--max-time", metavar="SECONDS", type=float, callback=values.timeout, help="Send nothing more after this."
)
@click.option(
    "--key-age",
    metavar="SECONDS",
    type=float,
    callback=values.age,
    show_default="2",
    help="How old keys are at least when they are asked for again at the end.",
)
@click.option(
    "--require-target",
    is_flag=True,
    help="Refuse to judge the embedded server: for gates, where a URL that is missing is a mistake.",
)
@click.option("--server-command", metavar="CMD", help="Starts the server, which is ended afterwards. Run by the shell.")
@click.option(
    "--server-wait",
    metavar="SECONDS",
    type=float,
    default=30.0,
    callback=values.timeout,
    help="For that server to take connections.",
)
@click.option(
    "--restart-command", metavar="CMD", help="Restarts the server, for idempotency/survives-restart. Run by the shell."
)
@click.option("-x", "--fail-fast", is_flag=True, help="Stop at the first finding.")
@click.option("--maxfail", metavar="N", type=click.IntRange(1), help="Stop after so many findings.")
@click.option(
    "--request-timeout",
    metavar="SECONDS",
    type=float,
    default=10.0,
    callback=values.timeout,
    help="For one whole answer.",
)
@click.option(
    "--request-retries",
    metavar="N",
    type=click.IntRange(0, 100),
    default=5,
    help="How often a request that is answered 429 or 503 is sent again.",
)
@click.option(
    "--rate-limit", metavar="N/s", callback=values.rate, help="Send no more than so many, e.g. 20/s or 600/m."
)
@click.option(
    "-w",
    "--workers",
    metavar="N|auto",
    default="1",
    callback=values.number_of_workers,
    help="Plain creates under way at once; they then arrive in any order.",
)
@click.option(
    "--tls-verify",
    metavar="yes|no|FILE",
    default="yes",
    callback=values.trusted,
    help="Check certificates, or do not, or trust those in FILE.",
)
@click.option("--proxy", metavar="URL", help="An HTTP proxy, in the place of the environment's.")
@click.option("--allow-live", is_flag=True, help="Take a live key: a run makes hundreds of destinations.")
@click.option("--cleanup", is_flag=True, help="Delete the destinations that the run made (DELETE …/{id}).")
@click.option(
    "--max-destinations",
    metavar="N",
    type=click.IntRange(9),
    help="So many at a time; with --cleanup the oldest make room, else the run ends.",
)
@click.option("--no-shrink", is_flag=True, help="Do not make findings smaller.")
@click.option(
    "--report",
    "wanted",
    metavar="FORMAT=PATH",
    multiple=True,
    callback=values.reports,
    shell_complete=completing.reports,
    help="json, html, junit, sarif, github or badge; - is stdout. Repeatable.",
)
@click.option(
    "--waivers",
    "waived",
    metavar="FILE",
    shell_complete=completing.files,
    help="Findings that are known and do not fail the run.",
)
@click.option("--waivers-update", is_flag=True, help="Write FILE from this run, and exit 0 if it could judge.")
@configured
@click.option("--dry-run", is_flag=True, help="Say what would be sent, and send nothing.")
@click.option("-q", "--quiet", is_flag=True, help="Print the verdict alone.")
@click.option("-v", "--verbose", is_flag=True, help="Print a line for each request.")
@click.option("--no-color", is_flag=True, help="Print without colours, as when NO_COLOR is set.")
@click.pass_context
@interrupts.orderly()
def run(
    ctx: click.Context,
    /,
    headers: tuple[tuple[str, str], ...],
    only: tuple[str, ...],
    skip: tuple[str, ...],
    names: tuple[str, ...] | None,
    strict: bool,
    seed: int | None,
    strength: int,
    max_examples: int,
    max_requests: int,
    max_time: float | None,
    key_age: float | None,
    server_command: str | None,
    server_wait: float,
    restart_command: str | None,
    fail_fast: bool,
    maxfail: int | None,
    request_retries: int,
    rate_limit: float | None,
    workers: int,
    cleanup: bool,
    max_destinations: int | None,
    no_shrink: bool,
    wanted: tuple[tuple[str, str], ...],
    waived: str | None,
    waivers_update: bool,
    dry_run: bool,
    quiet: bool,
    verbose: bool,
    no_color: bool,
    **_of_the_target: Any,  # noqa: ANN401 - those that `_target` reads
) -> None:
    """Judge the server at URL against the page; without URL, the embedded reference server.

    \b
    ed-contract run http://127.0.0.1:8000 --api-key sk_test_a
    ed-contract run http://127.0.0.1:8000 --phases smoke -x
    ed-contract run http://127.0.0.1:8000 --only 'idempotency/*' --report json=report.json
    ed-contract run http://127.0.0.1:8000 --server-command 'python -m shop' --waivers waivers.toml
    ed-contract run http://127.0.0.1:8000 --seed random -n 500 --max-requests 5000
    ed-contract run --app shop.main:app
    """
    from ed_contract import api  # noqa: PLC0415 - heavy
    from ed_contract.cli import waivers  # noqa: PLC0415 - heavy
    from ed_contract.cli.console import Console  # noqa: PLC0415 - heavy
    from ed_contract.engine.events import End  # noqa: PLC0415 - heavy
    from ed_contract.processes import RestartCommand, started  # noqa: PLC0415 - heavy
    from ed_contract.report import writers  # noqa: PLC0415 - heavy
    from ed_contract.report.redaction import Redactor  # noqa: PLC0415 - heavy
    from ed_contract.report.text import Line, report_lines  # noqa: PLC0415 - heavy

    target = _target(ctx, headers)
    restart = None
    if restart_command is not None and target is not None:
        restart = RestartCommand(command=restart_command, target=target)
    chosen: dict[str, Any] = {
        "only": only,
        "skip": skip,
        "phases": names,
        "seed": seed,
        "strength": strength,
        "max_examples": max_examples,
        "max_requests": max_requests,
    }
    known = waivers.given(waived, update=waivers_update)
    redact = Redactor.of(target)
    to_stderr = any(path == writers.STDOUT for _, path in wanted)
    console = Console(quiet=quiet, verbose=verbose, plain=no_color, to_stderr=to_stderr, redact=redact)
    if dry_run:
        console.plan(api.dry_run(target, **chosen, restarts=restart_command is not None))
        return
    serving: AbstractContextManager[Server | None] = nullcontext()
    if server_command is not None and target is not None:
        serving = started(server_command, target, wait=server_wait)
    with serving as server, console.progress(embedded=target is None) as listen:
        judge = partial(
            api.run,
            target,
            **chosen,
            strict=strict,
            max_time=max_time,
            key_age=key_age,
            restart=restart,
            workers=workers,
            rate_limit=rate_limit,
            request_retries=request_retries,
            cleanup=cleanup,
            max_destinations=max_destinations,
            max_findings=1 if fail_fast else maxfail,
            shrink=not no_shrink,
            waivers=known,
            on_event=listen,
        )
        report, crashed = crash.survived(judge)
        if server is not None and report.end is End.TARGET_DOWN:
            report = replace(report, note=server.beside(report.note))
    problem: UsageError | None = None
    try:
        writers.write(report, wanted, redact, console.document)
    except UsageError as error:
        problem = error
    lines = report_lines(
        report,
        redact,
        paths=tuple(path for _, path in wanted if path != "-" and not problem),
        options=_again(ctx, headers),
        embedded=target is None,
    )
    console.report(report, lines)
    code = report.exit_code
    if waived is not None and known is not None and waivers_update:
        line, code = waivers.update(waived, known, report, redact)
        if not quiet:
            console.print(Line(line))
    ctx.exit(_code(code, problem, crashed, redact, asked=to_stderr))


def _code(code: int, problem: UsageError | None, crashed: ToolError | None, redact: Redactor, *, asked: bool) -> int:
    """Tell what could not be written, or crashed, and return the exit code."""
    code = streams.settled(code, asked=asked)
    if problem is not None:
        streams.say(f"error: {problem}")
        code = code or 2
    return code if crashed is None else crash.tell(crashed, redact)


def _target(ctx: click.Context, headers: tuple[tuple[str, str], ...]) -> Target | None:
    """Return the target that the options name, or None for the embedded server."""
    from ed_contract.transport import Target  # noqa: PLC0415 - heavy

    given = ctx.params
    if given["app"] is not None:
        if excluded := _beside_app(ctx):
            raise UsageError(f"{excluded} is of no use with --app\nleave one of the two out.")
        base = Target.of_app(given["app"])
    elif given["url"] is not None:
        base = Target(url=given["url"])
    elif useless := [name for name in _OF_A_TARGET if _given(ctx, name)]:
        raise UsageError(
            f"{_option(ctx, useless[0])} is of no use without a URL: the embedded server is judged as it is\n"
            "give the server's base URL, e.g. ed-contract run http://127.0.0.1:8000."
        )
    elif given["require_target"]:
        raise UsageError(
            "there is nothing to judge: no URL and no --app\ngive one of them, here or in the settings file."
        )
    else:
        return None
    names = [name for name in _OF_A_TARGET if name not in {"headers", "restart_command", "server_command"}]
    return replace(base, headers=headers, **{name: given[name] for name in names})


def _beside_app(ctx: click.Context) -> str:
    """Return what was given beside --app and has to do with a server alone, as the user wrote it, or nothing."""
    if ctx.params["url"] is not None:
        return "a URL"
    return next((_option(ctx, name) for name in ("server_command", "restart_command") if ctx.params[name]), "")


def _given(ctx: click.Context, name: str) -> bool:
    """Whether an option was given on the command line."""
    return ctx.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE


def _option(ctx: click.Context, name: str) -> str:
    return next(option.opts[-1] for option in ctx.command.params if option.name == name)


def _again(ctx: click.Context, headers: tuple[tuple[str, str], ...]) -> str:
    """Return the options without which a run with the same URL would send something else; values may be secret."""
    from ed_contract.report.curl import OWN_HEADERS, variable  # noqa: PLC0415 - heavy

    parts = [f"{_option(ctx, name)} {shlex.quote(str(ctx.params[name]))}" for name in _SHAPING if _given(ctx, name)]
    for name, value in headers:
        own = name.lower() in OWN_HEADERS
        parts.append(f"-H {shlex.quote(f'{name}:{value}')}" if own else f'-H "{name}:${variable(name)}"')
    return " ".join(parts)
