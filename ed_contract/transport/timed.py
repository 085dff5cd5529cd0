"""Bounds a request in time, from the look-up of the name to the last byte of the answer.

The client's own time-outs hold for one read or write each, and a server that sends a byte now and then is waited for
without end. So what the client opens and reads is asked for here, and each look, read and write gets what is left.
It stands in for the client's network backend, and knows of it only the methods that it has. Here alone an interrupt
is let through: the client's own code may hold a lock, which nobody would let go.
"""

from __future__ import annotations

import contextlib
import ipaddress
import itertools
import math
import queue
import select
import socket
import ssl
import struct
import sys
import threading
import time
from typing import Any

from ed_contract import interrupts
from ed_contract.transport.base import HungUp, Lost, Unreached, late, seconds_left

if sys.platform == "linux":  # where the system says how much it has still to send
    import fcntl
    import termios

_PIECE = 16 * 1024  # bytes of our upload that go out under one time-out
_AHEAD_SECONDS = 1.0  # for a byte that is sent for another thread
_LOOK_SECONDS = 0.25  # after which it is looked at how far an upload has come


class Clock(threading.local):
    """The time that this thread's request has left."""

    def __init__(self) -> None:
        self.start(math.inf, math.inf)

    def start(self, timeout: float, until: float) -> None:
        """Begin a request that may take `timeout` seconds, our upload apart, and end at `until`."""
        self._timeout, self._until = timeout, until
        self.released = 0.0  # when the last byte was, of a request of a burst
        self.begun = False  # whether something of the answer has come
        self.opening = False  # whether the connection does not stand yet; what is read then is a proxy's
        self.unread: float | None = None  # seconds after which we hang up, where nothing of the answer is to be read
        self.stream: Any = None  # what was written to last
        self.progress()

    def progress(self) -> None:
        """Note that our own upload went on: only from its end on the target keeps us waiting."""
        self._deadline = time.monotonic() + self._timeout

    def left(self) -> float:
        """Return the seconds that are left, above 0; raise Lost if there are none."""
        seconds = min(self._deadline, self._until) - time.monotonic()
        if seconds <= 0:
            raise self.late()
        return seconds

    def gate(self, longest: float) -> float:
        """Return for how long a burst may wait for the others, at most `longest` seconds."""
        return min(longest, seconds_left(self._timeout, self._until))

    def late(self) -> Lost:
        """Return why the answer is no longer waited for."""
        return late(self._timeout, self._until, begun=self.begun)


class Backend:
    """A network backend whose connections keep to a clock; `inner` is the one that they are made by.

    `handshakes` is how many layers of TLS a connection has: what is read before the last of them is a proxy's.
    """

    def __init__(self, inner: Any, clock: Clock, handshakes: int) -> None:  # noqa: ANN401 - the client's
        self._inner, self._clock, self._handshakes = inner, clock, handshakes
        self._made = itertools.count(1)

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, **options: Any) -> Stream:  # noqa: ANN401 - the client's
        """Connect to the first address of the host that takes us."""
        del timeout  # of a single step; the clock knows better
        self._clock.opening = True
        addresses = _addresses(host, port, self._clock)
        for place, address in enumerate(addresses):
            share = self._clock.left() / (len(addresses) - place)
            try:
                with interrupts.waiting():
                    made = self._inner.connect_tcp(address, port, timeout=share, **options)
            except Exception:
                if place + 1 == len(addresses):
                    raise
            else:
                return Stream(made, self._clock, self._handshakes, name=str(next(self._made)))
        raise Unreached(f"{host} has no address")


NAME = "name"


