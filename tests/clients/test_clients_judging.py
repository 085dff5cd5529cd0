"""The checks of clients on what a server received, written out: where they accuse, and where they must not."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from ed_contract.clients import SCENARIOS, Act, Canned, Played, Received, Scenario, judge_played
from ed_contract.clients.played import Exited
from ed_contract.clients.requirements import REQUIREMENTS
from ed_contract.reference import PATH
from ed_contract.verdict import Verdict

PARAMS = {
    "name": "Orders",
    "enabled_events": ["v1.billing.meter.error_report_triggered"],
    "event_payload": "thin",
    "type": "webhook_endpoint",
    "webhook_endpoint": {"url": "https://example.com/hook"},
}
ALL = Scenario(name="test", sentence="Whatever a test says.", wants=tuple(REQUIREMENTS))
LOST = {"cue": Act.CUT, "status": None}
CONFLICT = {"cue": Act.CONFLICT, "status": 409, "answer": b'{"error": {"code": "idempotency_error"}}'}
IN_USE = {"cue": Act.HOLD, "status": 409, "answer": b'{"error": {"code": "in_use"}}'}


def create(number, key="k", params=PARAMS, **more):
    """Return a create that was received one second after the one before, and answered at once."""
    headers = (("Content-Type", "application/json"), *((("Idempotency-Key", key),) if key else ()))
    answered = {"cue": Act.SERVE, "status": 200, "answer_headers": (), "answer": b"{}"}
    when = {"began": float(number), "ended": float(number)}
    sent = {"method": "POST", "path": PATH, "headers": headers, "body": json.dumps(params).encode()}
    return Received(number=number, **(sent | answered | when | more))


def judged(*received, ended=None, scenario=ALL):
    """Return the findings, and the verdict of each requirement."""
    report = judge_played([Played(scenario=scenario, received=received, ended=ended)], name="a client")
    return {bug.finding.identity for bug in report.bugs}, {row.id: row.verdict for row in report.requirements}


def test_a_create_that_is_replayed_often_after_it_was_done_is_no_retry():
    """A client may ask for it again by its key as often as it likes."""
    found, rows = judged(*(create(number) for number in range(1, 30)))
    assert found == set()
    assert rows["client/retry/bounded"] is Verdict.SKIPPED


def test_other_creates_under_one_key_are_no_attempts_at_the_first():
    """That the key is used up is told, and nothing else."""
    others = (create(number, params={**PARAMS, "name": str(number)}, **CONFLICT) for number in range(2, 30))
    assert judged(create(1), *others)[0] == {("client/new-key", "a used key")}


@pytest.mark.parametrize(("began", "accused"), [(1.5, False), (2.5, True)])
def test_the_same_create_under_another_key_is_a_retry_if_the_first_was_known_to_be_lost(began, accused):
    """Sent before, it is a second destination that is wanted."""
    first = create(1, "a", **LOST | {"ended": 2.0})
    found, _ = judged(first, create(2, "b", began=began, ended=3.0))
    assert (("client/retry/same-key", "another key") in found) is accused


@pytest.mark.parametrize("name", ["Retry-After", "retry-after"])
@pytest.mark.parametrize("said", ["5", "Thu, 01 Jan 1970 00:00:06 GMT"])
@pytest.mark.parametrize(("began", "accused"), [(2.0, True), (6.0, False)])
def test_a_pause_is_asked_for_in_seconds_or_as_a_date(name, said, began, accused):
    """In whatever case the header is written."""
    limited = create(1, status=429, cue=Act.LIMIT, answer_headers=((name, said),), answer=b"{}")
    found, rows = judged(limited, create(2, began=began, ended=began))
    assert (("client/retry/waits", "test") in found) is accused
    assert rows["client/retry/waits"] is (Verdict.FAIL if accused else Verdict.PASS)


@pytest.mark.parametrize(("last", "row"), [(6.5, Verdict.PASS), (4.0, Verdict.FAIL)])
def test_a_create_that_was_sent_concurrently_is_no_retry(last, row):
    """The same create under the same key may be under way twice: the retry is the one after the pause."""
    limited = create(1, status=429, cue=Act.LIMIT, answer_headers=(("Retry-After", "5"),), answer=b"{}")
    twin, again = create(2, began=0.5, ended=1.5), create(3, began=last, ended=last)
    assert judged(limited, twin, again)[1]["client/retry/waits"] is row


def test_a_pause_that_cannot_be_read_is_not_judged():
    """Nobody could keep to it."""
    limited = create(1, status=503, answer_headers=(("Retry-After", "soon"),), answer=b"{}")
    assert judged(limited, create(2))[1]["client/retry/waits"] is Verdict.SKIPPED


@pytest.mark.parametrize(
    ("answered", "row"),
    [
        ({"status": 503, "cue": Canned(status=503)}, Verdict.FAIL),
        ({"status": 500, "cue": Canned(status=500)}, Verdict.FAIL),
        (LOST, Verdict.FAIL),
        (IN_USE, Verdict.FAIL),
        (CONFLICT, Verdict.SKIPPED),
        ({"status": 400, "answer": b'{"error": {"code": "invalid_fields"}}'}, Verdict.SKIPPED),
        ({"status": 401, "answer": b"{}"}, Verdict.SKIPPED),
    ],
)
def test_what_is_to_be_retried_follows_from_what_the_client_was_told(answered, row):
    """Whoever answered it so: a scenario, or a test."""
    assert judged(create(1, **answered))[1]["client/retry/recovers"] is row


def test_a_refusal_that_ends_the_retries_is_no_giving_up():
    """What is refused for good cannot be recovered."""
    assert judged(create(1, **LOST), create(2, **CONFLICT))[1]["client/retry/recovers"] is Verdict.SKIPPED


def test_the_same_parameters_in_other_words_are_the_same():
    """Order and blanks of the JSON say nothing."""
    again = replace(create(2), body=json.dumps(dict(reversed(PARAMS.items())), indent=1).encode())
    assert judged(create(1, **LOST), again)[0] == set()


def test_a_word_in_a_description_does_not_ask_for_the_secret():
    """Only `include` does."""
    told = {**PARAMS, "description": "without webhook_endpoint.signing_secret"}
    later = replace(create(2), method="GET", path=f"{PATH}/ed_1?include=webhook_endpoint.signing_secret")
    assert judged(create(1, params=told), later)[0] == {("client/secret-at-creation", "asked for later")}
    asking = {**PARAMS, "include": ["webhook_endpoint.signing_secret"]}
    assert judged(create(1, params=asking), later)[0] == set()


def test_nothing_is_said_of_exit_codes_where_it_is_not_known_that_the_client_works():
    """It may fail whatever is answered."""
    one = create(1, cue=Act.NULLS)
    assert judged(one, ended=Exited(code=1), scenario=SCENARIOS["nulls"])[0] == set()


def test_a_create_that_is_corrected_after_a_refusal_is_no_retry():
    """Nothing was made: its key may be used again, or another."""
    refused = {"status": 400, "cue": Act.SERVE, "answer": b'{"error": {"code": "invalid_fields"}}'}
    corrected = {**PARAMS, "name": "Refunds"}
    assert judged(create(1, **refused), create(2, params=corrected))[0] == set()
    expired = {"status": 401, "cue": Act.EXPIRE, "answer": b"{}"}
    assert judged(create(1, "a", **expired), create(2, "b"))[0] == set()


def test_a_conflict_is_not_escaped_by_another_key():
    """The first create stands, and nobody has said what became of it."""
    found, _ = judged(create(1, "a", **CONFLICT), create(2, "b"))
    assert found == {("client/retry/same-key", "another key")}


@pytest.mark.parametrize(
    ("answered", "after"),
    [
        ({**LOST, "cue": Act.CUT}, "the connection was reset"),
        ({"status": 500, "answer": b"{}"}, "a 500"),
        (
            {**LOST, "cue": Act.RESTART},
            "the server restarted: attempts while it was down, for 0.5 s, were refused and are not counted",
        ),
    ],
)
def test_giving_up_is_told_by_what_arrived(answered, after):
    """A client that retries while the server is down is not told that it gave up at once."""
    report = judge_played([Played(scenario=ALL, received=(create(1, **answered),), ended=None)], name="a client")
    assert [bug.actual for bug in report.bugs if bug.requirement == "client/retry/recovers"] == [
        f"the create arrived once, and not again after {after}"
    ]


@pytest.mark.parametrize(
    ("answered", "row"),
    [
        (LOST, Verdict.SKIPPED),
        ({"status": 500, "cue": Act.FAIL}, Verdict.SKIPPED),
        (IN_USE, Verdict.SKIPPED),
        ({"status": 429, "cue": Act.LIMIT, "answer": b"{}"}, Verdict.FAIL),
    ],
)
def test_without_a_key_nobody_has_to_retry_what_may_have_been_done(answered, row):
    """It would not be safe; that there is no key is the finding. Where nothing was done, a retry is safe."""
    found, rows = judged(create(1, None, **answered))
    assert ("client/key", "no key") in found
    assert rows["client/retry/recovers"] is row


def test_without_a_key_there_is_no_conflict_to_report():
    """No server answers that to a create without a key."""
    happy = Played(scenario=SCENARIOS["happy"], received=(create(1, None),), ended=Exited(code=0))
    conflict = Played(scenario=ALL, received=(create(2, None, **CONFLICT), create(3, None)), ended=Exited(code=0))
    report = judge_played([happy, conflict], name="a client")
    assert {bug.finding.requirement for bug in report.bugs} == {"client/key"}


@pytest.mark.parametrize(("name", "row"), [("Orders", Verdict.PASS), ("Refunds", Verdict.FAIL)])
def test_a_client_may_look_instead_of_retrying(name, row):
    """In the list it sees whether its destination was made."""
    listed = json.dumps({"data": [{"id": "ed_1", "name": name}]}).encode()
    look = replace(create(2), method="GET", body=b"", answer=listed)
    assert judged(create(1, **LOST), look)[1]["client/retry/recovers"] is row
