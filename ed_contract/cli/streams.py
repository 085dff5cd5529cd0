"""Standard output and standard error, which may be closed, full, without a reader, or unable to show a letter."""

from __future__ import annotations

import io
import os
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

import click

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

CLOSED = "it is closed"
UNWRITTEN = 2  # the exit code
_STREAMS = (0, 1, 2)


class _Stream(io.RawIOBase):
    """What lies below a stream of ours: it takes whatever is written, and keeps why that came to nothing."""

    def __init__(self, file: io.FileIO | None) -> None:
        self._file = file
        self._lost = file is None
        self.problem = CLOSED if file is None else ""

    def write(self, data: ReadableBuffer, /) -> int:
        """Write all of it, or lose it."""
        left = memoryview(data).cast("B")
        size = len(left)
        while len(left) and self._file is not None and not self._lost:
            try:
                written = self._file.write(left)
                if written is None:  # somebody else, who shares it with us, made it non-blocking
                    select.select([], [self._file], [])
                left = left[written or 0 :]
            except OSError as error:
                self._lost = True
                # That no one reads to the end, as in `ed-contract list | head`, is no problem.
                self.problem = "" if isinstance(error, BrokenPipeError) else error.strerror or str(error)
        return size

    def writable(self) -> bool:
        """Whether something may be written: always."""
        return True

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self._file is not None and self._file.isatty()

    def fileno(self) -> int:
        """Return the file's number."""
        if self._file is None:
            raise io.UnsupportedOperation("fileno")
        return self._file.fileno()


@contextmanager
def tolerant() -> Iterator[None]:
    """Let nothing that becomes of standard output and standard error be a reason to end."""
    for number in _STREAMS:
        try:
            os.fstat(number)
        except OSError:  # else the next file of ours, or of a server that we start, would be what is written to
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    given = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = map(_tolerant, given)
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        sys.stdout, sys.stderr = given


def settled(code: int, *, asked: bool) -> int:
    """Tell if standard output could not be written, and return the exit code: that turns 0 into 2 if it was asked for.

    What was told once is not told again.
    """
    sys.stdout.flush()
    raw = _raw(sys.stdout)
    if not isinstance(raw, _Stream) or not raw.problem:
        return code
    problem, raw.problem = raw.problem, ""
    if not asked and problem == CLOSED:
        return code
    if not asked:
        say(f"cannot write to standard output: {problem}")
        return code
    say(f"error: cannot write to standard output: {problem}\nredirect it to a writable file.")
    return code or UNWRITTEN


def say(text: str) -> None:
    """Print lines to standard error."""
    click.echo(text, err=True)


def _tolerant(stream: TextIO | None) -> TextIO:
    file = None if stream is None else _raw(stream)
    if stream is not None and not isinstance(file, io.FileIO):  # a test's, or Windows' console
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
        return stream
    return io.TextIOWrapper(
        io.BufferedWriter(_Stream(file if isinstance(file, io.FileIO) else None)),
        encoding="utf-8" if stream is None else stream.encoding,
        errors="backslashreplace",  # a terminal that cannot show a letter is no reason to end
        line_buffering=True,
    )


def _raw(stream: TextIO) -> object:
    """Return what lies below a stream."""
    buffer = getattr(stream, "buffer", None)
    return getattr(buffer, "raw", buffer)
