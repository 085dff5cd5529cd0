"""Starts a server of the zoo on a socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ed_contract.reference import RunningServer, serve
from ed_contract.zoo.specimen import One, opened


@contextmanager
def serving(one: One, *, db: Path | str | None = None) -> Iterator[str]:
    """Serve a mutant or a right server on a free port of the loopback interface; yield its URL without a path.

    Args:
        one: the server, from `MUTANTS` or `RIGHT`.
        db: a file that outlives the server; without one, everything is lost when it stops.
    """
    with opened(one, db=db) as app, one.host(app, 0) as url:
        try:
            yield url
        finally:
            app.close()  # before the host waits for its threads: this releases one that hangs on purpose


@contextmanager
def restartable(one: One) -> Iterator[tuple[str, Callable[[], None]]]:
    """Serve as `serving` does, on a database that outlives the server; also yield a function that restarts it."""
    with TemporaryDirectory() as folder:
        served = ExitStack()

        def start(port: int = 0) -> RunningServer:
            app = served.enter_context(opened(one, db=Path(folder) / "destinations.sqlite3"))
            return served.enter_context(serve(app, port=port))

        def restart() -> None:
            served.close()
            start(server.port)

        server = start()
        try:
            yield server.url, restart
        finally:
            served.close()


@contextmanager
def replicated(one: One) -> Iterator[tuple[str, str]]:
    """Serve two nodes on one database, as two processes would; yield their URLs."""
    with TemporaryDirectory() as folder:
        db = Path(folder) / "destinations.sqlite3"
        with serving(one, db=db) as first, serving(one, db=db) as second:
            yield first, second


@contextmanager
def as_needed(one: One) -> Iterator[tuple[str, dict[str, Any]]]:
    """Serve with whatever a server needs; yield its URL, and arguments for a run: a restart function, or a replica."""
    if one.needs == "restart":
        with restartable(one) as (url, restart):
            yield url, {"restart": restart}
    elif one.needs == "replica":
        with replicated(one) as (url, replica):
            yield url, {"replicas": (replica,)}
    else:
        with serving(one) as url:
            yield url, {}
