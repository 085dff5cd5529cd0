"""Texts that differ from another in one respect, so that a server that compares too little confuses the two."""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import ascii_letters

from ed_contract.kinds.choosing import Candidate
from ed_contract.kinds.text_characters import without_accent


def twins(text: str) -> Iterator[Candidate]:
    """Yield the near twins of a text, the most telling first; one that cannot be made is `text` itself.

    They differ at the end, at the start and in the middle. Twins of a tidy text are tidy.
    """
    tidy = is_tidy(text)
    for name, twin in _twins(text):
        yield name, " ".join(twin.split()) if tidy else twin


def is_tidy(text: str) -> bool:
    """Whether the only blanks in a text are single ones between words."""
    return text == " ".join(text.split())


def _twins(text: str) -> Iterator[Candidate]:
    yield "last letter in other case", last_letter_in_other_case(text)
    yield "two letters swapped", two_letters_swapped(text)
    yield "an accent lost", without_accent(text)
    yield "without a blank", text.replace(" ", "", 1)
    yield "another letter beyond ASCII", another_letter_beyond_ascii(text)
    yield "another last character", f"{text[:-1]}{another(text[-1:])}"
    yield "another digit", re.sub("[0-9]", lambda digit: str(9 - int(digit[0])), text, count=1)
    yield "other punctuation", f"{text}!?"
    yield "another first character", f"{another(text[:1])}{text[1:]}"
    yield "another character in the middle", _middle(text)
    yield "a sign lost", re.sub(r"[^\w\s]", "", text, count=1)
    yield "one character fewer", text[:-1]
    yield "a blank inside a word", re.sub(r"(\w)(\w)", r"\1 \2", text, count=1)
    yield "first letter in other case", f"{text[:1].swapcase()}{text[1:]}"
    yield "a character beyond the first plane changed", re.sub("[\U00010000-\U0010ffff]", _another_emoji, text, count=1)
    yield "two words swapped", _two_words_swapped(text)
    yield "a hyphen for a blank", text.replace(" ", "-", 1)
    yield "an underscore for a hyphen", text.replace("-", "_", 1)
    yield "all in lower case", text.lower()
    yield "all in upper case", text.upper()
    yield "a letter twice", re.sub(r"(\w)", r"\1\1", text, count=1)
    yield "a zero in front", f"0{text}"
    yield (
        "an accent more",
        re.sub("[aeou]", lambda letter: {"a": "á", "e": "é", "o": "ö", "u": "ü"}[letter[0]], text, count=1),
    )
    yield "without letters beyond ASCII", text.encode("ascii", "ignore").decode()
    yield "halves swapped", f"{text[len(text) // 2 :].strip()} {text[: len(text) // 2].strip()}".strip()
    yield "in reverse", text[::-1]
    yield "twice the same", f"{text} {text}"


def last_letter_in_other_case(text: str) -> str:
    """Swap the case of the last ASCII letter: a server that cuts or case-folds before it compares sees no change."""
    place = max((place for place, letter in enumerate(text) if letter in ascii_letters), default=None)
    return text if place is None else f"{text[:place]}{text[place].swapcase()}{text[place + 1 :]}"


def two_letters_swapped(text: str) -> str:
    """Swap the first two letters that differ: the same letters in a different order."""
    for place in range(len(text) - 1):
        one, other = text[place], text[place + 1]
        if one != other and one in ascii_letters and other in ascii_letters:
            return f"{text[:place]}{other}{one}{text[place + 2 :]}"
    return text


def another_letter_beyond_ascii(text: str) -> str:
    """Change a letter that a server may drop before it compares."""
    place = next((place for place, letter in enumerate(text) if letter > "\x7f" and letter.isalpha()), None)
    if place is None:
        return f"{text}é"
    return f"{text[:place]}{'ø' if text[place] != 'ø' else 'å'}{text[place + 1 :]}"


def another(char: str) -> str:
    """Return another character of the same class."""
    if char.isdecimal() and char.isascii():
        return str(9 - int(char))
    return "y" if char == "x" else "Y" if char == "X" else "X" if char.isupper() else "x"


def _middle(text: str) -> str:
    place = len(text) // 2
    return f"{text[:place]}{another(text[place : place + 1])}{text[place + 1 :]}"


def _another_emoji(char: re.Match[str]) -> str:
    return "\U0001f69a" if char[0] != "\U0001f69a" else "\U0001f4e6"


def _two_words_swapped(text: str) -> str:
    words = text.split(" ")
    return " ".join((words[1], words[0], *words[2:])) if len(words) > 1 else text
