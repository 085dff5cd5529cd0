"""Several workers find what one finds: a sample of the table that `workers.py` prints."""

from __future__ import annotations

import pytest
from quality.workers import Found, Outcome, outcome_of

SAMPLE = {
    "name-optional": "request/name/required",
    "added-metadata-not-compared": "idempotency/conflict/every-parameter",
    "lets-go-late": "",
    "key-before-credential": "",
}


@pytest.mark.parametrize(("name", "breaks"), SAMPLE.items())
def test_several_workers_find_what_one_finds(name, breaks):
    """On broken servers no less, and nothing on right ones."""
    outcome = outcome_of(name)
    assert outcome.wrong == ""
    assert breaks in outcome.many.broken if breaks else outcome.right


def test_the_table_can_fail():
    """By what is missed, left open, or found at a right server."""

    def said(one, many, **fields):
        return Outcome(name="a", one=one, many=many, **fields).wrong

    nothing = Found(broken=frozenset(), judged=frozenset())
    judged = Found(broken=frozenset(), judged=frozenset({"echo/name"}))
    broken = Found(broken=frozenset({"echo/name"}), judged=frozenset({"echo/name"}))
    assert said(broken, judged) == "misses echo/name"
    assert said(judged, nothing) == "leaves open echo/name"
    assert said(judged, broken) == ""
    assert said(judged, broken, right=True) == "accused of echo/name"
    assert said(judged, broken, right=True, should=("echo/name",)) == ""
