"""Answers that do not come, and credentials that are refused, in the middle of a run."""

from __future__ import annotations

from dataclasses import replace

from common.interactions import answered
from common.phasing import judged, other, phases_of
from common.scripted import CREATED, EXAMPLE, Scripted, events_of

from ed_contract.case import Burst, CaseSequence, Expectation, Step, single
from ed_contract.exceptions import UsageError
from ed_contract.finding import Finding
from ed_contract.interaction import AGAIN, PROBE
from ed_contract.runner.events import End, Judged
from ed_contract.transport import Dropped


def found_in(events):
    """Return the identities of the findings, in order."""
    told = (one for event in events if isinstance(event, Judged) for one in event.observations)
    return [one.identity for one in told if isinstance(one, Finding)]


class Drops(Scripted):
    """Gives no answer to some creates."""

    def __init__(self, *names):
        super().__init__(lambda _: CREATED)
        self.names = [name.encode() for name in names]

    def send(self, request, **options):
        """Answer the others."""
        came = super().send(request, **options)
        if any(name in request.body for name in self.names):
            raise Dropped("reset")
        return came


def test_a_case_that_is_never_answered_is_told_at_the_end():
    """When a plain create is answered right after it; what one bug may explain is asked again once."""
    events = events_of(Drops("case 1", "case 2"), [single(EXAMPLE), *map(single, map(other, range(4)))], judge=judged)
    assert phases_of(events) == ["smoke", "smoke", "smoke", PROBE, "smoke", "smoke", AGAIN, PROBE]
    attempts = {
        event.interaction.case.name: event.interaction.attempts for event in events if isinstance(event, Judged)
    }
    assert (attempts["case 1"], attempts["case 2"]) == (3, 2)
    assert found_in(events) == [("robustness/answers", "a valid create")]


def test_in_haste_it_is_asked_again_at_once():
    """As with -x: the run ends there."""
    events = events_of(
        Drops("case 1"),
        [single(EXAMPLE), *map(single, map(other, range(4)))],
        judge=judged,
        hasty=True,
        enough=lambda observations: any(isinstance(one, Finding) for one in observations),
    )
    assert phases_of(events) == ["smoke", "smoke", "smoke", PROBE, AGAIN]
    assert events[-1].end is End.MAX_FINDINGS


def test_some_requests_are_kept_for_asking_again():
    """So that a case without an answer is told, however large the run is."""
    events = events_of(Drops("case 1"), [single(EXAMPLE), *map(single, map(other, range(100)))], judge=judged, most=30)
    assert phases_of(events)[-2:] == [AGAIN, PROBE]
    assert (events[-1].end, events[-1].requests <= 30) == (End.MAX_REQUESTS, True)


def test_a_target_that_goes_away_at_the_end_is_not_blamed_for_one_case():
    """What was asked again got no answer, and nor did a plain create."""

    class Away(Drops):
        def send(self, request, **options):
            if b"case 1" in request.body and len(self.requests) > 8:
                self.names = [b""]
            return super().send(request, **options)

    events = events_of(Away("case 1"), [single(EXAMPLE), *map(single, map(other, range(5)))], judge=judged)
    assert events[-1].end is End.TARGET_DOWN
    assert found_in(events) == [("robustness/keeps-serving", "down")]


def test_a_burst_that_loses_an_answer_is_sent_again_at_the_end_of_its_phase():
    """Until one loses none; those of other kinds are left alone."""

    class Loses(Scripted):
        bursts = 0

        def burst(self, requests, **_):
            self.bursts += 1
            return [
                Dropped("reset") if not number and self.bursts < 3 else CREATED for number, _ in enumerate(requests)
            ]

    burst = CaseSequence(name="at once", steps=(Burst(steps=(Step(case=EXAMPLE),) * 2),))
    events = events_of(Loses(lambda _: CREATED), [single(EXAMPLE), burst])
    assert phases_of(events) == ["smoke"] * 3 + [AGAIN] * 4


EXPIRED = answered({"error": {"code": "expired", "message": "the token has expired"}}, 401)


def test_a_credential_that_is_refused_ends_the_run():
    """A plain create is refused too, at once and after a second."""
    waits: list[float] = []
    transport = Scripted(lambda number: CREATED if number < 3 else EXPIRED)
    events = events_of(transport, [single(EXAMPLE)] * 9, waits=waits, judge=judged)
    assert (events[-1].end, events[-1].requests, waits) == (End.CREDENTIALS, 5, [1.0])
    assert events[-1].note == (
        'credentials refused since request 3: 401 {"error": {"code": "expired", "message": "the token has expired"}}'
    )
    assert found_in(events) == []


def test_a_credential_that_is_refused_once_is_not_refused():
    """Neither is the case to blame when the first plain create was refused too."""
    transport = Scripted(lambda number: EXPIRED if number in {3, 4} else CREATED)
    events = events_of(transport, [single(EXAMPLE)] * 9, judge=judged)
    assert events[-1].end is End.FINISHED
    assert found_in(events) == []


def test_a_fresh_credential_carries_the_run_on():
    """What the old one was refused for is sent again."""
    renewed = []
    transport = Scripted(lambda number: EXPIRED if number >= 3 and not renewed else CREATED)
    events = events_of(transport, [single(other(number)) for number in range(4)], renew=lambda: renewed.append(1))
    told = [(one.case.name, one.status) for one in (e.interaction for e in events if isinstance(e, Judged))]
    fresh = [("probe", 200), ("case 2", 200), ("case 3", 200)]
    assert told == [("case 0", 200), ("case 1", 200), ("case 2", 401), *fresh]
    assert events[-1].end is End.FINISHED


def test_a_fresh_credential_that_is_not_to_be_had_is_told():
    """In the note, after what the server said."""

    def fails():
        raise UsageError("--credential-command exited with 3\nrun it by hand: its output is not shown here.")

    transport = Scripted(lambda number: EXPIRED if number > 1 else CREATED)
    events = events_of(transport, [single(EXAMPLE)] * 2, renew=fails)
    assert events[-1].note.endswith(
        "; --credential-command exited with 3; run it by hand: its output is not shown here."
    )


def test_a_firewall_is_not_asked_about_each_case():
    """At the first, at the third in a row and at the sixth: its refusals are the cases' own."""

    class Firewall(Scripted):
        def send(self, request, **options):
            came = super().send(request, **options)
            return answered({}, 403) if b"case" in request.body else came

    bad = [single(replace(other(number), expectation=Expectation.REJECT)) for number in range(8)]
    events = events_of(Firewall(lambda _: CREATED), [single(EXAMPLE), *bad])
    assert (events[-1].end, events[-1].requests) == (End.FINISHED, 1 + 8 + 3)
