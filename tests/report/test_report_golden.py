"""Each report of one run, to the letter; `uv run python tests/report/regenerate.py` writes them anew."""

from __future__ import annotations

import json

import pytest
from common.golden import CREDENTIAL, GOLDEN, golden_report, written
from common.schemas import problems

NAMES = (
    "annotations.txt",
    "badge.json",
    "ctrf.json",
    "junit.xml",
    "report.json",
    "report.txt",
    "sarif.json",
    "summary.md",
)


@pytest.fixture(scope="module")
def reports():
    """All reports of the run, by the name of their golden file."""
    return written(golden_report())


def test_there_is_a_golden_file_for_each_report(reports):
    """And none beside."""
    assert tuple(sorted(reports)) == NAMES
    assert tuple(sorted(path.name for path in GOLDEN.iterdir())) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_report_is_the_golden_file(reports, name):
    """Ports, times and ids apart."""
    assert reports[name] == GOLDEN.joinpath(name).read_text(encoding="utf-8")
    assert CREDENTIAL not in reports[name]


@pytest.mark.parametrize(
    ("form", "name"), [("json", "report.json"), ("sarif", "sarif.json"), ("ctrf", "ctrf.json"), ("junit", "junit.xml")]
)
def test_the_report_satisfies_the_schema_of_its_format(reports, form, name):
    """With a waived finding, a waiver that is not needed, and what could not be judged."""
    assert problems(form, reports[name]) == []


def test_a_waiver_that_is_not_needed_is_told(reports):
    """By its name."""
    document = json.loads(reports["report.json"])
    assert document["waiver_problems"] == ["request/type/enum [plural]: the waiver is no longer needed: remove it"]
