"""The command `ed-contract`: a thin door. What is heavy is imported by the command that needs it."""

from __future__ import annotations

import os
import sys

import click

from ed_contract import __version__
from ed_contract.cli.contract import explain, export, list_requirements
from ed_contract.cli.run import run
from ed_contract.cli.score import score
from ed_contract.cli.serve import serve
from ed_contract.exceptions import EdContractError

__all__ = ["cli", "main"]


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 conforms, 1 findings, 2 could not judge, 130 interrupted.",
)
@click.version_option(__version__, prog_name="ed-contract")
def cli() -> None:
    """Says whether a server implements POST /v2/core/event_destinations, and proves it.

    \b
    ed-contract run http://127.0.0.1:8000 --api-key sk_test_a
    """


for command in (run, list_requirements, explain, serve, export, score):
    cli.add_command(command)


def main() -> None:
    """Run the command and exit; whatever the user can cause is told in a line or two, without a traceback."""
    try:
        sys.exit(cli.main(standalone_mode=False))  # the exit code that a command chose, or None
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except EdContractError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(2)
    except BrokenPipeError:
        # The reader of our output went away; nothing more can be said to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
