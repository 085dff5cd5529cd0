"""How fast requests are sent."""

from __future__ import annotations

import random

import pytest
from common.interactions import answered
from common.scripted import EXAMPLE, TARGET, Scripted

from ed_contract.case import Step
from ed_contract.options import Settings
from ed_contract.runner import Keys, Sender
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


def test_how_often_a_busy_target_is_asked_again_is_the_users_choice():
    """None at all, too."""
    transport = Scripted(lambda _: answered({}, 429))
    sender = Sender(transport, TARGET, Keys(seed=0, salt=""), Settings(request_retries=0))
    sender.send(Step(case=EXAMPLE), phase="first", values={})
    assert len(transport.requests) == 1