class Stream:
    """A connection whose reads and writes get what is left of the time.

    The client writes the head of a request, its body and its end one by one. They go out together, before it reads: a
    server that has the head alone may wake up for it, or acknowledge it late.
    """

    def __init__(self, inner: Any, clock: Clock, handshakes: int, *, name: str = "") -> None:  # noqa: ANN401 - the client's
        self._inner, self._clock, self._handshakes, self._name = inner, clock, handshakes, name
        self._uploading = False  # whether the system may not have sent yet what it took
        self._held = b""  # what was written, and goes out with what follows
        self._ahead = b""  # what was sent already of what is to be written next
        self.sent_at = 0.0  # when that was

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what has come, at most this many bytes."""
        del timeout
        try:
            self.flush()
        except Lost:
            raise
        except Exception:  # noqa: BLE001, S110 - a server may refuse what it does not read to its end
            pass
        if self._uploading:
            self._await_upload()
        if self._clock.unread is not None:
            _came(self._inner.get_extra_info("socket"), min(self._clock.unread, self._clock.left()))
            reset_when_closed(self)
            raise HungUp
        with interrupts.waiting():
            data: bytes = self._inner.read(max_bytes, self._clock.left())
        self._clock.begun = True
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send it with what was written before, at the latest when the answer is read."""
        del timeout
        if self._ahead and buffer == self._ahead:
            self._ahead = b""
            return
        self._clock.stream = self
        self._clock.opening = self._handshakes > 0
        self._held += buffer
        if len(self._held) > _PIECE:
            self.flush()

    def flush(self) -> None:
        """Send all that was written; as long as it goes on, it may take its time."""
        buffer, self._held = self._held, b""
        self._uploading = self._uploading or len(buffer) > _PIECE
        for start in range(0, len(buffer), _PIECE):
            with interrupts.waiting():
                self._inner.write(buffer[start : start + _PIECE], self._clock.left())
            self._clock.progress()

    def send_ahead(self, buffer: bytes) -> None:
        """Send now what is to be written next; if that fails, it is written, and fails, then."""
        with contextlib.suppress(Exception):
            self._inner.write(buffer, _AHEAD_SECONDS)
            self._ahead = buffer
        self.sent_at = time.perf_counter()

    def _await_upload(self) -> None:
        """Wait until the system has sent what it took of us, or something comes: that is upload still."""
        connection = self._inner.get_extra_info("socket")
        left = _unsent(connection)
        while left and not _came(connection, min(_LOOK_SECONDS, self._clock.left())):
            before, left = left, _unsent(connection)
            if left < before:
                self._clock.progress()
        self._uploading = bool(left)

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> Stream:
        """Return the connection with one more layer of TLS."""
        del timeout
        try:
            with interrupts.waiting():
                made = self._inner.start_tls(ssl_context, server_hostname, self._clock.left())
        except BaseException:
            self.close()
            raise
        return Stream(made, self._clock, self._handshakes - 1, name=self._name)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - the client's
        """Return what the client asks for, and under `NAME` which of our connections it is."""
        return self._name if info == NAME else self._inner.get_extra_info(info)

    def close(self) -> None:
        """Close the connection."""
        self._inner.close()


def reset_when_closed(stream: Any) -> None:  # noqa: ANN401 - the client's
    """Let the end of a connection be abrupt: whoever writes to it, or reads from it, is told."""
    at_once = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
    stream.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)


def _came(connection: socket.socket, seconds: float) -> bool:
    """Wait for this many seconds, and return whether there is something to read."""
    with interrupts.waiting():
        return bool(select.select([connection], [], [], seconds)[0])


def _unsent(connection: socket.socket) -> int:
    """Return how many bytes the system has still to send; 0 where it does not say."""
    if sys.platform != "linux":
        return 0
    return int.from_bytes(fcntl.ioctl(connection.fileno(), termios.TIOCOUTQ, bytes(4)), sys.byteorder)


def keeping_to(clock: Clock, context: ssl.SSLContext) -> ssl.SSLContext:
    """Return `context`, for a proxy: what is read inside of its TLS, which may be TLS again, keeps to the clock."""

    class Socket(ssl.SSLSocket):
        """Gets what is left at each read: TLS inside of TLS reads as often as it needs to."""

        def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
            self.settimeout(clock.left())
            return super().recv(buflen, flags)

    context.sslsocket_class = Socket
    return context


def _addresses(host: str, port: int, clock: Clock) -> list[str]:
    """Return the addresses of a host; its look-up knows no time-out, so that it has a thread to hang in."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return [host]
    found: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            found.put(_found(host, port))
        except (OSError, UnicodeError) as error:
            found.put(error)

    threading.Thread(target=look_up, name="ed_contract-look-up", daemon=True).start()
    try:
        with interrupts.waiting():
            answer = found.get(timeout=clock.left())
    except queue.Empty:
        raise clock.late() from None
    if isinstance(answer, Exception):
        raise Unreached(str(answer)) from answer
    return answer


def _found(host: str, port: int) -> list[str]:
    rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in rows))
