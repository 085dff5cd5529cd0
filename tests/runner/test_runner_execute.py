"""The main loop: the order of events, and each way in which a run can end."""

from __future__ import annotations

import math
import time
from dataclasses import replace

import pytest
from common.interactions import EVENTBRIDGE, WEBHOOK, answered
from common.phasing import phases_of
from common.scripted import CREATED, EXAMPLE, TARGET, Scripted, events_of, sender

from ed_contract.case import Burst, CaseSequence, Step, case, single
from ed_contract.exceptions import CredentialsRefused, NoSuchRoute, TargetError, Unreachable
from ed_contract.finding import Finding, Held
from ed_contract.interaction import AGAIN, PROBE, NoAnswer
from ed_contract.judging import Judging
from ed_contract.runner import PlannedPhase, execute
from ed_contract.runner.events import End, Judged, PhaseFinished, PhaseStarted, RunFinished
from ed_contract.runner.preflight import require_judgeable
from ed_contract.transport import Dropped, TimedOut, Unreached, Unsendable


def test_events_come_in_order():
    """Each request is judged once, in the light of those before it."""
    seen = []
    events = events_of(Scripted(lambda _: CREATED), judge=lambda _, history: seen.append(len(history)) or ())
    assert [type(event) for event in events] == [PhaseStarted, Judged, Judged, Judged, PhaseFinished, RunFinished]
    assert seen == [1, 2, 3]
    assert (events[-1].end, events[-1].requests) == (End.FINISHED, 3)


def test_enough_findings_end_the_run_after_their_interaction():
    """-x stops there, and what was judged stays judged."""
    finding = Finding(requirement="echo/name", fault="cut", expected="a", actual="b", evidence=())
    events = events_of(
        Scripted(lambda _: CREATED),
        judge=lambda interaction, _: (finding,) if interaction.number == 2 else (Held(requirement="echo/name"),),
        enough=lambda observations: any(isinstance(one, Finding) for one in observations),
    )
    assert sum(isinstance(event, Judged) for event in events) == 2
    assert events[-1].end is End.MAX_FINDINGS


@pytest.mark.parametrize("status", [429, 503])
def test_a_target_that_is_always_busy_ends_the_run(status):
    """Each case is sent six times; after three cases no more is waited for."""
    transport = Scripted(lambda number: CREATED if number == 1 else answered({}, status))
    events = events_of(transport, [single(EXAMPLE)] * 20)
    assert (events[-1].end, len(transport.requests)) == (End.BUSY, 1 + 3 * 6)
    assert events[-1].note.startswith(f"every answer since request 2: {status} {{}}; ")


def test_a_server_that_takes_one_request_at_a_time_is_not_always_busy():
    """What comes at once is refused but for one, and what comes by itself is served."""
    burst = CaseSequence(name="at once", steps=(Burst(steps=(Step(case=EXAMPLE),) * 4), Step(case=EXAMPLE)))

    class OneAtATime(Scripted):
        def burst(self, requests, **_):
            return [answered({}, 503) for _ in requests]

    events = events_of(OneAtATime(lambda _: CREATED), [single(EXAMPLE), *[burst] * 5])
    assert events[-1].end is End.FINISHED


def test_a_quota_may_be_told_with_409():
    """Of the page's conflict it has not the code."""
    full = answered({"error": {"code": "limit_exceeded", "message": "16 destinations"}}, 409)
    transport = Scripted(lambda number: CREATED if number < 4 else full)
    assert events_of(transport, [single(EXAMPLE)] * 20)[-1].end is End.QUOTA


def test_a_target_that_refuses_some_creates_is_not_asked_each_time():
    """At the first, and then when three are refused in a row, and six."""
    other = case("another", WEBHOOK | {"name": "Other"})

    class Refuses(Scripted):
        def send(self, request, **options):
            super().send(request, **options)
            return answered({}, 400) if b"Other" in request.body else CREATED

    sent = [single(EXAMPLE), *[single(other), single(EXAMPLE)] * 10, *[single(other)] * 6]
    events = events_of(Refuses(lambda _: CREATED), sent)
    assert events[-1].end is End.FINISHED
    assert events[-1].requests == len(sent) + 3


@pytest.mark.parametrize(
    ("message", "end"), [("2 at most: limit_exceeded", End.QUOTA), ("account is unknown", End.FINISHED)]
)
def test_a_quota_may_be_for_one_type(message, end):
    """The page's example is taken, what was taken of the type before is not, and the refusal speaks of a limit."""
    taken = 0

    class TwoOfAKind(Scripted):
        def send(self, request, **_):
            nonlocal taken
            taken += b"amazon_eventbridge" in request.body
            full = b"amazon_eventbridge" in request.body and taken > 2
            return answered({"error": {"code": "x", "message": message}}, 400) if full else CREATED

    eventbridge = single(case("an event bus", EVENTBRIDGE))
    events = events_of(TwoOfAKind(lambda _: CREATED), [single(EXAMPLE), *[eventbridge] * 4, single(EXAMPLE)])
    assert events[-1].end is end


def test_a_phase_waits_until_what_the_first_made_is_old_enough():
    """And no longer, nor after the run's deadline."""
    waits: list[float] = []
    phases = [
        PlannedPhase(name=name, sequences=(single(EXAMPLE),), age=age) for name, age in (("a", 0), ("b", 0), ("c", 60))
    ]
    for most, longest in ((math.inf, 60), (time.monotonic() + 30, 30)):
        waits.clear()
        sending = sender(Scripted(lambda _: CREATED), waits=waits, deadline=most)
        list(
            execute(
                phases, sending, Judging(lambda *_: ()), enough=lambda _: False, on_first=lambda _: None, probe=EXAMPLE
            )
        )
        (waited,) = waits
        assert longest - 10 < waited <= longest


