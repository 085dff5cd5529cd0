"""What changed since the last run: which findings are new, and which are gone."""

from __future__ import annotations

import pytest

from ed_contract.report.changes import Changes, changes

URL = "http://127.0.0.1:8000/v2/core/event_destinations"
ROW, OTHER = "echo/name", "idempotency/replay"


def document(*, began="2026-01-02T03:04:05.678Z", target=URL, end="finished", phases=("smoke",), **rows):
    """Return what a JSON report says of requirements: the faults of each, or why there are none."""
    return {
        "target": target,
        "began": began,
        "end": end,
        "phases": [{"name": name} for name in phases],
        "requirements": [
            {
                "id": row,
                "verdict": "skipped" if faults is None else "fail" if faults else "pass",
                "findings": [{"requirement": row, "fault": fault} for fault in faults or ()],
            }
            for row, faults in rows.pop("rows").items()
        ],
        **rows,
    }


def test_what_is_new_and_what_is_gone():
    """By requirement and fault; what both have is neither."""
    now, last = document(rows={ROW: ["cut", "lost"]}), document(rows={ROW: ["cut", "retyped"]})
    found = changes(now, last)
    assert found == Changes(
        began="2026-01-02T03:04:05.678Z", new=((ROW, "lost"),), gone=((ROW, "retyped"),), alike=False
    )
    assert found.said == "1 new, 1 gone"


@pytest.mark.parametrize(
    ("new", "gone", "said"),
    [
        ((), (), "the same findings"),
        (((ROW, "a"), (ROW, "b")), (), "2 new"),
        ((), ((ROW, "a"),), "1 gone"),
    ],
)
def test_it_is_said_in_a_few_words(new, gone, said):
    """As the head of the page says it."""
    assert Changes(began=None, new=new, gone=gone).said == said


def test_what_a_run_did_not_judge_is_neither_new_nor_gone():
    """Whether the requirement was skipped, or left out."""
    now, last = document(rows={ROW: ["cut"], OTHER: None}), document(rows={OTHER: ["id"]})
    found = changes(now, last)
    assert found == Changes(began=last["began"], new=(), gone=(), alike=False)
    assert found.said == "nothing known to be new or gone"


@pytest.mark.parametrize(
    "less", [{"end": "max-findings"}, {"end": "max-requests"}, {"phases": ("smoke",)}, {"phases": ("keys", "shrink")}]
)
def test_what_a_shorter_run_did_not_find_is_not_gone_and_what_a_longer_one_finds_is_not_new(less):
    """One that ended early, or that sent fewer phases; shrinking is no phase of these."""
    phases = ("smoke", "keys")
    whole, short = document(rows={ROW: ["cut"]}, phases=phases), document(rows={ROW: []}, **{"phases": phases, **less})
    assert changes(short, whole).gone == ()
    assert changes(whole, short).new == ()


@pytest.mark.parametrize(
    "other",
    [{"target": "http://127.0.0.1:8001/"}, {"edition": "2026-03"}, {"contract": {"name": "a"}}, {"replicas": ["b"]}],
)
def test_runs_on_other_things_are_not_compared(other):
    """Another target, edition, contract or set of nodes."""
    assert changes(document(rows={ROW: []}), document(rows={ROW: ["cut"]}, **other)) is None
