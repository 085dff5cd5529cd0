"""The command `serve`: the reference server, for trying the tool and for stubs."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event

import click

from ed_contract.cli import completing, late
from ed_contract.cli.options import configured, options
from ed_contract.cli.subject import edition
from ed_contract.exceptions import UsageError
from ed_contract.reference import Reference, serve_forever
from ed_contract.score import named
from ed_contract.zoo import MUTANTS, RIGHT, One
from ed_contract.zoo.hosts import on_waitress


@click.command
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port; 0 (the default) picks a free one.")
@click.option("--db", type=click.Path(path_type=Path), help="An SQLite file that keeps the data across restarts.")
@click.option(
    "--mutant",
    metavar="NAME",
    shell_complete=completing.by("zoo:servers"),
    help="Serve this server of the zoo instead, broken or right.",
)
@click.option(
    "--scenario",
    metavar="NAME",
    shell_complete=completing.by("scenarios:names"),
    help="Misbehave on cue, to test clients; `ed-contract list --scenarios` lists the scenarios.",
)
@options("edition")
@configured
@click.pass_context
def serve(
    ctx: click.Context, /, port: int, db: Path | None, mutant: str | None, scenario: str | None, **_: object
) -> None:
    """Serve the reference server on 127.0.0.1 until Ctrl-C. Its API keys are sk_test_a and sk_test_b.

    \b
    ed-contract serve --port 8000 --db destinations.sqlite3
    ed-contract serve --port 8000 --mutant conflict-422
    ed-contract serve --port 8000 --edition 2026-04
    ed-contract serve --port 8000 --scenario lost-answer
    """
    if scenario is not None and (mutant is not None or db is not None):
        raise UsageError("--scenario is played by a server of its own\nleave out --mutant and --db.")

    def ready(url: str) -> None:
        click.echo(url)
        sys.stdout.flush()

    one = None if mutant is None else _of_the_zoo(mutant)
    make = Reference if one is None else one.make
    served = edition(ctx, usual="" if one is None else one.edition)
    try:
        if scenario is not None:
            _play(scenario, port, served, ready)
            return
        with make(db=db, edition=served) as reference:
            if one is None or one.host is on_waitress:
                serve_forever(reference, "127.0.0.1", port, ready)
            else:
                with one.host(reference, port) as url, suppress(KeyboardInterrupt):
                    ready(url)
                    Event().wait()
    except sqlite3.Error as error:
        raise UsageError(f"cannot use {db} as a database: {error}\ngive a writable file.") from error
    except OSError as error:
        raise UsageError(
            f"cannot serve on port {port}: {error.strerror}\ngive another, or 0 for a free one."
        ) from error


def _play(name: str, port: int, edition: str, ready: Callable[[str], None]) -> None:
    """Serve a fake that plays a scenario until Ctrl-C."""
    cues = late.clients.scenario(name).cues()
    with late.clients.FakeServer(port=port, edition=edition) as fake, suppress(KeyboardInterrupt):
        fake.app.play(cues)
        ready(fake.url)
        Event().wait()


def _of_the_zoo(name: str) -> One:
    """Return a server of the zoo."""
    named([name])
    zoo: tuple[One, ...] = (*MUTANTS, *RIGHT)
    return next(one for one in zoo if one.name == name)