def test_a_phase_that_restarts_tells_the_history():
    """What lies before and after it is known to the checks; the connections are closed first."""
    steps, seen = [], []
    transport = Scripted(lambda _: CREATED)
    transport.disconnect = lambda: steps.append("disconnected")

    def judge(interaction, history):
        first = history.interactions()[0]
        seen.append(history.restarted_between(first, interaction))
        return ()

    phases = [
        PlannedPhase(name="a", sequences=(single(EXAMPLE),) * 2),
        PlannedPhase(name="b", sequences=(single(EXAMPLE),) * 2),
    ]
    list(
        execute(
            [phases[0], replace(phases[1], restarts=True)],
            sender(transport),
            Judging(judge),
            enough=lambda _: False,
            on_first=lambda _: None,
            probe=EXAMPLE,
            restart=lambda: steps.append("restarted"),
        )
    )
    assert steps == ["disconnected", "restarted"]
    assert seen == [False, False, True, True]


def test_the_cap_ends_the_run():
    """No request more than was said beforehand."""
    events = events_of(Scripted(lambda _: CREATED), most=2)
    assert (events[-1].end, events[-1].requests) == (End.MAX_REQUESTS, 2)


def test_a_target_that_dies_ends_the_run_after_a_probe():
    """A case without an answer, a valid create, and no more; each is sent four times, so that a restart passes."""
    transport = Scripted(lambda number: CREATED if number == 1 else Unreached("refused"))
    events = events_of(transport)
    judged = [event.interaction for event in events if isinstance(event, Judged)]
    assert [(one.phase, one.attempts) for one in judged] == [("smoke", 1), ("smoke", 4), (PROBE, 4)]
    assert (events[-1].end, events[-1].note) == (
        End.TARGET_DOWN,
        "the target stopped answering: no connection: refused",
    )


def test_a_target_that_recovers_is_judged_on():
    """The probe is answered, the run goes on, and at its end the case is asked again: the same request."""
    transport = Scripted(lambda number: TimedOut("slow") if 2 <= number <= 3 else CREATED)
    events = events_of(transport)
    assert phases_of(events) == ["smoke", "smoke", PROBE, "smoke", AGAIN]
    assert [type(event) for event in events[-5:]] == [PhaseFinished, PhaseStarted, Judged, PhaseFinished, RunFinished]
    assert events[-1].end is End.FINISHED
    assert transport.requests[-1] == transport.requests[1]


def test_an_interrupt_ends_the_run_with_what_was_done():
    """Ctrl-C while a request is under way."""

    def script(number):
        if number == 2:
            raise KeyboardInterrupt
        return CREATED

    events = events_of(Scripted(script))
    assert [type(event) for event in events[-2:]] == [PhaseFinished, RunFinished]
    assert events[-1].end is End.INTERRUPTED


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        (
            Unreached("[Errno 111] Connection refused"),
            Unreachable,
            f"{TARGET} does not answer (no connection: [Errno 111] Connection refused)\n"
            "is the server running, and is the port right?",
        ),
        (
            Dropped("illegal status line"),
            Unreachable,
            f"{TARGET} does not answer (the connection ended: illegal status line)\n"
            "is it an HTTP server, and is the port right?",
        ),
        (
            answered({}, 401),
            CredentialsRefused,
            f"{TARGET} refuses the credentials with 401\ncheck the key.",
        ),
        (
            answered({}, 404),
            NoSuchRoute,
            f"{TARGET} answers 404: no create there\n"
            "check the URL; set --path if creates are not at /v2/core/event_destinations.",
        ),
        (
            answered(b"<!DOCTYPE html><title>Welcome</title>", 200, "text/html"),
            TargetError,
            f'{TARGET} answers 200 with a web page, not JSON; it says "Welcome"\n'
            "check that the URL is the API's base URL.",
        ),
        (
            Unsendable("Illegal header value"),
            TargetError,
            "the request to http://127.0.0.1:1/v2/core/event_destinations cannot be sent: Illegal header value\n"
            "check the URL and the headers.",
        ),
    ],
)  # fmt: skip
def test_a_target_that_cannot_be_judged_is_told_in_two_lines(answer, error, message):
    """What is wrong, and what to do."""
    with pytest.raises(error) as caught:
        events_of(Scripted(lambda _: answer), on_first=lambda first: require_judgeable(first, TARGET))
    assert str(caught.value) == message


@pytest.mark.parametrize("answer", [answered({}, 400), answered({}, 500), answered(b"OK", 200), answered({}, 302)])
def test_any_other_answer_is_the_contracts_matter(answer):
    """However wrong: a finding, and the run goes on."""
    events = events_of(Scripted(lambda _: answer), on_first=lambda first: require_judgeable(first, TARGET))
    assert events[-1].end is End.FINISHED


def test_a_lost_answer_that_comes_at_the_second_try_is_one():
    """No interaction is recorded as unanswered."""
    events = events_of(Scripted(lambda number: CREATED if number != 2 else TimedOut("slow")), most=5)
    answers = [event.interaction.answer for event in events if isinstance(event, Judged)]
    assert not any(isinstance(answer, NoAnswer) for answer in answers)
