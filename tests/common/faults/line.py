"""A TCP proxy that behaves like a bad network line. Of HTTP it knows only when an answer begins."""

from __future__ import annotations

import contextlib
import enum
import itertools
import random
import socket
import threading
import time
from dataclasses import dataclass

from common.faults.ledger import Ledger
from common.faults.wire import PIECE, end, reset

BUFFER = 16 * 1024  # bytes; data buffered by the kernel would not appear slow


class Loss(enum.Enum):
    """What happens to a lost answer."""

    RESET = enum.auto()
    CLOSE = enum.auto()
    SILENCE = enum.auto()  # the connection stays open, and nothing arrives


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """An outage during which nothing gets through, from some answer on."""

    at: int  # the answer with which it begins
    seconds: float
    refuses: bool = False  # connections are refused, as during a restart; else answers are lost


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The behaviour of a line; the default passes everything."""

    seed: int = 0
    resets: float = 0.0  # share of connections that are reset immediately
    half_open: float = 0.0  # share of connections that never answer
    loses: float = 0.0  # share of answers that are lost
    every: int = 0  # each n-th answer is lost
    how: Loss = Loss.RESET
    passes: int = 0  # bytes of a lost answer that get through before
    gaps: tuple[Gap, ...] = ()
    pause: float = 0.0  # seconds before each answer
    late: tuple[int, float] = (0, 0.0)  # each n-th answer is this many seconds late
    rate: int = 0  # bytes a second each way; 0 means no limit
    idle: float | None = None  # seconds after an answer for which a connection is kept open
    uploads: int = 0  # bytes of a request after which the line closes; 0 means no limit
    accept: float = 0.0  # seconds before a connection is accepted
    backlog: int = 128


class _Pipe:
    """One direction of the line, with its limit of speed."""

    def __init__(self, rate: int) -> None:
        self._rate, self._free, self._lock = rate, 0.0, threading.Lock()
        self.piece = min(PIECE, max(512, rate // 20)) if rate else PIECE

    def wait(self, size: int) -> None:
        if not self._rate:
            return
        with self._lock:
            now = time.monotonic()
            self._free = max(self._free, now) + size / self._rate
            seconds = self._free - now
        time.sleep(seconds)


class _Pair:
    """A connection through the line."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self.client, self.server = client, server
        self.asked, self.served, self.uploaded = False, False, 0

    def close(self, *, rst: bool = False) -> None:
        with contextlib.suppress(OSError):
            if rst:
                reset(self.client)
            # Its reader must wake first, or it stays open; with SHUT_RD alone nothing is sent yet.
            self.client.shutdown(socket.SHUT_RD if rst else socket.SHUT_RDWR)
        self.client.close()
        end(self.server)


class Proxy:
    """The line in front of a server, on its own port."""

    def __init__(self, line: Line, port: int, ledger: Ledger) -> None:
        self._line, self._server, self._ledger = line, port, ledger
        self._answers, self._numbers = itertools.count(1), itertools.count(1)
        self._random, self._lock = random.Random(line.seed), threading.Lock()  # noqa: S311 - repeatable
        self._up, self._down = _Pipe(line.rate), _Pipe(line.rate)
        self._gaps = {gap.at: gap for gap in line.gaps}
        self._lost_until = 0.0
        self._pairs: set[_Pair] = set()
        self._stopped = False
        self._listener = self._listening(0)
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def stop(self) -> None:
        """Close all."""
        self._stopped = True
        end(self._listener)
        for pair in list(self._pairs):
            pair.close()

    def _listening(self, port: int) -> socket.socket:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if self._line.rate:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        listener.bind(("127.0.0.1", port))
        listener.listen(self._line.backlog)
        return listener

    def _accept(self, listener: socket.socket) -> None:
        while not self._stopped:
            time.sleep(self._line.accept)
            try:
                client, _ = listener.accept()
            except OSError:
                return
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._ledger.connections += 1
            threading.Thread(target=self._connected, args=(client,), daemon=True).start()

    def _drawn(self, share: float) -> bool:
        if not share:
            return False
        with self._lock:
            return self._random.random() < share

    def _connected(self, client: socket.socket) -> None:
        if self._drawn(self._line.resets):
            self._ledger.lose()
            reset(client)
            client.close()
            return
        try:
            server = socket.create_connection(("127.0.0.1", self._server))
        except OSError:  # as a balancer without a server behind it
            client.close()
            return
        server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        pair = _Pair(client, server)
        self._pairs.add(pair)
        if self._drawn(self._line.half_open):
            self._ledger.lose()
            _swallow(client)
        else:
            threading.Thread(target=self._pump, args=(self._sent, pair), daemon=True).start()
            self._pump(self._answered, pair)
        pair.close()
        self._pairs.discard(pair)

    def _pump(self, pump, pair: _Pair) -> None:
        with contextlib.suppress(OSError):
            pump(pair)

    def _sent(self, pair: _Pair) -> None:
        """Pass the requests."""
        while data := pair.client.recv(self._up.piece):
            pair.asked = True
            pair.uploaded += len(data)
            if self._line.uploads and pair.uploaded > self._line.uploads:
                self._ledger.lose()
                pair.close()
                return
            self._up.wait(len(data))
            pair.server.sendall(data)
        end(pair.server)  # nobody waits for the answer any more

    def _answered(self, pair: _Pair) -> None:
        """Pass the answers."""
        while (data := self._received(pair)) is not None:
            if pair.asked:
                pair.asked, pair.served, pair.uploaded = False, True, 0
                if self._lost(next(self._answers)):
                    self._ledger.lose()
                    self._lose(pair, data)
                    return
            self._down.wait(len(data))
            pair.client.sendall(data)

    def _received(self, pair: _Pair) -> bytes | None:
        """Return the next data, or None if the line ends here."""
        pair.server.settimeout(self._line.idle)
        while True:
            try:
                return pair.server.recv(self._down.piece) or None
            except TimeoutError:
                if pair.served and not pair.asked:  # kept alive long enough
                    return None

    def _lost(self, number: int) -> bool:
        """Whether an answer is lost; late ones wait here."""
        line = self._line
        time.sleep(line.pause)
        often, seconds = line.late
        if often and number % often == 0:
            time.sleep(seconds)
        gap = self._gaps.get(number)
        if gap is not None:
            if gap.refuses:
                threading.Thread(target=self._away, args=(gap.seconds,), daemon=True).start()
                time.sleep(0.05)
            else:
                self._lost_until = time.monotonic() + gap.seconds
        if time.monotonic() < self._lost_until:
            return True
        return (line.every > 0 and number % line.every == 0) or self._drawn(line.loses)

    def _lose(self, pair: _Pair, data: bytes) -> None:
        pair.client.sendall(data[: self._line.passes])
        if self._line.how is Loss.SILENCE:
            _swallow(pair.server)
            return
        time.sleep(0.01 if self._line.passes else 0)  # data that RST overtakes never arrived
        pair.close(rst=self._line.how is Loss.RESET)

    def _away(self, seconds: float) -> None:
        """Go away for a while, with all connections, and come back on the same port."""
        end(self._listener)
        for pair in list(self._pairs):
            self._ledger.lose()
            pair.close(rst=True)
        time.sleep(seconds)
        if not self._stopped:
            self._listener = self._listening(self.port)
            threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()


def _swallow(connection: socket.socket) -> None:
    """Read and discard everything until the other side gives up."""
    with contextlib.suppress(OSError):
        connection.settimeout(None)
        while connection.recv(PIECE):
            pass
