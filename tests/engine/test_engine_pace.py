"""How fast requests are sent, and how many at once."""

from __future__ import annotations

import threading

from common.interactions import WEBHOOK, answered, destination
from common.scripted import EXAMPLE, TARGET, Scripted

from ed_contract.case import Key, Sequence, Step, case, single
from ed_contract.engine import Keys, Phase, Sender, execute
from ed_contract.engine.events import End, Judged
from ed_contract.engine.pace import Pace


def test_requests_are_spaced_out():
    """What comes at once is made up for afterwards."""
    waits: list[float] = []
    pace = Pace(0.01, waits.append)
    for requests in (1, 3, 1):
        pace.wait(requests)
    assert [round(one) for one in waits] == [100, 400]
    Pace(None, waits.append).wait(1000)
    assert len(waits) == 2


def run(transport, sequences, **options):
    """Run one phase and return its events."""
    sending = Sender(transport, TARGET, Keys(seed=0, salt=""), max_requests=options.pop("most", 100), **options)
    phases = [Phase(name="first", sequences=(single(EXAMPLE),)), Phase(name="then", sequences=tuple(sequences))]
    probe = case("probe", WEBHOOK)
    return list(execute(phases, sending, lambda *_: (), enough=lambda _: False, on_first=lambda _: None, probe=probe))


class Together(Scripted):
    """Answers only when so many plain creates are there at once."""

    def __init__(self, many):
        super().__init__(lambda _: answered(destination(WEBHOOK)))
        self.barrier = threading.Barrier(many)

    def send(self, request):
        """Wait for the others."""
        if b"plain" in request.body:
            self.barrier.wait(5)
        return super().send(request)


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
    replay = Sequence(name="replay", steps=(Step(case=EXAMPLE), Step(case=EXAMPLE)))
    chosen = Sequence(name="chosen", steps=(Step(case=EXAMPLE, key=Key(template="x")),))
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
    run(transport, [], retries=0, sleep=lambda _: None)
    assert len(transport.requests) == 1
