"""The command `ed-contract`: a thin door. What is heavy is imported by the command that needs it."""

from __future__ import annotations

import contextlib
import ctypes
import io
import os
import sys
import tempfile
from pathlib import Path

import click

from ed_contract import __version__
from ed_contract.cli.completion import completion
from ed_contract.cli.contract import explain, export, list_requirements
from ed_contract.cli.replay import replay
from ed_contract.cli.run import run
from ed_contract.cli.score import score
from ed_contract.cli.serve import serve
from ed_contract.cli.settings import config
from ed_contract.exceptions import EdContractError

__all__ = ["cli", "main"]

PROGRAM = "ed-contract"
_M_MMAP_THRESHOLD = -3  # of mallopt(3)


class _Commands(click.Group):
    """Commands of which nobody need read the output to its end, as in `ed-contract list | head`."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # click's own exit code for it, 1, means findings here
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return ctx.exit(0)


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 conforms, 1 findings, 2 could not judge, 130 interrupted.",
)
@click.version_option(__version__, prog_name=PROGRAM)
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Says whether a server implements POST /v2/core/event_destinations, and proves it.

    \b
    ed-contract run http://127.0.0.1:8000 --api-key sk_test_a
    ed-contract explain idempotency/conflict/status
    ed-contract serve --mutant conflict-422
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help(), err=True)
        ctx.exit(2)


for command in (run, replay, list_requirements, explain, serve, export, config, score, completion):
    cli.add_command(command)


def _cache() -> Path:
    """Return the folder for what can be made again at any time; nothing is made here."""
    place = os.environ.get("LOCALAPPDATA" if os.name == "nt" else "XDG_CACHE_HOME", "")
    try:
        return (Path(place) if place else Path.home() / ".cache") / PROGRAM
    except RuntimeError:  # a user without a home, as in a container
        return Path(tempfile.gettempdir()) / PROGRAM


def _return_large_blocks() -> None:
    """Have the C library give freed blocks of a megabyte back, so that long answers do not add up.

    Else glibc keeps blocks of up to 32 MB for the next of that size, and cuts them up before that comes.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):  # other C libraries know no such setting
            ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, 1 << 20)


def main() -> None:
    """Run the command and exit; whatever the user can cause is told in a line or two, without a traceback."""
    _return_large_blocks()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that cannot show a letter is no reason to end
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(_cache() / "hypothesis"))  # else the current folder
    try:
        sys.exit(cli.main(prog_name=PROGRAM, standalone_mode=False))  # the exit code that a command chose, or None
    except click.Abort:
        click.echo("interrupted", err=True)
        sys.exit(130)
    except click.UsageError as error:
        command = PROGRAM if error.ctx is None else error.ctx.command_path
        click.echo(f"error: {error.format_message()}\nsee `{command} --help`", err=True)
        sys.exit(2)
    except (EdContractError, click.ClickException) as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(2)
