"""Writes short texts that match a regular expression, for documents that give a pattern but no example."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from re import _constants as tokens  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from ed_contract.kinds.keywords import compiled

_PLAIN = "aA1bB2cC3dD4eE5-_. "  # the characters to write for a class, the plainest first
_VARIANTS = 8  # texts to try for one pattern
_ANY = range(32, 127)
_VISIBLE = range(33, 127)
_SPREAD = 32  # characters that make a text one of very many
_CLASSES = {
    tokens.CATEGORY_DIGIT: range(ord("0"), ord("9") + 1),
    tokens.CATEGORY_WORD: (
        *range(ord("0"), ord("9") + 1),
        *range(ord("A"), ord("Z") + 1),
        *range(ord("a"), ord("z") + 1),
    ),
    tokens.CATEGORY_SPACE: (ord(" "),),
    tokens.CATEGORY_NOT_DIGIT: tuple(code for code in _ANY if not chr(code).isdigit()),
    tokens.CATEGORY_NOT_WORD: tuple(code for code in _ANY if not chr(code).isalnum()),
    tokens.CATEGORY_NOT_SPACE: range(33, 127),
}


@lru_cache(maxsize=256)
def matching(pattern: str, shortest: int = 0) -> tuple[str, ...]:
    """Return some texts that match `pattern`, the plainest first; empty if none was found.

    Args:
        pattern: a regular expression that Python can read; look-around and back-references are ignored.
        shortest: the least number of characters, if the pattern allows it.
    """
    read = compiled(pattern)
    if read is None:
        return ()
    written = (_Writer(variant, shortest).text(parser.parse(read.pattern)) for variant in range(_VARIANTS))
    return tuple(dict.fromkeys(text for text in written if read.search(text)))


def spread(pattern: str, digits: str) -> str:
    """Return a text that matches all of `pattern`, or "": different digits give different texts, if there are enough.

    Args:
        pattern: as in `matching`.
        digits: hexadecimal ones.
    """
    read = compiled(pattern)
    if read is None:
        return ""
    text = _Spreading(digits).text(parser.parse(read.pattern))
    return text if read.fullmatch(text) else ""


class _Writer:
    """Writes one of the texts of a pattern, which the number of the variant selects."""

    def __init__(self, variant: int, shortest: int) -> None:
        self._variant = variant
        self._shortest = shortest
        self._written = 0
        self._turn = 0

    def text(self, parsed: Sequence[Any]) -> str:
        return "".join(self._parts(parsed))

    def _parts(self, parsed: Sequence[Any]) -> Iterator[str]:
        for token, argument in parsed:
            part = self._part(token, argument)
            self._written += len(part)
            yield part

    def _part(self, token: object, argument: Any) -> str:  # noqa: ANN401 - what the parser of `re` returns
        if token is tokens.LITERAL:
            return chr(argument)
        if token is tokens.ANY:
            return self._one_of(_ANY)
        if token is tokens.NOT_LITERAL:
            return self._one_of([code for code in _ANY if code != argument])
        if token is tokens.IN:
            return self._one_of(_codes(argument))
        if token is tokens.BRANCH:
            branches = argument[1]
            return self.text(branches[self._variant % len(branches)])
        if token is tokens.SUBPATTERN:
            return self.text(argument[-1])
        if token is tokens.ATOMIC_GROUP:
            return self.text(argument)
        if token in {tokens.MAX_REPEAT, tokens.MIN_REPEAT, tokens.POSSESSIVE_REPEAT}:
            least, most, repeated = argument
            times = min(int(most), max(int(least), self._variant % 4, self._missing(repeated)))
            return "".join(self.text(repeated) for _ in range(max(times, int(least))))
        return ""  # anchors and look-around: the match verifies them

    def _missing(self, _: Sequence[Any]) -> int:
        """Return how often to repeat for the text to reach its length."""
        return self._shortest - self._written

    def _one_of(self, codes: Sequence[int]) -> str:
        """Return a plain character of a class, a different one in each variant and place."""
        chars = [char for char in _PLAIN if ord(char) in codes] or [chr(code) for code in codes[:8]] or [""]
        self._turn += 1
        return chars[self._variant * self._turn % len(chars)]


class _Spreading(_Writer):
    """Writes the text that digits choose, barely long enough to be one of very many."""

    def __init__(self, digits: str) -> None:
        super().__init__(variant=int(digits[-2:], 16), shortest=_SPREAD)
        self._left = int(digits, 16)

    def _missing(self, repeated: Sequence[Any]) -> int:
        # In a repeated group, each repetition may be long.
        return super()._missing(repeated) if len(repeated) == 1 and repeated[0][0] is not tokens.SUBPATTERN else 0

    def _one_of(self, codes: Sequence[int]) -> str:
        chars = [code for code in codes if code in _VISIBLE] or list(codes)[:1]
        if not chars:
            return ""
        self._left, chosen = divmod(self._left, len(chars))
        return chr(chars[chosen])


def _codes(members: Sequence[tuple[Any, Any]]) -> Sequence[int]:
    """Return the characters of a class in brackets."""
    negated = members[0][0] is tokens.NEGATE
    codes: list[int] = []
    for token, argument in members:
        if token is tokens.LITERAL:
            codes.append(argument)
        elif token is tokens.RANGE:
            low, high = argument
            codes.extend(range(low, min(high, low + 255) + 1))
        elif token is tokens.CATEGORY:
            codes.extend(_CLASSES.get(argument, ()))
    return [code for code in _ANY if code not in codes] if negated else codes
