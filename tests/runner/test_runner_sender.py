"""Keys, headers, retries and the cap: what happens between a step and its interaction."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from common.interactions import WEBHOOK, answered
from common.scripted import CREATED, EXAMPLE, Scripted, sender

from ed_contract.case import Burst, Credential, Key, Step, case
from ed_contract.contract import CONTRACT
from ed_contract.interaction import NoAnswer, NotSent, Response
from ed_contract.runner.keys import Keys
from ed_contract.runner.limits import CapReached, TimeIsUp
from ed_contract.runner.retry import LONG_PAUSE, PAUSE, wait_for
from ed_contract.transport import Dropped, OutOfTime, TimedOut, Unreached, Unsendable

BUSY = answered({}, 429)

CODE = CONTRACT.parts.idempotency.code


def test_keys_of_a_seed_are_the_same_again_and_never_twice():
    """36 characters, lower case, a letter first."""
    one, other = Keys(seed=7, salt=""), Keys(seed=7, salt="")
    made = [one.fresh() for _ in range(2000)]
    assert made[:5] == [other.fresh() for _ in range(5)]
    assert len(set(made)) == 2000
    assert all(len(key) == 36 and key[0] in "abcdef" and key == key.lower() for key in made)
    assert Keys(seed=7, salt="x").fresh() != made[0] != Keys(seed=8, salt="").fresh()


def test_labels_hold_within_a_sequence_and_at_labels_over_the_run():
    """Templates make keys that differ in part from one fresh value."""
    keys = Keys(seed=0, salt="")
    first, second = {}, {}
    assert keys.fill(Key(), first) == keys.fill(Key(), first) != keys.fill(Key(), second)
    assert keys.fill(Key(label="@kept"), first) == keys.fill(Key(label="@kept"), second)
    assert keys.fill(Key(template="{FRESH}"), first) == keys.fill(Key(), first).upper()
    assert keys.fill(Key(template="fixed"), first) == "fixed"


def test_a_step_becomes_a_request_with_its_headers():
    """The credential is a word here: the transport alone knows it."""
    transport = Scripted(lambda _: CREATED)
    interaction = sender(transport).send(Step(case=EXAMPLE), phase="smoke", values={})
    (request,) = transport.requests
    assert dict(request.headers) == {
        "Accept": "application/json",
        "User-Agent": "ed_contract (conformance test)",
        "Stripe-Version": "2024-09-30.acacia",
        "Content-Type": "application/json",
        "Idempotency-Key": interaction.key,
    }
    assert (request.method, request.path, request.body) == ("POST", "/v2/core/event_destinations", EXAMPLE.body)
    assert interaction.number == 1
    without = sender(transport).send(Step(case=EXAMPLE, key=None), phase="smoke", values={})
    assert without.key is None
    assert "Idempotency-Key" not in dict(without.request.headers)


def test_a_step_as_a_client_writes_it_has_the_headers_of_that_client():
    """In its order; the credential's comes from the transport, and what the request does not have is left out."""
    headers = (("Authorization", "Bearer {credential}"), ("x-by", "{version} of {uuid}"), ("Content-Type", "text/x"))
    step = Step(case=replace(EXAMPLE, headers=headers))
    sent = [
        sender(Scripted(lambda _: CREATED)).send(one, phase="smoke", values={})
        for one in (step, replace(step, key=None))
    ]
    first, without = sent
    assert first.request.headers == (("x-by", f"2024-09-30.acacia of {first.key}"), ("Content-Type", "text/x"))
    assert without.request.headers == (("Content-Type", "text/x"),)


def test_busy_is_tried_again_five_times():
    """429 and 503 say nothing about the contract; waits grow."""
    waits: list[float] = []
    told = {1: answered({}, 503), 2: BUSY}
    transport = Scripted(lambda number: told.get(number, CREATED))
    interaction = sender(transport, waits=waits).send(Step(case=EXAMPLE), phase="smoke", values={})
    assert (interaction.status, interaction.attempts, interaction.unanswered, waits) == (200, 3, 0, [0.1, 0.2])
    waits.clear()
    interaction = sender(Scripted(lambda _: later("1")), waits=waits).send(Step(case=EXAMPLE), phase="smoke", values={})
    assert (interaction.status, interaction.attempts, waits) == (429, 6, [1.0] * 5)


def later(after):
    """Return a 429 that says when to come back."""
    return Response(status=429, headers=(("retry-after", after),), body=b"", document={})


