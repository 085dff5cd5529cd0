"""The last run is kept, and `replay` finds it by itself."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from common.command import ed_contract

from ed_contract.reference import Reference, serve
from ed_contract.zoo import MUTANTS, serving

(MUTANT,) = (one for one in MUTANTS if one.name == "metadata-not-compared")
ROW = "idempotency/conflict/every-parameter"
FOUND = f"1 {ROW} [metadata]: "
EITHER = "give a JSON report, or a finding of the last run: its number or a requirement's id.\n"
GIVEN = "200: returned the first destination"


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def judge(url, *options):
    """Run what the requirement needs."""
    return ed_contract(
        "run", url, "--api-key", "sk_test_a", "--only", ROW, "--phases", "smoke", "--maxfail", "100", *options
    )


def test_a_finding_of_the_last_run_is_sent_again_by_its_number(tmp_path):
    """As the finding itself says; whoever else has an account here cannot read what is kept."""
    with serving(MUTANT) as url:
        told = judge(url)
        assert "  Reproduce:  ed-contract replay 1\n" in told.stdout
        done = ed_contract("replay", "1", "--api-key", "sk_test_a")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(f"FAIL         {FOUND}{GIVEN}\n1 of 1 finding reproduced: {url}")
    kept = tmp_path / ".ed_contract" / "last.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert "sk_test_a" not in kept.read_text(encoding="utf-8")


def test_how_often_it_showed_is_said():
    """Of so many times."""
    with serving(MUTANT) as url:
        judge(url)
        done = ed_contract("replay", "--times", "3", "--api-key", "sk_test_a")
    assert done.stdout.startswith(f"FAIL         {FOUND}reproduced 3 of 3 times: {GIVEN}\n")


def test_what_holds_by_now_passes():
    """At the address that is given."""
    with serving(MUTANT) as url:
        judge(url)
    with Reference() as app, serve(app) as server:
        done = ed_contract("replay", "--times", "2", "--url", server.url, "--api-key", "sk_test_a")
    assert done.returncode == 0
    assert done.stdout.startswith(f"PASS         {FOUND}reproduced 0 of 2 times: no longer reproduces\n")


def test_where_nothing_is_kept_the_way_out_is_named():
    """No run took place here, or none was to be kept."""
    with serving(MUTANT) as url:
        told = judge(url, "--no-record")
    assert "  Reproduce:  ed-contract run http://" in told.stdout
    done = ed_contract("replay", "1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "error: no last run found at .ed_contract/last.json\nrun `ed-contract run URL` first, or give a JSON report.\n"
    )


def test_what_is_neither_a_file_nor_a_finding_is_refused():
    """With what there is, and what was probably meant."""
    with serving(MUTANT) as url:
        judge(url)
    for word in ("report.jsn", "out/report"):
        done = ed_contract("replay", word)
        assert (done.returncode, done.stderr) == (2, f"error: cannot read {word}: No such file or directory\n{EITHER}")
    misspelt = ed_contract("replay", "idempotncy/conflict/every-paramter")
    assert (misspelt.returncode, misspelt.stderr) == (
        2,
        "error: no finding 'idempotncy/conflict/every-paramter' in the last run\n"
        f"did you mean {ROW}? its findings: 1 {ROW}.\n",
    )
    turned = ed_contract("replay", "1", "report.json")
    assert turned.stderr.endswith(
        "\ngive a JSON report first, then the finding, e.g. ed-contract replay report.json 1.\n"
    )


def test_the_variables_that_the_requests_need_are_named():
    """Where the credential came by option."""
    with serving(MUTANT) as url:
        told = judge(url)
        by_environment = ed_contract(
            "run", url, "--only", ROW, "--phases", "smoke", ED_CONTRACT_API_KEY="sk_test_a"
        )  # fmt: skip
    line = "The requests below take credentials from the environment: export ED_CONTRACT_API_KEY=…\n"
    assert line in told.stdout
    assert line not in by_environment.stdout


def report_of(url, *options):
    """Run what the requirement needs, and return the JSON report."""
    judge(url, "--report", "json=report.json", *options)
    return json.loads(Path("report.json").read_text(encoding="utf-8"))


def test_a_report_says_what_changed_since_the_last_run(tmp_path):
    """Nothing of a first run; then which findings are new and which are gone, by id."""
    last = tmp_path / ".ed_contract" / "last.json"
    with serving(MUTANT) as url:
        first = report_of(url)
        second = report_of(url)
        last.write_text(last.read_text(encoding="utf-8").replace('"fault": "metadata"', '"fault": "name"'), "utf-8")
        third = report_of(url)
    assert first["last_run"] is None
    assert second["last_run"] == {"began": first["began"], "new": [], "gone": []}
    assert third["last_run"] == {
        "began": second["began"],
        "new": [{"requirement": ROW, "fault": "metadata"}],
        "gone": [{"requirement": ROW, "fault": "name"}],
    }


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"target": null}', '{"requirements": [1]}'])
def test_what_is_kept_and_is_no_report_is_left_aside(tmp_path, text):
    """Whoever wrote it."""
    with serving(MUTANT) as url:
        report_of(url)
        (tmp_path / ".ed_contract" / "last.json").write_text(text, encoding="utf-8")
        assert report_of(url)["last_run"] is None
