"""Starts, restarts and ends the target by commands of the user's. Knows nothing of requirements."""

from __future__ import annotations

import os
import re
import select
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from ed_contract import interrupts, shell
from ed_contract.exceptions import RestartFailed, Unreachable, UsageError
from ed_contract.transport import Target

COMMAND_SECONDS = 60.0  # for the command to end
SERVE_SECONDS = 30.0  # for the target to take connections
END_SECONDS = 5.0  # for the target to end when it is asked to
NEWS_SECONDS = 1.0  # for the end of a target that no longer answers to be known
_POLL_SECONDS = 0.05
_WATCH_SECONDS = 0.02  # between two connections while the target is restarted
_GUARD = Path(__file__).with_name("guard.py")
_NODE_VERSION = re.compile(r"Node\.js v[\d.]+")
_NODE_ERROR = re.compile(r"(?:Uncaught )?\w*Error\b")
_TAIL = 65536  # bytes of the output in which the last line is looked for


NEVER_STOPPED = (
    "the server accepted connections all the time while --restart-command ran: unless it was restarted behind a proxy "
    "or with its socket kept open, `idempotency/survives-restart` proves nothing"
)


@dataclass(slots=True, kw_only=True)
class RestartCommand:
    """Restarts a target with a shell command, and waits until it accepts connections again.

    The command exits once the new server has started, leaving it running in the background.
    """

    command: str
    target: Target
    doubt: str = field(default="", init=False)  # why the target may not have been restarted

    def __call__(self) -> None:
        """Run the command and wait; raise RestartFailed if it fails, or nothing serves after it."""
        with _watched(self.target) as stopped:
            self._run()
        self.doubt = "" if stopped.is_set() else NEVER_STOPPED

    def _run(self) -> None:
        with kept_output() as output:
            try:
                code = shell.completed(self.command, COMMAND_SECONDS, stdout=output, stderr=output)
            except subprocess.TimeoutExpired as error:
                raise RestartFailed(
                    f"--restart-command did not end within {COMMAND_SECONDS:g} s\n"
                    "it must leave the server in the background and exit."
                ) from error
            if code:
                raise RestartFailed(f"--restart-command exited with {code}\n{last_line(output)}")
        deadline = time.monotonic() + SERVE_SECONDS
        while (problem := _unserved(self.target)) is not None:
            if time.monotonic() > deadline:
                raise RestartFailed(
                    f"nothing accepts connections at {self.target} within {SERVE_SECONDS:g} s after --restart-command: "
                    f"{problem}\nis the command right, and does the server use the same port?"
                ) from problem
            interrupts.sleep(_POLL_SECONDS)


@contextmanager
def _watched(target: Target) -> Iterator[threading.Event]:
    """Connect to the target again and again; yield what is set once no connection can be made."""
    stopped, over = threading.Event(), threading.Event()

    def watch() -> None:
        while not over.wait(_WATCH_SECONDS):
            if _unserved(target) is not None:
                stopped.set()
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield stopped
    finally:
        over.set()
        watcher.join()


class Server:
    """A server that a shell command runs, in a process group that is ended when this process ends, however it does."""

    def __init__(self, command: str) -> None:
        """Start it."""
        self._code: int | None = None
        self._output = kept_output()
        self._holder, guards = socket.socketpair()
        self._holder.setblocking(False)
        with guards:
            self._guard = subprocess.Popen(  # noqa: S603 - our own file
                [sys.executable, "-I", "-S", str(_GUARD), command, str(END_SECONDS)],
                stdin=guards.fileno(),
                stdout=self._output,
                stderr=self._output,
                start_new_session=True,  # Ctrl-C in a terminal is for us, who end it then
            )

    @property
    def code(self) -> int | None:
        """The exit code of the command, or None while it runs."""
        if self._code is None:
            with suppress(BlockingIOError):
                said = self._holder.recv(64)
                self._code = int(said) if said else self._guard.wait()  # nothing: somebody has killed the guard
        return self._code

    @property
    def last_words(self) -> str:
        """What there is to be said of a command that has ended by itself, in two lines, or nothing while it runs."""
        return "" if self.code is None else f"--server-command exited with {self.code}\n{last_line(self._output)}"

    def beside(self, note: str) -> str:
        """Return the note of a run in which nothing answered any more, with what is known of the command."""
        self._await_news()
        return "; ".join([note, *self.last_words.splitlines()])

    def explains(self, error: Unreachable) -> Unreachable:
        """Return the error that tells why the server cannot be reached: that it has ended by itself, if it has."""
        self._await_news()
        return Unreachable(self.last_words or str(error))

    def _await_news(self) -> None:
        """Wait a moment: a connection ends before the process that held it."""
        if self._code is None:
            select.select([self._holder], [], [], NEWS_SECONDS)

    def end(self) -> None:
        """End it and its children: asked first, and made to after some seconds."""
        self._holder.close()
        self._guard.wait()
        self._output.close()


@contextmanager
def started(command: str, target: Target, *, wait: float = SERVE_SECONDS) -> Iterator[Server]:
    """Start a server by a shell command, wait until it takes connections, and end it and its children afterwards.

    If an interrupt is pending it is yielded immediately, so that the run ends in order, before its first request.

    Raises:
        Unreachable: the command ended, or nothing takes connections within `wait` seconds; or something takes them
            before it is started, which would be judged in its place.
        UsageError: there are no process groups on this system.
    """
    if os.name == "nt":
        raise UsageError("--server-command is not available on Windows\nstart the server first, and leave it out.")
    if _unserved(target) is None:
        raise Unreachable(
            f"{target} already accepts connections\n"
            "stop that server, or leave out --server-command: `ed-contract config` says where it comes from."
        )
    server = Server(command)
    try:
        deadline = time.monotonic() + wait
        while (problem := _unserved(target)) is not None and not interrupts.pending():
            if server.last_words:
                raise Unreachable(server.last_words)
            if time.monotonic() > deadline:
                raise Unreachable(
                    f"nothing accepts connections at {target} within {wait:g} s of --server-command: {problem}\n"
                    "is the port right? to wait longer, raise --server-wait."
                ) from problem
            time.sleep(_POLL_SECONDS)
        try:
            yield server
        except Unreachable as error:
            raise server.explains(error) from error
    finally:
        server.end()


def kept_output() -> IO[bytes]:
    """Return a file for what a command prints, of which the last line may be shown; nothing is kept without a disk."""
    try:
        return tempfile.TemporaryFile()
    except OSError:
        return Path(os.devnull).open("w+b")


def last_line(output: IO[bytes]) -> str:
    """Return the last line that a command printed, or the error that Node printed before its version."""
    output.seek(max(0, output.seek(0, os.SEEK_END) - _TAIL))
    lines = output.read().decode(errors="replace").strip().splitlines() or ["it printed nothing"]
    errors = (line for line in reversed(lines) if _NODE_ERROR.match(line))
    return next(errors, lines[-1]) if _NODE_VERSION.fullmatch(lines[-1]) else lines[-1]


def _unserved(target: Target) -> OSError | None:
    """Return why no connection can be made to the target's address, or None if one can."""
    parts = urlsplit(target.url)
    address = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection(address, timeout=1).close()
    except OSError as error:
        return error
    return None
