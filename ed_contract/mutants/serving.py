"""Starts a server of the zoo on a socket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ed_contract.mutants.words import One


@contextmanager
def serving(one: One, *, db: Path | str | None = None) -> Iterator[str]:
    """Serve a mutant or a right server on a free port of the loopback interface; yield its URL without a path.

    Args:
        one: the server, from `MUTANTS` or `RIGHT`.
        db: a file that outlives the server; without one, all is forgotten when it stops.
    """
    with one.make(db=db) as app, one.host(app) as url:
        try:
            yield url
        finally:
            app.close()  # before the host waits for its threads: one that hangs on purpose is let go by this
