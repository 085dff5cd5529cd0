"""A newcomer's walk: the tutorial, command by command, in an empty folder, with the wheel as it would be published."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from common.consoles import ROOT, blocks, is_as_shown
from common.installing import skip_without_index, uv

BASH = shutil.which("bash") or "bash"
TUTORIAL = ROOT / "docs" / "tutorial.md"
PORT = "8000"  # on the page; here a free one
REPOSITORY = "git+URL"  # on the page; here the wheel
SECONDS = 120  # for what never ends
END = "<the command has ended>"


class FirstTerminal:
    """A shell that is told one command after the other."""

    def __init__(self, folder, environment):
        self._shell = subprocess.Popen(
            [BASH],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=folder,
            env=environment,
        )

    def run(self, command):
        """Return the output and the exit code, which the next command can ask for as `$?`."""
        self._shell.stdin.write(f'{command}\ncode=$?; echo; echo "{END}$code"; (exit $code)\n')
        self._shell.stdin.flush()
        lines = []
        for line in self._shell.stdout:
            if line.startswith(END):
                break
            lines.append(line)
        return "".join(lines), int(line.removeprefix(END))

    def close(self):
        """Leave the shell."""
        self._shell.communicate("exit\n", timeout=SECONDS)


class SecondTerminal:
    """A shell in which a server runs until Ctrl-C."""

    def __init__(self, folder, environment):
        self._folder, self._environment = folder, environment
        self._before = []
        self._server = None

    def serve(self, commands):
        """Run the commands, of which the last serves; return the first line that it prints, once it serves."""
        self.interrupt()
        *before, last = commands
        self._before += before
        script = "\n".join([*self._before, f"exec {last}"])
        self._server = subprocess.Popen(
            [BASH, "-c", script], stdout=subprocess.PIPE, text=True, cwd=self._folder, env=self._environment
        )
        return self._server.stdout.readline()

    def interrupt(self):
        """Press Ctrl-C."""
        if self._server is not None:
            self._server.send_signal(signal.SIGINT)
            self._server.communicate(timeout=SECONDS)
            self._server = None


@pytest.fixture
def environment(tmp_path):
    """The environment of a pipeline in which nothing of this one is installed, but that the wheel can be had."""
    wheels = tmp_path / "wheels"
    uv("build", "--wheel", "--out-dir", wheels, ROOT)
    ours = {str(Path(sys.prefix) / "bin"), str(Path(sys.executable).parent)}
    path = [
        str(Path(shutil.which("uv")).parent),
        *(one for one in os.environ["PATH"].split(os.pathsep) if one not in ours),
    ]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ED_CONTRACT_", "PYTHON"))}
    for name in ("VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT", "NO_COLOR", "FORCE_COLOR"):
        kept.pop(name, None)
    links = f"{wheels},{os.environ['UV_FIND_LINKS']}" if "UV_FIND_LINKS" in os.environ else str(wheels)
    return {**kept, "PATH": os.pathsep.join(path), "UV_FIND_LINKS": links, "CI": "true"}


def test_the_tutorial_is_what_happens(environment, tmp_path, free_port):
    """Install, gate, read, replay, waive, fix, and drop the waiver: each command exits and prints as shown."""
    folder = tmp_path / "shop"
    folder.mkdir()
    first, second = FirstTerminal(folder, environment), SecondTerminal(folder, environment)

    def here(text):
        text = text.replace(REPOSITORY, "ed-contract")
        return text.replace(f":{PORT}", f":{free_port}").replace(f"--port {PORT}", f"--port {free_port}")

    try:
        for block in blocks(TUTORIAL):
            if block.language != "console":
                (folder / block.title).write_text(block.text, encoding="utf-8")
            elif block.title == "second terminal":
                printed = second.serve([here(command.text) for command in block.commands])
                assert printed == here(block.commands[-1].shown)
            else:
                _run(first, block.commands, here)
    finally:
        second.interrupt()
        first.close()


def _run(terminal, commands, here):
    """Run the commands of a block; one fails only where the page asks for its exit code next."""
    for command, following in zip(commands, (*commands[1:], None), strict=True):
        printed, code = terminal.run(here(command.text))
        skip_without_index(code if command.text.startswith("uv ") else 0, printed)
        told = following is not None and following.text == "echo $?"
        assert told or code == 0, f"$ {command.text}\n{printed}"
        if command.shown:
            assert is_as_shown(here(command.shown), printed), f"$ {command.text}\n{printed}"


def test_the_walk_has_all_its_steps():
    """So that a page that lost one does not pass."""
    lines = [one.text for block in blocks(TUTORIAL) if block.language == "console" for one in block.commands]
    told = [line.split(" http")[0] for line in lines if line.startswith("ed-contract")]
    assert told == [
        "ed-contract serve --mutant conflict-422 --port 8000",
        "ed-contract run",
        "ed-contract explain idempotency/conflict/status",
        "ed-contract replay report.json 1",
        "ed-contract run",
        "ed-contract run",
        "ed-contract serve --port 8000",
        "ed-contract replay report.json 1",
        "ed-contract run",
        "ed-contract run",
        "ed-contract run",
    ]
    codes = [
        one.shown.strip()
        for block in blocks(TUTORIAL)
        if block.language == "console"
        for one in block.commands
        if one.text == "echo $?"
    ]
    assert codes == ["1", "1", "0", "1", "0"]
