"""The ledger of what a run makes: counted before it is sent, deleted if it is the run's, and else named."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from common.interactions import WEBHOOK, answered, destination
from common.scripted import EXAMPLE, Scripted, sender
from common.stores import PATH, Store, made, now

from ed_contract.case import CaseSequence, Credential, Key, Step, case, single
from ed_contract.checks.echo import shows_what_was_sent
from ed_contract.contract import CONTRACT
from ed_contract.interaction import Response
from ed_contract.judging import Judging
from ed_contract.runner import PlannedPhase, execute
from ed_contract.runner.events import End
from ed_contract.runner.ledger import CleanUp, DestinationLedger, Remaining
from ed_contract.transport import Dropped, OutOfTime

ONE = (single(EXAMPLE),)


KEPT = CaseSequence(name="kept", steps=(Step(case=EXAMPLE, key=Key(label="@kept")),))


def finished(store, sequences, **options):
    """Run one phase with a ledger, and return its last event."""
    phase = PlannedPhase(name="smoke", sequences=tuple(sequences))
    options = {"shows": partial(shows_what_was_sent, CONTRACT), "sleep": lambda _: None} | options
    ledger = DestinationLedger(store, **options)
    *_, last = execute(
        [phase],
        sender(ledger),
        Judging(lambda *_: ()),
        enough=lambda _: False,
        on_first=lambda _: None,
        probe=case("probe", WEBHOOK),
        ledger=ledger,
    )
    return last


def left(store, sequences=ONE, **options):
    """Return what a clean-up left, each as (id, reason, doubtful)."""
    return [(one.id, one.reason, one.doubtful) for one in finished(store, sequences, **options).clean_up.remaining]


def test_what_was_made_is_deleted_at_the_end():
    """By its id, at the path of the create; deletions count towards no cap."""
    store = Store()
    last = finished(store, [single(EXAMPLE)] * 3)
    assert last.clean_up == CleanUp(deleted=3, left=0, requests=3)
    assert store.asked == [f"{PATH}/ed_{number}" for number in (1, 2, 3)]
    assert last.requests == 3


def test_a_deletion_is_the_users_request_without_a_body():
    """With the credential that made it, and no key."""
    store = Store()
    finished(store, [CaseSequence(name="second", steps=(Step(case=EXAMPLE, credential=Credential.SECOND),))])
    request = store.requests[-1]
    assert (request.method, request.body, request.credential) == ("DELETE", b"", Credential.SECOND)
    assert [name for name, _ in request.headers] == ["Accept", "User-Agent", "Stripe-Version"]


def test_nothing_is_deleted_unasked():
    """The destinations are the user's."""
    store = Store()
    assert finished(store, [single(EXAMPLE)], deletes=False).clean_up is None
    assert store.there == ["ed_1"]


@pytest.mark.parametrize(
    "identifier", [".", "..", "a/b", "../../v1/customers/cus_1?x", "%2e%2e", "#", "*", "_all", "a\\b", "a b", "x" * 256]
)
def test_an_id_that_is_not_one_plain_segment_is_left_and_named(identifier):
    """Whatever a server decodes, no deletion reaches anything but a destination."""
    store = Scripted(lambda _: made(identifier))
    assert left(store) == [(identifier, "its id is not one plain segment of a path", True)]
    assert [request.method for request in store.requests] == ["POST"]


@pytest.mark.parametrize(
    ("created", "doubt"),
    [
        (now(days=365), "created before this run began, by the server's clock"),
        (now(seconds=1), "created before this run began, by the server's clock"),
        ("yesterday", "its `created` is not a timestamp"),
        (None, "its `created` is not a timestamp"),
        ("2024-10-22T16:20:09", "its `created` is not a timestamp"),
        (now(hours=-2), "the server sends no Date header, and its clock does not agree with ours"),
    ],
    ids=["a year before", "a second before", "a word", "nothing", "without a zone", "another clock"],
)
def test_what_was_not_created_in_this_run_is_left_and_named(created, doubt):
    """A server that de-duplicates answers with an older destination."""
    assert left(Scripted(lambda _: made("ed_old", created=created))) == [("ed_old", doubt, True)]


@pytest.mark.parametrize(
    "changes", [{"name": "Theirs"}, {"enabled_events": ["v1.other"]}, {"type": "x"}, {"name": None}]
)
def test_what_does_not_show_what_was_sent_is_left_and_named(changes):
    """Somebody else made it, at the same time."""
    assert left(Scripted(lambda _: made("ed_1", **changes))) == [("ed_1", "it does not show what was sent", True)]


