"""Connections that are read and written piece by piece, plain or over TLS, and what of them waits to be read.

Nothing is buffered on the way out: `send` returns when the kernel has taken all. So whoever reads, sends, and reads
again holds one piece, and a slow reader slows the writer down.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import struct
from collections.abc import Callable
from contextlib import suppress

from ed_contract.proxy.bodies import EndedEarly
from ed_contract.proxy.heads import LARGEST_HEAD, Unfollowable, empty_lines

PIECE = 64 * 1024  # bytes that are read at a time
_TURNS = 16  # pieces until others have their turn: what is ready is read and sent without a wait
_NO_LINGER = struct.pack("ii", 1, 0)
_HEAD_END = re.compile(rb"\n\r?\n")
_ANSWER_START = b"HTTP/1."


class LineLost(Exception):  # noqa: N818 - reads as the state it names
    """A connection was reset, or broken off otherwise; `line` says which."""

    def __init__(self, line: Line) -> None:
        super().__init__("the connection was reset")
        self.line = line


class Line:
    """One TCP connection."""

    half_closes = True  # whether it can be written to its end and still be read

    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        with suppress(OSError):  # the peer may be gone already
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = connection
        self._loop = asyncio.get_running_loop()
        self._turns = 0

    async def receive(self) -> bytes:
        """Return what comes next, or nothing at the end; raise LineLost."""
        self._turns += 1
        if not self._turns % _TURNS:
            await asyncio.sleep(0)
        try:
            return await self._loop.sock_recv(self._socket, PIECE)
        except OSError:
            raise LineLost(self) from None

    async def send(self, data: bytes) -> None:
        """Send all of `data`; raise LineLost."""
        try:
            await self._loop.sock_sendall(self._socket, data)
        except OSError:
            raise LineLost(self) from None

    def end(self) -> None:
        """Say that nothing more will be sent."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """Break the connection off, so that the peer knows that it did not end in order."""
        with suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()


class TlsLine(Line):
    """One TCP connection with TLS in it, of which we are the client."""

    half_closes = False

    def __init__(self, connection: socket.socket, context: ssl.SSLContext, host: str) -> None:
        super().__init__(connection)
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_hostname=host)
        self._writing = asyncio.Lock()  # reading may have to send, too

    async def agree(self) -> None:
        """Shake hands; raise ssl.SSLError or LineLost."""
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                await self._flush()
                await self._fill()
            except ssl.SSLError:
                with suppress(LineLost):
                    await self._flush()  # the alert that says why
                raise
            else:
                return await self._flush()

    async def receive(self) -> bytes:
        """Return what comes next, or nothing at the end, which some do not announce; raise LineLost."""
        while True:
            try:
                return self._tls.read(PIECE)
            except ssl.SSLWantReadError:
                await self._flush()
                await self._fill()
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return b""
            except ssl.SSLError:
                raise LineLost(self) from None

    async def send(self, data: bytes) -> None:
        """Send all of `data`; raise LineLost."""
        try:
            self._tls.write(data)
        except ssl.SSLError:
            raise LineLost(self) from None
        await self._flush()

    def end(self) -> None:
        """Say nothing: many servers close immediately if told to."""

    def close(self) -> None:
        """Close the connection, announced if there is room for it."""
        with suppress(OSError):
            self._tls.unwrap()
        with suppress(OSError):
            self._socket.send(self._out.read())
        super().close()

    async def _fill(self) -> None:
        received = await super().receive()
        if received:
            self._in.write(received)
        else:
            self._in.write_eof()

    async def _flush(self) -> None:
        if self._out.pending:
            async with self._writing:
                await super().send(self._out.read())


class Inbox:
    """What has come through a connection and was not read yet."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._held = b""

    async def filled(self) -> bool:
        """Wait until there is something, and say whether there is: False at the end."""
        if not self._held:
            self._held = await self._line.receive()
        return bool(self._held)

    async def request_head(self) -> bytes:
        """Return the next head of a request, with the empty lines before it, or nothing at the end."""
        return await self._head(empty_lines)

    async def answer_head(self) -> bytes:
        """Return the next head of an answer."""
        return await self._head(_beginning_of_answer)

    async def _head(self, begins: Callable[[bytes], int]) -> bytes:
        searched = 0
        while True:
            begin = begins(self._held)
            found = _HEAD_END.search(self._held, max(begin, searched - 3))
            if (len(self._held) if found is None else found.end()) > LARGEST_HEAD:
                raise Unfollowable(f"the head is longer than {LARGEST_HEAD >> 10} KiB")
            if found is not None:
                head, self._held = self._held[: found.end()], self._held[found.end() :]
                return head
            searched = len(self._held)
            received = await self._line.receive()
            if not received:
                if searched == begin:
                    return b""
                raise EndedEarly
            self._held += received

    async def piece(self) -> bytes:
        """Return what comes next, or nothing at the end."""
        return self.take() or await self._line.receive()

    def take(self) -> bytes:
        """Return what is there already."""
        held, self._held = self._held, b""
        return held

    def give_back(self, data: bytes) -> None:
        """Take back the end of what was taken."""
        self._held = data


def _beginning_of_answer(held: bytes) -> int:
    """Return where an answer begins: at once. What cannot become one is not waited for."""
    if not _ANSWER_START.startswith(held[: len(_ANSWER_START)]):
        raise Unfollowable("it does not begin with HTTP/1")
    return 0
