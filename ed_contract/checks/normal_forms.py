"""The changes of an unusual value that `echo/normalised` names, and that no MUST row does."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

_EMPTY: tuple[object, ...] = (None, "", [], {})
_BLANK_ENDS = re.compile(r"^[\s\x00-\x20\x7f\ufeff]+|[\s\x00-\x20\x7f\ufeff]+$")  # as one language or another trims
_NEWLINES = re.compile(r"\s*[\r\n]\s*")


def is_normalised(sent: object, got: object) -> bool:
    """Whether `got` is `sent` trimmed, NFC-normalised, with newlines or duplicates folded, or empty values dropped.

    What is empty then may be treated as not given, as what was sent empty may.
    """
    normal = _normal(sent)
    return bool(normal == _normal(got)) or (normal in _EMPTY and got in _EMPTY)


def is_unusual(sent: object) -> bool:
    """Whether `sent` is a value that a server might normalise."""
    return bool(_normal(sent) != sent)


def _normal(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, str):
        return unicodedata.normalize("NFC", _NEWLINES.sub(" ", _BLANK_ENDS.sub("", value)))
    if isinstance(value, list):
        return list(dict.fromkeys(map(_normal, value))) if all(isinstance(one, str) for one in value) else value
    if isinstance(value, dict):
        entries = {_normal(key): _normal(one) for key, one in value.items()}
        return {key: one for key, one in entries.items() if one not in ("", None)}
    return value


def holds_no_text(value: object) -> bool:
    """Whether a lone surrogate is in `value`: no text, so what a server makes of it is not judged."""
    if isinstance(value, str):
        return any(0xD800 <= ord(char) <= 0xDFFF for char in value)  # noqa: PLR2004 - the surrogates
    if isinstance(value, dict):
        return any(holds_no_text(key) or holds_no_text(one) for key, one in value.items())
    return isinstance(value, list) and any(map(holds_no_text, value))
