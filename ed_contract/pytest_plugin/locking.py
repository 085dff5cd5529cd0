"""A lock between processes. The system lets it go when its holder dies, however that comes, so that none waits on."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 20  # the byte that is locked, of every holder the same, and none that is read or written

    def _try(file: IO[str]) -> bool:
        with contextlib.suppress(OSError):
            file.seek(_FAR)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            return True
        return False

    def _wait(file: IO[str]) -> None:
        while True:
            with contextlib.suppress(OSError):  # it asks for ten seconds, and gives up
                file.seek(_FAR)
                msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
                return
else:
    import fcntl

    def _try(file: IO[str]) -> bool:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        return False

    def _wait(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)


@contextlib.contextmanager
def alone(path: Path, on_wait: Callable[[], None]) -> Iterator[IO[str]]:
    """Wait until no other process is in here for `path`, and yield the file, open for reading and writing.

    `on_wait` is called if there is one to wait for.
    """
    with path.open("a+", encoding="utf-8") as file:
        if not _try(file):
            on_wait()
            _wait(file)
        yield file
