"""What a shell completes where a value has a name of ours, loaded when a shell asks: no command pays for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import click

from ed_contract.first_use import found

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    Items: TypeAlias = list[CompletionItem[str]]

Completes: TypeAlias = "Callable[[click.Context, click.Parameter, str], Items]"


def by(place: str) -> Completes:
    """Return what completes a value by a function of this package, given as `module:name`."""

    def complete(ctx: click.Context, param: click.Parameter, begun: str) -> Items:
        items: Items = found(f"{__name__}.{place}")(ctx, param, begun)
        return items

    return complete
