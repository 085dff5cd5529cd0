"""Masks values in texts, however JSON, a URL or HTML escapes them, and even where a message was cut within one.

A text is searched as it is, and again with its escapes undone, once and twice; what is found is masked in the original
text. Time is proportional to the text and to the values, whatever they contain: a server may choose both.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from typing import TypeAlias
from urllib.parse import unquote

DISTINCT = 8  # characters; a value at least this long is masked wherever it occurs
SHORTEST = 4  # characters; one at least this long is masked as a whole word, a shorter one never
MASK = "***"
CUT = "…"
"""Ends a text whose rest is left out."""
TWICE = 2  # JSON in JSON, or JSON in a URL

Span: TypeAlias = tuple[int, int]

# All backslashes go, those of a value too, so that they match whatever was escaped, and how often. U+FFFD is what
# decoders write where a value seems to hold an escape that is not UTF-8.
_ESCAPE = re.compile(
    r"""\\++(?:u(00[0-9A-Fa-f]{2}|2026|[Ff]{3}[Dd])|(["'/bfnrt])|(?!u[0-9A-Fa-f]{0,3}(?:…|\\+u2026)))"""
    r"|%([0-9A-Fa-f]{2})"
    r"|&(?:#[0-9]{2,3}|#[xX][0-9A-Fa-f]{2}|quot|amp|lt|gt|apos);"
)
_MASKED = re.compile(
    r"(?i)(?:(?:bearer|basic|token)\s+)?\W*"
    r"(?:redacted|filtered|hidden|masked|removed|obfuscated|censored|x{3,64})?\W*"
)
_CONTROLS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_BROKEN = re.compile(r"(?:\\+(?:u[0-9A-Fa-f]{0,3})?|%[0-9A-Fa-f]?|&[#\w]{0,4})$")
_LONGEST_BROKEN = 32  # characters, all but a few of them backslashes
_SIGNING = re.compile(r"whsec_[A-Za-z0-9+/=_-]+")


def is_mask(value: str) -> bool:
    """Whether a value is a mask of a hidden one: two values with the same mask need not be the same."""
    return bool(value) and _MASKED.fullmatch(value.strip()) is not None


class Masking:
    """Masks the given values, and whatever looks like a signing secret."""

    def __init__(self, values: Iterable[str | None] = (), *, signing: bool = True) -> None:
        """Begin; without `signing`, what looks like a signing secret is left as it is."""
        self._signing = signing
        self.values = frozenset(value for value in values if value and len(value) >= SHORTEST)
        self._sought = {form for value in self.values for form in _forms(value) if len(form) >= SHORTEST}

    def __call__(self, text: str) -> str:
        """Return `text` without the values."""
        masked = []
        done = 0
        for start, end in self._spans(text):
            masked += [text[done:start], f"whsec_{MASK}" if text.startswith("whsec_", start) else MASK]
            done = end
        return "".join([*masked, text[done:]]) if masked else text

    def _spans(self, text: str) -> Iterator[Span]:
        """Yield where values occur, in order, with overlapping ones joined."""
        found = list(self._found(text))
        reading: _Undone | None = None
        for _ in range(TWICE):
            reading = _Undone.of(text if reading is None else reading.text, reading)
            if reading is None:
                break
            found += map(reading.place, self._found(reading.text))
        masked = (0, 0)
        for start, end in sorted(found):
            if start < masked[1]:
                masked = masked[0], max(end, masked[1])
                continue
            if masked[1]:
                yield masked
            masked = start, end
        if masked[1]:
            yield masked

    def _found(self, text: str) -> Iterator[Span]:
        """Yield where values occur unescaped, whole or cut."""
        for value in self._sought:
            yield from _whole(value, text)
        if self._signing and "whsec_" in text:
            yield from (found.span() for found in _SIGNING.finditer(text))
        end = -len(CUT)
        for piece in text.split(CUT)[:-1]:
            end += len(CUT) + len(piece)
            broken = _BROKEN.search(piece, max(0, len(piece) - _LONGEST_BROKEN))
            for last in (len(piece), broken.start()) if broken else (len(piece),):
                for value in self._sought:
                    if begun := _begun(value, piece[:last]):
                        yield end - len(piece) + last - begun, end


class _Undone:
    """A text with its escapes undone, and where each character is in the original text."""

    def __init__(self, escaped: str, below: _Undone | None = None) -> None:
        self.text = _ESCAPE.sub(_meant, escaped)
        self._escaped = escaped
        self._below = below

    @classmethod
    def of(cls, escaped: str, below: _Undone | None = None) -> _Undone | None:
        """Return the text with its escapes undone, or None if it has none; `below` is what it came from."""
        if "\\" not in escaped and "%" not in escaped and "&" not in escaped:
            return None
        undone = cls(escaped, below)
        return None if undone.text == escaped else undone

    def place(self, span: Span) -> Span:
        """Return where a part of this text is in the original text."""
        there = self._place(span[0])[0], self._place(span[1] - 1)[1]
        return there if self._below is None else self._below.place(there)

    def _place(self, index: int) -> Span:
        here, there = self._escapes
        before = bisect_right(here, index) - 1
        if before < 0:
            return index, index + 1
        start, end, size = there[before]
        further = index - here[before] - size
        return (start, end) if further < 0 else (end + further, end + further + 1)

    @cached_property
    def _escapes(self) -> tuple[list[int], list[tuple[int, int, int]]]:
        """Where the text of each escape begins; where the escape was, and how many characters its text has."""
        here: list[int] = []
        there: list[tuple[int, int, int]] = []
        shorter = 0
        for found in _ESCAPE.finditer(self._escaped):
            start, end = found.span()
            here.append(start - shorter)
            size = len(_meant(found))
            there.append((start, end, size))
            shorter += end - start - size
        return here, there


def _meant(escape: re.Match[str]) -> str:
    """Return the character that an escape stands for, or none."""
    code, plain, byte = escape.groups()
    if code or byte:
        return chr(int(code or byte, 16))
    if plain:
        return _CONTROLS.get(plain, plain)
    return "" if escape[0][0] == "\\" else html.unescape(escape[0])


def _forms(value: str) -> Iterator[str]:
    """Yield a value as it is, and with the escapes undone that it holds, or that its end and the next text make."""
    inner = value.strip("\\")
    broken = _BROKEN.search(inner, max(0, len(inner) - _LONGEST_BROKEN)) if "%" in inner else None
    for form in (value, inner[: broken.start()] if broken else inner, unquote(value)):
        yield form
        if (undone := _Undone.of(form)) is not None:
            yield undone.text


def _whole(value: str, text: str) -> Iterator[Span]:
    """Yield where a value occurs; a short one also occurs within other words by chance."""
    start = text.find(value)
    while start >= 0:
        end = start + len(value)
        if len(value) < DISTINCT and (_in_word(text[start - 1 : start]) or _in_word(text[end : end + 1])):
            end = start + 1
        else:
            yield start, end
        start = text.find(value, end)


def _begun(value: str, text: str) -> int:
    """Return how many characters at the end of `text` begin a value, 0 if too few (Knuth, Morris and Pratt)."""
    first = text.find(value[:SHORTEST], max(0, len(text) - len(value)))
    if first < 0:
        return 0
    borders = _borders(value)
    length = 0
    for char in text[first:]:
        while length and (length == len(value) or value[length] != char):
            length = borders[length - 1]
        if value[length] == char:
            length += 1
    start = len(text) - length
    hidden = length < SHORTEST or (len(value) < DISTINCT and _in_word(text[start - 1 : start]))
    return 0 if hidden else length


@lru_cache(maxsize=64)
def _borders(value: str) -> tuple[int, ...]:
    """Return, for each prefix of a value, the length of its longest proper prefix that is also its suffix."""
    borders = [0]
    length = 0
    for char in value[1:]:
        while length and value[length] != char:
            length = borders[length - 1]
        length += value[length] == char
        borders.append(length)
    return tuple(borders)


def _in_word(char: str) -> bool:
    return char.isalnum() or char in {"_", "-"}
