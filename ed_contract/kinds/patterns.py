"""Writes short texts that match a regular expression, for documents that give a pattern and no example."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from re import _constants as tokens  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from ed_contract.kinds.validity import compiled

_PLAIN = "aA1bB2cC3dD4eE5-_. "  # which characters of a class are written, the plainest first
_VARIANTS = 8  # texts that are tried for one pattern
_ANY = range(32, 127)
_VISIBLE = range(33, 127)
_SPREAD = 32  # characters of a text that is one of very many
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
    """Return some texts that match `pattern`, the plainest first; none where none was found.

    Args:
        pattern: a regular expression that Python can read; look-around and references back are not followed.
        shortest: how many characters a text has at least, where the pattern lets it.
    """
    read = compiled(pattern)
    if read is None:
        return ()
    written = (_Writer(variant, shortest).text(parser.parse(read.pattern)) for variant in range(_VARIANTS))
    return tuple(dict.fromkeys(text for text in written if read.search(text)))


def spread(pattern: str, digits: str) -> str:
    """Return a text that matches `pattern` as a whole: other digits give another text, if there are so many; or "".

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
    """Writes one of the texts of a pattern: which one follows from the number of the variant."""

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

    def _part(self, token: object, argument: Any) -> str:  # noqa: ANN401 - what the parser of `re` gives
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
        return ""  # anchors; what is looked at around it is verified by the match

    def _missing(self, _: Sequence[Any]) -> int:
        """Return how many characters it takes to be as long as it should be."""
        return self._shortest - self._written

    def _one_of(self, codes: Sequence[int]) -> str:
        """Return the plainest character of a class, another one in each variant and place."""
        chars = [char for char in _PLAIN if ord(char) in codes] or [chr(code) for code in codes[:8]] or [""]
        self._turn += 1
        return chars[self._variant * self._turn % len(chars)]


class _Spreading(_Writer):
    """Writes the text that digits choose, not much longer than it takes to be one of very many."""

    def __init__(self, digits: str) -> None:
        super().__init__(variant=int(digits[-2:], 16), shortest=_SPREAD)
        self._left = int(digits, 16)

    def _missing(self, repeated: Sequence[Any]) -> int:
        # Of what repeats a whole group each may be long.
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
