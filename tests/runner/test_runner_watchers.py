"""The stop rules on literal histories: when the target is asked for a plain create, and when a run ends."""

from __future__ import annotations

import pytest
from common.interactions import EVENTBRIDGE, NOTHING, WEBHOOK, Run, answered, conflict

from ed_contract.case import Credential, Expectation
from ed_contract.interaction import AGAIN, CHECKUP, PROBE, NoAnswer
from ed_contract.phases import SHRINK
from ed_contract.runner.events import End
from ed_contract.runner.watchers import Stop, busy, credentials, down, quota, unanswered

TAKEN = None
BUSY, REFUSED, FAILED = answered({}, 429), answered({}, 400), answered({}, 500)
EXPIRED = answered({"error": {"code": "expired", "message": "the token has expired"}}, 401)
FORBIDDEN = answered({"error": {"message": "no"}}, 403)
FULL = answered({"error": {"message": "quota of 16 destinations"}}, 403)
MOVED = answered({}, 302, location="https://login.example.com/")
GONE = NoAnswer(reason="the connection ended: reset", ended=True)


def history(*answers, **options):
    """Return the history of plain creates with these answers; a pair is a probe's."""
    run = Run()
    for answer in answers:
        probe = isinstance(answer, tuple)
        run.add(WEBHOOK, answer[0] if probe else answer, **{**options, **({"phase": PROBE} if probe else {})})
    return run.history


@pytest.mark.parametrize(
    ("answers", "note"),
    [
        ([TAKEN, BUSY, BUSY], None),
        ([BUSY, TAKEN, BUSY, BUSY], None),
        ([TAKEN, BUSY, BUSY, BUSY], "every answer since request 2: 429 {}; is there a rate limit? set --rate-limit"),
        (
            [BUSY, BUSY, (TAKEN,), answered({}, 503)],
            "every answer since request 1: 503 {}; is it overloaded, or in maintenance? try again later",
        ),
    ],
)
def test_a_target_is_always_busy_when_three_cases_in_a_row_say_so(answers, note):
    """A probe is no case."""
    stop = busy.always_busy(history(*answers))
    if note is None:
        assert stop is None
    else:
        assert stop == Stop(end=End.BUSY, note=note)


def test_a_burst_says_nothing_of_how_busy_a_target_is():
    """It may take one request at a time."""
    run = Run()
    run.burst([(WEBHOOK, BUSY)] * 6)
    assert busy.always_busy(run.history) is None


@pytest.mark.parametrize(
    ("answers", "asks"),
    [
        ([TAKEN], False),
        ([TAKEN, NOTHING], True),
        ([TAKEN, NOTHING, (TAKEN,)], False),
        ([TAKEN, NOTHING, (TAKEN,), NOTHING], False),
        ([TAKEN, NOTHING, (TAKEN,), NOTHING, NOTHING], True),
        ([TAKEN, NOTHING, (TAKEN,), NOTHING, NOTHING, (TAKEN,), NOTHING], False),
    ],
)
def test_a_target_is_asked_at_the_first_silence_and_then_at_every_second(answers, asks):
    """Where some cases are known to get no answer, one says little."""
    assert down.may_be_down(history(*answers)) is asks


def test_silence_at_a_large_body_says_little():
    """The refusal may have been lost on the way."""
    run = Run()
    large = {**WEBHOOK, "name": "x" * 9000}
    run.add(large, GONE)
    assert not down.may_be_down(run.history)
    run.add(large, GONE)
    assert down.may_be_down(run.history)
    run.add(WEBHOOK, phase=PROBE)
    run.add(WEBHOOK, NOTHING)
    assert down.may_be_down(run.history)


