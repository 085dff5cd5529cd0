"""What is said of a key whose first create was refused, or sent by a stranger; and of creates that meet."""

from __future__ import annotations

from dataclasses import replace

import pytest
from common.interactions import WEBHOOK, Run, answered, conflict, destination

from ed_contract.case import Credential, Expectation
from ed_contract.finding import Finding, Held, Unclear

INVALID = {**WEBHOOK, "name": 5}
REFUSED = answered({"error": {"code": "invalid_fields", "message": "name: expected a string"}}, 400)
IN_USE = answered({"error": {"code": "idempotency_key_in_use", "message": "try again"}}, 409)
FULL = answered({"error": {"code": "too_many", "message": "The quota of destinations is exceeded."}}, 409)
UNKNOWN = answered({"error": {"code": "unauthenticated", "message": "who?"}}, 401)
RETRY, OWNER = "idempotency/refused/retry", "idempotency/refused/owner"


def started():
    """Return a run in which a valid create was taken, and another one refused under the key `k`."""
    run = Run()
    run.exchange(WEBHOOK)
    run.exchange(INVALID, REFUSED, key="k", expectation=Expectation.REJECT)
    return run


def told(observations, row):
    """Return of which sort the observations of a row are."""
    return [type(one) for one in observations if one.requirement == row]


@pytest.mark.parametrize(
    ("answer", "seconds", "sort"),
    [
        (REFUSED, 0, Held),
        (answered({"error": {"code": "other", "message": "no"}}, 422), 0, Held),
        (conflict(), 0, Finding),
        (IN_USE, 5, Finding),
        (IN_USE, 1, Unclear),
        (FULL, 5, Unclear),
    ],
)
def test_the_same_refused_create_is_no_conflict(answer, seconds, sort):
    """Nor is its key in use some seconds later; what speaks of room says nothing of the key."""
    run = started()
    again = run.add(INVALID, answer, key="k", expectation=Expectation.REJECT)
    assert told(run.judge(replace(again, began=10.0, ended=10.0 + seconds)), RETRY) == [sort]


def test_another_create_under_that_key_may_be_a_conflict_or_refused():
    """Some servers bind a key to what was refused under it."""
    for answer in (conflict(), REFUSED, answered(destination(WEBHOOK, "ed_9"))):
        run = started()
        run.exchange(WEBHOOK, answer, key="k")
        assert run.findings == []


def test_what_is_made_after_a_refusal_is_given_again():
    """By a row of its own."""
    run = started()
    run.exchange(WEBHOOK, answered(destination(WEBHOOK, "ed_8")), key="k")
    run.exchange(WEBHOOK, answered(destination(WEBHOOK, "ed_9")), key="k")
    assert run.findings == [("idempotency/refused/remembers", "another destination")]


@pytest.mark.parametrize(
    ("params", "expectation", "answer", "sorts"),
    [
        (WEBHOOK, Expectation.ACCEPT, None, [Held]),
        (WEBHOOK, Expectation.ACCEPT, REFUSED, [Finding]),
        (WEBHOOK, Expectation.ACCEPT, FULL, [Unclear]),
        (INVALID, Expectation.REJECT, REFUSED, []),
        (WEBHOOK, Expectation.EITHER, REFUSED, []),
    ],
)
def test_a_key_that_a_stranger_used_is_its_owners(params, expectation, answer, sorts):
    """What may be refused for itself says nothing of the key."""
    run = Run()
    run.exchange(WEBHOOK)
    run.exchange(WEBHOOK, UNKNOWN, key="k", credential=Credential.UNKNOWN, expectation=Expectation.EITHER)
    assert told(run.exchange(params, answer, key="k", expectation=expectation), OWNER) == sorts


def at_once(first, second, got):
    """Return what is found where two creates meet, and the first is answered with another name."""
    run = Run()
    sent = [{**WEBHOOK, "name": name} for name in (first, second)]
    shown = [answered(destination({**sent[0], "name": got}, "ed_1")), answered(destination(sent[1], "ed_2"))]
    run.burst(list(zip(sent, shown, strict=True)), keys=["a", "b"], expectation=Expectation.EITHER)
    return run.findings


def test_creates_that_meet_are_told_apart_from_values_that_change():
    """What is trimmed is trimmed, even if somebody else sent it so; what nobody sent is no mix-up."""
    assert at_once("Orders", "Returns", "Returns") == [("robustness/not-mixed-up", "name")]
    assert at_once(" Orders", "Orders", "Orders") == [("echo/normalised", "name")]
    assert at_once("Orders", "Returns", "Invoices") == [("echo/name", "changed")]
