"""Runs other people's servers in processes."""

from __future__ import annotations

import contextlib
import os
import queue
import re
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

SECONDS = 120  # until a server has started, on a busy machine


@contextlib.contextmanager
def serving(
    command: Sequence[object],
    *,
    ready: str = r"^(http\S+)$",
    environment: Mapping[str, str] | None = None,
    log: Path | None = None,
) -> Iterator[str]:
    """Run a server in a process with a home folder for itself, and yield its address.

    Args:
        command: of the server.
        ready: what it prints once it accepts connections; its group is the address, or the port.
        environment: added to ours.
        log: where its errors are to be found, if anybody reads them.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        own = {"HOME": folder, "TMPDIR": folder, "PYTHONDONTWRITEBYTECODE": "1"}
        said = log or Path(folder) / "stderr"
        with said.open("w") as errors:
            process = subprocess.Popen(
                list(map(str, command)),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env={**os.environ, **own, **(environment or {})},
            )
        lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        reader = threading.Thread(target=_read, args=(process.stdout, lines))
        reader.start()
        try:
            yield _address(lines, ready, said)
        finally:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            reader.join()
            process.stdout.close()


def _read(stream, lines):
    """Put what a process prints into a queue, as long as it prints: a full pipe would stop it."""
    for line in stream:
        lines.put(line.rstrip())
    lines.put(None)


def _address(lines, ready, said):
    printed = []
    while (line := lines.get(timeout=SECONDS)) is not None:
        printed.append(line)
        if found := re.search(ready, line):
            return found[1] if found[1].startswith("http") else f"http://127.0.0.1:{found[1]}"
    raise AssertionError("\n".join([*printed, said.read_text()]))
