"""Runs a shell command in a session of its own, and ends all of it when the process that started this one is gone.

`ed_contract.target_process` starts this file by its path, with one end of a pair of sockets as standard input: it
imports nothing of ours, so it starts immediately. The other end gets the command's exit code; when it is closed,
whatever ended its holder, SIGKILL included, the command's process group is ended: politely first, then by force.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

try:
    import ctypes
except ImportError:  # not every Python has it
    ctypes = None  # type: ignore[assignment] # a module, where there is one

POLL_SECONDS = 0.02
ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_PR_SET_CHILD_SUBREAPER = 36  # of Linux' prctl


def main(command: str, grace: float) -> None:
    """Run the command; end it when standard input ends, and after `grace` seconds by force."""
    holder = socket.socket(fileno=0)
    woken = _woken_by(signal.SIGCHLD, *ENDING)
    _adopt_orphans()
    shell = subprocess.Popen(command, shell=True, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S602 - a command of the user's own, meant for the shell
    asked = False
    while not asked:
        readable, _, _ = select.select([holder, woken], [], [])
        if woken in readable:
            asked = not {*ENDING}.isdisjoint(woken.recv(4096))
        for pid, code in _ended():
            if pid == shell.pid:
                shell.returncode = code
                with contextlib.suppress(OSError):  # nobody is there any more to be told
                    holder.send(b"%d" % code)
        asked = asked or holder in readable
    _end(shell.pid, grace)
    shell.returncode = shell.returncode or 0  # waited for here, and not by its destructor


def _woken_by(*signals: int) -> socket.socket:
    """Return a socket from which the numbers of such signals can be read when they come.

    They have a handler rather than being ignored: a program that is started begins with none of ours.
    """
    woken, wakes = socket.socketpair()
    wakes.setblocking(False)
    signal.set_wakeup_fd(wakes.detach())
    for number in signals:
        signal.signal(number, lambda *_: None)
    return woken


def _adopt_orphans() -> None:
    """Become the parent of what the shell leaves behind, where the system knows that: nobody else may wait for it.

    The first process of a container often waits for no one, and who is not waited for is in its group for ever.
    """
    if ctypes is None:
        return
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _ended() -> Iterator[tuple[int, int]]:
    """Yield the id and the exit code of each child that has ended."""
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            yield ended[0], os.waitstatus_to_exitcode(ended[1])


def _end(group: int, grace: float) -> None:
    """End a process group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):  # no one is left, or no one of ours
        for ending in (signal.SIGTERM, signal.SIGKILL):
            os.killpg(group, ending)
            deadline = time.monotonic() + grace
            while time.monotonic() < deadline:
                list(_ended())
                os.killpg(group, 0)
                time.sleep(POLL_SECONDS)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
