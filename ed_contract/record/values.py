"""Compares JSON values and shows them in messages. Knows no requests and no answers."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import asdict
from typing import Any

from ed_contract.excerpt import Long, bounded, json_start

_ESCAPE = re.compile(r"\\u[Dd][89ABab]..\\u[Dd][C-Fc-f]..|\\u[0-9A-Fa-f]{4}|\\.")
_CUT = re.compile(r"\\u[0-9A-Fa-f]{0,3}\Z")
LONGEST_SHOWN = 160  # characters of a value in a message


def same(one: object, other: object) -> bool:
    """Whether two JSON values are equal: `1` is neither `true` nor `1.0`, and member order does not matter.

    Of a value that was too long to keep, start, length and digest are compared.
    """
    if isinstance(one, Long) or isinstance(other, Long):
        return bool(bounded(one) == bounded(other))
    return one == other and (isinstance(one, str) or canonical(one) == canonical(other))


def canonical(value: object) -> str:
    """Return a JSON value as text that is the same for equal values."""
    return _encoded(value)


def _of_long(value: Long) -> dict[str, Any]:
    return asdict(value)


_encoded = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=_of_long).encode


def shown(value: object) -> str:
    """Return a JSON value as a message shows it: invisible characters are escaped, and a long value is cut."""
    text = json_start(value, LONGEST_SHOWN + 1)
    return _readable(text) if len(text) <= LONGEST_SHOWN else f"{_readable(_CUT.sub('', text[: LONGEST_SHOWN - 1]))}…"


def _readable(text: str) -> str:
    """Return JSON with visible characters instead of their escapes."""
    return _ESCAPE.sub(_character, text)


def _character(escape: re.Match[str]) -> str:
    if len(escape[0]) < len(r"\u0000"):
        return escape[0]
    char: str = json.loads(f'"{escape[0]}"')
    return char if char.isprintable() and not unicodedata.combining(char) else escape[0]


def start(body: bytes, longest: int) -> str:
    """Return a body's first bytes as a message shows text; the cut is marked, since it may split a secret."""
    text = json.dumps(body[:longest].decode("utf-8", "replace"))
    return text if len(body) <= longest else f"{text[:-1]}…"


def kind(value: object) -> str:
    """Return the JSON type of `value` as a word."""
    names = {
        bool: "a boolean",
        int: "a number",
        float: "a number",
        str: "a string",
        list: "an array",
        dict: "an object",
    }
    return names.get(type(value), "null")
