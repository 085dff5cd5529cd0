"""Files are written whole or not at all, whatever they are, and whenever the process ends."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ed_contract import files
from ed_contract.files import write_file


def mode(path):
    """Return a file's permissions."""
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_is_made_or_replaced(tmp_path):
    """In UTF-8, and nothing is left beside it."""
    path = tmp_path / "r"
    for text in ("old, and longer", "Ünï\n"):
        write_file(path, text)
        assert path.read_bytes() == text.encode()
    assert list(tmp_path.iterdir()) == [path]


KILLED = """
import os, signal, sys
from pathlib import Path
from ed_contract.files import write_file

def killed(*_):
    assert Path(sys.argv[1]).read_text() == "old"
    os.kill(os.getpid(), signal.SIGKILL)

setattr(Path, sys.argv[2], killed)
write_file(sys.argv[1], "new" * 100_000)
"""


@pytest.mark.parametrize("point", ["chmod", "replace"])
def test_a_process_that_is_killed_leaves_the_old_file(tmp_path, point):
    """Whenever that is: after all was written, too, the path holds what it held until it is renamed."""
    path = tmp_path / "r"
    path.write_text("old", encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", KILLED, path, point], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (-signal.SIGKILL, b"")
    assert path.read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize("problem", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("held", ["old", None])
def test_what_goes_wrong_while_writing_leaves_what_was_there(tmp_path, monkeypatch, problem, held):
    """A full disk, an interrupt: the old file or none, and nothing beside."""
    path = tmp_path / "r"
    if held is not None:
        path.write_text(held, encoding="utf-8")
    opened = Path.open

    def full(self, *arguments, **options):
        file = opened(self, *arguments, **options)
        file.write(b"half")
        file.flush()
        file.close()
        raise problem

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(type(problem)):
        write_file(path, "new")
    monkeypatch.undo()
    assert [one.read_text(encoding="utf-8") for one in tmp_path.iterdir()] == ([] if held is None else [held])


def test_permissions_stay_and_those_of_a_new_file_are_the_users(tmp_path):
    """As if it had been opened and written to."""
    kept, new, opened = tmp_path / "kept", tmp_path / "new", tmp_path / "opened"
    kept.write_text("old", encoding="utf-8")
    kept.chmod(0o640)
    opened.write_text("", encoding="utf-8")
    for path in (kept, new):
        write_file(path, "x")
    assert (mode(kept), mode(new)) == (0o640, mode(opened))


@pytest.mark.parametrize("exists", [True, False])
def test_a_link_stays_one(tmp_path, exists):
    """What it points to is written, there or not yet."""
    final, link, far = tmp_path / "folder" / "r", tmp_path / "link", tmp_path / "far"
    final.parent.mkdir()
    if exists:
        final.write_text("old", encoding="utf-8")
    link.symlink_to(Path("folder", "r"))
    far.symlink_to(link)
    write_file(far, "new")
    assert (far.is_symlink(), link.is_symlink(), final.is_symlink()) == (True, True, False)
    assert final.read_text(encoding="utf-8") == "new"


def test_links_in_a_circle_are_an_error(tmp_path):
    """And no endless search."""
    for one, other in (("a", "b"), ("b", "a")):
        (tmp_path / one).symlink_to(tmp_path / other)
    with pytest.raises(OSError, match="symbolic links"):
        write_file(tmp_path / "a", "new")


def test_what_is_no_file_is_written_to(tmp_path):
    """A pipe, a device; it stays what it is."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text(encoding="utf-8")))
    reader.start()
    write_file(pipe, "new")
    reader.join()
    assert read == ["new"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    write_file("/dev/null", "new")
    with pytest.raises(OSError, match="No space left on device"):
        write_file("/dev/full", "new")


def test_standard_output_is_written_to_where_it_goes_to_a_file(tmp_path):
    """A file put in its place would not get what is printed afterwards."""
    path = tmp_path / "out"
    code = "from ed_contract.files import write_file; write_file('/dev/stdout', 'report')"
    with path.open("wb") as out:
        before = path.stat().st_ino
        subprocess.run([sys.executable, "-c", code], stdout=out, check=True)
    assert (path.read_text(encoding="utf-8"), path.stat().st_ino) == ("report", before)


@pytest.mark.parametrize("why", sorted(files._IN_PLACE_ONLY))
def test_a_file_that_cannot_be_replaced_is_written_to(tmp_path, monkeypatch, why):
    """A mount point, for one, or a file in a folder of somebody else's."""
    path = tmp_path / "r"
    path.write_text("old, and longer", encoding="utf-8")

    def refuse(*_):
        raise OSError(why, os.strerror(why))

    monkeypatch.setattr(Path, "replace", refuse)
    write_file(path, "new")
    assert path.read_text(encoding="utf-8") == "new"
    with pytest.raises(OSError, match=os.strerror(why)):
        write_file(tmp_path / "other", "new")
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_may_not_be_written_is_left(tmp_path, monkeypatch):
    """Though it might be replaced."""
    path = tmp_path / "r"
    path.write_text("old", encoding="utf-8")
    monkeypatch.setattr(os, "access", lambda *_: False)  # as it is for anybody but root, and a file of mode 0400
    with pytest.raises(PermissionError):
        write_file(path, "new")
    assert path.read_text(encoding="utf-8") == "old"


def test_a_folder_is_no_file(tmp_path):
    """An error, as when it is opened."""
    with pytest.raises(IsADirectoryError):
        write_file(tmp_path, "new")
