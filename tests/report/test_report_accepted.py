"""How many of the creates that had to be accepted were."""

from __future__ import annotations

import pytest
from common.interactions import WEBHOOK, Run, answered, conflict, destination
from common.reports import report_of


@pytest.mark.parametrize("answer", [conflict(), answered({}, 422), answered({}, 400)])
def test_what_is_refused_under_a_used_key_is_no_create(answer):
    """By whatever status; under a fresh key, the same refusal is one of a create."""
    run = Run()
    run.exchange(WEBHOOK, answered(destination(WEBHOOK)), key="a")
    run.exchange(WEBHOOK | {"name": "other"}, answer, key="a")
    run.exchange(WEBHOOK, answered({}, 400), key="b")
    report = report_of([(one, []) for one in run.history.interactions()])
    assert report.coverage["accept"] == {"sent": 2, "accepted": 1}
