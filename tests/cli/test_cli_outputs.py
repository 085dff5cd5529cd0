"""What the command writes, and to whom: reports, standard output, and terminals that cannot take it."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys

import pytest
from common.broken import NameNotRequired
from common.command import ed_contract, in_a_process
from common.servers import free_port

from ed_contract.reference import Reference, serve

CREATE = "/v2/core/event_destinations"


def test_a_report_that_is_not_come_to_leaves_no_file(tmp_path):
    """That a path can be written is known beforehand, without writing it."""
    path = tmp_path / "report.json"
    done = ed_contract("run", f"http://127.0.0.1:{free_port()}", "--report", f"json={path}")
    assert done.returncode == 2
    assert not path.exists()


def test_a_report_that_can_no_longer_be_written_costs_the_others_nothing(tmp_path):
    """The verdict is printed, and then what is wrong."""
    path = tmp_path / "gone" / "report.json"
    path.parent.mkdir()

    class Tidies(Reference):
        """Removes the report's directory meanwhile."""

        def handle(self, request):
            if path.parent.exists():
                path.parent.rmdir()
            return super().handle(request)

    with Tidies() as app, serve(app) as server:
        done = ed_contract("run", server.url, "--api-key", "sk_test_a", "--phases", "smoke", "--report", f"json={path}")
    assert done.returncode == 2
    assert re.search(rf"^CONFORMS AS FAR AS JUDGED: \d+ of \d+ MUST: {server.url}{CREATE}$", done.stdout, re.MULTILINE)
    assert "  report:" not in done.stdout
    assert done.stderr == f"error: cannot write {path}: No such file or directory\ngive a writable path.\n"


@pytest.mark.parametrize(
    ("server", "code", "output", "why"),
    [
        (Reference, 2, "-", "it is closed"),
        (NameNotRequired, 1, "-", "it is closed"),
        (Reference, 2, "/dev/full", "No space left on device"),
        (NameNotRequired, 1, "/dev/full", "No space left on device"),
    ],
)
def test_a_standard_output_that_takes_nothing_is_told(server, code, output, why):
    """A report was asked for there: two lines, and no verdict without it; a finding stays one."""
    command = [sys.executable, "-m", "ed_contract", "run", "--api-key", "sk_test_a", "--phases", "smoke", "-q"]
    closing = ">&-" if output == "-" else f">{output}"
    with server() as app, serve(app) as running:
        shell = f"exec {shlex.join([*command, '--report', 'json=-', running.url])} {closing}"
        done = subprocess.run(["/bin/sh", "-c", shell], stderr=subprocess.PIPE, text=True, check=False, timeout=60)
    assert done.returncode == code
    verdict, *lines = done.stderr.splitlines()
    assert running.url in verdict
    assert lines == [f"error: cannot write to standard output: {why}", "redirect it to a writable file."]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["list"], 0), (["export", "openapi"], 0), (["run", "--phases", "smoke"], 1), (["run", "--report", "json=-"], 1)],
)
def test_a_reader_that_goes_away_changes_no_verdict(arguments, code):
    """As in `ed-contract list | head -1`; click would exit with 1, which means findings."""
    with NameNotRequired() as app, serve(app) as server:
        if arguments[0] == "run":
            arguments = [*arguments, "--api-key", "sk_test_a", "--phases", "smoke", server.url]
        reader, writer = os.pipe()
        os.close(reader)
        process = in_a_process(*arguments, stdout=writer)
        os.close(writer)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == code
    assert "Traceback" not in errors
    assert "BrokenPipe" not in errors


def test_a_terminal_that_cannot_show_a_letter_gets_its_code():
    """The clauses hold a sign that ASCII lacks."""
    with NameNotRequired() as app, serve(app) as server:
        options = ("--api-key", "sk_test_a", "--phases", "smoke", "--no-shrink")
        output, _ = in_a_process("run", server.url, *options, PYTHONIOENCODING="ascii").communicate(timeout=60)
    assert "(Parameters \\u203a name)" in output
