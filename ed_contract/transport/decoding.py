"""Undoes the content coding of an answer, and never holds more of it than the largest body. Knows no transport."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TypeAlias

from ed_contract.interaction import Headers
from ed_contract.parsing import LARGEST_BODY
from ed_contract.transport.base import Dropped, TooLong

_PIECE = 64 * 1024  # bytes that are decoded at a time: a bomb is met before it goes off
_MOST_CODINGS = 5  # of one answer; curl takes as many
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
_GZIP = zlib.MAX_WBITS | 16
_RAW = -zlib.MAX_WBITS

Coding: TypeAlias = Callable[[Iterable[bytes]], Iterator[bytes]]


def body_of(
    chunks: Iterable[bytes],
    headers: Headers,
    check: Callable[[], object] = lambda: None,
    *,
    largest: int = LARGEST_BODY,
) -> bytes:
    """Return the body of an answer, decoded.

    A coding that we do not know leaves it as it came: some servers write their charset there.

    Args:
        chunks: the body as it came, in parts.
        headers: the answer's, names in lower case.
        check: is called with each part that is decoded, and raises when there is no more time.
        largest: bytes that are read.

    Raises:
        TooLong: it is longer than the largest body, decoded or as it came.
        Dropped: it cannot be decoded.
    """
    parts = _limited(chunks, largest)
    codings = [_CODINGS[one] for one in reversed(_named(headers)) if one in _CODINGS]
    if len(codings) > _MOST_CODINGS:
        raise Dropped(f"the answer's content is encoded {len(codings)} times")
    for coding in codings:
        parts = _checked(coding(parts), check)
    try:
        return b"".join(_limited(parts, largest))
    except zlib.error as error:
        raise Dropped(f"the answer's content cannot be decoded: {error}") from error


def _named(headers: Headers) -> list[str]:
    """Return the codings of an answer, in the order in which they were applied."""
    return [one.strip().lower() for name, value in headers if name == "content-encoding" for one in value.split(",")]


def _limited(chunks: Iterable[bytes], largest: int) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > largest:
            raise TooLong(largest)
        yield chunk


def _checked(chunks: Iterable[bytes], check: Callable[[], object]) -> Iterator[bytes]:
    for chunk in chunks:
        check()
        yield chunk


def _inflated(chunks: Iterable[bytes], *, raw: bool) -> Iterator[bytes]:
    """Yield what is deflated, in small parts; with `raw`, it may lack the head that the coding should have.

    Gzip may have several members; what stands behind the last is nothing.
    """
    decoder, members, begun = zlib.decompressobj(_GZIP_OR_ZLIB), 0, False
    for chunk in chunks:
        rest, full = chunk, False
        while rest or full:
            try:
                part = decoder.decompress(rest, _PIECE)
            except zlib.error:
                if members:
                    return
                if begun or not raw:
                    raise
                decoder, raw = zlib.decompressobj(_RAW), False
                continue
            yield part
            begun, rest, full = True, decoder.unconsumed_tail, len(part) == _PIECE
            if decoder.eof:
                rest, full = decoder.unused_data, False
                decoder, members = zlib.decompressobj(_GZIP), members + 1


_CODINGS: dict[str, Coding] = {
    "gzip": partial(_inflated, raw=False),
    "x-gzip": partial(_inflated, raw=False),
    "deflate": partial(_inflated, raw=True),
}
