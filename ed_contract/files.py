"""Writes files whole or not at all: whoever reads one finds what was there before, or all of what is new.

Knows no report and no format.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

from ed_contract import interrupts

_IN_PLACE_ONLY = {errno.EACCES, errno.EBUSY, errno.EPERM, errno.EROFS, errno.EXDEV}
"""Why a file can be written to, but not replaced: the folder is somebody else's, or the file a mount point."""
_DESCRIPTORS = ("/proc/", "/dev/fd")
"""Where names stand for what a process has open, which goes on writing to what it opened."""


def write_file(path: Path | str, text: str) -> None:
    """Write `text` to a file in UTF-8, in the place of what it holds.

    The text is written beside the file and then renamed, so that an interruption or a full disk leaves the old file as
    it is. A symbolic link stays one, and permissions stay as they are. Anything but a regular file, e.g. a terminal or
    a pipe, is written to directly, and so is a file that cannot be replaced.

    Raises:
        OSError: the file cannot be written.
    """
    content = text.encode()
    mode = _mode(path)
    final = _final(path)
    if final is None or (mode is not None and not stat.S_ISREG(mode)):
        Path(path).write_bytes(content)
        return
    if mode is not None and not os.access(final, os.W_OK):  # renaming does not ask
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    try:
        _replace(final, content, mode)
    except OSError as error:
        if mode is None or error.errno not in _IN_PLACE_ONLY:
            raise
        final.write_bytes(content)


def _mode(path: Path | str) -> int | None:
    """Return type and permissions of what is there, or None for nothing."""
    try:
        return Path(path).stat().st_mode
    except FileNotFoundError:
        return None


def _final(path: Path | str) -> Path | None:
    """Return the path without links; None if it stands for what a process has open."""
    step = str(path)
    while True:
        folder, name = os.path.split(os.path.abspath(step))  # noqa: PTH100 - pathlib has no such function
        folder = os.path.realpath(folder)
        if folder.startswith(_DESCRIPTORS):
            return None
        step = os.path.join(folder, name)  # noqa: PTH118 - as above
        if not os.path.islink(step):  # noqa: PTH114 - as above
            return Path(step)
        step = os.path.join(folder, os.readlink(step))  # noqa: PTH115, PTH118 - as above


def _replace(final: Path, content: bytes, mode: int | None) -> None:
    """Write beside a file, and rename."""
    beside = final.with_name(f".ed-contract-{secrets.token_hex(8)}.tmp")
    try:
        with interrupts.half_written(beside):
            with beside.open("xb") as file:
                if mode is not None:  # before anybody can read it
                    beside.chmod(stat.S_IMODE(mode))
                file.write(content)
            beside.replace(final)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def keep_traceback(error: BaseException, redact: Callable[[str], str]) -> str:
    """Write the traceback to a new file that only its owner may read, and return the sentence that names it."""
    text = redact("".join(traceback.format_exception(error)))
    try:
        descriptor, path = tempfile.mkstemp(prefix="ed-contract-crash-", suffix=".txt")
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError as problem:
        return f"the traceback could not be written ({problem.strerror})"
    return f"the traceback, which may contain your data, is in {path}"
