"""What is said of a key at whose first create we hung up."""

from __future__ import annotations

from dataclasses import replace

import pytest
from common.interactions import WEBHOOK, Run, answered, conflict, destination

from ed_contract.case import HangUp
from ed_contract.finding import Finding, Held, Unclear
from ed_contract.interaction import Glimpse, NoAnswer

LOST = "idempotency/lost-answer"
SEEN, UNSEEN = Glimpse(status=200, id="ed_seen"), Glimpse()
IN_USE = answered({"error": {"code": "idempotency_key_in_use", "message": "try again"}}, 409)
REFUSED = answered({"error": {"code": "invalid_fields", "message": "no"}}, 400)
FULL = answered({"error": {"code": "too_many", "message": "The quota is exceeded."}}, 403)
BUSY = answered({}, 503)


def shown(identifier):
    """Return a right answer that shows an id."""
    return answered(destination(WEBHOOK, identifier))


def hung_up(glimpse):
    """Return a run in which a create was taken, and we hung up at another under the key `k`."""
    run = Run()
    run.exchange(WEBHOOK)
    run.exchange(WEBHOOK, glimpse, key="k")
    return run


def sorts(observations):
    """Return of which sort the observations of the row are."""
    return [type(one) for one in observations if one.requirement == LOST]


def test_an_answer_at_which_we_hung_up_shows_nothing_by_itself():
    """Neither that it was answered nor that it was not."""
    for glimpse in (SEEN, UNSEEN):
        run = hung_up(glimpse)
        assert [one for one in run.judge(run.history.last) if one.requirement != "robustness/keeps-serving"] == []


@pytest.mark.parametrize(
    ("glimpse", "answer", "sort"),
    [
        (SEEN, shown("ed_seen"), Held),
        (SEEN, shown("ed_other"), Finding),
        (SEEN, REFUSED, Finding),
        (SEEN, FULL, Unclear),
        (SEEN, BUSY, Unclear),
        (SEEN, answered(b"", 200), Unclear),
        (SEEN, IN_USE, Unclear),
        (SEEN, conflict(), Unclear),
        (UNSEEN, shown("ed_other"), Unclear),
        (UNSEEN, REFUSED, Unclear),
        (UNSEEN, IN_USE, Unclear),
    ],
)
def test_the_same_create_again_gives_what_was_seen(glimpse, answer, sort):
    """Where no id was seen, it may have been made or not; a key may be in use for a while."""
    run = hung_up(glimpse)
    assert sorts(run.exchange(WEBHOOK, answer, key="k")) == [sort]
    assert {row for row, _ in run.findings} <= {LOST, "response/body"}


def test_what_came_first_is_given_again_by_the_same_row():
    """The evidence begins with the create whose answer was lost."""
    for glimpse in (SEEN, UNSEEN):
        run = hung_up(glimpse)
        run.exchange(WEBHOOK, shown("ed_seen"), key="k")
        assert sorts(run.exchange(WEBHOOK, shown("ed_seen"), key="k")) == [Held]
        (found,) = (one for one in run.exchange(WEBHOOK, shown("ed_9"), key="k") if one.requirement == LOST)
        assert (found.fault, [one.number for one in found.evidence]) == ("another destination", [2, 3, 5])


@pytest.mark.parametrize(
    ("waited", "others", "answer", "sort"),
    [
        (5.0, 1, IN_USE, Finding),
        (5.0, 1, conflict(), Finding),
        (5.0, 0, IN_USE, Unclear),
        (1.0, 1, IN_USE, Unclear),
        (5.0, 1, shown("ed_seen"), Held),
    ],
)
def test_a_key_is_not_in_use_for_ever(waited, others, answer, sort):
    """It was waited for, and is still in use when other keys were used since."""
    run = hung_up(SEEN)
    again = replace(run.add(WEBHOOK, IN_USE, key="k"), began=10.0, ended=10.0 + waited)
    run = hung_up(SEEN)
    run.history.add(again)
    for _ in range(others):
        run.exchange(WEBHOOK)
    assert sorts(run.exchange(WEBHOOK, answer, key="k")) == [sort]


def test_a_near_twin_is_judged_by_the_rows_of_conflicts():
    """A conflict without the code may be about the request whose answer was lost."""
    for answer in (conflict(), IN_USE):
        run = hung_up(SEEN)
        assert sorts(run.exchange(WEBHOOK | {"name": "Returns"}, answer, key="k")) == []
        assert sorts(run.exchange(WEBHOOK, shown("ed_seen"), key="k")) == [Held]
        assert run.findings == []


def test_what_was_seen_is_not_given_to_a_near_twin():
    """That is a conflict that was not refused, and no echo that went wrong."""
    run = hung_up(SEEN)
    run.exchange(WEBHOOK | {"name": "Returns"}, shown("ed_seen"), key="k")
    assert run.findings == [("idempotency/conflict/status", "first given again")]
    run = hung_up(SEEN)
    run.exchange(WEBHOOK | {"name": "Returns"}, shown("ed_other"), key="k")
    assert run.findings == [("echo/name", "changed")]


def test_an_answer_that_the_line_lost_is_another_matter():
    """Nobody hung up: the row says nothing of it."""
    run = hung_up(NoAnswer(reason="dropped", ended=True))
    assert sorts(run.exchange(WEBHOOK, shown("ed_9"), key="k")) == []


def test_a_secret_may_be_hidden_from_who_asks_again():
    """The answer may be a replay."""
    run = Run()
    params = WEBHOOK | {"include": ["webhook_endpoint.signing_secret"]}
    run.exchange(params, SEEN, key="k")
    hidden = destination(params, "ed_seen")
    hidden["webhook_endpoint"]["signing_secret"] = None
    run.exchange(params, answered(hidden), key="k")
    assert run.findings == []


def test_the_reason_says_what_was_seen():
    """For reports, where an answer would stand."""
    assert UNSEEN.reason == "we closed the connection before any of the answer was read"
    assert SEEN.reason == 'we closed the connection once the answer, 200, had shown the id "ed_seen"'
    assert list(HangUp) == ["sent", "under-way", "seen"]
