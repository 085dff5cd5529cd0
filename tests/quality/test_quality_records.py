"""A record judged again gives the report of the run that wrote it: the same findings, counts, verdicts and exit code.

As a command it does so over the whole zoo, with shrunk findings; exit 1 if any report differs, and prints where:

    uv run python tests/quality/test_quality_records.py [NAME…]
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ed_contract import Session, api
from ed_contract.cases import smoke
from ed_contract.contract import SEED
from ed_contract.exceptions import EdContractError
from ed_contract.recording import Recorder
from ed_contract.records import judge
from ed_contract.report import Report
from ed_contract.runner.events import End
from ed_contract.score import ZOO, reached
from ed_contract.session import NotConforming
from ed_contract.zoo import MUTANTS, RIGHT

SAMPLE = [one.name for zoo, step in ((MUTANTS, 80), (RIGHT, 20)) for one in zoo[::step] if one.edition == SEED]


def said(report: Report) -> dict[str, Any]:
    """Return everything that a report says, the evidence by its numbers."""
    return {
        "end": report.end,
        "exit code": report.exit_code,
        "verdict": report.verdict,
        "complete": report.complete,
        "judged": str(report.judged),
        "coverage": report.coverage,
        "options": report.options,
        "requests": report.requests,
        "findings": [
            (bug.level, bug.count, bug.also, replace(bug.finding, evidence=()), [one.number for one in evidence])
            for bug in report.bugs
            for evidence in (bug.finding.evidence,)
        ],
        "rows": [
            (row.requirement.id, row.verdict, row.observations, row.inconclusive, row.reason)
            for row in report.requirements
        ],
        "phases": [
            (one.name, one.planned, one.sent, one.accept, one.accepted, one.lost, one.repeated) for one in report.phases
        ],
    }


def difference(name: str) -> str:
    """Run against a server of the zoo, judge the record, and return how the reports differ, or ""."""
    (server,) = (one for one in ZOO if one.name == name)
    with tempfile.TemporaryDirectory() as folder, reached(server, sockets=False) as (target, restart):
        recorder = Recorder(Path(folder) / "run.ndjson")
        age = 0.0 if target.app is not None else None
        quick = replace(target, request_timeout=2.0)
        lived = said(api.run(quick, strict=True, key_age=age, restart=restart, recorder=recorder))
        recorder.close()
        again = said(judge(recorder.path, strict=True))
    return "; ".join(f"{part}: {lived[part]} != {again[part]}" for part in lived if lived[part] != again[part])


@pytest.mark.parametrize("name", SAMPLE)
def test_a_record_says_what_the_run_said(name):
    """Over right and broken servers; the command does this for all."""
    assert difference(name) == ""


@pytest.mark.parametrize("name", ["sixteen-or-a-conflict", "name-of-the-first", "answers-201", "keys-of-all-accounts"])
def test_a_record_of_a_session_says_what_the_session_raised(name, tmp_path):
    """Whatever a user's own tests send."""
    (server,) = (one for one in ZOO if one.name == name)
    raised = []
    with reached(server, sockets=False) as (target, _):
        recorder = Recorder(tmp_path / "session.ndjson")
        with Session(target, recorder=recorder) as session:
            for step in (step for sequence in smoke() for step in sequence.steps):
                try:
                    session.send(step)
                except NotConforming as error:
                    raised += re.findall(r"^\d+\. (FAIL .*?) \(", str(error), re.MULTILINE)
                except (EdContractError, AttributeError):  # a burst is not a step
                    continue
        recorder.close()
    report = judge(recorder.path)
    assert report.end is End.FINISHED
    found = [f"FAIL {bug.finding.requirement} [{bug.finding.fault}]" for bug in report.failing]
    also = [f"FAIL {bug.finding.requirement} [{one}]" for bug in report.failing for one in bug.also]
    assert {*found, *also} == {*raised}


def main() -> None:
    """Judge the records of runs over the zoo, and print the differences."""
    names = sys.argv[1:] or [one.name for one in ZOO]
    wrong = 0
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        for name, problem in zip(names, pool.map(difference, names), strict=True):
            wrong += bool(problem)
            if problem:
                print(f"{name}: {problem}", flush=True)
    print(f"{len(names)} records, {wrong} that say something else")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
