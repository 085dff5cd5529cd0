"""The store of destinations and idempotency keys: one SQLite database, shared by threads and processes.

Knows nothing of requests, answers or the page; scopes and fingerprints have meaning only to the caller.
"""

from __future__ import annotations

import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from ed_contract.reference.destination import Destination

BUSY_SECONDS = 30.0  # how long one process waits for another's transaction
_RETRY_SECONDS = 0.005

_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS destinations (
        id TEXT PRIMARY KEY, account TEXT NOT NULL, document TEXT NOT NULL, deleted INTEGER NOT NULL DEFAULT 0)""",
    """CREATE TABLE IF NOT EXISTS keys (
        account TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, destination TEXT NOT NULL,
        PRIMARY KEY (account, key)) WITHOUT ROWID""",
)

Scope: TypeAlias = tuple[str, str]
"""The scope of an idempotency key: an account and the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """A successful create under an idempotency key."""

    fingerprint: str
    destination: Destination


class Store:
    """The database: a file that outlives the process, or a private one in memory."""

    def __init__(self, path: Path | str | None = None) -> None:
        # One connection for all threads: SQLite lets one write at a time anyway, and a connection for each
        # of thousands of short-lived threads would have to be found and closed.
        self._lock = threading.RLock()
        self._connection = _opened(path)
        self._close = weakref.finalize(self, self._connection.close)

    def close(self) -> None:
        """Close the database; a private one is lost."""
        with self._lock:
            self._close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Lock out every other writing thread and process, then write all or nothing."""
        with self._lock, self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            yield

    def add(self, destination: Destination) -> None:
        """Store a new destination."""
        with self._lock:
            self._connection.execute(
                "INSERT INTO destinations (id, account, document) VALUES (?, ?, ?)",
                (destination.id, destination.account, destination.dumped()),
            )

    def find(self, account: str, identifier: str) -> Destination | None:
        """Return an account's destination with this id."""
        with self._lock:
            row = self._connection.execute(
                "SELECT document FROM destinations WHERE id = ? AND account = ? AND NOT deleted", (identifier, account)
            ).fetchone()
        return Destination.loaded(row[0]) if row else None

    def of_account(self, account: str) -> list[Destination]:
        """Return all destinations of an account, oldest first."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT document FROM destinations WHERE account = ? AND NOT deleted ORDER BY rowid", (account,)
            ).fetchall()
        return [Destination.loaded(document) for (document,) in rows]

    def change(self, destination: Destination) -> None:
        """Keep a destination as it is now."""
        with self._lock:
            self._connection.execute(
                "UPDATE destinations SET document = ? WHERE id = ? AND account = ? AND NOT deleted",
                (destination.dumped(), destination.id, destination.account),
            )

    def delete(self, account: str, identifier: str) -> bool:
        """Delete an account's destination with this id; return whether there was one."""
        # Only marked as deleted: its idempotency key must not create a second one.
        with self._lock:
            changed = self._connection.execute(
                "UPDATE destinations SET deleted = 1 WHERE id = ? AND account = ? AND NOT deleted",
                (identifier, account),
            ).rowcount
        return changed > 0

    def remember(self, scope: Scope, fingerprint: str, destination: Destination) -> None:
        """Store what was created under a key, in place of anything stored before."""
        with self._lock:
            self._connection.execute(
                "INSERT OR REPLACE INTO keys (account, key, fingerprint, destination) VALUES (?, ?, ?, ?)",
                (*scope, fingerprint, destination.id),
            )

    def recall(self, scope: Scope) -> Remembered | None:
        """Return what was created under a key."""
        with self._lock:
            row = self._connection.execute(
                """SELECT keys.fingerprint, destinations.document
                FROM keys JOIN destinations ON destinations.id = keys.destination
                WHERE keys.account = ? AND keys.key = ?""",
                scope,
            ).fetchone()
        return Remembered(fingerprint=row[0], destination=Destination.loaded(row[1])) if row else None

    def forget(self, scope: Scope) -> None:
        """Forget what was created under a key."""
        with self._lock:
            self._connection.execute("DELETE FROM keys WHERE account = ? AND key = ?", scope)


def _opened(path: Path | str | None) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path or ":memory:", timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        if path:
            _use_write_ahead_log(connection)
        connection.execute("BEGIN IMMEDIATE")
        for statement in _SCHEMA:
            connection.execute(statement)
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    # The only statement for which SQLite does not wait by itself while another process opens the same new file.
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            break
        except sqlite3.OperationalError as fault:
            if fault.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_RETRY_SECONDS)
    connection.execute("PRAGMA synchronous = NORMAL")
