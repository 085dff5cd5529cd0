"""The event loop that draws whose turn is next, and what it relies on in CPython's own."""

# ruff: noqa: ARG001 - an application takes what its interface says, used or not

from __future__ import annotations

import asyncio
import logging
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace

import pytest
from common.asking import REQUEST, answer

from ed_contract import Target
from ed_contract.transport import TimedOut, open_transport, scheduled_loop
from ed_contract.transport.scheduled_loop import Schedule, ScheduledLoop, context_of, is_ours

FOUR = [replace(REQUEST, body=b"body %d" % number, schedule=7) for number in range(4)]
HOUR = 3600.0


@pytest.fixture
def loop():
    """A loop of ours, in this thread."""
    is_ours()
    made = ScheduledLoop()
    yield made
    made.close()


def in_turns(loop, number, *requests, seconds=HOUR):
    """Return what requests return under a schedule, and whether that alone decided."""

    async def together():
        schedule = Schedule(number, seconds=seconds, over=lambda: None)
        with loop.under(schedule):
            tasks = [loop.create_task(one, context=context_of(b"%d" % at)) for at, one in enumerate(requests)]
            return await asyncio.gather(*tasks), schedule.is_alone

    return loop.run_until_complete(together())


def order_of(loop, number, names="abcd"):
    """Return the order in which requests of four turns each take them."""
    order = []

    async def request(name):
        for _ in range(4):
            order.append(name)
            await asyncio.sleep(0)

    in_turns(loop, number, *map(request, names))
    return "".join(order)


def test_cpythons_loop_is_as_we_know_it():
    """On each version that is tested: `_ready` is taken from with `popleft`, a callback has its `_context`."""
    assert scheduled_loop.is_possible()


def test_a_number_is_an_order(loop):
    """The same one each time, another for another number, and asyncio's own for the first of a run's."""
    orders = [order_of(loop, number) for number in range(1, 30)]
    assert orders == [order_of(loop, number) for number in range(1, 30)]
    assert len({*orders}) > 25
    assert order_of(loop, 0) == order_of(loop, 3000) == "abcd" * 4


def test_some_of_a_burst_meet_as_they_did_in_all_of_it(loop):
    """So that what two of twelve requests show repeats with these two."""
    whole, two = order_of(loop, 5, "abcdefghijkl"), order_of(loop, 5, "ab")
    assert two == "".join(name for name in whole if name in "ab")


def test_callbacks_of_one_request_keep_their_order(loop):
    """And so do those of tasks that it starts, as asyncio promises."""

    async def request():
        order = []

        async def step(number):
            order.append(number)

        await asyncio.gather(*(step(number) for number in range(5)))
        for number in range(5, 10):
            asyncio.get_running_loop().call_soon(order.append, number)
        for number in range(10, 15):
            asyncio.get_running_loop().call_later(1, order.append, number)
        await asyncio.sleep(2)
        return order

    for number in range(1, 6):
        orders, _ = in_turns(loop, number, request(), request())
        assert orders == [[*range(15)]] * 2


def test_time_passes_when_nobody_can_go_on(loop):
    """Sleeps of an hour take none, timers end in their order, and the clock never goes back."""

    async def request(seconds):
        await asyncio.sleep(seconds)
        return asyncio.get_running_loop().time()

    began, before = time.monotonic(), loop.time()
    (late, early), alone = in_turns(loop, 1, request(HOUR / 2), request(HOUR / 4))
    assert alone
    assert (late - before, early - before) == (pytest.approx(HOUR / 2, abs=1), pytest.approx(HOUR / 4, abs=1))
    assert loop.time() >= late
    assert time.monotonic() - began < HOUR / 4


def test_a_thread_is_waited_for(loop):
    """However much sooner a timer would end: the clock does not jump over it."""
    ended = threading.Event()

    async def request():
        async with asyncio.timeout(30):
            await asyncio.to_thread(ended.wait)
        return ended.is_set()

    async def other():
        await asyncio.sleep(0.01)
        ended.set()

    assert in_turns(loop, 1, request(), other()) == ([True, None], False)


def test_a_thread_that_the_loop_does_not_know_is_waited_for(loop):
    """It calls back when it is done."""

    async def request():
        running, done = asyncio.get_running_loop(), asyncio.Event()
        threading.Timer(0.02, running.call_soon_threadsafe, [done.set]).start()
        async with asyncio.timeout(30):
            await done.wait()

    assert in_turns(loop, 1, request()) == ([None], False)


def test_a_socket_is_waited_for(loop):
    """A connection to a server whose answer takes a moment."""

    async def request():
        mine, theirs = socket.socketpair()
        reader, writer = await asyncio.open_connection(sock=mine)
        threading.Timer(0.02, theirs.sendall, [b"here"]).start()
        async with asyncio.timeout(30):
            came = await reader.readexactly(4)
        writer.close()
        theirs.close()
        return came

    assert in_turns(loop, 1, request()) == ([b"here"], False)


def test_a_subprocess_is_waited_for(loop):
    """Until it has ended."""

    async def request():
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", "print(1)", stdout=subprocess.PIPE)
        async with asyncio.timeout(30):
            said, _ = await process.communicate()
        return said.strip()

    assert in_turns(loop, 1, request()) == ([b"1"], False)


@pytest.mark.parametrize("spins", [False, True])
def test_an_endless_wait_ends_with_the_time_out(spins):
    """Of the real clock, and it takes those with it only that wait: a deadlock, or a loop that sleeps for ever."""

    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            raise NotImplementedError
        await receive()
        body = (await receive())["body"]
        while body == b"1":
            await (asyncio.sleep(0.001) if spins else asyncio.Event().wait())
        await answer(send, body=body)

    transport = open_transport(replace(Target.of_app(app), request_timeout=0.3))
    answers = transport.burst(FOUR)
    transport.close()
    assert [type(one) is TimedOut or one.body for one in answers] == [b"0", True, b"2", b"3"]
    assert str(answers[1]) == "no answer within 0.3 s"


def test_a_burst_says_whether_its_schedule_alone_decided():
    """Where nothing came from outside the loop."""

    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            raise NotImplementedError
        if scope["query_string"] == b"thread":
            await asyncio.to_thread(int)
        while (await receive())["more_body"]:
            pass
        await answer(send)

    transport = open_transport(Target.of_app(app))
    alone = [[one.scheduled for one in transport.burst(some)] for some in (FOUR, [REQUEST] * 2)]
    threads = [one.scheduled for one in transport.burst([replace(one, path="/?thread") for one in FOUR])]
    transport.close()
    assert alone == [[True] * 4, [False] * 2]
    assert threads == [False] * 4


def test_another_loop_inside_is_told_and_not_used(monkeypatch, caplog):
    """A Python that takes callbacks otherwise: bursts are in asyncio's own order."""

    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            raise NotImplementedError
        await answer(send)

    monkeypatch.delattr(scheduled_loop._Ready, "popleft")
    scheduled_loop.is_possible.cache_clear()
    try:
        with caplog.at_level(logging.WARNING, "ed_contract.in_process"):
            transport = open_transport(Target.of_app(app))
        answers = transport.burst(FOUR)
        transport.close()
    finally:
        scheduled_loop.is_possible.cache_clear()
    assert [(one.status, one.scheduled) for one in answers] == [(200, False)] * 4
    assert [one.getMessage() for one in caplog.records] == [
        "in process, races are not searched for by schedules: this Python's event loop is not as expected"
    ]
