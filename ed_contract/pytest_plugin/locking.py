"""A lock between processes. The system lets it go when its holder dies, however that comes, so that none waits on."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt

    def _acquire(file: IO[str]) -> None:
        while True:
            with contextlib.suppress(OSError):  # it asks for ten seconds, and gives up
                msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
                return
else:
    import fcntl

    def _acquire(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)


@contextlib.contextmanager
def alone(path: Path) -> Iterator[IO[str]]:
    """Wait until no other process is in here for `path`, and yield the file, open for reading and writing."""
    with path.open("a+", encoding="utf-8") as file:
        _acquire(file)
        yield file