def test_who_is_told_to_come_back_in_an_hour_does_not_wait():
    """The case is undecided at once."""
    waits: list[float] = []
    sending = sender(Scripted(lambda _: later("3600")), waits=waits)
    interaction = sending.send(Step(case=EXAMPLE), phase="smoke", values={})
    assert (interaction.status, interaction.attempts, waits) == (429, 1, [])


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        (" 2.5 ", 2.5),
        ("30", 30.0),
        ("-5", 0.0),
        ("30.1", None),
        ("9" * 5000, None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("Wed, 21 Oct 2015 07:28:00 -0000", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 -2359", None),
        *((odd, 0.4) for odd in ("", "nan", "inf", "1e400", "1_0", "\u0661", "soon", "0x10")),
        ("Wed, 21 Oct 2015 07:28:00 +9999999999999999999", 0.4),
        ("Wed, 21 Oct 99999 07:28:00 GMT", 0.4),
    ],
)
def test_retry_after_is_seconds_or_a_date(text, seconds):
    """What is neither is ours to choose, and more than 30 s are not waited for: None."""
    assert wait_for(later(text), 2) == seconds


def test_our_own_waits_do_not_grow_for_ever():
    """Whatever the number of tries that a user asks for."""
    assert wait_for(answered({}, 503), 10_000) == 30.0


def test_a_key_that_is_in_use_a_moment_longer_is_asked_for_again():
    """Not so when the refusal has the conflict's code, nor once another one stayed."""
    in_use, conflict = (
        answered({"error": {"code": "in_use"}}, 409),
        answered({"error": {"code": CODE}}, 409),
    )
    waits: list[float] = []
    step = Step(case=EXAMPLE)
    late = sender(Scripted(lambda number: in_use if number < 3 else CREATED), waits=waits)
    assert late.send(step, phase="smoke", values={}).status == 200
    assert waits == [PAUSE] * 2
    waits.clear()
    for answer, waited in ((conflict, []), (in_use, [PAUSE] * 4)):
        stays = sender(Scripted(lambda _, answer=answer: answer), waits=waits)
        assert [stays.send(step, phase="smoke", values={}).status for _ in range(2)] == [409, 409]
        assert waits == waited


DROPPED, LATE = Dropped("reset"), TimedOut("no answer within 1 s")


@pytest.mark.parametrize(
    ("error", "answer", "waited"),
    [
        (LATE, NoAnswer(reason="no answer within 1 s", late=True), [[], []]),
        (DROPPED, NoAnswer(reason="the connection ended: reset", ended=True), [[0.1, 0.2], [0.1, 0.9, 2.5]]),
        (Unreached("refused"), NoAnswer(reason="no connection: refused"), [[0.1, 0.2], [0.1, 0.9, 2.5]]),
    ],
)
def test_a_lost_answer_is_asked_for_again_under_the_same_key(error, answer, waited):
    """So that a restart passes meanwhile; before anything was answered the address may be wrong, and it is told soon.

    What came too late is asked for once more.
    """
    for served, waits_expected in zip((0, 1), waited, strict=True):
        waits: list[float] = []
        transport = Scripted(lambda number, served=served: CREATED if number <= served else error)
        sending = sender(transport, waits=waits)
        for _ in range(served):
            sending.send(Step(case=EXAMPLE), phase="smoke", values={})
        interaction = sending.send(Step(case=EXAMPLE), phase="smoke", values={})
        reached = not isinstance(error, Unreached)  # what could not connect came to nothing, and is no lost answer
        assert (interaction.answer, interaction.lost, waits) == (answer, reached, waits_expected)
        assert interaction.attempts == (2 if error is LATE else 4)
        assert interaction.unanswered == (interaction.attempts if reached else 0)
        assert len(set(transport.requests[served:])) == 1


def test_an_answer_that_comes_at_the_second_try_stands():
    """The interaction says that one was lost."""
    waits: list[float] = []
    sending = sender(Scripted(lambda number: DROPPED if number == 2 else CREATED), waits=waits)
    told = [sending.send(Step(case=EXAMPLE), phase="smoke", values={}) for _ in range(2)]
    assert [(one.status, one.lost, one.attempts, one.unanswered) for one in told] == [
        (200, False, 1, 0),
        (200, True, 2, 1),
    ]
    assert waits == [0.1]


@pytest.mark.parametrize(("error", "attempts"), [(DROPPED, 2), (LATE, 1)])
def test_in_a_hurry_it_is_asked_for_again_without_a_pause(error, attempts):
    """Where some cases are known to get no answer, and where a large body was refused on the way."""
    for hurried, body in ((True, WEBHOOK), (False, {**WEBHOOK, "name": "x" * 9000})):
        waits: list[float] = []
        sending = sender(Scripted(lambda _: error), waits=waits)
        sending.hurried = hurried
        interaction = sending.send(Step(case=case("x", body)), phase="smoke", values={})
        assert waits == []
        assert interaction.attempts == attempts + (error is LATE and not hurried)


