"""Runs shell commands of the user's, each in a process group of its own. Knows nothing of what they are for."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import IO

from ed_contract import interrupts

END_SECONDS = 5.0  # for a command to end when it is asked to


def completed(
    command: str,
    seconds: float,
    *,
    stdout: IO[bytes],
    stderr: IO[bytes] | int,
    variables: Mapping[str, str] = MappingProxyType({}),
    leaves_nothing: bool = False,
) -> int:
    """Run a command and return its exit code; what is still running when it is given up is ended.

    Args:
        command: for the shell.
        seconds: that it has.
        stdout: where its output goes; no pipe, which a process that is left behind would keep open.
        stderr: the same of its errors.
        variables: of the environment, beside ours.
        leaves_nothing: whether what it leaves in the background is ended too.

    Raises:
        subprocess.TimeoutExpired: it did not end in time.
    """
    process = subprocess.Popen(  # noqa: S602 - a command of the user's own, meant for the shell
        command,
        shell=True,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        env={**os.environ, **variables},
        start_new_session=True,  # a group of its own, so that what the shell starts is ended too
    )
    try:
        with interrupts.waiting():
            code = process.wait(seconds)
    except BaseException:
        _end(process)
        raise
    if leaves_nothing:
        _end(process)
    return code


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and its group: asked first, and made to afterwards."""
    for ending in ("SIGTERM", "SIGKILL"):
        with suppress(ProcessLookupError, PermissionError):
            if os.name == "nt":
                process.kill()
            else:
                os.killpg(process.pid, getattr(signal, ending))
        with suppress(subprocess.TimeoutExpired):
            process.wait(END_SECONDS)
