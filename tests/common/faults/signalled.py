"""A run that gets a signal: it starts its server, which keeps a ledger in a file, and must be gone afterwards."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from common.faults.running import COMMAND, clean, ended, whole
from common.servers import free_port

RATE = "150/s"  # so that a whole run takes some seconds on any machine
LIMIT = 90.0  # seconds for a run to end after its signal
GONE = 10.0  # seconds for what it started to be gone
BEGINS = 60.0  # seconds for a run to begin
BEGUN = "Judging"
OLDER = {"requirements": [], "older": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When a signal is sent."""

    seconds: float
    begun: bool = True  # after the run began, else after the start of its process

    def wait(self, said: Path) -> None:
        """Return once the moment has come."""
        deadline = time.monotonic() + BEGINS
        while self.begun and BEGUN not in said.read_text(encoding="utf-8") and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(self.seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signalled:
    """The outcome of a run and its signal."""

    signal: signal.Signals
    moment: Moment
    exit: int | None
    seconds: float  # from the signal to the end
    begun: bool  # whether the run had begun by then
    made: int  # destinations
    left: int
    named: int  # of those left
    problems: tuple[str, ...]


def signalled(number: signal.Signals, moment: Moment) -> Signalled:
    """Start a run, send it a signal at some moment, and return the problems with its outcome."""
    with tempfile.TemporaryDirectory(prefix="signals-") as folder:
        place = Path(folder)
        (place / "written.json").write_text(json.dumps(OLDER))
        process = _started(place)
        try:
            moment.wait(place / "stdout")
            begun = BEGUN in (place / "stdout").read_text(encoding="utf-8")
            sent = time.monotonic()
            process.send_signal(number)
            code = ended(process, LIMIT)
            seconds = time.monotonic() - sent
            problems = list(_problems(place, number, code, begun=begun))
            made, left, named = _ledger(place)
            if number is not signal.SIGKILL and left > named:
                problems.append(f"{left} of {made} are left, {named} are named")
        finally:
            _end(place)
        return Signalled(
            signal=number,
            moment=moment,
            exit=code,
            seconds=seconds,
            begun=begun,
            made=made,
            left=left,
            named=named,
            problems=tuple(problems),
        )


def _started(place: Path) -> subprocess.Popen[bytes]:
    port = free_port()
    serving = [sys.executable, "-m", "ed_contract", "serve", "--port", str(port), "--db", str(place / "ledger.db")]
    arguments = [
        *(COMMAND, "run", f"http://127.0.0.1:{port}", "--cleanup", "--rate-limit", RATE),
        *("--server-command", f"{shlex.join(serving)} & wait"),  # a shell between, as many have
        *("--report", f"json={place / 'written.json'}", "--report", f"html={place / 'written.html'}"),
    ]
    with (place / "stdout").open("wb") as stdout, (place / "stderr").open("wb") as stderr:
        return subprocess.Popen(
            arguments,
            cwd=place,
            env=clean(place, {"ED_CONTRACT_API_KEY": "sk_test_a", "PYTHONUNBUFFERED": "1"}),
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        )


def _problems(place: Path, number: signal.Signals, code: int | None, *, begun: bool) -> Iterator[str]:
    report = whole(place / "written.json")
    said = (place / "stderr").read_text(encoding="utf-8", errors="replace")
    if code is None:
        yield f"had to be killed after {LIMIT:g} s:\n{said}"
    if "Traceback" in said:
        yield f"a traceback: {said.strip().splitlines()[-1]}"
    if report is None:
        yield "the JSON report is broken"
    if any(_ours(place, GONE)):
        yield f"left behind: {', '.join(_ours(place, 0.0))}"
    if number is signal.SIGKILL:
        return
    late = code == 0 and report is not None and report.get("end") == "finished"
    early = code == -number and not (place / "ledger.db").exists()  # before we could hear it, nothing was begun
    if code != 130 and not late and not early:
        yield f"exit {code}, not 130"
    if not begun or late or report is None:
        return
    if report.get("end") != "interrupted":
        yield f"the report's end is {report.get('end', 'that of an older one')}"
    html = place / "written.html"
    if not html.exists() or not html.read_text(encoding="utf-8").rstrip().endswith("</html>"):
        yield "the HTML report is not whole"


def _ledger(place: Path) -> tuple[int, int, int]:
    """Return how many destinations were created, how many are left, and how many of those the report names."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{place / 'ledger.db'}?mode=ro", uri=True)) as ledger:
            rows = ledger.execute("SELECT id, deleted FROM destinations").fetchall()
    except sqlite3.Error:  # the server had not begun
        return 0, 0, 0
    left = {identifier for identifier, deleted in rows if not deleted}
    told = (whole(place / "written.json") or {}).get("clean_up") or {}
    named = left & {one["id"] for one in told.get("remaining", ())}
    return len(rows), len(left), min(len(left), len(named) + told.get("unknown", 0))


def _ours(place: Path, seconds: float) -> list[str]:
    """Return the processes that were started for a folder and still run after some seconds."""
    deadline = time.monotonic() + seconds
    while (there := list(_processes(place))) and time.monotonic() < deadline:
        time.sleep(0.05)
    return [f"{pid} {name}" for pid, name in there]


def _processes(place: Path) -> Iterator[tuple[int, str]]:
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            line = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if str(place) in line and int(entry.parent.name) != os.getpid():
                yield int(entry.parent.name), line[:60]


def _end(place: Path) -> None:
    """End the remaining processes of a run, by their ids."""
    for pid, _ in list(_processes(place)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