def test_a_burst_without_any_answer_is_one_silence():
    """One answer in it, and it is none."""
    run = Run()
    run.add(WEBHOOK, NOTHING)
    run.add(WEBHOOK, phase=PROBE)
    run.burst([(WEBHOOK, NOTHING)] * 4)
    assert not down.may_be_down(run.history)
    run.burst([(WEBHOOK, NOTHING), (WEBHOOK, answered({}))], burst=2)
    run.burst([(WEBHOOK, NOTHING)] * 4, burst=3)
    assert not down.may_be_down(run.history)
    run.add(WEBHOOK, NOTHING)
    assert down.may_be_down(run.history)


def test_who_is_asked_again_in_vain_is_asked_for_a_plain_create_each_time():
    """What it does not answer is its own fault only if it answers that."""
    run = Run()
    for _ in range(3):
        run.add(WEBHOOK, NOTHING, phase=AGAIN)
        assert down.may_be_down(run.history)
        run.add(WEBHOOK, phase=PROBE)


def test_a_probe_without_an_answer_ends_the_run():
    """Not so when it was we who gave it up."""
    assert down.is_down(history((TAKEN,))) is None
    assert down.is_down(history((NoAnswer(reason="over", cut=True),))) is None
    assert down.is_down(history(GONE)) is None
    note = "the target stopped answering: the connection ended: reset"
    assert down.is_down(history(GONE, (GONE,))) == Stop(end=End.TARGET_DOWN, note=note)


def test_a_target_that_fails_is_asked_after_three_cases_and_then_after_six():
    """A valid create that fails is a finding of its own."""
    asked = []
    run = Run()
    for number in range(1, 12):
        run.add(WEBHOOK, FAILED, expectation=Expectation.REJECT)
        if down.may_be_failing(run.history):
            asked.append(number)
            run.add(WEBHOOK, phase=PROBE)
    assert asked == [3, 9]
    assert not down.may_be_failing(history(FAILED, FAILED, FAILED))


@pytest.mark.parametrize(
    ("answers", "asks"),
    [
        ([REFUSED], False),
        ([TAKEN, REFUSED], True),
        ([TAKEN, BUSY], False),
        ([TAKEN, conflict()], False),
        ([TAKEN, REFUSED, (TAKEN,), REFUSED], False),
        ([TAKEN, REFUSED, (TAKEN,), REFUSED, REFUSED], True),
        ([TAKEN, REFUSED, (TAKEN,), REFUSED, TAKEN, REFUSED, REFUSED], False),
        ([TAKEN, *[REFUSED, (TAKEN,)], REFUSED, REFUSED, (TAKEN,), *[REFUSED] * 2], False),
        ([TAKEN, *[REFUSED, (TAKEN,)], REFUSED, REFUSED, (TAKEN,), *[REFUSED] * 3], True),
    ],
)
def test_a_target_is_asked_for_room_at_the_first_refusal_and_then_ever_less_often(answers, asks):
    """After three in a row, and six."""
    assert quota.may_be_reached(history(*answers)) is asks


def test_a_used_key_may_be_refused_with_409_alone():
    """Any other refusal of a valid create is asked about."""
    for answer, asks in ((conflict("in_use"), False), (REFUSED, True)):
        run = Run()
        run.add(WEBHOOK, key="k")
        run.add(WEBHOOK, answer, key="k")
        assert quota.may_be_reached(run.history) is asks


def test_there_may_be_a_quota_for_each_type():
    """Where a refusal speaks of room, what was accepted of its type is asked for."""
    run = Run()
    taken = run.add(EVENTBRIDGE)
    for answer, case in ((FULL, taken.case), (answered({}, 402), taken.case), (REFUSED, None)):
        assert quota.of_its_type(run.history, run.add(EVENTBRIDGE, answer)) == case
    assert quota.of_its_type(run.history, run.add(WEBHOOK, FULL)) is None


@pytest.mark.parametrize("answers", [(REFUSED, TAKEN), (TAKEN, REFUSED), (REFUSED, REFUSED)])
def test_of_a_burst_any_may_have_met_the_quota(answers):
    """None was last: what took the last place may be told after what found none."""
    run = Run()
    run.add(WEBHOOK, TAKEN)
    run.burst([(WEBHOOK, one) for one in answers])
    assert quota.may_be_reached(run.history)
    assert quota.refused_in_a_row(run.history) == answers.count(REFUSED)


