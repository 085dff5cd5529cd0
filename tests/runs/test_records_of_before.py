"""Records that were written when the last phase was called reduction."""

from __future__ import annotations

from pathlib import Path

from ed_contract import Target, run
from ed_contract.records import judge
from ed_contract.zoo import MUTANTS, serving


def test_a_record_that_calls_the_last_phase_reduction_is_judged_as_it_was(tmp_path):
    """The same findings, as small, and the phase under its present name."""
    (one,) = (one for one in MUTANTS if one.name == "name-lower-cased")
    path = tmp_path / "run.ndjson"
    with serving(one) as url:
        report = run(Target(url=url, api_key="sk_test_a"), phases=["smoke"], record=str(path))
    before = Path(tmp_path / "before.ndjson")
    text = path.read_text("utf-8")
    assert '"phase":"shrink"' in text
    before.write_text(text.replace('"phase":"shrink"', '"phase":"reduction"').replace(',"cut":false', ""), "utf-8")
    again = judge(before)
    told = [(bug.finding.identity, bug.finding.matters, bug.finding.repeats, bug.count) for bug in report.bugs]
    assert [(bug.finding.identity, bug.finding.matters, bug.finding.repeats, bug.count) for bug in again.bugs] == told
    assert [phase.name for phase in again.phases] == [phase.name for phase in report.phases]
    assert (report.phases[-1].name, again.end) == ("shrink", report.end)
