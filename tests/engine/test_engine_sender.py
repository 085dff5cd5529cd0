"""Keys, headers, retries and the cap: what happens between a step and its interaction."""

from __future__ import annotations

import pytest
from common.interactions import WEBHOOK, answered
from common.scripted import CREATED, EXAMPLE, Scripted, sender

from ed_contract.case import Burst, Key, Step, case
from ed_contract.checks.request import CODE
from ed_contract.engine.keys import Keys
from ed_contract.engine.retry import PAUSE
from ed_contract.engine.sender import CapReached, TimeIsUp
from ed_contract.interaction import NoAnswer, NotSent, Response
from ed_contract.transport import Dropped, TimedOut, Unreached, Unsendable

BUSY = answered({}, 429)


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


def test_busy_is_tried_again_five_times_and_retry_after_is_honoured():
    """429 and 503 say nothing about the contract; waits grow, and none is longer than 30 s."""
    waits: list[float] = []
    told = {1: answered({}, 503), 2: BUSY}
    transport = Scripted(lambda number: told.get(number, CREATED))
    interaction = sender(transport, waits=waits).send(Step(case=EXAMPLE), phase="smoke", values={})
    assert (interaction.status, interaction.attempts, waits) == (200, 3, [0.1, 0.2])
    slow = answered({}, 429)
    slow = type(slow)(status=429, headers=(("retry-after", "3600"),), body=b"", document={})
    waits.clear()
    interaction = sender(Scripted(lambda _: slow), waits=waits).send(Step(case=EXAMPLE), phase="smoke", values={})
    assert (interaction.status, interaction.attempts, waits) == (429, 6, [30.0] * 5)


def test_a_wait_that_is_no_number_is_ours_to_choose():
    """`Retry-After: nan` ends no run."""
    waits: list[float] = []
    odd = Response(status=503, headers=(("retry-after", "nan"),), body=b"", document={})
    sender(Scripted(lambda number: odd if number == 1 else CREATED), waits=waits).send(
        Step(case=EXAMPLE), phase="smoke", values={}
    )
    assert waits == [0.1]


def test_a_key_that_is_in_use_a_moment_longer_is_asked_for_again():
    """Not so when the refusal has the conflict's code, nor once another one stayed."""
    in_use, conflict = answered({"error": {"code": "in_use"}}, 409), answered({"error": {"code": CODE}}, 409)
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


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (TimedOut("no answer within 1 s"), "no answer within 1 s"),
        (Dropped("reset"), "the connection ended: reset"),
        (Unreached("refused"), "no connection: refused"),
    ],
)
def test_a_lost_answer_is_asked_for_once_more_under_the_same_key(error, reason):
    """The second answer stands, and the interaction says that one was lost; two lost ones are none."""
    transport = Scripted(lambda number: error if number == 1 else CREATED)
    interaction = sender(transport).send(Step(case=EXAMPLE), phase="smoke", values={})
    assert (interaction.status, interaction.lost, interaction.attempts) == (200, True, 2)
    assert transport.requests[0] == transport.requests[1]
    twice = sender(Scripted(lambda _: error)).send(Step(case=EXAMPLE), phase="smoke", values={})
    assert twice.answer == NoAnswer(reason=reason, ended=isinstance(error, Dropped))


def test_what_cannot_be_sent_is_not_tried_again():
    """Our own client refused it."""
    transport = Scripted(lambda _: Unsendable("illegal header"))
    interaction = sender(transport).send(Step(case=EXAMPLE), phase="smoke", values={})
    assert interaction.answer == NotSent(reason="illegal header")
    assert len(transport.requests) == 1


def test_the_cap_counts_every_attempt():
    """A run keeps to what it said beforehand."""
    transport = Scripted(lambda _: BUSY)
    with pytest.raises(CapReached):
        sender(transport, most=3).send(Step(case=case("x", WEBHOOK)), phase="smoke", values={})
    assert len(transport.requests) == 3


def test_when_time_is_up_nothing_more_is_sent():
    """Neither a step nor a burst."""
    transport = Scripted(lambda _: CREATED)
    late = sender(transport, deadline=0.0)
    with pytest.raises(TimeIsUp):
        late.send(Step(case=EXAMPLE), phase="smoke", values={})
    with pytest.raises(TimeIsUp):
        late.burst(Burst(steps=(Step(case=EXAMPLE),)), phase="smoke", values={})
    assert transport.requests == []
