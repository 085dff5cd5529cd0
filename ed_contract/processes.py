"""Starts, restarts and ends the target by commands of the user's. Knows nothing of requirements."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO
from urllib.parse import urlsplit

from ed_contract.exceptions import RestartFailed, Unreachable
from ed_contract.transport import Target

COMMAND_SECONDS = 60.0  # for the command to end
SERVE_SECONDS = 30.0  # for the target to take connections
END_SECONDS = 5.0  # for the target to end when it is asked to
_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class RestartCommand:
    """Restarts a target by a shell command, and waits until the target takes connections again.

    The command ends when the new server is started, and leaves it running in the background.
    """

    command: str
    target: Target

    def __call__(self) -> None:
        """Run the command and wait; raise RestartFailed if it fails, or nothing serves after it."""
        with tempfile.TemporaryFile() as output:  # no pipe: a server that is left behind would keep it open
            try:
                ended = subprocess.run(  # noqa: S602 - a command of the user's own, meant for the shell
                    self.command,
                    shell=True,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    timeout=COMMAND_SECONDS,
                    check=False,
                )
            except subprocess.TimeoutExpired as error:
                raise RestartFailed(
                    f"--restart-command did not end within {COMMAND_SECONDS:g} s\n"
                    "let it leave the server in the background, and end."
                ) from error
            if ended.returncode:
                raise RestartFailed(f"--restart-command ended with {ended.returncode}\n{_last_line(output)}")
        deadline = time.monotonic() + SERVE_SECONDS
        while (problem := _unserved(self.target)) is not None:
            if time.monotonic() > deadline:
                raise RestartFailed(
                    f"nothing takes connections at {self.target} for {SERVE_SECONDS:g} s after --restart-command: "
                    f"{problem}\nis the command right, and the server on the same port?"
                ) from problem
            time.sleep(_POLL_SECONDS)


@contextmanager
def started(command: str, target: Target, *, wait: float = SERVE_SECONDS) -> Iterator[None]:
    """Start a server by a shell command, wait until it takes connections, and end it and its children afterwards.

    Raises:
        Unreachable: the command ended, or nothing takes connections within `wait` seconds; or something takes them
            before it is started, which would be judged in its place.
    """
    if _unserved(target) is None:
        raise Unreachable(f"something takes connections at {target} already\nend it, or leave out --server-command.")
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(  # noqa: S602 - a command of the user's own, meant for the shell
            command,
            shell=True,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # a group of its own, so that what the shell starts is ended too
        )
        try:
            deadline = time.monotonic() + wait
            while (problem := _unserved(target)) is not None:
                if process.poll() is not None:
                    raise Unreachable(f"--server-command ended with {process.returncode}\n{_last_line(output)}")
                if time.monotonic() > deadline:
                    raise Unreachable(
                        f"nothing takes connections at {target} within {wait:g} s of --server-command: {problem}\n"
                        "is the port right? --server-wait gives it more time."
                    ) from problem
                time.sleep(_POLL_SECONDS)
            yield
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and its group: asked first, and made to after some seconds."""
    for ending in (signal.SIGTERM, signal.SIGKILL):
        deadline = time.monotonic() + END_SECONDS
        with suppress(ProcessLookupError):  # the whole group is gone
            os.killpg(process.pid, ending)
            while time.monotonic() < deadline:
                process.poll()
                os.killpg(process.pid, 0)  # raises when no one is left
                time.sleep(_POLL_SECONDS)
            continue
        return


def _last_line(output: IO[bytes]) -> str:
    output.seek(0)
    return (output.read().decode(errors="replace").strip().splitlines() or ["it printed nothing"])[-1]


def _unserved(target: Target) -> OSError | None:
    """Return why no connection can be made to the target's address, or None if one can."""
    parts = urlsplit(target.url)
    address = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection(address, timeout=1).close()
    except OSError as error:
        return error
    return None