def test_who_is_redirected_is_told_since_when_and_where():
    """A page to log in, mostly; what is no redirect keeps its words."""
    known = history(TAKEN, MOVED, (MOVED,), (MOVED,))
    note = "redirected since request 2: 302, Location: https://login.example.com/"
    assert credentials.refused(known) == Stop(end=End.REDIRECTED, note=note)


def test_what_the_page_leaves_open_may_be_refused_for_a_quota():
    """Eight in a row with nothing accepted in between, and then twice as many."""
    run, asked = Run(), []
    run.add(WEBHOOK, TAKEN)
    for number in range(40):
        run.add(WEBHOOK, FULL if number % 2 else REFUSED, expectation=Expectation.EITHER)
        if quota.may_be_reached(run.history):
            asked.append(number + 1)
            run.add(WEBHOOK, TAKEN, phase=PROBE)
        run.add(WEBHOOK, REFUSED, expectation=Expectation.REJECT)
    assert asked == [8, 16, 32]
    run.add(WEBHOOK, TAKEN, expectation=Expectation.EITHER)
    run.add(WEBHOOK, REFUSED, expectation=Expectation.EITHER)
    assert not quota.may_be_reached(run.history)


@pytest.mark.parametrize("answers", [(EXPIRED, TAKEN), (TAKEN, EXPIRED)])
def test_of_a_burst_any_may_have_met_the_expiry(answers):
    """The same of a credential that expired between two of them."""
    run = Run()
    run.add(WEBHOOK, TAKEN)
    run.burst([(WEBHOOK, one) for one in answers])
    assert credentials.may_be_refused(run.history)


def test_a_quota_ends_the_run_when_the_history_knows_of_it():
    """It takes two plain creates in a row; the note names the case, and not the probe."""
    assert quota.reached(history(TAKEN, REFUSED, (REFUSED,))) is None
    assert quota.reached(history(TAKEN, REFUSED, (REFUSED,), (TAKEN,))) is None
    assert quota.reached(history(REFUSED, (REFUSED,), (REFUSED,))) is None
    note = "plain creates are refused since request 2: 400 {}"
    assert quota.reached(history(TAKEN, REFUSED, (REFUSED,), (REFUSED,))) == Stop(end=End.QUOTA, note=note)


@pytest.mark.parametrize(
    ("hostile", "answer", "reaches"),
    [((REFUSED,), REFUSED, True), ((), REFUSED, False), ((), FULL, True), ((TAKEN,), REFUSED, True)],
)
def test_at_the_end_of_a_hostile_phase_a_refusal_may_be_the_phases_fault(hostile, answer, reaches):
    """Unless a valid create was refused in it, something was made, or the refusal speaks of room."""
    run = Run()
    run.add(WEBHOOK)
    for one in (BUSY, *hostile):
        run.add(WEBHOOK, one, phase="bodies")
    for _ in range(2):
        run.add(WEBHOOK, answer, phase=CHECKUP)
    assert (quota.reached(run.history) is not None) is reaches


@pytest.mark.parametrize(
    ("answers", "asks"),
    [
        ([TAKEN], False),
        ([TAKEN, EXPIRED], True),
        ([TAKEN, FORBIDDEN], True),
        ([TAKEN, MOVED], True),
        ([TAKEN, answered({}, 303, location="/v2/core/event_destinations/ed_1")], False),
        ([TAKEN, answered({}, 302)], False),
        ([TAKEN, answered({}, 302, location="/")], False),
        ([TAKEN, FULL], False),
        ([TAKEN, REFUSED], False),
        ([TAKEN, FORBIDDEN, (TAKEN,), FORBIDDEN], False),
        ([TAKEN, FORBIDDEN, (REFUSED,), REFUSED, FORBIDDEN], False),
        ([TAKEN, FORBIDDEN, (TAKEN,), FORBIDDEN, FORBIDDEN], True),
        ([TAKEN, EXPIRED, (EXPIRED,), (TAKEN,), EXPIRED], True),
    ],
)
def test_a_target_is_asked_whether_it_turns_all_away_at_401_and_403_and_redirects(answers, asks):
    """Less often where that was the case's own; a refusal that speaks of room is about room."""
    assert credentials.may_be_refused(history(*answers)) is asks


