"""The options of the table as click's, and what was given of them, wherever it stands."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import click

from ed_contract import configuration
from ed_contract.cli import completing, streams
from ed_contract.options import BY_NAME, Option, Resolved, Source, environment, misspelt, resolve
from ed_contract.options.option import COMMAND, GROUPS

if TYPE_CHECKING:
    Typed = click.ParamType[Any]
else:
    Typed = click.ParamType  # generic in the newest versions of click alone

_COMPLETED: Mapping[str, Any] = MappingProxyType(
    {
        "contract": completing.by("names:files"),
        "edition": completing.by("contract:editions"),
        "only": completing.by("contract:requirements"),
        "skip": completing.by("contract:requirements"),
        "phases": completing.by("names:phases"),
        "report": completing.by("names:reports"),
        "sarif-location": completing.by("names:files"),
        "waivers": completing.by("names:files"),
    }
)
OWN = "Options"
"""The group of what a command is mainly about, shown first."""
_CONFIG, _PROFILE = "ed_contract.config", "ed_contract.profile"


class _Type(Typed):
    """The type of an option's values."""

    def __init__(self, option: Option) -> None:
        self.name = option.value.metavar
        self._option = option

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401, ARG002 - as in click
        """Return the value; raise UsageError if it cannot be used."""
        return self._option.read_one(value, said(self._option))


class Grouped(click.Command):
    """A command whose help shows the options by group."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write a section for each group, and one for the options that only the command has."""
        rows: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            if (record := param.get_help_record(ctx)) is not None:
                rows.setdefault(getattr(param, "group", "Other"), []).append(record)
        for group in (OWN, *GROUPS, "Other"):
            if group in rows:
                with formatter.section(group):
                    formatter.write_dl(rows[group])


class InGroup(click.Option):
    """An option with the group under which help shows it."""

    def __init__(self, *spelled: Any, group: str, **more: Any) -> None:  # noqa: ANN401 - click's
        super().__init__(*spelled, **more)
        self.group = group


own_option = partial(click.option, cls=InGroup, group=OWN)
"""Adds an option that only one command has."""


def options(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add these options of the table to a command."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for name in reversed(names):
            command = _decorated(BY_NAME[name])(command)
        return command

    return decorate


def _decorated(option: Option) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    spelled = [f"-{option.short}"] * bool(option.short) + [f"--{option.name}", option.attribute]
    more: dict[str, Any]
    if option.value.metavar:
        more = {"metavar": option.value.metavar, "type": _Type(option), "multiple": option.many}
    else:
        more = {"is_flag": True}
    return click.option(
        *spelled,
        cls=InGroup,
        group=option.group,
        help=option.help + (f"  [default: {option.default_text}]" if option.default_text else ""),
        default=None,
        shell_complete=_COMPLETED.get(option.name),
        **more,
    )


def said(option: Option) -> str:
    """Return how the user knows an option here."""
    return "URL" if option.name == "url" else f"--{option.name}"


def configured(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose the settings file and the profile."""
    file = click.Path(exists=True, dir_okay=False, path_type=Path)
    profile = click.option(
        "--profile",
        metavar="NAME",
        envvar="ED_CONTRACT_PROFILE",
        expose_value=False,
        callback=_noted(_PROFILE),
        help=f"Settings of this profile override the general ones. Built in: {', '.join(configuration.BUILT_IN)}.",
    )
    config = click.option(
        "--config",
        metavar="FILE",
        type=file,
        envvar="ED_CONTRACT_CONFIG",
        expose_value=False,
        callback=_noted(_CONFIG),
        help=f"Read settings from this file, not from the nearest {configuration.FILE} or "
        f"{configuration.PROJECT_FILE}.",
    )
    return config(profile(command))


def _noted(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def note(ctx: click.Context, _: click.Parameter, value: Any) -> None:  # noqa: ANN401 - as in click
        ctx.meta[name] = value

    return note


def settings_file(ctx: click.Context) -> Path | None:
    """Return the file that settings are read from, or None."""
    given: Path | None = ctx.meta.get(_CONFIG)
    return given or configuration.find()


def record_folder(ctx: click.Context) -> Path:
    """Return where the record of the last run is kept: beside the settings file, else in the current folder."""
    file = settings_file(ctx)
    return Path() if file is None else file.parent


def resolved(ctx: click.Context, *, apart: Collection[str] = ()) -> Resolved:
    """Return the settings of a command, and where each comes from.

    Args:
        ctx: of the command.
        apart: names of options that count only on the command line.
    """
    line = Source(name="command line", door=COMMAND, said=said, given=lambda option: _given(ctx, option))
    for warning in misspelt(os.environ):
        streams.say(f"warning: {warning}")
    around = environment(os.environ)
    files = configuration.sources(settings_file(ctx), profile=ctx.meta.get(_PROFILE))
    return resolve([line, *(_without(source, apart) for source in (around, *files))])


def _without(source: Source, names: Collection[str]) -> Source:
    return replace(source, given=lambda option: None if option.name in names else source.given(option))


def _given(ctx: click.Context, option: Option) -> object:
    """Return what was given on the command line, or None."""
    value = ctx.params.get(option.attribute)
    flag = not option.value.metavar  # of which click says False where it was not given
    return None if value is None or value == () or (flag and value is False) else value
