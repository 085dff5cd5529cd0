"""Runs the command for a row, in a child process with a hard limit, and returns the outcome."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from common.faults.building import Against
from common.faults.row import Outcome, Row, problems

COMMAND = str(Path(sys.executable).with_name("ed-contract"))
REPORT = "written.json"
GRACE = 15.0  # seconds beyond the row's limit before the command is killed
LAST_WORDS = 3.0  # seconds
_POLL = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A row of the table, as it is printed."""

    name: str
    exit: str
    word: str
    findings: str
    seconds: float
    memory_mb: float
    requests: int
    deletions: int
    problems: tuple[str, ...]
    said: str  # the last lines that were printed


def result(row: Row) -> Result:
    """Run a row and compare the outcome with what is right."""
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        place = Path(folder)
        for name, text in row.files.items():
            path = place / name.format(place=place)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.format(place=place) if "{place}" in text else text, encoding="utf-8")
        with row.against(place) as against:
            outcome = run(row, place, against)
        ledger = against.ledger
        return Result(
            name=row.name,
            exit="killed" if outcome.exit is None else str(outcome.exit),
            word=outcome.word,
            findings=", ".join(sorted(outcome.findings)),
            seconds=outcome.seconds,
            memory_mb=outcome.memory_mb,
            requests=ledger.creates,
            deletions=ledger.deletions,
            problems=tuple(problems(row, outcome)),
            said="\n".join(one[:200] for one in outcome.said.strip().splitlines()[-12:]),
        )


def run(row: Row, place: Path, against: Against) -> Outcome:
    """Run the command of a row."""
    command, environment = call(row, place, against)
    out, err = place / "stdout", place / "stderr"
    began = time.monotonic()
    with out.open("wb") as stdout, err.open("wb") as stderr:
        process = subprocess.Popen(
            command,
            cwd=place,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        )
        with Watched(process.pid) as watched:
            code = ended(process, row.right.seconds + GRACE)
    return Outcome(
        exit=code,
        seconds=time.monotonic() - began,
        memory_mb=watched.peak_mb,
        resident_mb=tuple(watched.resident_mb),
        stdout=out.read_text(encoding="utf-8", errors="replace"),
        stderr=err.read_text(encoding="utf-8", errors="replace"),
        place=place,
        against=against,
        report=whole(place / REPORT) if row.report else None,
    )


def call(row: Row, place: Path, against: Against) -> tuple[list[str], dict[str, str]]:
    """Return the command of a row and its environment, without anything of ours."""
    values = {**against.values, "place": str(place), "url": against.url, "port": against.url.rpartition(":")[2]}
    arguments = [COMMAND, "run"]
    arguments += [] if row.url is None else [row.url.format(**values)]
    arguments += [one.format(**values) for one in row.arguments]
    arguments += ["--report", f"json={place / REPORT}"] if row.report else []
    environment = clean(place, {} if row.key is None else {"ED_CONTRACT_API_KEY": row.key})
    environment |= {name: value.format(**values) for name, value in row.environment.items()}
    return (["/bin/sh", "-c", row.through, "sh", *arguments] if row.through else arguments), environment


def clean(place: Path, more: Mapping[str, str]) -> dict[str, str]:
    """Return an environment of which we know every variable."""
    kept = {name: os.environ[name] for name in ("PATH", "VIRTUAL_ENV") if name in os.environ}
    return {
        **kept,
        "HOME": str(place),
        "TMPDIR": str(place),
        "LANG": "C.UTF-8",
        "PYTHONFAULTHANDLER": "1",
        "XDG_CACHE_HOME": str(place / "cache"),
        **more,
    }


def ended(process: subprocess.Popen[bytes], limit: float) -> int | None:
    """Wait for a process and return its exit code, or None if it is killed with its group after a time limit.

    A Python process that hangs prints first where it hangs.
    """
    try:
        return process.wait(limit)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGABRT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(LAST_WORDS)
        return None
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def whole(path: Path) -> dict | None:
    """Return the JSON document in a file, or None if it is missing or incomplete."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return document if isinstance(document, dict) and "requirements" in document else None


class Watched:
    """Reads the memory of a process while it runs: `getrusage` counts the parent's for a child."""

    def __init__(self, pid: int) -> None:
        self._path = Path(f"/proc/{pid}/status")
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self.peak_mb = 0.0
        self.resident_mb: list[float] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _read(self) -> None:
        while not self._over.wait(_POLL):
            try:
                status = self._path.read_text(encoding="utf-8")
            except OSError:  # gone, or a system without /proc
                return
            figures = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
            if "VmHWM" in figures:
                self.peak_mb = max(self.peak_mb, int(figures["VmHWM"].split()[0]) / 1024)
                self.resident_mb.append(int(figures["VmRSS"].split()[0]) / 1024)
