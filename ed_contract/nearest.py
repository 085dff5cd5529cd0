"""Finds what was probably meant by a name that does not exist: by its letters, its words, and other names for it.

Knows no names: whoever does brings them, with what others call the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from functools import cache

_WORDS = re.compile(r"[a-z]+|[0-9]+")
_PART, _FURTHER = 1.0, 0.1  # of a name that has all words of the other, less for each further word
_SHORTEST_STEM = 4  # letters with which a word and its forms begin
_MENTIONED = 0.6  # of a word that a sentence has, and not the name


def nearest(wanted: str, known: Mapping[str, Iterable[str]], *, most: int = 1, cutoff: float = 0.7) -> list[str]:
    """Return the known names that are nearest to a wanted one, the nearest first.

    Args:
        wanted: what somebody wrote.
        known: the names, each with what others call the same.
        most: how many are returned.
        cutoff: from 0, for anything, to 1, for other separators and capitals only.
    """
    likeness = {name: max(_likeness(wanted, one) for one in (name, *others)) for name, others in known.items()}
    return [name for name in sorted(known, key=lambda name: -likeness[name]) if likeness[name] >= cutoff][:most]


def about(wanted: str, sentences: Mapping[str, str], meanings: Mapping[str, Iterable[str]], *, most: int) -> list[str]:
    """Return the names that are about the words of a wanted one, the nearest first.

    Args:
        wanted: what somebody wrote.
        sentences: the names, each with a sentence that says what it is.
        meanings: other words, by a word of somebody's.
        most: how many are returned; those that are about fewer of the words than the first are not.
    """
    words = {word: {word, *meanings.get(word, ())} for word in _words(wanted)}
    scores = {
        name: sum(_mentions(some, _words(name), _words(sentence)) for some in words.values())
        for name, sentence in sentences.items()
    }
    best = max(scores.values(), default=0.0)
    return [name for name, score in scores.items() if score == best > 0][:most] if best >= len(words) / 2 else []


def _likeness(wanted: str, name: str) -> float:
    ours, theirs = _words(wanted), _words(name)
    letters = SequenceMatcher(None, "".join(ours), "".join(theirs)).ratio()
    if ours and theirs and (set(ours) <= set(theirs) or set(theirs) <= set(ours)):
        return max(letters, _PART - _FURTHER * abs(len(ours) - len(theirs)))
    return letters


def _mentions(words: Iterable[str], name: Iterable[str], sentence: Iterable[str]) -> float:
    """Return how much a name, and the sentence about it, are about any of these words."""
    if any(_is_form(one, other) for one in words for other in name):
        return 1.0
    return _MENTIONED if any(_is_form(one, other) for one in words for other in sentence) else 0.0


def _is_form(one: str, other: str) -> bool:
    """Whether two words are the same, or forms of the same."""
    return one == other or (
        min(len(one), len(other)) >= _SHORTEST_STEM and (one.startswith(other) or other.startswith(one))
    )


@cache
def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORDS.findall(text.lower()))
