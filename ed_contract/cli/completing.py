"""What a shell completes where a value has a name of ours.

The names are looked up when a shell asks for them: no command pays for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import click

from ed_contract.exceptions import UsageError
from ed_contract.options.values import REPORTS
from ed_contract.phases import PHASES

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    Items: TypeAlias = list[CompletionItem[str]]


def requirements(ctx: click.Context, _: click.Parameter, begun: str) -> Items:
    """Return the ids of the requirements of the contract that was given, each with its statement."""
    from ed_contract.contract import CONTRACT, chosen  # noqa: PLC0415 - heavy
    from ed_contract.options import Settings  # noqa: PLC0415 - the same

    edition, document, operation = map(ctx.params.get, ("edition", "contract", "operation"))
    try:
        contract = chosen(Settings(edition=edition, contract=document, operation=operation)) or CONTRACT
    except UsageError:
        contract = CONTRACT
    return _items(begun, {row.id: row.statement for row in contract.requirements.values()})


def editions(_: click.Context, __: click.Parameter, begun: str) -> Items:
    """Return the names of the editions of the page."""
    from ed_contract.contract import editions  # noqa: PLC0415 - heavy

    return _items(begun, dict.fromkeys(editions(), ""))


def phases(_: click.Context, __: click.Parameter, begun: str) -> Items:
    """Return the phases, for the last of names with commas between them."""
    before, comma, _last = begun.rpartition(",")
    given = before.split(",")
    return _items(begun, {f"{before}{comma}{name}": "" for name in PHASES if name not in given})


def zoo(_: click.Context, __: click.Parameter, begun: str) -> Items:
    """Return the names of the servers of the zoo, each with its sentence."""
    from ed_contract.zoo import MUTANTS, RIGHT  # noqa: PLC0415 - heavy

    return _items(begun, {one.name: one.sentence for some in (MUTANTS, RIGHT) for one in some})


def reports(_: click.Context, __: click.Parameter, begun: str) -> Items:
    """Return a report of each format, with a path: a shell puts a blank after what it has completed."""
    return _items(begun, {f"{form}={path}": "" for form, path in REPORTS.items()})


def files(_: click.Context, __: click.Parameter, begun: str) -> Items:
    """Leave it to the shell to complete the path of a file."""
    from click.shell_completion import CompletionItem  # noqa: PLC0415 - no command needs it

    return [CompletionItem(begun, type="file")]


def _items(begun: str, values: dict[str, str]) -> Items:
    from click.shell_completion import CompletionItem  # noqa: PLC0415 - no command needs it

    return [CompletionItem(value, help=said or None) for value, said in values.items() if value.startswith(begun)]
