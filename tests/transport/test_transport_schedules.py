"""Bursts of an ASGI application in an order drawn from a seed: what is found, what repeats, and who is not accused."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from dataclasses import replace

import pytest
from common.asynchronous import Asynchronous, Racing

from ed_contract import Target, judge, run
from ed_contract.reference import RefusedError
from ed_contract.replay import load, replay
from ed_contract.verdict import Verdict

ONE = "idempotency/burst/one-destination"


class Awaiting(Racing):
    """Awaits time between look-up and insert."""

    async def between(self):
        """Wait."""
        await asyncio.sleep(0.001)


class ForgetsEarly(Asynchronous):
    """Refuses a twin while the first is under way, and for a moment knows neither that nor what it made."""

    def set_up(self):
        """Keep what is under way."""
        self.under_way = set()

    async def answer_under_key(self, create, key):
        """Answer a create under a key."""
        scope = self.scope(create.account, key)
        if self.lookup(scope) is None and scope in self.under_way:
            return self.refusal_response(RefusedError(409, "idempotency_key_in_use", "It is under way."))
        self.under_way.add(scope)
        answered = await self._made(create, scope)
        self.under_way.discard(scope)
        return answered

    async def _made(self, create, scope):
        fingerprint, known = self.identity(create), self.lookup(scope)
        if known is not None:
            return self.answer_known(known, fingerprint, create)
        destination = self.make(create.account, create.params)
        await self.between()
        self.under_way.discard(scope)
        await self.between()
        with self.transaction():
            self.insert(destination)
            self.store.forget(scope)
            self.remember(scope, fingerprint, destination)
        return self.created_response(destination, create)


class TwinWaits(Asynchronous):
    """Lets a twin wait until the first is done, on an event with a time limit."""

    def set_up(self):
        """Keep what is under way."""
        self.first = {}

    @contextlib.asynccontextmanager
    async def of_a_key(self, scope):
        """Hold the key."""
        while (done := self.first.get(scope)) is not None:
            async with asyncio.timeout(5):
                await done.wait()
        self.first[scope] = done = asyncio.Event()
        try:
            yield
        finally:
            del self.first[scope]
            done.set()

    async def between(self):
        """Wait."""
        await asyncio.sleep(0.01)


class TwinPolls(Asynchronous):
    """Lets a twin ask again and again, for some seconds."""

    def set_up(self):
        """Keep what is under way."""
        self.held = set()

    @contextlib.asynccontextmanager
    async def of_a_key(self, scope):
        """Hold the key."""
        for _ in range(100):
            if scope not in self.held:
                break
            await asyncio.sleep(0.002)
        else:
            raise TimeoutError
        self.held.add(scope)
        try:
            yield
        finally:
            self.held.discard(scope)

    async def between(self):
        """Wait."""
        await asyncio.sleep(0.01)


class TwinIsRefused(Racing):
    """Refuses a twin while the first is under way."""

    def set_up(self):
        """Keep what is under way."""
        self.held = set()

    async def answer_under_key(self, create, key):
        """Answer a create under a key."""
        scope = self.scope(create.account, key)
        if scope in self.held:
            return self.refusal_response(RefusedError(409, "idempotency_key_in_use", "It is under way."))
        self.held.add(scope)
        try:
            return await super().answer_under_key(create, key)
        finally:
            self.held.discard(scope)


class InThreads(Asynchronous):
    """Looks up and inserts in a thread, under a lock of the loop's, in a time that no clock may jump over."""

    async def between(self):
        """Wait."""
        async with asyncio.timeout(5):
            await asyncio.to_thread(time.sleep, 0.001)


def judged(server, *, seed=0, phases=("bursts",), **options):
    """Return the report of the bursts of an application."""
    with server() as application:
        target = Target.of_app(application.app, api_key="sk_test_a")
        return run(target, phases=phases, seed=seed, key_age=0, **options)


def actuals(report):
    """Return what findings say but for the ids."""
    return [
        (one.finding.identity, one.count, one.finding.repeats, one.finding.actual.rpartition("answers: ")[2])
        for one in report.bugs
    ]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("server", [Racing, Awaiting, ForgetsEarly])
def test_a_race_is_found_whatever_the_seed(server, seed):
    """An `await` between look-up and insert, however long; the finding names the schedule, and repeats."""
    report = judged(server, seed=seed, only=["idempotency/burst/*"])
    (found,) = [one.finding for one in report.bugs if one.finding.requirement == ONE]
    schedule = found.evidence[0].request.schedule
    assert schedule // 1000 == seed
    assert found.actual.endswith(f"; schedule {schedule}")
    assert found.repeats
    assert {one.request.schedule for one in found.evidence} == {schedule}


def test_the_same_seed_gives_the_same_schedules_and_findings():
    """As often as it runs."""
    first, second = (judged(ForgetsEarly, seed=3) for _ in range(2))
    assert actuals(first) == actuals(second) != []
    assert first.requests == second.requests


@pytest.mark.parametrize("server", [Asynchronous, TwinWaits, TwinPolls, TwinIsRefused, InThreads])
def test_who_is_right_is_not_accused(server):
    """A lock a key, twins that wait, ask again or are refused, and what waits for a thread."""
    for seed in range(3):
        report = judged(server, seed=seed)
        assert report.bugs == ()
        assert {row.requirement.id: row.verdict for row in report.requirements}[ONE] is Verdict.PASS


def test_a_replay_sends_the_burst_under_its_schedule_again(tmp_path):
    """As long as it shows; of what was fixed, under others too."""
    with ForgetsEarly() as application:
        target = Target.of_app(application.app, api_key="sk_test_a")
        report = run(target, phases=["bursts"], only=[ONE], key_age=0)
    report.write("json", tmp_path / "report.json")
    text = (tmp_path / "report.json").read_text()
    (recorded,) = load(text)[1]
    (burst,) = recorded.steps
    assert burst.schedule == json.loads(text)["requirements"][0]["findings"][0]["interactions"][0]["schedule"]
    with ForgetsEarly() as application:
        again = replay(recorded, replace(target, app=Target.of_app(application.app).app))
    assert (again.verdict, again.reason.rpartition("; ")[2]) == (Verdict.FAIL, f"schedule {burst.schedule}")
    with Asynchronous() as application:
        fixed = replay(recorded, replace(target, app=Target.of_app(application.app).app))
    assert fixed.verdict is Verdict.PASS


def test_a_record_of_it_is_judged_alike(tmp_path):
    """It holds the schedules."""
    live = judged(ForgetsEarly, record=str(tmp_path / "run.ndjson"), shrink=False)
    again = judge(tmp_path / "run.ndjson")
    assert actuals(again) == actuals(live)
    assert "; schedule " in live.bugs[0].finding.actual
    assert again.coverage["bursts"] == live.coverage["bursts"]


def test_a_usual_run_stays_within_its_requests():
    """With the bursts that are sent besides."""
    report = judged(Asynchronous, phases=None)
    assert report.exit_code == 0
    assert report.requests <= 900
    assert report.coverage["bursts"]["sent"] == report.coverage["bursts"]["scheduled"] == 12
    assert "and races between threads or processes, are not" in " ".join(str(report).split())


def test_bursts_in_threads_are_told_apart():
    """No schedule decides alone there, so that none is named."""
    report = judged(InThreads)
    assert report.coverage["bursts"]["sent"] == 12
    assert "scheduled" not in report.coverage["bursts"]
    said = "and most races, are not judged: 12 of 12 bursts ran in threads or waited for I/O"
    assert said in " ".join(str(report).split())
