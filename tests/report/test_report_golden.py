"""Each report of one run, to the letter; `uv run python tests/report/regenerate.py` writes them anew."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest
from common.golden import CREDENTIAL, GOLDEN, golden_report, written
from jsonschema import Draft4Validator, Draft202012Validator

SARIF = json.loads(Path(__file__).parent.joinpath("schemas", "sarif-2.1.0-rtm.5.json").read_bytes())
NAMES = ("annotations.txt", "badge.json", "junit.xml", "report.json", "report.txt", "sarif.json", "summary.md")


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


def test_the_sarif_report_satisfies_the_official_schema(reports):
    """That of SARIF 2.1.0."""
    assert [error.message for error in Draft4Validator(SARIF).iter_errors(json.loads(reports["sarif.json"]))] == []


def test_the_json_report_satisfies_its_schema(reports):
    """With a waived finding and a waiver that is not needed."""
    schema = json.loads(files("ed_contract.report").joinpath("report.schema.json").read_bytes())
    document = json.loads(reports["report.json"])
    assert [error.message for error in Draft202012Validator(schema).iter_errors(document)] == []
    assert document["waiver_problems"] == ["request/type/enum [plural]: the waiver is no longer needed: remove it"]
