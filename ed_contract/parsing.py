"""Reads JSON in bounded memory, however it is made. Knows nothing of HTTP."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

LARGEST_BODY = 16 * 1024 * 1024  # bytes; the answer to a create has some hundred
LARGEST_OF_BURST = 2 * 1024 * 1024  # the same, of an answer in a burst: all of them are held until all are there
MOST_VALUES = 300_000  # in a document; each takes up to some 250 bytes
MOST_DIGITS = 4300  # of an integer that are read; Python refuses to print, or to read, longer ones
DEEPEST = 500  # levels of a document that are read; Python reads, walks and prints not quite twice as many
WIDEST_TEXT = 2 * LARGEST_BODY  # bytes of a body as text, of which one rare character makes each four bytes wide
PIECE = 65_536  # bytes that are decoded at a time


class TooLarge(Exception):  # noqa: N818 - reads as the state it names
    """The body is longer, or holds more values, than is read."""


def parsed(body: bytes) -> Any:  # noqa: ANN401 - any JSON
    """Return what a body says as JSON (RFC 8259: not NaN, not Infinity).

    What is nested deeper than anything that is judged is read as null.

    Raises:
        ValueError: it is not JSON.
        TooLarge: it would take too much memory.
    """
    if len(body) > LARGEST_BODY:
        raise TooLarge
    if _is_deep(body):
        body = _without_depths(body)
    return json.loads(_text(body), parse_constant=_refuse_constant, parse_int=_integer)


def object_of(body: bytes) -> dict[str, Any] | None:
    """Return what a request's body says, as Python reads JSON, or None where that is not an object."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def repeated_member(body: bytes) -> str | None:
    """Return the name of a member that stands twice in one object of a JSON body, or None; it is parsed for it."""
    found: list[str] = []

    def note(members: list[tuple[str, Any]]) -> None:
        names = [name for name, _ in members]
        if len({*names}) < len(names):
            found.append(next(name for place, name in enumerate(names) if name in names[:place]))

    if _is_deep(body):
        body = _without_depths(body)
    json.loads(_text(body), object_pairs_hook=note, parse_int=len)
    return found[-1] if found else None


def has_byte_order_mark(body: bytes) -> bool:
    """Whether a body begins with a byte order mark, which JSON must not, and which many readers refuse."""
    return body.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE))


def _integer(digits: str) -> int:
    """Return an integer, of one that is longer than Python reads its first digits: the server is not at fault."""
    return int(digits[:MOST_DIGITS])


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def characters(body: bytes) -> int | None:
    """Return how many characters a body has, or None where it is not UTF-8."""
    try:
        return sum(map(len, _decoded(body, "utf-8", "strict")))
    except UnicodeDecodeError:
        return None


def _decoded(body: bytes, encoding: str, errors: str) -> Iterator[str]:
    """Yield the text of a body piece by piece."""
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    for at in range(0, len(body), PIECE):
        yield decoder.decode(body[at : at + PIECE], final=at + PIECE >= len(body))


_STRINGS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)  # one that does not end takes all the rest
_BRACKETS = re.compile(rb"[\[{]+|[\]}]+")


def _is_deep(body: bytes) -> bool:
    """Whether a body has more levels than are read; raise TooLarge for too many values. It is not parsed for it."""
    opened = body.count(b"[") + body.count(b"{")
    if opened <= DEEPEST and opened + body.count(b",") < MOST_VALUES:
        return False
    bare = _STRINGS.sub(b"", body)
    if bare.count(b"[") + bare.count(b"{") + bare.count(b",") >= MOST_VALUES:
        raise TooLarge
    depth = deepest = 0
    for brackets in _BRACKETS.finditer(bare):
        depth += len(brackets[0]) if brackets[0][:1] in b"[{" else -len(brackets[0])
        deepest = max(deepest, depth)
    return deepest > DEEPEST


_STRINGS_AND_BRACKETS = re.compile(_STRINGS.pattern + rb"|[\[{]|[\]}]", re.DOTALL)


def _without_depths(body: bytes) -> bytes:
    """Return a JSON body with null in the place of what is nested too deep for us: the server is not at fault."""
    depth, begin, kept = 0, 0, bytearray()
    for token in _STRINGS_AND_BRACKETS.finditer(body):
        if token[0] in {b"[", b"{"}:
            depth += 1
            if depth == DEEPEST + 1:
                kept += body[begin : token.start()] + b"null"
                begin = len(body)
        elif token[0] in {b"]", b"}"}:
            if depth == DEEPEST + 1:
                begin = token.end()
            depth -= 1
    return bytes(kept + body[begin:])


_ASTRAL = re.compile(rb"[\xf0-\xff]")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")


def _text(body: bytes) -> str:
    """Return a body as text, in which all beyond ASCII is escaped if the text were very wide otherwise."""
    encoding = json.detect_encoding(body)
    if len(body) * 4 <= WIDEST_TEXT or body.isascii():
        return body.decode(encoding, "surrogatepass")
    width = 4 if _ASTRAL.search(body) else 2
    if width * sum(map(len, _decoded(body, encoding, "surrogatepass"))) <= WIDEST_TEXT:
        return body.decode(encoding, "surrogatepass")
    escaped = bytearray()
    for piece in _decoded(body, encoding, "surrogatepass"):
        escaped += _BEYOND_ASCII.sub(_escaped, piece).encode()
    return escaped.decode("ascii")


def _escaped(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]
