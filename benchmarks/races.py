"""How many runs find a race as short as a select directly followed by an insert, with idle and with busy cores.

    uv run python benchmarks/races.py [RUNS]

The server is a FastAPI application in a separate process. Its handler runs in FastAPI's thread pool, looks up the key
in SQLite, and inserts the new destination, without a transaction. Each run has default settings and a different
seed, and ends when the race is found. While busy runs go on, each core also runs an endless loop.
"""

from __future__ import annotations

import contextlib
import importlib.util
import multiprocessing
import os
import pickle
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from fastapi import FastAPI

from ed_contract import Target, run
from ed_contract.verdict import Verdict

HONEST = Path(__file__).parents[1] / "tests" / "independent" / "with_fastapi.py"
BREAKS = "idempotency/burst/one-destination"


class Replays:
    """The used keys, in a table without a unique index; each thread has its own connection."""

    def __init__(self, path: str) -> None:
        self._path, self._own = path, threading.local()
        self._connection.executescript("pragma journal_mode=wal; create table replays (scope, value)")

    @property
    def _connection(self) -> sqlite3.Connection:
        if not hasattr(self._own, "connection"):
            self._own.connection = sqlite3.connect(self._path, isolation_level=None)
            self._own.connection.execute("pragma synchronous=off")
        return self._own.connection

    def _found(self, scope: object) -> list[tuple[bytes]]:
        query = "select value from replays where scope = ? limit 1"
        return self._connection.execute(query, (repr(scope),)).fetchall()

    def __contains__(self, scope: object) -> bool:
        return bool(self._found(scope))

    def __getitem__(self, scope: object) -> object:
        return pickle.loads(self._found(scope)[0][0])  # noqa: S301 - written by this process

    def __setitem__(self, scope: object, value: object) -> None:
        self._connection.execute("insert into replays values (?, ?)", (repr(scope), pickle.dumps(value)))


def serve() -> None:
    """Serve the honest application without its lock; print the URL as the first line."""
    spec = importlib.util.spec_from_file_location("with_fastapi", HONEST)
    if spec is None or spec.loader is None:
        raise ImportError(HONEST)
    sys.modules["with_fastapi"] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    honest = module.create_app

    def racy() -> FastAPI:
        app: FastAPI = honest()
        app.state.lock, app.state.replays = contextlib.nullcontext(), Replays(sys.argv[2])
        return app

    module.create_app = racy
    with module.serve() as url:
        print(url, flush=True)
        signal.pause()


@contextlib.contextmanager
def served() -> Iterator[str]:
    """Yield the URL of a fresh server."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "serve", str(Path(folder, "keys.db"))]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - this file, with a path of ours
            yield "" if process.stdout is None else process.stdout.readline().strip()
            process.kill()


@contextlib.contextmanager
def busy() -> Iterator[None]:
    """Keep every core busy."""
    spinning = [multiprocessing.Process(target=_spin, daemon=True) for _ in range(os.cpu_count() or 1)]
    for one in spinning:
        one.start()
    yield
    for one in spinning:
        one.kill()


def _spin() -> None:
    while True:
        pass


def found(seed: int) -> int | None:
    """Return the number of requests after which a run reported the race, or None."""
    with served() as url:
        report = run(
            Target(url=url, api_key="sk_test_a", second_api_key="sk_test_b"), until=BREAKS, seed=seed, shrink=False
        )
    told = [row for row in report.requirements if row.requirement.id == BREAKS and row.verdict is Verdict.FAIL]
    return report.requests if told else None


def main() -> None:
    """Print the table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    for label, beside in (("idle", contextlib.nullcontext()), ("busy", busy())):
        with beside:
            requests = [found(seed) for seed in range(runs)]
        told = [number for number in requests if number is not None]
        print(f"{label}: {len(told)} of {runs} runs; requests until reported: {sorted(told)}", flush=True)


if __name__ == "__main__":
    serve() if sys.argv[1:2] == ["serve"] else main()
