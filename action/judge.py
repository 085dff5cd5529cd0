"""Judges as the inputs of the GitHub action say, and leaves behind what a workflow reads.

Inputs are read from the environment. The run is in this process, so that a cancelled job's signal reaches it: the run
ends in order, and what it has done so far is in the reports and outputs as after any other.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ed_contract import interrupts
from ed_contract.cli import main as ed_contract
from ed_contract.options import at
from ed_contract.options.option import ACTION

BY_ANOTHER_WAY = {"url", "api-key", "second-api-key", "strict"}  # the last argument, the environment, and a switch
FILES = {
    "json": "report.json",
    "html": "report.html",
    "junit": "junit.xml",
    "sarif": "report.sarif",
    "ctrf": "ctrf.json",
    "badge": "badge.json",
}
SWITCH = {"true": True, "false": False, "": False}


def main() -> int:
    """Judge; return the exit code of the run."""
    if given("strict") not in SWITCH:
        sys.stdout.write("::error title=ed-contract::invalid input strict: expected true or false\n")
        return 2
    folder = reports_folder()
    sys.argv = ["ed-contract", *arguments(folder)]
    with tempfile.TemporaryFile() as annotations:
        with set_apart(annotations):
            code = exit_code()
        annotations.seek(0)
        sys.stdout.write(annotations.read().decode())
    written = {form: str(folder / name) if (folder / name).exists() else "" for form, name in FILES.items()}
    verdict = json.loads(Path(written["json"]).read_bytes())["verdict"] if written["json"] else ""
    tell({"verdict": verdict, "exit-code": str(code), "reports": str(folder), **written})
    return code


def given(name: str) -> str:
    """Return the value of an input; one that is not given is empty."""
    return os.environ.get(f"ED_ACTION_{name.upper().replace('-', '_')}", "").strip()


def reports_folder() -> Path:
    """Return the folder for the reports, without those of an earlier step: the outputs name what this run wrote."""
    if not given("reports"):
        return Path(tempfile.mkdtemp(prefix="ed-contract-", dir=os.environ["RUNNER_TEMP"]))
    folder = Path(given("reports")).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES.values():
        (folder / name).unlink(missing_ok=True)
    return folder


def arguments(folder: Path) -> Iterator[str]:
    """Yield the arguments of the run."""
    yield from ("run", "--require-target")
    names = [option.name for option in at(ACTION) if option.name not in BY_ANOTHER_WAY]
    yield from (f"--{name}={given(name)}" for name in names if given(name))
    if SWITCH[given("strict")]:
        yield "--strict"
    yield from (f"--report={form}={folder / name}" for form, name in FILES.items())
    yield "--report=github=-"  # the summary goes to its file, and the annotations alone to standard output
    yield from (line.strip() for line in given("args").splitlines() if line.strip())
    if given("url"):
        yield from ("--", given("url"))


@contextmanager
def set_apart(annotations: BinaryIO) -> Iterator[None]:
    """Send annotations to a file, and all else to the log, in which GitHub obeys no commands meanwhile.

    A log line is a command to the runner wherever `##[` stands in it, and a finding quotes what the
    server has said. The word that ends this is not to be guessed.
    """
    word = secrets.token_hex(16)
    sys.stdout.write(f"::stop-commands::{word}\n")
    sys.stdout.flush()
    log, errors = os.dup(1), os.dup(2)
    os.dup2(log, 2)
    os.dup2(annotations.fileno(), 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os.dup2(log, 1)
        os.dup2(errors, 2)
        sys.stdout.write(f"::{word}::\n")


def exit_code() -> int:
    """Run the command; return its exit code."""
    try:
        ed_contract()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def tell(outputs: dict[str, str]) -> None:
    """Write the outputs of the step; a value may hold anything but the word that ends it."""
    word = secrets.token_hex(16)
    with Path(os.environ["GITHUB_OUTPUT"]).open("a", encoding="utf-8") as file:
        file.writelines(f"{name}<<{word}\n{value}\n{word}\n" for name, value in outputs.items())


if __name__ == "__main__":
    with interrupts.handled():
        status = main()
    sys.exit(status)