def test_a_normal_form_of_what_was_sent_is_as_good():
    """A trimmed name is that name."""
    spaced = case("spaced", WEBHOOK | {"name": " Orders "})
    assert left(Store(), [single(spaced)]) == []
    assert left(Scripted(lambda number: made("ed_1") if number == 1 else answered({}, 204)), [single(spaced)]) == []


def test_what_a_used_key_gives_is_left_and_named():
    """A replay gives what was made before, and so may be older than the run's first create under that key."""
    store = Scripted(lambda number: made(f"ed_{number}") if number < 3 else answered({}, 204))
    twice = CaseSequence(name="replay", steps=(Step(case=EXAMPLE), Step(case=EXAMPLE)))
    assert left(store, [twice]) == [("ed_2", "first seen under a key that had made another", True)]


def test_a_key_whose_create_was_refused_is_still_fresh():
    """It has made nothing."""
    store = Store(creates=lambda number: answered({}, 400) if number == 1 else None)
    twice = CaseSequence(name="again", steps=(Step(case=EXAMPLE), Step(case=EXAMPLE)))
    assert finished(store, [twice]).clean_up == CleanUp(deleted=1, left=0, requests=1)


def test_an_id_that_is_given_to_two_creates_is_nobodys():
    """Unless both tell the same destination."""
    moments = iter(["2026-01-01T00:00:00Z", now()])
    other = Scripted(lambda _: made("ed_1", created=next(moments)))
    assert left(other, [single(EXAMPLE)] * 2) == [("ed_1", "its id was given to more than one create", True)]
    moment = datetime.now(UTC) + timedelta(seconds=0.5)
    same = Scripted(lambda number: made("ed_1", created=moment.isoformat()) if number < 3 else answered({}, 204))
    assert left(same, [single(EXAMPLE)] * 2) == []


def test_an_id_of_another_account_is_left_and_named():
    """Whose it is cannot be told."""
    store = Scripted(lambda number: made("ed_1") if number < 3 else answered({}, 204))
    second = CaseSequence(name="second", steps=(Step(case=EXAMPLE, credential=Credential.SECOND),))
    done = finished(store, [single(EXAMPLE), second]).clean_up
    assert done.remaining == (
        Remaining(id="ed_1", account="second", reason="its id had been seen before", doubtful=True),
    )
    assert done.deleted == 1


def test_raw_bodies_are_compared_as_json():
    """What is not JSON cannot be compared."""
    assert left(Store(), [single(replace(EXAMPLE, params=None))]) == []
    cut = single(replace(EXAMPLE, body=EXAMPLE.body[:-1], params=None))
    assert left(Scripted(lambda _: made("ed_1")), [cut]) == [("ed_1", "it does not show what was sent", True)]


@pytest.mark.parametrize("status", [404, 405, 501])
def test_a_server_that_knows_no_deletions_is_given_up_on(status):
    """After three; what is left is told."""
    store = Store(deleted=lambda _: answered({}, status))
    done = finished(store, [single(EXAMPLE)] * 5).clean_up
    assert (done.deleted, done.left, done.reason, done.requests) == (0, 5, str(status), 3)
    assert {one.reason for one in done.remaining} == {str(status)}


@pytest.mark.parametrize(
    ("answer", "reason", "requests"),
    [
        (answered({}, 429), "429", 3 * 6),
        (answered({}, 401), "401", 3),
        (Dropped("reset"), "the connection ended: reset", 4 + 1 + 1),
    ],
)
def test_a_target_that_takes_no_deletions_is_given_up_on(answer, reason, requests):
    """After three that were sent again and again; one that does not answer is not asked as often."""
    store = Store(deleted=lambda _: answer)
    done = finished(store, [single(EXAMPLE)] * 5).clean_up
    assert (done.deleted, done.left, done.reason, done.requests) == (0, 5, reason, requests)


def test_deletions_are_sent_again_as_creates_are():
    """429 and 503 with the time that the server asks for, lost answers; what is then gone was deleted."""
    waits = []
    slow = Response(status=429, headers=(("retry-after", "7"),), body=b"", document={})
    answers = iter([slow, answered({}, 503), Dropped("reset"), answered({}, 404), answered({}, 204)])

    class Deletes(Store):
        def delete(self, request):
            self.asked.append(request.path)
            return next(answers)

    store = Deletes()
    done = finished(store, [single(EXAMPLE)] * 2, sleep=waits.append).clean_up
    assert done == CleanUp(deleted=2, left=0, requests=5)
    assert waits == [7.0, 0.2, 0.25]