def test_only_the_runs_own_credential_is_asked_about():
    """A wrong one is refused, as it should be."""
    assert not credentials.may_be_refused(history(TAKEN, EXPIRED, credential=Credential.UNKNOWN))


def test_while_findings_are_made_smaller_each_401_is_asked_about():
    """Else it would show nothing."""
    known = history(TAKEN, FORBIDDEN, (TAKEN,))
    assert credentials.may_be_refused(known) is False
    run = Run()
    for answer, phase in ((TAKEN, "smoke"), (FORBIDDEN, "smoke"), (TAKEN, PROBE), (FORBIDDEN, SHRINK)):
        run.add(WEBHOOK, answer, phase=phase)
    assert credentials.may_be_refused(run.history)


@pytest.mark.parametrize("probes", [[], [(EXPIRED,), (EXPIRED,)]])
def test_the_note_names_the_first_request_that_was_refused_and_the_servers_words(probes):
    """And what came of a fresh credential."""
    known = history(TAKEN, EXPIRED, TAKEN, EXPIRED, NOTHING, EXPIRED, *probes)
    said = 'credentials refused since request 4: 401 {"error": {"code": "expired", "message": "the token has expired"}}'
    assert credentials.refused(known) == Stop(end=End.CREDENTIALS, note=said)
    assert credentials.refused(known, why="it failed") == Stop(end=End.CREDENTIALS, note=f"{said}; it failed")
    hostile = history(TAKEN, REFUSED, *probes or [(EXPIRED,)])
    assert credentials.refused(hostile).note.startswith("credentials refused since request ")


def test_each_case_without_an_answer_is_asked_again_once():
    """Of those that one bug may explain, one is enough; some requests are kept for them."""
    run = Run()
    assert unanswered.next_case(run.history) is None
    assert unanswered.reserve(run.history) == 0
    lost = [run.add({**WEBHOOK, "name": name}, NOTHING, key=name) for name in "abc"]
    run.add({**WEBHOOK, "name": "x" * 9000}, GONE)
    run.add(WEBHOOK, NoAnswer(reason="over", cut=True))
    assert unanswered.reserve(run.history) == 7
    assert unanswered.next_case(run.history) == lost[0]
    run.add({**WEBHOOK, "name": "a"}, key="a", phase=AGAIN)
    assert unanswered.next_case(run.history) == lost[1]
    run.add({**WEBHOOK, "name": "b"}, NOTHING, key="b", phase=AGAIN)
    assert unanswered.confirmed(run.history) == {"a valid create"}
    assert unanswered.next_case(run.history) is None


def test_a_burst_is_sent_again_as_long_as_all_of_its_kind_lose_answers():
    """Eight times in all; the smallest."""
    run = Run()
    for number, size in enumerate((4, 2, 2, 2, 2, 2, 2, 2), 1):
        assert (number > 1) is (unanswered.next_burst(run.history) is not None)
        run.burst([(WEBHOOK, answered({}))] * size, keys=["k"] * size, burst=number, unanswered=1)
        if number == 3:
            assert len(unanswered.next_burst(run.history)) == 2
    assert unanswered.next_burst(run.history) is None
    other = Run()
    for number, lost in enumerate((1, 0), 1):
        other.burst([(WEBHOOK, answered({}))] * 2, keys=["k"] * 2, burst=number, unanswered=lost)
    assert unanswered.next_burst(other.history) is None
