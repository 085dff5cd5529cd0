"""Restarts the target by a command of the user's. Knows nothing of requirements."""

from __future__ import annotations

import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from ed_contract.exceptions import RestartFailed
from ed_contract.transport import Target

COMMAND_SECONDS = 60.0  # for the command to end
SERVE_SECONDS = 30.0  # for the target to take connections again
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
                output.seek(0)
                lines = output.read().decode(errors="replace").strip().splitlines() or ["it printed nothing"]
                raise RestartFailed(f"--restart-command ended with {ended.returncode}\n{lines[-1]}")
        wait_until_served(self.target)


def wait_until_served(target: Target) -> None:
    """Wait until something takes connections at the target's address; raise RestartFailed if nothing does."""
    parts = urlsplit(target.url)
    address = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    deadline = time.monotonic() + SERVE_SECONDS
    while True:
        try:
            socket.create_connection(address, timeout=1).close()
        except OSError as error:
            if time.monotonic() > deadline:
                raise RestartFailed(
                    f"nothing takes connections at {target} for {SERVE_SECONDS:g} s after --restart-command: {error}\n"
                    "is the command right, and the server on the same port?"
                ) from error
            time.sleep(_POLL_SECONDS)
        else:
            return
