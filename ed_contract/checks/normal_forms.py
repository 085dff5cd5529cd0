"""The changes of an unusual value that `echo/normalised` names, and that no MUST row does."""

from __future__ import annotations

import re
import unicodedata
from typing import Any
from urllib.parse import quote, urlsplit

_EMPTY: tuple[object, ...] = (None, "", [], {})
_BLANK_ENDS = re.compile(r"^[\s\x00-\x20\x7f\ufeff]+|[\s\x00-\x20\x7f\ufeff]+$")  # as one language or another trims
_NEWLINES = re.compile(r"\s*[\r\n]\s*")


def is_normalised(sent: object, got: object) -> bool:
    """Whether `got` is `sent` trimmed, NFC-normalised, with newlines or duplicates folded, or empty values dropped.

    What is empty then may be treated as not given, as what was sent empty may.
    """
    normal = _normal(sent)
    return bool(normal == _normal(got)) or (normal in _EMPTY and got in _EMPTY)


def is_same_url(sent: object, got: object) -> bool:
    """Whether two texts are the same URL, as browsers and readers of URLs write it.

    That is with scheme and host in lower case, the host in ASCII, no default port, a path, no dot segments, escapes for
    letters beyond ASCII, and no empty query.
    """
    if not isinstance(sent, str) or not isinstance(got, str):
        return False
    url = _url(sent)
    return url is not None and url == _url(got)


_DEFAULT_PORTS = {"http": 80, "https": 443}
_OF_URLS = "!#$%&'()*+,/:;=?@[]~"  # what is not escaped anew, the escapes that are there among it


def _url(text: str) -> tuple[object, ...] | None:
    """Return the parts of a URL in the form in which equal ones are equal, or None for what is none."""
    try:
        parts = urlsplit(_BLANK_ENDS.sub("", text))
        host = (parts.hostname or "").encode("idna")
        port = parts.port
        path, query, fragment = (quote(part, safe=_OF_URLS) for part in (parts.path, parts.query, parts.fragment))
    except ValueError:  # UnicodeError among them
        return None
    user = parts.netloc.rpartition("@")[0]
    return parts.scheme, user, host, port or _DEFAULT_PORTS.get(parts.scheme), _without_dots(path), query, fragment


def _without_dots(path: str) -> str:
    kept: list[str] = []
    first, *segments = path.split("/") if path else ("", "")
    for segment in segments:
        if segment == "..":
            kept = kept[:-1]
        elif segment != ".":
            kept.append(segment)
    if segments and segments[-1] in {".", ".."}:
        kept.append("")
    return "/".join((first, *kept))


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
