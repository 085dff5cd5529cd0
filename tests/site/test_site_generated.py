"""What pages are made of, beside the catalogue: phases, public names, figures and drawings."""

from __future__ import annotations

import argparse
import json
import re

import figures
import hooks
import names
import packages
import pytest
import run_plan
import trust
from common.consoles import ROOT

import ed_contract
from ed_contract.phases import PHASES, SENDS

ZOO = {
    "date": "2026-11-29",
    "version": "0.1.0",
    "commit": "abc1234",
    "command": "uv run python docs/trust.py zoo",
    "where": "2 cores, Python 3.11.7",
    "mutants": 3,
    "killed": 2,
    "score": 0.6667,
    "right_servers": 1,
    "false_alarms": 0,
    "first_finding": {"median": 12, "p95": 500, "max": 800},
    "problems": {"name-optional": "survives"},
    "partial": False,
}


def test_each_phase_is_told_with_its_requests():
    """In the order of the table of phases; all of them fit into a default run."""
    rows = re.findall(r"^\| `(\w+)` \| (\d+|the rest) \| (.*) \|$", run_plan.phases(), re.MULTILINE)
    assert [(name, sends) for name, _, sends in rows] == list(SENDS.items())
    assert sum(int(number) for _, number, _ in rows if number.isdigit()) <= 900


def test_the_order_is_that_of_the_plan():
    """Every part of a phase has its line; together they are what the phases send."""
    rows = re.findall(r"^\| \d+ \| `(\w+)` \| (\d+) \| .+ \|$", run_plan.order(), re.MULTILINE)
    assert rows[0][0] == "smoke"
    assert {name for name, _ in rows} == {*PHASES} - {"search"}
    assert sum(int(number) for _, number in rows) == sum(phase.requests for phase in run_plan.planned())


def test_each_public_name_has_a_group():
    """Once; the version alone needs no words."""
    told = [name for group in names.GROUPS.values() for name in group]
    assert sorted(told) == sorted({*ed_contract.__all__} - {"__version__"})


def test_the_members_that_are_shown_are_there():
    """Under their names."""
    for name, members in names.MEMBERS.items():
        assert [one for one in members if not hasattr(getattr(ed_contract, name), one)] == []


def test_without_figures_the_page_says_how_to_make_them(tmp_path):
    """A copy in which nobody has measured is built all the same."""
    assert "uv run python docs/trust.py" in figures.shown(tmp_path / "trust.json")


@pytest.mark.parametrize("partial", [True, False])
def test_figures_are_told_with_date_version_and_command(tmp_path, partial):
    """What went wrong too; and that a part was measured, if so."""
    path = tmp_path / "trust.json"
    path.write_text(json.dumps({"zoo": {**ZOO, "partial": partial}}), encoding="utf-8")
    shown = figures.shown(path)
    assert "| broken servers | caught by the requirement that they break | 2 of 3 |" in shown
    assert "| correct servers | accused | 0 of 1 |" in shown
    assert "- `name-optional`: survives" in shown
    assert ("Only a part was measured" in shown) is partial
    measured = f"by `{ZOO['command']}`; {ZOO['where']}."
    assert shown.endswith(f"Measured on 2026-11-29 with version 0.1.0 (abc1234) {measured}")
    assert "###" in shown
    assert "Schemathesis" not in shown


def test_scores_that_were_kept_are_read(tmp_path):
    """Of `ed-contract score --report json=…`, or only its rows."""
    row = {"found": ["echo/name"], "requests": 9, "first": 9, "seconds": 0.5, "problem": ""}
    rows = [{**row, "name": "one", "breaks": "echo/name"}, {**row, "name": "two", "breaks": None, "found": []}]
    for document in (rows, {"servers": rows}):
        path = tmp_path / "score.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        measured = trust.of_zoo(argparse.Namespace(read=path, only=[]))
        assert (measured["mutants"], measured["killed"], measured["right_servers"]) == (1, 1, 1)
        assert (measured["false_alarms"], measured["problems"], measured["partial"]) == (0, {}, False)


def test_what_others_find_is_told_if_it_was_measured(tmp_path):
    """Of the same servers."""
    path = tmp_path / "trust.json"
    told = {name: ZOO[name] for name in ("date", "version", "commit", "command", "where")}
    ours = {"caught": 100, "accused": 0}
    row = {**told, "schemathesis": "4.32.5", "caught": 50, "broken": 100, "accused": 8, "right": 34, "ours": ours}
    path.write_text(json.dumps({"schemathesis": row}), encoding="utf-8")
    assert "### Schemathesis 4.32.5 on the same servers" in figures.shown(path)


def test_the_figures_that_are_kept_are_whole():
    """Where there are any."""
    if figures.FILE.exists():
        kept = json.loads(figures.FILE.read_text(encoding="utf-8"))
        assert {*kept} <= {*trust.PARTS}
        assert [name for name, part in kept.items() if part.get("partial")] == []


def test_a_drawing_takes_the_colours_of_its_page():
    """So that it is read in light and in dark; and who does not see it is told what it shows."""
    for path in sorted((ROOT / "docs" / "images").glob("*.svg")):
        shown = hooks.drawing(path.stem)
        assert "\n\n" not in shown
        assert set(re.findall(r'(?:fill|stroke)="([^"]+)"', shown)) <= {"currentColor", "none"}
        assert "<title" in shown
        assert "<desc" in shown


def test_what_is_found_of_published_packages_is_shown_line_by_line():
    """Each package has a row and a section, each finding a line; ids are short."""
    kept = json.loads(packages.FILE.read_text(encoding="utf-8"))["packages"]
    shown = packages.tables()
    for name, one in kept.items():
        if not name.startswith("none"):
            assert shown.count(f"| {name} | {one['version']} |") == shown.count(f"### {name} {one['version']}\n") == 1
    found = [row for name, one in kept.items() if not name.startswith("none") for row in one["findings"]]
    assert len(re.findall(r"^\| \[`[^|]+ \| [^|]+ \| [^|]+ \|$", shown, re.MULTILINE)) == len(found)
    assert not re.search(r"ed_test_[0-9a-f]{40}", shown)
    assert packages.without_package().count("idempotency/replay`") == 1


def test_mocks_are_shown_with_their_first_findings():
    """Each has a row with three of them, and how many there are."""
    kept = json.loads(packages.MOCKS.read_text(encoding="utf-8"))["packages"]
    shown = packages.mocks()
    for name, one in kept.items():
        (row,) = (line for line in shown.splitlines() if line.startswith(f"| {name} | {one['version']} |"))
        must = sum(found["level"] == "must" for found in one["findings"])
        assert f"| {must} | {len(one['findings']) - must} |" in row
        assert row.count("](requirements/") == 3
