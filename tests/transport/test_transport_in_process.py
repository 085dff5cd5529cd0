"""The transports that call an application in process: what they hand it, what they make of what it does."""

# ruff: noqa: ARG001 - an application takes what its interface says, used or not

from __future__ import annotations

import asyncio
import contextlib
import gzip
import threading
import time
from dataclasses import replace

import pytest
from common.asking import REQUEST, answer

from ed_contract import Target
from ed_contract.exceptions import TargetError
from ed_contract.interaction import Request
from ed_contract.transport import Dropped, OutOfTime, TimedOut, TooLong, Unsendable, open_transport


def asked(app, request=REQUEST, **options):
    """Return the answer of an application to one request."""
    transport = open_transport(Target.of_app(app, api_key=options.pop("api_key", None)))
    try:
        return transport.send(request)
    finally:
        transport.close()


async def read(receive):
    """Return the whole body that an ASGI application receives."""
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message["body"], message["more_body"]
    return body


def test_a_wsgi_application_gets_the_request_as_a_server_hands_it_on():
    """PEP 3333: the path decoded, equal headers joined, the body with its length; close() is called at the end."""
    seen, closed = {}, []

    class Body(list):
        def close(self):
            closed.append(True)

    def app(environ, start_response):
        seen.update(environ, body=environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        write = start_response("201 Created", [("Content-Type", "application/json"), ("Content-Encoding", "gzip")])
        packed = gzip.compress(b'{"id": "ed_1"}')
        write(packed[:5])
        return Body([packed[5:]])

    got = asked(app, api_key="sk_test_a")
    assert (got.status, got.document, closed) == (201, {"id": "ed_1"}, [True])
    assert got.header("content-type") == "application/json"
    assert {name: seen[name] for name in ("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "CONTENT_TYPE", "body")} == {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/a b",
        "QUERY_STRING": "x=1",
        "CONTENT_TYPE": "application/json",
        "body": b'{"a": 1}',
    }
    own = [seen[f"HTTP_{name}"] for name in ("AUTHORIZATION", "X_TWO", "HOST")]
    assert own == ["Bearer sk_test_a", "1,2", "localhost"]


def test_an_asgi_application_gets_the_request_as_a_server_hands_it_on():
    """Between start-up and shutdown, with the state that start-up leaves."""
    seen, events = {}, []

    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            scope["state"]["pool"] = "open"
            while events[-1:] != ["lifespan.shutdown"]:
                events.append((await receive())["type"])
                await send({"type": f"{events[-1]}.complete"})
            return
        seen.update(scope, body=await read(receive))
        await answer(send, 201, b'{"id": "ed_1"}', [(b"Content-Type", b"application/json")])
        assert (await receive())["type"] == "http.disconnect"

    got = asked(app, api_key="sk_test_a")
    assert (got.status, got.document, got.header("content-type")) == (201, {"id": "ed_1"}, "application/json")
    assert events == ["lifespan.startup", "lifespan.shutdown"]
    assert (seen["path"], seen["raw_path"], seen["query_string"], seen["body"]) == (
        "/a b",
        b"/a%20b",
        b"x=1",
        b'{"a": 1}',
    )
    assert (b"authorization", b"Bearer sk_test_a") in seen["headers"]
    assert seen["state"] == {"pool": "open"}


def raises(*_):
    """Fail, as a WSGI application."""
    raise ZeroDivisionError("division\nby zero")


async def raises_too(scope, receive, send):
    """Fail, as an ASGI application, at start-up too: it knows none."""
    raises()


@pytest.mark.parametrize("app", [raises, raises_too])
def test_what_an_application_raises_is_a_server_error(app):
    """As a server would answer, with what was raised in a line."""
    got = asked(app)
    assert (got.status, got.body) == (500, b"ZeroDivisionError: division by zero")


def silent(environ, start_response):
    """Never begin an answer."""
    return []


async def silent_too(scope, receive, send):
    """The same."""


async def half(scope, receive, send):
    """End in the middle of an answer."""
    await send({"type": "http.response.start", "status": 200, "headers": []})


@pytest.mark.parametrize(
    ("app", "reason"),
    [
        (silent, "the application did not call start_response"),
        (silent_too, "the application ended without an answer"),
        (half, "the application ended in the middle of its answer"),
    ],
)
def test_no_answer_is_a_dropped_connection(app, reason):
    """Which a client of a server would see."""
    with pytest.raises(Dropped, match=f"^{reason}$"):
        asked(app)


def test_what_http_cannot_carry_is_not_sent():
    """It is no fault of the application."""
    for value in ("\u0416", "a\nb"):
        request = Request(method="POST", path="/", headers=(("Idempotency-Key", value),), body=b"")
        with pytest.raises(Unsendable):
            asked(silent, request)


def test_an_application_that_hangs_holds_nobody_up():
    """The next request is answered, and the thread that hangs is left alone."""
    free = threading.Event()
    first = iter([True])

    def app(environ, start_response):
        if next(first, False):
            free.wait()
        start_response("200 OK", [])
        return [b"{}"]

    async def app_too(scope, receive, send):
        if scope["type"] == "http" and next(first, False):
            await asyncio.Event().wait()
        await answer(send)

    for one in (app, app_too):
        first = iter([True])
        target = Target.of_app(one)
        transport = open_transport(type(target)(url=target.url, app=target.app, request_timeout=0.1))
        with pytest.raises(TimedOut, match=r"^no answer within 0.1 s$"):
            transport.send(REQUEST)
        assert transport.send(REQUEST).status == 200
        transport.close()
    free.set()


def test_an_application_that_hangs_meets_the_callers_last_moment():
    """By itself and in a burst; which says nothing about the application."""
    free = threading.Event()

    def app(environ, start_response):
        free.wait(20)

    async def app_too(scope, receive, send):
        if scope["type"] == "http":
            await asyncio.Event().wait()

    for one in (app, app_too):
        transport = open_transport(Target.of_app(one))
        with pytest.raises(OutOfTime):
            transport.send(REQUEST, until=time.monotonic() + 0.1)
        with pytest.raises(OutOfTime):
            transport.send(REQUEST, until=time.monotonic() - 1)
        for moment in (0.1, -1):
            answers = transport.burst([REQUEST] * 2, until=time.monotonic() + moment)
            assert [type(answer) for answer in answers] == [OutOfTime] * 2
        transport.close()
    free.set()


def endless(part):
    """Return two applications that answer with `part` again and again, and note when they end."""
    over = [threading.Event(), threading.Event()]

    def parts():
        try:
            while True:
                yield part
        finally:
            over[0].set()

    def app(environ, start_response):
        start_response("200 OK", [])
        return parts()

    async def app_too(scope, receive, send):
        if scope["type"] == "lifespan":
            raise NotImplementedError
        await send({"type": "http.response.start", "status": 200, "headers": []})
        try:
            while True:
                await send({"type": "http.response.body", "body": part, "more_body": True})
                await asyncio.sleep(0)
        finally:
            over[1].set()

    return (app, app_too), over


@pytest.mark.parametrize(("part", "lost"), [(bytes(1024 * 1024), TooLong), (b"", TimedOut)])
def test_an_answer_without_end_is_left(part, lost):
    """When it is longer than we read, or the time is over; and the application is not left running."""
    apps, over = endless(part)
    for app, ended in zip(apps, over, strict=True):
        target = Target.of_app(app)
        transport = open_transport(replace(target, request_timeout=20 if part else 0.2))
        with pytest.raises(lost):
            transport.send(REQUEST)
        assert ended.wait(20)
        assert [type(one) for one in transport.burst([REQUEST] * 2)] == [lost] * 2
        transport.close()


@pytest.mark.parametrize("encoding", ["gzip", "gzip, gzip"])
def test_no_more_than_the_largest_body_is_decoded(encoding):
    """However small it comes, and whatever the application thinks of our leaving."""
    packed = bytes(64 * 1024 * 1024)
    for _ in encoding.split(","):
        packed = gzip.compress(packed, compresslevel=1)

    def app(environ, start_response):
        start_response("200 OK", [("Content-Encoding", encoding)])
        return [packed]

    async def app_too(scope, receive, send):
        await answer(send, body=packed, headers=[(b"content-encoding", encoding.encode())])

    for one in (app, app_too):
        with pytest.raises(TooLong, match=r"^the answer is longer than 16 MiB$"):
            asked(one)


def test_an_application_that_does_not_let_us_leave_is_left():
    """It catches what says that its answer is too long, and ends as if nothing were."""

    def app(environ, start_response):
        write = start_response("200 OK", [])
        with contextlib.suppress(Exception):
            write(bytes(17 * 1024 * 1024))
        return [b"{}"]

    with pytest.raises(TooLong):
        asked(app)


class UnspeakableError(Exception):
    """Cannot say what it is."""

    def __str__(self):
        raise ZeroDivisionError


@pytest.mark.parametrize("error", [SystemExit(1), KeyboardInterrupt(), asyncio.CancelledError(), GeneratorExit()])
def test_an_application_that_ends_its_process_hangs_up(error):
    """It does not end ours, nor the loop that serves the next request."""

    def app(environ, start_response):
        raise error

    async def app_too(scope, receive, send):
        if scope["type"] == "lifespan":
            raise NotImplementedError
        raise error

    for one in (app, app_too):
        transport = open_transport(Target.of_app(one))
        for _ in range(2):
            with pytest.raises(Dropped, match=f"^the application ended with {type(error).__name__}$"):
                transport.send(REQUEST)
        transport.close()


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        ([("X", "\ud800")], UnspeakableError()),
        ([("X", 1)], None),
        ([(b"X", b"1")], None),
        ([("X", "\u0416")], None),
        (None, UnspeakableError()),
    ],
)
def test_what_a_server_could_not_send_is_a_server_error(headers, error):
    """A header that is not text, or not of HTTP's; an error that cannot say what it is."""

    def app(environ, start_response):
        if headers is None:
            raise error
        start_response("200 OK", headers)
        return [b"{}"]

    assert asked(app).status == 500


def test_an_application_that_cannot_start_is_told():
    """In two lines, before anything is judged."""

    async def app(scope, receive, send):
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no\ndatabase"})

    with pytest.raises(TargetError) as told:
        asked(app)
    assert str(told.value) == "the application fails at start-up: no database\nfix that first."
