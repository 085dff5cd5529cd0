"""Settings of a file as defaults of `run`, and the command `config`, which shows what is in force."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ed_contract.configuration import FILE, PROJECT_FILE, Settings, find, load
from ed_contract.exceptions import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET = {"api-key", "second-api-key", "header", "proxy"}
MASK = "***"
_SETTINGS = "ed_contract.settings"
NO_SETTINGS = {"help", "config", "profile", "settings", "dry-run", "waivers-update"}  # of one call, never of a project
_SOURCES = {
    click.core.ParameterSource.COMMANDLINE: "command line",
    click.core.ParameterSource.DEFAULT: "default",
}


def configured(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose the file and the profile."""
    file = click.Path(exists=True, dir_okay=False, path_type=Path)
    decorators = (
        click.option(
            "--config",
            metavar="FILE",
            type=file,
            is_eager=True,
            expose_value=False,
            callback=_noted("config"),
            help=f"Settings of this file, not of the nearest {FILE} or {PROJECT_FILE}.",
        ),
        click.option(
            "--profile",
            metavar="NAME",
            is_eager=True,
            expose_value=False,
            callback=_noted("profile"),
            help="Settings of this profile before the general ones.",
        ),
        # Of eager options those that are given come first, in the order in which they are: this one never is.
        click.option("--settings", is_eager=True, hidden=True, expose_value=False, callback=_load),
    )
    for decorate in reversed(decorators):
        command = decorate(command)
    return command


def _noted(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def note(ctx: click.Context, _: click.Parameter, value: Any) -> None:  # noqa: ANN401 - as in click
        ctx.meta[f"ed_contract.{name}"] = value

    return note


def _load(ctx: click.Context, _: click.Parameter, __: object) -> None:
    """Make the settings of the file defaults: the command line and the environment go before them."""
    names = {name: option for option in ctx.command.params if (name := name_of(option)) not in NO_SETTINGS}
    path = ctx.meta["ed_contract.config"] or _nearest()
    settings = load(path, names, profile=ctx.meta["ed_contract.profile"])
    ctx.meta[_SETTINGS] = settings
    ctx.default_map = {str(names[name].name): _as_given(names[name], one) for name, one in settings.values.items()}


def _nearest() -> Path | None:
    """Return the nearest file; there is none where the current folder was deleted, or is not ours to look into."""
    try:
        return find(Path.cwd())
    except OSError:
        return None


def _as_given(option: click.Parameter, value: object) -> object:
    """Return a value in the form in which the option is given: a list of names is one text, a single text a list."""
    if isinstance(option, click.Option) and option.multiple:
        return value if isinstance(value, list) else [value]
    if isinstance(value, list):
        return ",".join(value)
    return value if isinstance(value, bool) else str(value)


def name_of(option: click.Parameter) -> str:
    """Return the name that a parameter has as a setting: its long name, without the dashes before it."""
    long = [one for one in option.opts if one.startswith("--")]
    return long[-1].removeprefix("--") if long else str(option.name).replace("_", "-")


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[RUN OPTIONS]…")
def config(arguments: tuple[str, ...]) -> None:
    """Show the settings that `run` would have with these options, and where each comes from; secrets are masked.

    \b
    ed-contract config
    ed-contract config --profile nightly --strict
    """
    from ed_contract.cli.run import run  # noqa: PLC0415 - it uses this module

    ctx = run.make_context("run", list(arguments))
    settings: Settings = ctx.meta[_SETTINGS]
    rows = []
    for option in run.params:
        name = name_of(option)
        if name in NO_SETTINGS:
            continue
        value = ctx.params[str(option.name)]
        rows.append((name, _shown(name, value), _source(ctx, option, name, settings)))
    click.echo(f"file: {settings.path or 'none (ed_contract.toml, or [tool.ed_contract] in pyproject.toml)'}")
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for name, value, source in rows:
        click.echo(f"{name:<{widths[0]}}  {value:<{widths[1]}}  {source}")


def _shown(name: str, value: object) -> str:
    if value is None or value in ((), ""):
        return "-"
    if name in SECRET:
        return MASK
    if isinstance(value, tuple):
        return ", ".join("=".join(one) if isinstance(one, tuple) else str(one) for one in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _source(ctx: click.Context, option: click.Parameter, name: str, settings: Settings) -> str:
    source = ctx.get_parameter_source(str(option.name))
    if source is click.core.ParameterSource.ENVIRONMENT:
        return f"${option.envvar}"
    if source is click.core.ParameterSource.DEFAULT_MAP:
        return f"profile in {settings.path}" if name in settings.of_profile else str(settings.path)
    if source not in _SOURCES:
        raise UsageError(f"`{name}` comes from nowhere\nthis is a mistake of ours: please tell us.")
    return _SOURCES[source]
