"""What is said of a command or an option that does not exist: which one was probably meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import click

from ed_contract.nearest import nearest
from ed_contract.options.other_names import OF_OPTIONS


def command(name: str, known: Mapping[str, Iterable[str]]) -> str:
    """Return a message about a command, given those that there are with what others call them."""
    near = nearest(name, known)
    return f"no such command {name!r}" + (f"\ndid you mean {near[0]}?" if near else "")


def option(error: click.NoSuchOption) -> str:
    """Return a message about an option of a command."""
    params = [] if error.ctx is None else error.ctx.command.get_params(error.ctx)
    spelled = [one.removeprefix("--") for param in params for one in param.opts if one.startswith("--")]
    near = nearest(error.option_name, {one: OF_OPTIONS.get(one, ()) for one in spelled})
    return f"no such option {error.option_name}" + (f"\ndid you mean --{near[0]}?" if near else "")
