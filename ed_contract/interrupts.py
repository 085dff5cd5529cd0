"""Ends a command at Ctrl-C, SIGTERM or SIGHUP: in order at the first, immediately at the second.

A signal may come between any two instructions: in a clean-up, in a `finally`, while a report is written. So the
handler raises KeyboardInterrupt only where somebody said that it may, and what cannot be raised yet waits:

    with handled():              # the command, around everything
        with orderly():          # from here on only where we wait for others, in waiting() and sleep()
            with waiting():      # for an answer
                ...
            with deferred():     # not even there: the clean-up, the reports
                ...
        if pending():            # it came when there was nothing left to end
            ...

Only the command installs handlers. Without them Ctrl-C is what Python makes of it, and nothing here does anything.
"""

from __future__ import annotations

import enum
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

EXIT_CODE = 130
NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # SIGBREAK is Windows' Ctrl-Break, SIGHUP everybody else's
SAME_SECONDS = 0.5  # `timeout` and many parents signal a process and then its group: that is one wish, told twice
ONCE_MORE = b"interrupted: ending in order, with what was done so far; once more ends at once\n"
_SHOW_CURSOR = b"\x1b[?25h\n"  # a progress bar hides it
_SLICE = 0.1  # seconds that a thread sleeps before it looks again; signals wake the main thread alone
_STDERR = 2


class _When(enum.Enum):
    """Where an interrupt is raised."""

    NEVER = enum.auto()
    WAITING = enum.auto()
    ANYWHERE = enum.auto()


@dataclass(slots=True, kw_only=True)
class _State:
    """What is known of interrupts: one record a process, as signals are."""

    installed: bool = False
    when: _When = _When.ANYWHERE
    said: bytes = b""  # when the first comes
    asked: float | None = None  # of time.monotonic, when the first came
    raised: bool = False
    half_written: set[Path] = field(default_factory=set)


_state = _State()


@contextmanager
def handled() -> Iterator[None]:
    """Handle the signals; none is raised but inside `at_once` and `orderly`.

    A signal that the parent has us ignore (nohup, a shell's background) stays ignored.
    """
    if _state.installed or not _in_main_thread():
        yield
        return
    before = {}
    _state.installed, _state.when, _state.asked, _state.raised = True, _When.NEVER, None, False
    try:
        for name in NAMES:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) not in {signal.SIG_IGN, None}:
                before[number] = signal.signal(number, _handle)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        _state.installed, _state.when = False, _When.ANYWHERE


@contextmanager
def at_once() -> Iterator[None]:
    """Raise KeyboardInterrupt wherever it comes, as Python does."""
    with _raising(_When.ANYWHERE):
        _raise_if_pending()
        yield


@contextmanager
def orderly(said: bytes = ONCE_MORE) -> Iterator[None]:
    """Raise KeyboardInterrupt only in `waiting` and in `sleep`, and say so when it comes: the end may take a while."""
    with _raising(_When.WAITING):
        _state.said = said
        try:
            yield
        finally:
            _state.said = b""


@contextmanager
def deferred() -> Iterator[None]:
    """Raise nothing, not even in `waiting`."""
    with _raising(_When.NEVER):
        yield


@contextmanager
def waiting() -> Iterator[None]:
    """Let an interrupt through: here we wait for others, and nothing of ours is half done."""
    if _state.when is _When.WAITING and _in_main_thread():
        with at_once():
            yield
    else:
        yield


def sleep(seconds: float) -> None:
    """Sleep; KeyboardInterrupt ends it, in any thread."""
    if not _state.installed or _in_main_thread():
        with waiting():
            time.sleep(seconds)
        return
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        if _state.asked is not None and _state.when is not _When.NEVER:
            raise KeyboardInterrupt
        time.sleep(min(left, _SLICE))


def pending() -> bool:
    """Whether an interrupt came that was not raised."""
    return _state.installed and _state.asked is not None and not _state.raised


@contextmanager
def half_written(path: Path) -> Iterator[None]:
    """Remove the file `path` if the process ends at once meanwhile."""
    _state.half_written.add(path)
    try:
        yield
    finally:
        _state.half_written.discard(path)


@contextmanager
def _raising(when: _When) -> Iterator[None]:
    before = _state.when
    if _state.installed:
        _state.when = when
    try:
        yield
    finally:
        _state.when = before


def _handle(_: int, __: FrameType | None) -> None:
    now = time.monotonic()
    if _state.asked is None:
        _state.asked = now
        if _state.said:
            _tell(_state.said)
        _raise_if_pending()
    elif now - _state.asked >= SAME_SECONDS:
        _end_at_once()


def _raise_if_pending() -> None:
    if _state.when is _When.ANYWHERE and pending():
        _state.raised = True
        raise KeyboardInterrupt


def _end_at_once() -> None:
    """End without unwinding, in which we might wait; the guard of a started server sees that we are gone."""
    for path in tuple(_state.half_written):
        with suppress(OSError):
            path.unlink()
    if os.isatty(_STDERR):
        _tell(_SHOW_CURSOR)
    os._exit(EXIT_CODE)


def _tell(text: bytes) -> None:
    with suppress(OSError):  # a terminal that is gone may be why the signal came
        os.write(_STDERR, text)


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()
