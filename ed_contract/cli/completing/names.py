"""What has names that are known without a contract: phases and reports, and files, which the shell knows."""

from __future__ import annotations

from typing import TypeAlias

import click
from click.shell_completion import CompletionItem

from ed_contract.options.values import REPORTS
from ed_contract.phases import PHASES

Items: TypeAlias = "list[CompletionItem[str]]"


def phases(_: click.Context, __: click.Parameter, begun: str) -> Items:
    """Return the phases, for the last of names with commas between them."""
    before, comma, _last = begun.rpartition(",")
    given = before.split(",")
    return items(begun, {f"{before}{comma}{name}": "" for name in PHASES if name not in given})


def reports(_: click.Context, __: click.Parameter, begun: str) -> Items:
    """Return a report of each format, with a path: a shell puts a blank after what it has completed."""
    return items(begun, {f"{form}={path}": "" for form, path in REPORTS.items()})


def files(_: click.Context, __: click.Parameter, begun: str) -> Items:
    """Leave it to the shell to complete the path of a file."""
    return [CompletionItem(begun, type="file")]


def items(begun: str, values: dict[str, str]) -> Items:
    """Return the values that begin so, each with what is said of it."""
    return [CompletionItem(value, help=said or None) for value, said in values.items() if value.startswith(begun)]
