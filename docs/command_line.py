"""Writes the reference of the command line from the commands themselves: what `--help` prints, as Markdown."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from ed_contract.cli import PROGRAM, cli
from ed_contract.cli.commands import COMMANDS
from ed_contract.options import at
from ed_contract.options.option import FILE


def commands() -> str:
    """Return a section for each command."""
    parts = []
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        parts += [] if command is None else [*_command(name, command), ""]
    return "\n".join(parts)


def settings() -> str:
    """Return a table of the names that a file of settings may hold, with the kind of their values."""
    lines = ["| setting | value | what it is |", "|---|---|---|"]
    for option in at(FILE):
        noun = "list of texts" if option.many else option.value.noun
        lines.append(f"| `{option.name}` | {noun} | {_cell(option.help)} |")
    return "\n".join(lines)


def examples(command: click.Command) -> list[str]:
    """Return the lines of a command's help that show how it is used."""
    _, _, shown = inspect.cleandoc(command.help or "").partition("\b\n")
    return shown.splitlines()


def _command(name: str, command: click.Command) -> Iterator[str]:
    ctx = click.Context(command, info_name=f"{PROGRAM} {name}", **command.context_settings)
    prose, _, _ = inspect.cleandoc(command.help or "").partition("\b\n")
    yield f"## {name} {{ #{name} }}"
    yield f"\n{prose.strip()}\n"
    yield f"```text\n{command.get_usage(ctx).removeprefix('Usage: ')}\n```\n"
    shown = "\n".join(f"$ {line}" for line in examples(command))
    yield f"```console\n{shown}\n```\n"
    yield "| option | what it does |\n|---|---|"
    for option in command.get_params(ctx):
        if isinstance(option, click.Option) and (record := option.get_help_record(ctx)) is not None:
            yield f"| <code>{_cell(record[0])}</code> | {_cell(record[1])} |"


def _cell(text: str) -> str:
    return text.replace("&", "&amp;").replace("|", "&#124;").replace("[", "&#91;").replace("<", "&lt;")
