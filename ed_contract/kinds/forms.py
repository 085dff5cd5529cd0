"""The forms in which a server may store a text, a URL, or a value with texts in it: only the form differs."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Hashable
from functools import lru_cache
from urllib.parse import quote, urlsplit

from ed_contract.kinds.spec import Json

_EMPTY: tuple[Json, ...] = (None, "", [], {})
_BLANK_ENDS = re.compile(r"^[\s\x00-\x20\x7f\ufeff]+|[\s\x00-\x20\x7f\ufeff]+$")  # trimmed by some language
_NEWLINES = re.compile(r"\s*[\r\n]\s*")
_SHORT = 256  # characters of a text whose normal form is cached
_SURROGATE = re.compile("[\ud800-\udfff]")


def is_same(one: Json, other: Json) -> bool:
    """Whether two JSON values are equal: `1` is neither `true` nor `1.0`, and member order does not matter."""
    return bool(one == other) and (isinstance(one, str) or written(one) == written(other))


_encoded = json.JSONEncoder(sort_keys=True).encode


def written(value: Json) -> str:
    """Return a JSON value as a text that is the same for equal values."""
    return _encoded(value)


def mark(value: Json) -> Hashable:
    """Return what is the same for equal JSON values and no others, faster than `written`: texts may be long."""
    return value if isinstance(value, str) else (_encoded(value),)


def is_normalised(sent: Json, got: Json) -> bool:
    """Whether `got` is `sent` trimmed, NFC-normalised, with newlines or duplicates folded, or empty values dropped.

    Values that are then empty may be treated as absent, as empty values that were sent may.
    """
    normal = _normal(sent)
    return is_same(normal, _normal(got)) or (normal in _EMPTY and got in _EMPTY)


def is_unusual(sent: Json) -> bool:
    """Whether `sent` is a value that a server might normalise."""
    return bool(_normal(sent) != sent)


def _normal(value: Json) -> Json:
    if isinstance(value, str):
        return _normal_text(value) if len(value) <= _SHORT else _normal_text.__wrapped__(value)
    if isinstance(value, list):
        return list(dict.fromkeys(map(_normal, value))) if all(isinstance(one, str) for one in value) else value
    if isinstance(value, dict):
        entries = {_normal(key): _normal(one) for key, one in value.items()}
        return {key: one for key, one in entries.items() if one is not None and one != ""}
    return value


@lru_cache(maxsize=1 << 13)
def _normal_text(text: str) -> str:
    return unicodedata.normalize("NFC", _NEWLINES.sub(" ", _BLANK_ENDS.sub("", text)))


def holds_no_text(value: Json) -> bool:
    """Whether `value` contains a lone surrogate: what a server makes of such strings is not judged."""
    if isinstance(value, str):
        return not value.isascii() and _SURROGATE.search(value) is not None
    if isinstance(value, dict):
        return any(holds_no_text(key) or holds_no_text(one) for key, one in value.items())
    return isinstance(value, list) and any(map(holds_no_text, value))


_DEFAULT_PORTS = {"http": 80, "https": 443}
_OF_URLS = "!#$%&'()*+,/:;=?@[]~"  # not escaped again, including the escapes that are already there


def is_same_url(sent: Json, got: Json) -> bool:
    """Whether two texts are the same URL, as browsers and URL parsers write it.

    That is with scheme and host in lower case, the host in ASCII, no default port, a path, no dot segments, escapes for
    non-ASCII letters, and no empty query.
    """
    if not isinstance(sent, str) or not isinstance(got, str):
        return False
    url = _url(sent)
    return url is not None and url == _url(got)


def _url(text: str) -> tuple[object, ...] | None:
    """Return the normalised parts of a URL, or None if the text is not a URL."""
    try:
        parts = urlsplit(_BLANK_ENDS.sub("", text))
        host = (parts.hostname or "").encode("idna")
        port = parts.port
        path, query, fragment = (quote(part, safe=_OF_URLS) for part in (parts.path, parts.query, parts.fragment))
    except ValueError:  # including UnicodeError
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
