"""What earlier versions wrote is read by this one: reports, records, waivers, and names in settings.

The files were written by the version before findings had numbers. They are never written anew.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest
from common.command import ed_contract
from jsonschema import Draft202012Validator

from ed_contract.reference import Reference, serve
from ed_contract.replay import load
from ed_contract.zoo import MUTANTS, serving

KEPT = Path(__file__).parent / "version-1"
ROW = "idempotency/conflict/every-parameter"
(MUTANT,) = (one for one in MUTANTS if one.name == "metadata-not-compared")


def test_an_old_report_satisfies_the_schema():
    """Members were added, and none was made obligatory."""
    schema = json.loads(files("ed_contract.report").joinpath("report.schema.json").read_bytes())
    Draft202012Validator(schema).validate(json.loads((KEPT / "report.json").read_bytes()))


def test_findings_of_an_old_report_have_numbers_in_their_order():
    """They had none of their own."""
    _, recorded = load((KEPT / "report.json").read_text(encoding="utf-8"))
    assert [str(one) for one in recorded] == [f"1 {ROW} [metadata]"]


@pytest.mark.parametrize(("right", "code"), [(False, 1), (True, 0)])
def test_an_old_report_is_replayed(right, code):
    """The requests are sent as they were."""
    if right:
        with Reference() as app, serve(app) as server:
            done = ed_contract("replay", str(KEPT / "report.json"), "--url", server.url, "--api-key", "sk_test_a")
    else:
        with serving(MUTANT) as url:
            done = ed_contract("replay", str(KEPT / "report.json"), "--url", url, "--api-key", "sk_test_a")
    assert (done.returncode, done.stderr) == (code, "")


def test_an_old_record_is_judged_as_it_was():
    """With the same finding."""
    done = ed_contract("judge", str(KEPT / "record.ndjson"))
    assert done.returncode == 1
    assert done.stdout.startswith(f"1. FAIL {ROW} [metadata] (MUST")


def test_old_waivers_match():
    """Requirement and fault have the names that they had."""
    done = ed_contract("judge", str(KEPT / "record.ndjson"), "--waivers", str(KEPT / "waivers.toml"))
    assert done.returncode == 0
    assert f"WAIVED {ROW} [metadata]: known since the first run" in done.stdout


def test_the_old_name_of_a_phase_is_taken():
    """And the new one is told."""
    with Reference() as app, serve(app) as server, pytest.warns(FutureWarning, match="idempotency is now called keys"):
        done = ed_contract("run", server.url, "--api-key", "sk_test_a", "--phases", "idempotency", "--dry-run")
    assert done.returncode == 0
    assert "  keys " in done.stdout
