"""Finds where a body ends while its bytes go by, and copies its content. Knows no socket.

A body is fed with what has come; it says how much of that is its own, and what is left belongs to the next message.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from http import HTTPStatus

from ed_contract.parsing import LARGEST_BODY
from ed_contract.proxy.heads import LARGEST_HEAD, AnswerHead, Field, RequestHead, Unfollowable, is_field, values

_LENGTH = re.compile(rb"[0-9]{1,18}")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n\0]*)?\r\n")
_LONGEST_LINE = 16 * 1024  # bytes of the line that opens a chunk
_BODILESS = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})


class EndedEarly(Exception):  # noqa: N818 - reads as the state it names
    """The connection ended in the middle of a message."""


class Body(ABC):
    """A body on its way, with a copy of its content up to the largest that is read."""

    def __init__(self) -> None:
        self.whole = False
        self.too_large = False
        self.copied = 0  # bytes that are held
        self._copy: list[bytes] = []

    @property
    def content(self) -> bytes:
        """What has come of it, without any transfer coding; nothing if it is too large."""
        return b"".join(self._copy)

    @abstractmethod
    def feed(self, data: bytes) -> int:
        """Take what has come, and return how many bytes of it belong to this body; raise Unfollowable."""

    def end(self) -> None:
        """Take that the connection has ended; raise EndedEarly if the body should have gone on."""
        if not self.whole:
            raise EndedEarly

    def forget(self) -> None:
        """Hold nothing of it, from now on."""
        self.too_large, self.copied = True, 0
        self._copy.clear()

    def _add(self, piece: bytes) -> None:
        if self.copied + len(piece) > LARGEST_BODY:
            self.forget()
        if piece and not self.too_large:
            self._copy.append(piece)
            self.copied += len(piece)


class Fixed(Body):
    """A body of a known length, and so also none."""

    def __init__(self, length: int) -> None:
        super().__init__()
        self._left = length
        self.whole = not length

    def feed(self, data: bytes) -> int:
        """Take as many bytes as are missing."""
        piece = data[: self._left]
        self._left -= len(piece)
        self.whole = not self._left
        self._add(piece)
        return len(piece)


class UntilEnd(Body):
    """A body that ends with the connection."""

    def feed(self, data: bytes) -> int:
        """Take all."""
        self._add(data)
        return len(data)

    def end(self) -> None:
        """Take that this was all."""
        self.whole = True


class Chunked(Body):
    """A body in chunks, with trailers or without."""

    def __init__(self) -> None:
        super().__init__()
        self._left = 0  # bytes of the chunk that are missing
        self._line = b""  # what has come of a line
        self._trailers = 0  # bytes
        self._step: Callable[[bytes, int], int] = self._in_size

    def feed(self, data: bytes) -> int:
        """Take chunks, and the trailers behind the last."""
        at = 0
        while at < len(data) and not self.whole:
            at = self._step(data, at)
        return at

    def _in_size(self, data: bytes, at: int) -> int:
        line, at = self._line_of(data, at, _LONGEST_LINE)
        if line:
            size = _CHUNK_SIZE.fullmatch(line)
            if size is None:
                raise Unfollowable("a chunk does not begin with its size")
            self._left = int(size[1], 16)
            self._step = self._in_content if self._left else self._in_trailers
        return at

    def _in_content(self, data: bytes, at: int) -> int:
        piece = data[at : at + self._left]
        self._add(piece)
        self._left -= len(piece)
        if not self._left:
            self._step = self._behind_content
        return at + len(piece)

    def _behind_content(self, data: bytes, at: int) -> int:
        line, at = self._line_of(data, at, 2)
        if line:
            if line != b"\r\n":
                raise Unfollowable("a chunk is longer than its size")
            self._step = self._in_size
        return at

    def _in_trailers(self, data: bytes, at: int) -> int:
        line, at = self._line_of(data, at, LARGEST_HEAD - self._trailers)
        self._trailers += len(line)
        if line == b"\r\n":
            self.whole = True
        elif line and not is_field(line):
            raise Unfollowable("a trailer is malformed")
        return at

    def _line_of(self, data: bytes, at: int, longest: int) -> tuple[bytes, int]:
        """Return the line that ends here, or nothing yet, and how far `data` is read."""
        end = data.find(b"\n", at) + 1 or len(data)
        self._line += data[at:end]
        if len(self._line) > longest:
            raise Unfollowable("a chunk is longer than its size" if longest == len(b"\r\n") else "a line is too long")
        if not self._line.endswith(b"\n"):
            return b"", end
        line, self._line = self._line, b""
        return line, end


def request_body(head: RequestHead) -> Body:
    """Return the body that follows the head of a request; raise Unfollowable unless there is one way to read it."""
    codings, lengths = values(head.fields, b"transfer-encoding"), values(head.fields, b"content-length")
    if codings and lengths:
        raise Unfollowable("the request has both Content-Length and Transfer-Encoding")
    if codings:
        if head.minor == 0 or [one.lower() for one in codings] != [b"chunked"]:
            raise Unfollowable("the request has a Transfer-Encoding other than chunked, or one in HTTP/1.0")
        return Chunked()
    if len(lengths) > 1:
        raise Unfollowable("the request has more than one Content-Length")
    return Fixed(_length(lengths))


def answer_body(head: AnswerHead, request: RequestHead) -> Body:
    """Return the body that follows the head of an answer to `request`; raise Unfollowable."""
    if head.status == HTTPStatus.SWITCHING_PROTOCOLS and not values(request.fields, b"upgrade"):
        raise Unfollowable("it switches protocols unasked")
    if request.method == "HEAD" or head.status < HTTPStatus.OK or head.status in _BODILESS:
        return Fixed(0)
    if codings := values(head.fields, b"transfer-encoding"):
        if [one.lower() for one in codings] != [b"chunked"]:
            raise Unfollowable("it has a Transfer-Encoding other than chunked")
        return Chunked()
    if lengths := _lengths(head.fields):
        return Fixed(_length(lengths))
    return UntilEnd()


def _lengths(fields: tuple[Field, ...]) -> list[bytes]:
    """Return the lengths that an answer names, each once: some write the same twice."""
    named = (one.strip() for value in values(fields, b"content-length") for one in value.split(b","))
    return list(dict.fromkeys(named))


def _length(lengths: list[bytes]) -> int:
    if not lengths:
        return 0
    if len(lengths) > 1 or _LENGTH.fullmatch(lengths[0]) is None:
        raise Unfollowable("the Content-Length is not a length")
    return int(lengths[0])