def test_a_failure_is_tried_again_when_the_others_had_their_turn():
    """Three times in all."""
    store = Store(deleted=lambda number: answered({}, 500 if number in {1, 4} else 204))
    assert finished(store, [single(EXAMPLE)] * 3).clean_up == CleanUp(deleted=3, left=0, requests=5)
    store = Store(deleted=lambda _: answered({}, 500))
    assert finished(store, [single(EXAMPLE)]).clean_up == CleanUp(
        deleted=0,
        left=1,
        reason="500",
        remaining=(Remaining(id="ed_1", account="first", reason="500"),),
        requests=3,
    )


def test_clean_up_has_a_time_of_its_own(monkeypatch):
    """60 s and some for each destination: what is not done then is named."""
    monkeypatch.setattr("ed_contract.runner.ledger.CLEAN_UP_SECONDS", -1.0)
    assert left(Store(), [single(EXAMPLE)] * 2) == [
        (f"ed_{number}", "the time for deletions was over", False) for number in (1, 2)
    ]


def test_an_answer_to_a_deletion_is_not_waited_for_beyond_its_time():
    """What became of it is not known."""

    class Slow(Store):
        def delete(self, request):
            del request
            return OutOfTime()

    done = finished(Slow(), [single(EXAMPLE)]).clean_up
    assert (done.left, done.reason) == (1, "the time for deletions was over")


def test_a_create_without_an_id_is_unknown():
    """Nothing can be deleted of it."""
    store = Scripted(lambda _: answered({"id": 7}))
    assert finished(store, [single(EXAMPLE)]).clean_up == CleanUp(deleted=0, left=0, unknown=1)


def test_an_answer_that_is_almost_json_tells_its_id():
    """A server that takes NaN gives it back."""

    def almost(number):
        told = destination(WEBHOOK, "ed_1", created=now(), metadata={"n": float("nan")})
        return answered(json.dumps(told).encode()) if number == 1 else answered({}, 204)

    store = Scripted(almost)
    assert finished(store, [single(EXAMPLE)]).clean_up == CleanUp(deleted=1, left=0, requests=1)


def test_a_second_interruption_ends_the_clean_up_at_once():
    """What remains is told all the same."""

    class Impatient(Store):
        def delete(self, request):
            if len(self.asked) == 1:
                raise KeyboardInterrupt
            return super().delete(request)

    done = finished(Impatient(), [single(EXAMPLE)] * 3).clean_up
    assert (done.deleted, [(one.id, one.reason) for one in done.remaining]) == (
        1,
        [("ed_2", "interrupted"), ("ed_3", "interrupted")],
    )


def test_with_clean_up_the_oldest_make_room():
    """Less those that are asked for again at the end."""
    store = Store()
    last = finished(store, [KEPT, *[single(EXAMPLE)] * 20], most=4)
    assert (last.end, last.clean_up.deleted, last.clean_up.left, store.most) == (End.FINISHED, 21, 0, 4)
    assert f"{PATH}/ed_1" in store.asked[-4:]


def test_a_sequence_keeps_what_it_made():
    """A replay after a deletion would be no replay."""
    long = CaseSequence(name="long", steps=tuple(Step(case=EXAMPLE, key=Key(label=label)) for label in "abcde"))
    store = Store()
    assert finished(store, [long], most=4).end is End.MAX_DESTINATIONS
    assert store.asked == [f"{PATH}/ed_{number}" for number in (1, 2, 3, 4)]


def test_without_clean_up_the_run_ends():
    """And says so."""
    last = finished(Store(), [single(EXAMPLE)] * 20, deletes=False, most=4)
    assert (last.end, last.requests) == (End.MAX_DESTINATIONS, 4)


def test_what_is_in_doubt_takes_up_room():
    """It may be there, and it is not deleted."""
    store = Scripted(lambda number: made(f"ed_{number}", name="Theirs"))
    last = finished(store, [single(EXAMPLE)] * 9, most=4)
    assert (last.end, last.clean_up.left, last.requests) == (End.MAX_DESTINATIONS, 4, 4)


def test_ids_that_are_given_twice_prove_nothing_any_more():
    """One that names two destinations may be anybody's, and so may all others."""
    answers = [made("ed_1", created=now()), made("ed_2", created=now()), made("ed_1", created=now(seconds=-5))]
    store = Scripted(lambda number: answers[number - 1])
    reasons = {reason for _, reason, _ in left(store, [single(EXAMPLE)] * 3)}
    assert "the server gives several destinations the same id, so it may be anyone's" in reasons
    assert [request.method for request in store.requests] == ["POST"] * 3
