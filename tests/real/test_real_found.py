"""The reports on others: each command of docs/found.md, run against each package that a report names."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess

import pytest
from common.consoles import ROOT, blocks, is_as_shown
from real.environments import FROM_NPM, FROM_PYPI
from real.middlewares import PACKAGES, around

PAGE = ROOT / "docs" / "found.md"
_REPORT = re.compile(r"^## ([^\n]+)\n\nPackages: (.+?)\n\n```console\n(.+?)^```$", re.DOTALL | re.MULTILINE)
_ID = re.compile(r"ed_test_[0-9a-f]{40}")
REPORTS = [
    (title, name, version, commands)
    for title, packages, commands in _REPORT.findall(PAGE.read_text(encoding="utf-8"))
    for name, version in (one.split() for one in packages.split(","))
]


@pytest.fixture
def folder(tmp_path):
    """A folder with the files that the page shows, and those that it describes."""
    for block in blocks(PAGE):
        if block.title:
            (tmp_path / block.title).write_text(block.text, encoding="utf-8")
    orders = json.loads((tmp_path / "orders.json").read_text(encoding="utf-8"))
    others = {"refunds": {"name": "Refunds"}, "large": {"metadata": {f"k{n}": "v" * 20 for n in range(40_000)}}}
    for name, changes in others.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(orders | changes), encoding="utf-8")
    return tmp_path


@pytest.mark.real
@pytest.mark.parametrize("report", REPORTS, ids=lambda report: f"{report[1]}: {report[0]}")
def test_a_report_shows_what_happens(report, request, folder):
    """Its commands, in a shell, print what the page shows; ids are counted."""
    _, name, _, commands = report
    request.getfixturevalue("node_modules" if name in FROM_NPM else "python")
    if shutil.which("curl") is None:
        pytest.skip("there is no curl")
    with around(PACKAGES[name].file, folder / "server.log") as url:
        environment = {**os.environ, "URL": f"{url}/v2/core/event_destinations", "CURL_HOME": str(folder)}
        ids = {}
        for command in commands.removeprefix("$ ").split("\n$ "):
            line, _, shown = command.partition("\n")
            done = subprocess.run(
                ["/bin/sh", "-c", line], cwd=folder, env=environment, capture_output=True, text=True, check=False
            )
            printed = _ID.sub(lambda found: ids.setdefault(found[0], f"ed_{len(ids) + 1}"), done.stdout)
            assert is_as_shown(shown, printed), f"{line}\n{done.stdout}{done.stderr}"


def test_the_reports_name_the_versions_that_are_judged():
    """And only packages that are."""
    assert {(name, version) for _, name, version, _ in REPORTS} <= {*(FROM_PYPI | FROM_NPM).items()}
    assert len(REPORTS) == len({(title, name) for title, name, *_ in REPORTS})


def test_each_report_is_written_for_an_issue():
    """It says what is expected, what happens and why it matters, and every one is read by this test."""
    sections = PAGE.read_text(encoding="utf-8").split("\n## ")[2:]
    assert [one.partition("\n")[0] for one in sections] == [*dict.fromkeys(title for title, *_ in REPORTS)]
    for section in sections:
        marks = re.findall(r"^- \*\*(.+?):\*\* ", section, re.MULTILINE)
        assert marks == ["Expected", "Actual", "Why it matters", "Possible fix"]
