"""Several workers: what overlaps, what is sent by itself, and that all is judged as it comes."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from common.interactions import WEBHOOK, answered, destination
from common.scripted import EXAMPLE, Scripted

from ed_contract.case import Burst, CaseSequence, Credential, Key, Step, case, single
from ed_contract.finding import Finding
from ed_contract.interaction import PROBE
from ed_contract.judging import Judging
from ed_contract.options import Settings
from ed_contract.runner import Drawn, Keys, PlannedPhase, Sender, execute
from ed_contract.runner.events import End, Judged, PhaseFinished, PhaseStarted
from ed_contract.transport import Target

SECONDS = 5  # for others to come


def named(name):
    """Return a create that can be told from others."""
    return case(name, {**WEBHOOK, "name": name})


def plain(name):
    """Return the sequence of one create."""
    return single(named(name))


def several(name, many, **key):
    """Return a sequence of several creates under one key."""
    steps = (Step(case=named(f"{name}{number}"), key=Key(**key)) for number in range(many))
    return CaseSequence(name=name, steps=tuple(steps))


class Server(Scripted):
    """Answers creates, and notes how many were under way with each."""

    def __init__(self, script=lambda _: answered(destination(WEBHOOK)), waits=None):
        super().__init__(script)
        self.waits = waits or {}  # what comes before a create whose name begins so is answered
        self.lock, self.under_way = threading.Lock(), 0
        self.beside = {}  # by name of the create
        self.keys = {}  # likewise

    def send(self, request, **options):
        """Answer when whoever is waited for is there."""
        name = request.body.decode().partition('"name":"')[2].partition('"')[0]
        with self.lock:
            self.under_way += 1
            self.beside[name] = self.under_way
            self.keys[name] = dict(request.headers).get("Idempotency-Key")
        for words, wait in self.waits.items():
            if name.startswith(words):
                wait()
        try:
            with self.lock:
                return super().send(request, **options)
        finally:
            with self.lock:
                self.under_way -= 1

    def burst(self, requests, **_):
        """Answer all of them."""
        self.beside["burst"] = self.under_way
        return [answered(destination(WEBHOOK)) for _ in requests]


def run(transport, *phases, workers=2, most=100, judge=lambda *_: (), **options):
    """Run phases of sequences after a first create, and return the events."""
    target = options.pop("target", Target(url="http://127.0.0.1:1", api_key="sk_test_a"))
    settings = Settings(max_requests=most, workers=workers, request_retries=options.pop("request_retries", 5))
    sender = Sender(transport, target, Keys(seed=0, salt=""), settings)
    first = PlannedPhase(name="first", sequences=(single(EXAMPLE),))
    some = (one if isinstance(one, PlannedPhase) else PlannedPhase(name="then", sequences=tuple(one)) for one in phases)
    asked = {"enough": lambda _: False, "on_first": lambda _: None, "probe": case("probe", WEBHOOK)} | options
    return list(execute([first, *some], sender, Judging(judge), **asked))


def judged(events):
    """Return the interactions that were judged."""
    return [event.interaction for event in events if isinstance(event, Judged)]


def test_sequences_overlap_and_each_keeps_its_order():
    """Here each step waits for one of the other sequence."""
    meet = threading.Barrier(2).wait
    server = Server(waits={"a": lambda: meet(SECONDS), "b": lambda: meet(SECONDS)})
    one, other = several("a", 3), several("b", 3)
    names = [one.case.name for one in judged(run(server, [one, other]))[1:]]
    assert [[name for name in names if name[0] == which] for which in "ab"] == [["a0", "a1", "a2"], ["b0", "b1", "b2"]]
    assert {server.beside[name] for name in names} == {1, 2}


def test_keys_are_those_of_one_worker_whoever_is_answered_first():
    """And the record is in the order of the answers."""
    come = threading.Event()
    waits = {"slow": lambda: come.wait(SECONDS), "quick1": come.set}
    told = []
    for workers, one in ((1, {}), (2, waits)):
        server = Server(waits=one)
        events = run(server, [plain("slow"), plain("quick0"), plain("quick1")], workers=workers)
        told.append((server.keys, [one.case.name for one in judged(events)][1:]))
    (keys, in_order), (same, as_answered) = told
    assert keys == same
    assert in_order == ["slow", "quick0", "quick1"]
    assert as_answered[0] == "quick0"
    assert [one.number for one in judged(events)] == [1, 2, 3, 4]


def test_the_first_of_a_run_and_bursts_are_sent_by_themselves():
    """Nothing is under way beside them."""
    burst = CaseSequence(name="at once", steps=(Burst(steps=(Step(case=EXAMPLE),) * 2), Step(case=named("after"))))
    server = Server()
    events = run(server, [plain("a"), plain("b"), burst, plain("c"), plain("d")], workers=4)
    names = [one.case.name for one in judged(events)]
    assert (server.beside["burst"], server.beside["after"]) == (0, 1)
    assert (names[0], sorted(names[1:3]), names[5], sorted(names[6:])) == (
        "an example",
        ["a", "b"],
        "after",
        ["c", "d"],
    )


def test_what_shares_a_key_does_not_overlap():
    """Keys that are kept for the whole run, and those that are not fresh; nor do creates with another credential."""
    for key in ({"label": "@kept"}, {"template": "fixed"}):
        server = Server()
        run(server, [several("a", 2, **key), several("b", 2, **key)], workers=4)
        assert {name: server.beside[name] for name in ("a0", "a1", "b0", "b1")} == dict.fromkeys(
            ("a0", "a1", "b0", "b1"), 1
        )
        assert len({server.keys[name] for name in ("a0", "b0")}) == 1
    strangers = [
        CaseSequence(name=name, steps=(Step(case=named(name), credential=Credential.UNKNOWN),)) for name in "abcd"
    ]
    server = Server()
    run(server, strangers, workers=4)
    assert [server.beside[name] for name in "abcd"] == [1] * 4


def test_the_longest_sequences_begin_first():
    """So that none is waited for at the end; plain creates keep their order."""
    server = Server()
    run(server, [plain("a"), several("b", 2), plain("c"), several("d", 4)], [several("e", 3)], workers=2)
    first = [name for name in server.beside if name.endswith("0") or len(name) == 1]
    assert [first.index(name) for name in ("d0", "e0")] < [first.index("b0")] * 2
    assert first.index("a") < first.index("c")


@pytest.mark.parametrize("apart", [{"hostile": True}, {"apart": True}])
def test_a_phase_may_stand_apart(apart):
    """All before it was answered by then, and nothing after it begins before it is over."""
    phase = PlannedPhase(name="apart", sequences=(plain("b"),), **apart)
    events = run(Server(), [plain("a")], phase, [several("c", 3)], workers=4)
    names = [one.case.name for one in judged(events)]
    assert names == ["an example", "a", "b", *(["probe"] if "hostile" in apart else []), "c0", "c1", "c2"]


def test_drawn_sequences_overlap_too():
    """They are drawn when there is a worker for them."""
    meet = threading.Barrier(2).wait
    drawn = Drawn(draw=lambda: map(plain, ("a", "b", "c", "d")), requests=4)
    server = Server(waits={name: lambda: meet(SECONDS) for name in "abcd"})
    events = run(server, PlannedPhase(name="fuzz", sequences=drawn), PlannedPhase(name="then", sequences=(plain("x"),)))
    assert Counter(one.phase for one in judged(events)) == {"first": 1, "fuzz": 4, "then": 1}


def test_each_phase_counts_its_own_requests():
    """As far as they were answered; all are counted once, and the phases begin and end one after the other."""
    events = run(Server(), [plain("a"), plain("b")], [several("c", 3)], [plain("d")], workers=2)
    kinds = [type(event) for event in events if not isinstance(event, Judged)]
    assert kinds[:-1] == [PhaseStarted, PhaseFinished] * 4
    counts = [event.requests for event in events if isinstance(event, PhaseFinished)]
    assert (counts[0], sum(counts)) == (1, events[-1].requests)
    assert all(abs(count - own) <= 1 for count, own in zip(counts, (1, 2, 3, 1), strict=True))


def test_at_the_cap_nothing_that_was_answered_is_lost():
    """And no more is sent than was said."""
    server = Server()
    events = run(server, map(plain, "abcdefgh"), workers=4, most=7)
    assert (len(judged(events)), len(server.requests)) == (7, 7)
    assert events[-1].end is End.MAX_REQUESTS


def test_what_is_under_way_when_a_run_ends_is_recorded_and_proves_nothing():
    """It is not tried again, either."""
    finding = Finding(requirement="echo/name", fault="cut", expected="a", actual="b", evidence=())
    come, found, entries = threading.Event(), threading.Event(), []
    busy = answered({}, 429)

    def judge(interaction, _):
        return (finding,) if interaction.case.name == "a" else ()

    def enough(observations):
        if observations:
            found.set()
        return bool(observations)

    server = Server(
        lambda _: busy if found.is_set() else answered(destination(WEBHOOK)),
        waits={"a": lambda: come.wait(SECONDS), "b": lambda: (come.set(), found.wait(SECONDS))},
    )
    events = run(server, [plain("a"), plain("b")], judge=judge, enough=enough, on_entry=entries.append)
    assert events[-1].end is End.MAX_FINDINGS
    assert [one.case.name for one in judged(events)] == ["an example", "a"]
    kept = [getattr(one, "case", one) for one in entries]
    assert [getattr(one, "name", type(one).__name__) for one in kept] == ["an example", "a", "b", "Abandoned"]
    assert entries[2].attempts == 1


def test_who_was_refused_for_a_credential_that_was_replaced_meanwhile_is_sent_again():
    """One is asked about, and the others are not blamed."""
    target = Target(url="http://127.0.0.1:1", api_key="sk_test_a")
    meet = threading.Barrier(2, timeout=SECONDS).wait
    waits = {"a": lambda: None if target.renewed else meet(), "b": lambda: None if target.renewed else meet()}

    class Expires(Server):
        def send(self, request, **options):
            fresh = bool(target.renewed)
            answer = super().send(request, **options)
            return answer if fresh or b"an example" in request.body or len(self.requests) == 1 else refused

    refused = answered({"error": {"message": "expired"}}, 401)
    server = Expires(waits=waits)
    events = run(server, [plain("a"), plain("b")], target=target, renew=lambda: target.renewed.append("sk_test_b"))
    told = [(one.case.name, one.status) for one in judged(events) if one.phase != PROBE]
    assert sorted(told[1:]) == [("a", 200), ("a", 401), ("b", 200)] or sorted(told[1:]) == [
        ("a", 200),
        ("b", 200),
        ("b", 401),
    ]
    assert events[-1].end is End.FINISHED


def test_answers_of_busy_servers_to_what_was_under_way_together_count_once():
    """A target that is out for some seconds is not given up sooner than by one worker."""
    meet = threading.Barrier(3).wait
    waits = {"a": lambda: meet(SECONDS)}
    server = Server(lambda number: answered({}, 503) if number in {2, 3, 4} else answered(destination(WEBHOOK)), waits)
    events = run(server, map(plain, ("a1", "a2", "a3", "b")), workers=3, request_retries=0)
    assert (events[-1].end, len(judged(events))) == (End.FINISHED, 5)
    server = Server(lambda number: answered(destination(WEBHOOK)) if number == 1 else answered({}, 503))
    assert run(server, map(plain, "abcdefgh"), request_retries=0)[-1].end is End.BUSY


def test_ctrl_c_ends_a_run_while_workers_wait():
    """The thread of the run does not wait for them."""
    come = threading.Event()
    server = Server(waits={"b": lambda: come.wait(SECONDS)})

    def on_entry(entry):
        if getattr(entry, "case", EXAMPLE).name == "a":
            raise KeyboardInterrupt

    events = run(server, [plain("a"), plain("b")], on_entry=on_entry)
    come.set()
    assert events[-1].end is End.INTERRUPTED


def test_a_crash_of_a_worker_is_not_swallowed():
    """It is a mistake of ours."""

    class Breaks(Server):
        def send(self, request, **options):
            if b'"a"' in request.body:
                raise ZeroDivisionError
            return super().send(request, **options)

    with pytest.raises(ZeroDivisionError):
        run(Breaks(), [plain("a"), plain("b")])
