"""The command `completion`: the script with which a shell asks us what may follow."""

from __future__ import annotations

import os
from pathlib import PurePath

import click
from click.shell_completion import get_completion_class

from ed_contract.exceptions import UsageError

SHELLS = ("bash", "zsh", "fish")


@click.command
@click.argument("shell", type=click.Choice(SHELLS), required=False)
@click.pass_context
def completion(ctx: click.Context, shell: str | None) -> None:
    """Print the script that completes commands, options and names in SHELL (default: that of $SHELL).

    For bash, put eval "$(ed-contract completion bash)" into ~/.bashrc; for zsh, the same with zsh
    into ~/.zshrc, after compinit.

    \b
    ed-contract completion bash
    ed-contract completion fish > ~/.config/fish/completions/ed-contract.fish
    """
    root = ctx.find_root()
    name = shell or PurePath(os.environ.get("SHELL", "")).name
    maker = get_completion_class(name) if name in SHELLS else None
    if maker is None:
        raise UsageError(f"no completion for {name!r} (from $SHELL)\ngive one of {', '.join(SHELLS)}.")
    program = str(root.info_name)
    variable = f"_{program}_COMPLETE".replace("-", "_").upper()  # where click looks for a shell's question
    click.echo(maker(root.command, {}, program, variable).source(), nl=False)
