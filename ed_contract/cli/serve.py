"""The command `serve`: the reference server, for trying the tool and for stubs."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ed_contract.exceptions import UsageError


@click.command
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port; 0, the default, takes a free one.")
@click.option("--db", type=click.Path(path_type=Path), help="An SQLite file that outlives the server.")
def serve(port: int, db: Path | None) -> None:
    """Serve the reference server on 127.0.0.1 until Ctrl-C. Its keys are sk_test_a and sk_test_b.

    \b
    ed-contract serve --port 8000 --db destinations.sqlite3
    """
    import sqlite3  # noqa: PLC0415 - heavy

    from ed_contract.reference import Reference, serve_forever  # noqa: PLC0415 - heavy

    def ready(url: str) -> None:
        click.echo(url)
        sys.stdout.flush()

    try:
        with Reference(db=db) as reference:
            serve_forever(reference, "127.0.0.1", port, ready)
    except sqlite3.Error as error:
        raise UsageError(f"cannot use {db} as a database: {error}\ngive a file that can be written.") from error
    except OSError as error:
        raise UsageError(
            f"cannot serve on port {port}: {error.strerror}\ngive another, or 0 for a free one."
        ) from error
