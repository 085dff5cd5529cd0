"""`ed-contract judge`: what was recorded, by a run or by others, is judged again, and nothing is sent."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from common.command import ed_contract

from ed_contract import run
from ed_contract.exceptions import UsageError
from ed_contract.records import judge
from ed_contract.reference import Reference
from ed_contract.transport import Target
from ed_contract.zoo import MUTANTS, RIGHT, serving

HARS = sorted((Path(__file__).parent / "hars").glob("*.har"))
ANSWERED_AS_TEXT = {("response/media-type", "text/plain")}
"""What the server of the HAR files does wrong on purpose."""


@pytest.fixture(scope="module")
def record(tmp_path_factory) -> Path:
    """Return the record of a run against a server that keeps no key."""
    path = tmp_path_factory.mktemp("record") / "run.ndjson"
    (server,) = (one for one in MUTANTS if one.name == "type-any-case")
    with serving(server) as url:
        run(Target(url=url, api_key="sk_test_a"), record=str(path), phases=["smoke", "mutations"])
    return path


def test_the_command_says_what_the_run_said(record, tmp_path):
    """Verdict, exit code and every report; nobody listens at the target any more."""
    report = tmp_path / "report.json"
    done = ed_contract(
        "judge", str(record), "--report", f"json={report}", "--report", f"html={tmp_path / 'report.html'}"
    )
    assert done.returncode == 1
    assert done.stdout.startswith("1. FAIL request/type/enum [")
    assert json.loads(report.read_text(encoding="utf-8"))["exit_code"] == 1
    assert "<title>" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_what_is_judged_may_be_chosen(record):
    """As in a run."""
    assert ed_contract("judge", str(record), "--only", "echo/*", "-q").returncode == 0
    assert ed_contract("judge", str(record), "--skip", "request/*", "--fail-on-incomplete", "-q").returncode == 2


def test_several_records_are_one(record, tmp_path):
    """Two runs use keys of their own; the same record twice, under whatever name, is the same requests."""
    other, copy = tmp_path / "other.ndjson", tmp_path / "copy.ndjson"
    with Reference() as app:
        run(Target.of_app(app, api_key="sk_test_a"), record=str(other), phases=["smoke"])
    shutil.copy(other, copy)
    once, both, again = judge(record), judge(record, other), judge(other, copy, other)
    assert both.requests == once.requests + again.requests
    assert {bug.finding.requirement for bug in once.bugs} <= {bug.finding.requirement for bug in both.bugs}
    assert again.bugs == ()


def test_a_record_that_was_cut_off_says_so(record, tmp_path):
    """And how much it holds."""
    lines = record.read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "cut.ndjson").write_text("".join(lines[:60]) + lines[60][:50], encoding="utf-8")
    report = judge(tmp_path / "cut.ndjson")
    assert (str(report.end), report.requests > 40, report.complete) == ("cut-off", True, False)
    done = ed_contract("judge", str(tmp_path / "cut.ndjson"))
    assert "the record was cut off: judged as far as it goes" in done.stdout


def test_what_a_record_was_cut_off_behind_shows_nothing(tmp_path):
    """The plain creates that would have told a quota from a fault may have been sent, and not been recorded."""
    whole, cut = tmp_path / "whole.ndjson", tmp_path / "cut.ndjson"
    (full,) = (one for one in RIGHT if one.name == "sixteen-destinations")
    with full.make() as app:
        run(Target.of_app(app, api_key="sk_test_a"), record=str(whole))
    lines = whole.read_text(encoding="utf-8").splitlines(keepends=True)
    for number in range(2, len(lines)):
        if '"phase":"probe"' in lines[number]:
            cut.write_text("".join(lines[:number]), encoding="utf-8")
            assert judge(cut).bugs == ()


@pytest.mark.parametrize("path", HARS, ids=lambda path: path.stem)
def test_no_right_server_is_accused_by_what_others_wrote(path):
    """Browsers, a proxy and a tester before the reference, which answers one create as text."""
    report = judge(path, strict=True)
    assert {bug.finding.identity for bug in report.bugs} <= ANSWERED_AS_TEXT
    assert not report.complete


def test_what_a_file_does_not_hold_is_said():
    """And what it takes to have it judged."""
    done = ed_contract("judge", str(Path(__file__).parent / "hars" / "playwright-omit.har"))
    assert done.returncode == 2
    assert "left out, since they are not known exactly: " in done.stdout
    assert "the file does not hold the body of the request" in done.stdout
    done = ed_contract("judge", str(Path(__file__).parent / "hars" / "chromium-devtools-sanitized.har"))
    assert "whose keys may belong to several accounts: they were not judged" in " ".join(done.stdout.split())
    assert "Again:" not in done.stdout


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("no record", "line 1: invalid record line: "),
        ('{"log": {"version": "1.2"}}', "is not a HAR file: log.entries is missing"),
        ('{"log": {"entries": []}}', "holds no create: nothing was posted to /v2/core/event_destinations"),
    ],
)
def test_what_is_no_record_is_told(tmp_path, content, message):
    """In two lines, exit 2."""
    path = tmp_path / "file"
    path.write_text(f"{content}\n", encoding="utf-8")
    done = ed_contract("judge", str(path))
    assert done.returncode == 2
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 2


def test_nothing_is_judged_of_nothing(tmp_path):
    """What does not begin as a record is none."""
    (tmp_path / "empty").touch()
    assert ed_contract("judge", str(tmp_path / "empty")).returncode == 2
    with pytest.raises(UsageError, match="cannot read"):
        judge(tmp_path / "none")
    with pytest.raises(UsageError, match="there is nothing to judge"):
        judge()
