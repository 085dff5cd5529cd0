"""The command `ed-contract`: a thin door. A command is imported when it is called."""

from __future__ import annotations

import ctypes
import os
import sys
import tempfile
import warnings
from contextlib import suppress
from pathlib import Path

import click

from ed_contract import __version__, interrupts
from ed_contract.cli import late, streams
from ed_contract.cli.commands import Commands
from ed_contract.exceptions import EdContractError, ToolError
from ed_contract.first_use import found

__all__ = ["cli", "main"]

PROGRAM = "ed-contract"
LONGEST_SIZE = 6  # digits of a terminal's width
_M_MMAP_THRESHOLD = -3  # of mallopt(3)


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 conforms, 1 findings, 2 could not judge, 130 interrupted.",
)
@click.version_option(__version__, prog_name=PROGRAM)
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Tell whether a server implements POST /v2/core/event_destinations, with proof.

    \b
    ed-contract run http://127.0.0.1:8000 --api-key sk_test_a
    ed-contract explain idempotency/conflict/status
    ed-contract serve --mutant conflict-422
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help(), err=True)
        ctx.exit(2)


def main() -> None:
    """Run the command and exit; errors that the user can cause take a line or two, without a traceback."""
    _return_large_blocks()
    _settle()
    with streams.tolerant(), interrupts.handled():
        code = streams.settled(_exit_code(), asked=True)
        if interrupts.pending():
            code = interrupts.EXIT_CODE
    sys.exit(code)


def _exit_code() -> int:
    """Run the command; return its exit code."""
    try:
        return cli.main(prog_name=PROGRAM, standalone_mode=False) or 0
    except click.Abort:
        streams.say("interrupted")
        return interrupts.EXIT_CODE
    except click.NoSuchOption as error:
        _tell_usage(error, late.unknown.option(error))
    except click.UsageError as error:
        _tell_usage(error, error.format_message())
    except ToolError as error:
        return late.crash.tell(error)
    except (EdContractError, click.ClickException) as error:
        streams.say(f"error: {error}")
    except SystemExit as end:  # click's, when a shell asks for completions
        return int(end.code or 0)
    except BaseException as error:  # noqa: BLE001 - 1, Python's own exit code for it, means findings here
        return late.crash.tell(error)
    return 2


def _tell_usage(error: click.UsageError, message: str) -> None:
    """Print an error of the arguments in the form of all others: what is wrong, and below it what to do."""
    command = PROGRAM if error.ctx is None else error.ctx.command_path
    problem, _, hint = message.partition("\n")
    problem = problem[:1].lower() + problem[1:].removesuffix(".")
    streams.say(f"error: {problem}\n{hint}{' ' if hint else ''}see `{command} --help`.")


def _return_large_blocks() -> None:
    """Have the C library give freed blocks of a megabyte back, so that long answers do not add up.

    Else glibc keeps blocks of up to 32 MB for the next of that size, and cuts them up before that comes.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # other C libraries know no such setting
            ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, 1 << 20)


def _settle() -> None:
    """Make the environment one that the libraries below us can live in."""
    for name in ("COLUMNS", "LINES"):  # a terminal without a size says 0, and some take that for a width
        size = os.environ.get(name, "")
        if not (size.isascii() and size.isdigit() and size.strip("0") and len(size) < LONGEST_SIZE):
            os.environ.pop(name, None)
    warnings.formatwarning = lambda message, *_, **__: f"warning: {message}\n"
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(_cache() / "hypothesis"))  # else the current folder
    # httpx does without its own command where that cannot be imported, and saves us rich and pygments.
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type] # as Python writes that there is no module
    try:
        os.getcwd()  # noqa: PTH109 - only whether there is one
    except FileNotFoundError:
        _load_without_a_folder()


def _load_without_a_folder() -> None:
    """Import Hypothesis, which asks for the current folder when it is imported, where that was deleted."""
    here = os.open(".", os.O_RDONLY)
    try:
        os.chdir(os.sep)
        found("hypothesis")
        os.fchdir(here)
    finally:
        os.close(here)


def _cache() -> Path:
    """Return the folder for what can be made again at any time; nothing is made here."""
    given = os.environ.get("LOCALAPPDATA" if os.name == "nt" else "XDG_CACHE_HOME", "")
    with suppress(RuntimeError):  # a user without a home, as in a container
        place = Path(given) if given else Path.home() / ".cache"
        if place.is_absolute():  # else it would be made in the current folder
            return place / PROGRAM
    with suppress(OSError):
        return Path(tempfile.gettempdir()) / PROGRAM
    return Path(os.devnull)  # nothing can be written anywhere
