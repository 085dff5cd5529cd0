"""How fast requests are sent, and how many at once."""

from __future__ import annotations

import random
import threading

import pytest
from common.interactions import WEBHOOK, answered, destination
from common.scripted import EXAMPLE, TARGET, Scripted

from ed_contract.case import CaseSequence, Key, Step, case, single
from ed_contract.judging import Judging
from ed_contract.options import Settings
from ed_contract.runner import Keys, PlannedPhase, Sender, execute
from ed_contract.runner.events import End, Judged
from ed_contract.runner.rate_limiter import RateLimitedTransport
from ed_contract.transport import Unsendable


class Server:
    """Answers after a while, on a clock that moves only while somebody waits or a request is under way."""

    def __init__(self, monkeypatch, *, takes=lambda: 0.0):
        self.now, self.takes, self.seen = 100.0, takes, []
        monkeypatch.setattr("ed_contract.runner.rate_limiter.time.monotonic", lambda: self.now)

    def sleep(self, seconds):
        """Let time pass."""
        self.now += seconds

    def send(self, _, *, until):
        """See the request at some moment before it is answered."""
        del until
        took = self.takes()
        self.seen.append(self.now + took * random.Random(self.now).random())  # noqa: S311 - any will do
        self.now += took

    def burst(self, requests, *, until):
        """See all of them now."""
        del until
        self.seen += [self.now] * len(requests)

    def disconnect(self):
        """Nothing is kept alive."""

    close = disconnect


@pytest.mark.parametrize(("rate", "most", "within"), [(40, 40, 1), (7.5, 7, 1), (1, 1, 1), (0.25, 1, 4)])
def test_the_server_counts_no_more_than_the_rate_in_any_second(monkeypatch, rate, most, within):
    """It may have seen a request at any moment from its sending to its answer."""
    chance = random.Random(0)  # noqa: S311 - any will do
    server = Server(monkeypatch, takes=lambda: chance.choice([0.0, 0.01, 0.6]))
    paced = RateLimitedTransport(server, rate, sleep=server.sleep)
    for _ in range(200):
        paced.send(None)
    assert max(sum(start <= one < start + within for one in server.seen) for start in server.seen) <= most


def test_a_burst_waits_until_there_is_room_for_all_of_it_and_is_made_up_for(monkeypatch):
    """One that is larger than the rate waits until nothing counts any more."""
    server = Server(monkeypatch)
    paced = RateLimitedTransport(server, 4, sleep=server.sleep)
    for requests in (1, 1, 4, 1, 6, 1):
        paced.burst([None] * requests)
    assert [round(moment - 100, 3) for moment in dict.fromkeys(server.seen)] == [0, 0.25, 1.25, 2.25, 3.25, 4.75]


def test_those_under_way_count_too(monkeypatch):
    """Until a second after their answers: here the second is sent while the first is under way."""
    server = Server(monkeypatch)
    paced = RateLimitedTransport(server, 2, sleep=server.sleep)
    plain = server.send

    def with_another_meanwhile(request, *, until):
        server.send = plain
        plain(request, until=until)
        paced.send(None)
        server.now += 5

    server.send = with_another_meanwhile
    for _ in range(3):
        paced.send(None)
    assert [moment - 100 for moment in server.seen] == [0, 0.5, 5.5, 6.5]


def test_what_would_be_sent_after_the_end_is_not_sent(monkeypatch):
    """And leaves its turn to others, who clean up."""
    server = Server(monkeypatch)
    paced = RateLimitedTransport(server, 1, sleep=server.sleep)
    paced.send(None)
    with pytest.raises(Unsendable, match=r"^its turn would come after the run's time limit$"):
        paced.send(None, until=100.5)
    (unsent,) = paced.burst([None], until=100.5)
    assert isinstance(unsent, Unsendable)
    paced.send(None)
    assert len(server.seen) == 2


def run(transport, sequences, **options):
    """Run one phase and return its events."""
    sending = Sender(
        transport, TARGET, Keys(seed=0, salt=""), Settings(max_requests=options.pop("most", 100), **options)
    )
    phases = [
        PlannedPhase(name="first", sequences=(single(EXAMPLE),)),
        PlannedPhase(name="then", sequences=tuple(sequences)),
    ]
    probe = case("probe", WEBHOOK)
    return list(
        execute(phases, sending, Judging(lambda *_: ()), enough=lambda _: False, on_first=lambda _: None, probe=probe)
    )


class Together(Scripted):
    """Answers only when so many plain creates are there at once."""

    def __init__(self, many):
        super().__init__(lambda _: answered(destination(WEBHOOK)))
        self.barrier = threading.Barrier(many)

    def send(self, request, **options):
        """Wait for the others."""
        if b"plain" in request.body:
            self.barrier.wait(5)
        return super().send(request, **options)


def plain(number):
    """Return a plain create that can be told from others."""
    return single(case(f"plain {number}", {**WEBHOOK, "name": f"plain {number}"}))


def test_workers_send_plain_creates_at_once_and_judge_them_in_order():
    """The interactions are those of one worker, in the same order and under the same keys."""
    told = []
    for many in (1, 4):
        events = run(Together(many), [plain(number) for number in range(8)], workers=many)
        told.append(
            [(one.interaction.number, one.interaction.case.name, one.interaction.key) for one in _judged(events)]
        )
    assert told[0] == told[1]
    assert [name for _, name, _ in told[0]] == ["an example", *(f"plain {number}" for number in range(8))]


def _judged(events):
    return [event for event in events if isinstance(event, Judged)]


def test_what_hangs_together_is_sent_in_order():
    """Sequences, and keys that were chosen, one after the other, and what comes before them first."""
    replay = CaseSequence(name="replay", steps=(Step(case=EXAMPLE), Step(case=EXAMPLE)))
    chosen = CaseSequence(name="chosen", steps=(Step(case=EXAMPLE, key=Key(template="x")),))
    transport = Together(2)
    events = run(transport, [plain(0), plain(1), replay, plain(2), plain(3), chosen], workers=2)
    names = [one.interaction.case.name for one in _judged(events)]
    assert names == ["an example", "plain 0", "plain 1", *["an example"] * 2, "plain 2", "plain 3", "an example"]


def test_at_the_cap_nothing_that_was_answered_is_lost():
    """And no more is sent than was said."""
    transport = Scripted(lambda _: answered(destination(WEBHOOK)))
    events = run(transport, [plain(number) for number in range(8)], workers=4, most=7)
    assert (len(_judged(events)), len(transport.requests)) == (7, 7)
    assert events[-1].end is End.MAX_REQUESTS


def test_how_often_a_busy_target_is_asked_again_is_the_users_choice():
    """None at all, too."""
    transport = Scripted(lambda _: answered({}, 429))
    run(transport, [], request_retries=0)
    assert len(transport.requests) == 1
