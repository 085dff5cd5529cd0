"""What a run may have made without being told: it is asked for again, and takes up room until then."""

from __future__ import annotations

from functools import partial

import pytest
from common.interactions import answered
from common.scripted import EXAMPLE
from common.stores import PATH, Store

from ed_contract.case import Credential
from ed_contract.checks.echo import shows_what_was_sent
from ed_contract.contract import CONTRACT
from ed_contract.interaction import Request
from ed_contract.runner.ledger import CleanUp, DestinationLedger, NoRoom, RunIsOver
from ed_contract.transport import Dropped, TimedOut, Unreached, Unsendable


def create(key="key-1", body=EXAMPLE.body, credential=Credential.FIRST):
    """Return the request of a create."""
    headers = (("Content-Type", "application/json"), *((("Idempotency-Key", key),) if key else ()))
    return Request(method="POST", path=PATH, headers=headers, body=body, credential=credential)


class Line:
    """A store at the end of a line that loses answers, or whatever `loses` raises, after the create was done."""

    def __init__(self, loses):
        self.store, self.loses, self.opened = Store(), loses, 0

    def send(self, request, **_):
        """Send, and lose what comes."""
        answer = self.store.send(request)
        if self.loses is not None and request.method == "POST":
            raise self.loses
        return answer

    def burst(self, requests):
        """Send, and lose all of it."""
        answers = [self.store.send(request) for request in requests]
        if isinstance(self.loses, Dropped):
            return [self.loses] * len(requests)
        if self.loses is not None:
            raise self.loses
        return answers

    def disconnect(self):
        """Count."""
        self.opened += 1


def ledger_of(transport, **options):
    """Return a ledger that does not wait."""
    return DestinationLedger(transport, shows=partial(shows_what_was_sent, CONTRACT), sleep=lambda _: None, **options)


def lost(line, request, *, loses, times=1, **options):
    """Send a create whose answer is lost, mend the line, and return the ledger."""
    ledger = ledger_of(line, **options)
    for _ in range(times):
        with pytest.raises(type(loses)):
            ledger.send(request)
    line.loses = None
    return ledger


@pytest.mark.parametrize("loses", [Dropped("reset"), TimedOut("no answer within 1 s"), KeyboardInterrupt()])
def test_a_lost_create_is_asked_for_again_to_learn_its_id(loses):
    """With the same bytes, under the same key, at the end: also if Ctrl-C came while it was under way."""
    line = Line(loses)
    ledger = lost(line, create(), loses=loses, times=2)
    assert ledger.count == 1
    assert ledger.clean_up() == CleanUp(deleted=1, left=0, requests=2)
    assert (line.store.there, len(set(line.store.requests[:-1]))) == ([], 1)


@pytest.mark.parametrize("status", [502, 504])
def test_a_gateway_loses_answers_too(status):
    """What it says is not what the server says."""
    store = Store()
    replies = iter([answered({}, status)])
    ledger = ledger_of(Through(store, replies))
    ledger.send(create())
    assert ledger.count == 1
    assert ledger.clean_up() == CleanUp(deleted=1, left=0, requests=2)


class Through:
    """A gateway that answers in the server's place, as long as it has something to say."""

    def __init__(self, store, replies):
        self.store, self.replies = store, replies

    def send(self, request, **_):
        """Pass a request on, and answer it."""
        return next(self.replies, self.store.send(request))


@pytest.mark.parametrize("loses", [Dropped("reset"), KeyboardInterrupt()])
def test_a_lost_burst_is_asked_for_again(loses):
    """Each under its own key; those under one key make one destination."""
    line = Line(loses)
    ledger = ledger_of(line)
    requests = [create(), create(), create("key-2")]
    if isinstance(loses, KeyboardInterrupt):
        with pytest.raises(KeyboardInterrupt):
            ledger.burst(requests)
    else:
        ledger.burst(requests)
    line.loses = None
    assert ledger.clean_up() == CleanUp(deleted=2, left=0, requests=4)
    assert line.store.there == []


def test_a_lost_create_without_a_key_is_unknown():
    """It would make another."""
    line = Line(Dropped("reset"))
    ledger = lost(line, create(None), loses=line.loses, times=2)
    assert ledger.clean_up() == CleanUp(deleted=0, left=0, unknown=2)


@pytest.mark.parametrize("error", [Unreached("refused"), Unsendable("an odd header")])
def test_what_was_never_sent_made_nothing(error):
    """There was no connection, or no request."""
    ledger = lost(Line(error), create(), loses=error)
    assert (ledger.count, ledger.clean_up()) == (0, CleanUp(deleted=0, left=0))


def test_a_lost_create_that_is_refused_when_it_is_sent_again_made_nothing():
    """A 409 says nothing of that: the first may be under way."""
    for status, unknown in ((400, 0), (422, 0), (409, 1), (401, 1)):
        line = Line(Dropped("reset"))
        ledger = lost(line, create(), loses=line.loses)
        line.send = lambda _, status=status, **__: answered({}, status)
        assert ledger.clean_up().unknown == unknown


def test_after_an_interruption_connections_are_opened_anew():
    """What is on the old ones belongs to what was broken off."""
    line = Line(KeyboardInterrupt())
    assert lost(line, create(), loses=line.loses).clean_up(interrupted=True).left == 0
    assert line.opened == 1


def test_after_the_run_nothing_more_is_made():
    """A worker that is still at it is stopped."""
    ledger = ledger_of(Store())
    ledger.clean_up()
    with pytest.raises(RunIsOver):
        ledger.send(create())


def test_a_lost_create_takes_up_room_until_it_is_shown_to_have_made_nothing():
    """So does one that is sent again, and each key of a burst."""
    line = Line(Dropped("reset"))
    ledger = lost(line, create(), loses=line.loses, most=3, deletes=False)
    with pytest.raises(NoRoom):
        ledger.burst([create(f"key-{number}") for number in (2, 3, 4)])
    ledger.send(create())
    assert (ledger.count, ledger.send(create("key-2")).status, ledger.count) == (1, 200, 2)
    with pytest.raises(NoRoom):
        ledger.burst([create("key-3"), create("key-4")])
    assert len(line.store.there) == 2


def test_room_is_made_of_lost_creates_too():
    """When their id is learnt."""
    line = Line(Dropped("reset"))
    ledger = lost(line, create(), loses=line.loses, most=1)
    ledger.begin_sequence()
    ledger.send(create("key-2"))
    assert (line.store.most, line.store.there) == (1, ["ed_4"])
