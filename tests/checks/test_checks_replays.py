"""Replays that are wrapped in something, on literal interactions."""

from __future__ import annotations

import json

import pytest
from common.interactions import EVENTBRIDGE, WEBHOOK, Run, answered, conflict, destination

from ed_contract.contract import CONTRACT
from ed_contract.finding import Finding

ALL_OTHER = EVENTBRIDGE
WHOLE = destination(WEBHOOK, "ed_1")
WRAPPED = [
    ({"data": WHOLE}, '{"data": {"id": "ed_1", "object": '),
    ({"id": "ed_1", "type": "success", "data": WHOLE}, '{"id": "ed_1", "type": "success", "data": {"id": "ed_1", '),
    ([WHOLE], '[{"id": "ed_1", "object": '),
    (json.dumps(WHOLE), '"{\\"id\\": \\"ed_1\\", '),
    ({}, "{}"),
    (b"", "no body"),
    (b"OK", '"OK"'),
]


@pytest.mark.parametrize(("document", "shown"), WRAPPED)
@pytest.mark.parametrize("conflicted", [False, True])
def test_a_replay_that_is_wrapped_in_something_is_one_finding(document, shown, conflicted):
    """It shows the second answer; neither its shape nor what lies between is told beside it."""
    run = Run()
    run.exchange(WEBHOOK, answered(WHOLE), key="k")
    if conflicted:
        run.exchange(ALL_OTHER, conflict(), key="k")
    run.exchange(
        WEBHOOK, answered(document, media_type="text/plain" if document == b"OK" else "application/json"), key="k"
    )
    assert run.findings == [("idempotency/replay", "no destination")]
    (finding,) = (one for one in run.observations if isinstance(one, Finding))
    assert finding.expected == 'the destination "ed_1" again'
    assert finding.actual.startswith(f"200 with {shown}")


@pytest.mark.parametrize(("document", "shown"), WRAPPED)
def test_a_replay_in_a_burst_that_is_wrapped_is_the_same_finding(document, shown):
    """The burst made one destination, as far as can be seen."""
    run = Run()
    run.burst([(WEBHOOK, answered(document)), (WEBHOOK, answered(WHOLE)), (WEBHOOK, conflict("in_use"))])
    assert run.findings == [("idempotency/replay", "no destination")]
    assert run.held("idempotency/burst/one-destination")
    (finding,) = (one for one in run.observations if isinstance(one, Finding))
    assert [one.number for one in finding.evidence] == [2, 3, 1]
    assert finding.actual.startswith(f"200 with {shown}")


def test_after_a_burst_a_wrapped_replay_is_told_as_any_other():
    """Which of a burst made the destination shows in the answer that is none of these."""
    run = Run()
    run.burst([(WEBHOOK, answered({"data": WHOLE})), (WEBHOOK, answered(WHOLE))])
    run.exchange(WEBHOOK, answered({"data": WHOLE}), key="burst")
    assert run.findings == [("idempotency/replay", "no destination")] * 2


def test_who_wraps_every_answer_replays_rightly():
    """The first answer is the model of the second; what is wrong with both is told of the first."""
    run = Run()
    for _ in range(2):
        run.exchange(WEBHOOK, answered({"data": WHOLE}), key="k")
    assert not [row for row, _ in run.findings if row.startswith("idempotency/")]
    assert ("response/id/required", "absent") in run.findings


def test_a_replay_may_leave_out_or_add_some_members():
    """A destination that lacks what may be absent is one all the same."""
    lean = {name: value for name, value in WHOLE.items() if value not in (None, {}) and name != "events_from"}
    for first, again in ((WHOLE, lean), (lean, WHOLE | {"extra": 1})):
        run = Run()
        for document in (first, again):
            run.exchange(WEBHOOK, answered(document), key="k")
        assert run.findings == []


@pytest.mark.parametrize(
    ("change", "row"),
    [(str.lower, "idempotency/replay"), ("{}/2".format, "idempotency/same-parameters")],
)
def test_a_replay_with_other_headers_is_in_other_words(change, row):
    """Not so where only the case of their names differs: HTTP takes them for the same."""
    run = Run()
    run.exchange(WEBHOOK, answered(WHOLE), key="k")
    ours, lower = CONTRACT.headers.ours, change is str.lower
    headers = tuple((change(name), value) if lower else (name, change(value)) for name, value in ours)
    run.exchange(WEBHOOK, conflict(), key="k", headers=headers)
    assert run.findings == [(row, "refused")]