def test_a_409_after_a_lost_answer_is_waited_out():
    """The request whose answer was lost may be under way; the conflict's code says that it is not."""
    in_use, conflict = (
        answered({"error": {"code": "in_use"}}, 409),
        answered({"error": {"code": CODE}}, 409),
    )
    for answer, waited in ((in_use, [PAUSE] * 4 + [LONG_PAUSE] * 2), (conflict, [])):
        waits: list[float] = []
        sending = sender(
            Scripted(lambda number, answer=answer: [CREATED, DROPPED, answer][min(number, 3) - 1]), waits=waits
        )
        for _ in range(2):
            sending.send(Step(case=EXAMPLE), phase="smoke", values={})
        assert waits == [0.1, *waited]


class Bursting(Scripted):
    """Answers a burst from a list, and what comes by itself from the script."""

    def __init__(self, script, answers):
        super().__init__(script)
        self.answers = answers

    def burst(self, requests, **_):
        """Answer from the list."""
        return self.answers[: len(requests)]


def test_what_a_burst_loses_is_asked_for_again_one_by_one():
    """When one stays unanswered, the target has had its time: the others are asked for once more."""
    burst = Burst(steps=(Step(case=EXAMPLE),) * 3)
    sending = sender(Bursting(lambda _: CREATED, [DROPPED, CREATED, DROPPED]))
    told = sending.burst(burst, phase="bursts", values={})
    assert [(one.status, one.unanswered, one.attempts) for one in told] == [(200, 1, 2), (200, 0, 1), (200, 1, 2)]
    waits: list[float] = []
    down = sender(Bursting(lambda number: CREATED if number == 1 else DROPPED, [DROPPED] * 3), waits=waits)
    down.send(Step(case=EXAMPLE), phase="smoke", values={})
    assert [one.attempts for one in down.burst(burst, phase="bursts", values={})] == [4, 2, 2]
    assert waits == [0.1, 0.9, 2.5]


def test_a_run_sends_twelve_requests_with_a_wrong_credential_at_most():
    """Who sees more may lock the account."""
    transport = Scripted(lambda _: answered({}, 401))
    sending = sender(transport)
    for credential in (Credential.NONE, Credential.UNKNOWN) * 7:
        last = sending.send(Step(case=EXAMPLE, credential=credential), phase="auth", values={})
    assert len(transport.requests) == 12
    assert last.answer == NotSent(reason="a run sends at most 12 requests with a wrong credential")


def test_what_cannot_be_sent_is_not_tried_again():
    """Our own client refused it."""
    transport = Scripted(lambda _: Unsendable("illegal header"))
    interaction = sender(transport).send(Step(case=EXAMPLE), phase="smoke", values={})
    assert interaction.answer == NotSent(reason="illegal header")
    assert len(transport.requests) == 1


def test_the_cap_counts_every_attempt():
    """A run keeps to what it said beforehand, and what it sent until then is recorded."""
    for answer, attempts in ((BUSY, 3), (DROPPED, 3)):
        transport = Scripted(lambda _, answer=answer: answer)
        sending = sender(transport, most=3)
        interaction = sending.send(Step(case=EXAMPLE), phase="smoke", values={})
        assert interaction.attempts == attempts == len(transport.requests)
        assert not isinstance(interaction.answer, NoAnswer) or interaction.answer.cut
        assert isinstance(sending.over, CapReached)
        with pytest.raises(CapReached):
            sending.send(Step(case=EXAMPLE), phase="smoke", values={})
    reserving = sender(Scripted(lambda _: CREATED), most=3)
    reserving.reserved = 3
    with pytest.raises(CapReached):
        reserving.send(Step(case=EXAMPLE), phase="smoke", values={})


def test_the_time_of_the_run_cuts_waits_and_requests():
    """What was sent is recorded, and says nothing of the target."""
    deadline = time.monotonic() + 20
    waits: list[float] = []
    transport = Scripted(lambda _: later("30"))
    sending = sender(transport, waits=waits, deadline=deadline)
    assert sending.send(Step(case=EXAMPLE), phase="smoke", values={}).status == 429
    assert isinstance(sending.over, TimeIsUp)
    assert transport.until == [deadline]
    (waited,) = waits
    assert 10 < waited < 20
    cut = sender(Scripted(lambda _: OutOfTime())).send(Step(case=EXAMPLE), phase="smoke", values={})
    assert (cut.answer, cut.attempts) == (NoAnswer(reason="the time of the run is over", late=True, cut=True), 1)


def test_when_time_is_up_nothing_more_is_sent():
    """Neither a step nor a burst."""
    transport = Scripted(lambda _: CREATED)
    late = sender(transport, deadline=0.0)
    with pytest.raises(TimeIsUp):
        late.send(Step(case=EXAMPLE), phase="smoke", values={})
    with pytest.raises(TimeIsUp):
        late.burst(Burst(steps=(Step(case=EXAMPLE),)), phase="smoke", values={})
    assert transport.requests == []
