"""What the client writes goes out together, when the answer is read."""

from __future__ import annotations

import math

import pytest

from ed_contract.transport import OutOfTime
from ed_contract.transport.timed import Clock, Stream

LONG = 20_000  # bytes; more than go out under one time-out


class Inner:
    """A connection that notes what is sent."""

    def __init__(self, error=None):
        self.sent, self.error = [], error

    def write(self, buffer, _):
        """Note it, or fail."""
        if self.error is not None:
            raise self.error
        self.sent.append(buffer)

    def read(self, *_):
        """Answer."""
        return b"HTTP/1.1 400 Bad Request\r\n"


def stream_over(inner):
    """Return a stream whose request begins now."""
    clock = Clock()
    clock.start(5.0, math.inf)
    return Stream(inner, clock, 0)


def test_head_and_body_go_out_in_one_piece():
    """Not before the answer is read."""
    inner = Inner()
    stream = stream_over(inner)
    for part in (b"POST / HTTP/1.1\r\n\r\n", b"{}", b""):
        stream.write(part)
    assert inner.sent == []
    stream.read(100)
    stream.read(100)
    assert inner.sent == [b"POST / HTTP/1.1\r\n\r\n{}"]


def test_a_burst_sends_all_but_its_last_byte_beforehand():
    """Which is not sent twice when the client writes it."""
    inner = Inner()
    stream = stream_over(inner)
    stream.write(b"head")
    stream.write(b"bod")
    stream.flush()
    stream.send_ahead(b"y")
    stream.write(b"y")
    stream.read(100)
    assert inner.sent == [b"headbod", b"y"]


def test_a_long_body_goes_out_as_it_is_written(monkeypatch):
    """So that our upload is seen to go on."""
    monkeypatch.setattr(Stream, "_await_upload", lambda _: None)
    inner = Inner()
    stream = stream_over(inner)
    stream.write(b"head")
    stream.write(bytes(LONG))
    assert sum(map(len, inner.sent)) == 4 + LONG
    assert len(inner.sent) == 2


def test_an_answer_is_read_although_the_request_was_not_taken_whole():
    """A server may refuse it early; but when the time is up, it is."""
    stream = stream_over(Inner(ConnectionResetError()))
    stream.write(b"head")
    assert stream.read(100) == b"HTTP/1.1 400 Bad Request\r\n"
    stream = stream_over(Inner(OutOfTime()))
    stream.write(b"head")
    with pytest.raises(OutOfTime):
        stream.read(100)
