"""What is kept of a JSON value once it was judged: as much as later comparisons need, in bounded memory.

Knows JSON and the documented members, but no requests, answers or checks.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ed_contract.contract import Contract

LONGEST_VALUE = 256  # characters of JSON; a longer value is kept as a `Long`
LONGEST_START = 200  # characters of JSON of a `Long`: more than any message shows
_REFUSAL: dict[str, Any] = {"code": {}, "message": {}, "errors": {}}  # where servers put the code if not in `error`


@dataclass(frozen=True, slots=True, kw_only=True)
class Long:
    """A value that is too long to be kept whole; equal values have equal ones."""

    start: str  # of its JSON
    length: int  # characters of a string, entries of a list or map
    digest: str  # SHA-256 of the whole value, in hexadecimal


def bounded(value: object) -> Any:  # noqa: ANN401 - any JSON
    """Return a JSON value as it is if it is short, else a `Long` of it.

    Equal values, in the sense of JSON (`1` is neither `true` nor `1.0`, members have no order), give equal ones.
    """
    if isinstance(value, Long) or not isinstance(value, str | list | dict):
        return value
    if _is_short(value) or len(json_start(value, LONGEST_VALUE + 1)) <= LONGEST_VALUE:
        return value
    digest = hashlib.sha256()
    _feed(digest, value)
    return Long(start=json_start(value, LONGEST_START), length=len(value), digest=digest.hexdigest())


def _is_short(value: object) -> bool:
    """Whether a value is a short text, or a list or map of a few: most are, and are measured fast."""
    if isinstance(value, str):
        return len(json.dumps(value[: LONGEST_VALUE + 1])) <= LONGEST_VALUE
    texts = [*value, *value.values()] if isinstance(value, dict) else value
    if not isinstance(texts, list) or len(texts) > LONGEST_VALUE or not all(isinstance(one, str) for one in texts):
        return False
    return sum(len(json.dumps(one[:LONGEST_VALUE])) + len(", ") for one in texts) + len("[]") <= LONGEST_VALUE


def documented(document: Mapping[str, Any], contract: Contract) -> dict[str, Any]:
    """Return the documented members of an answer, each bounded."""
    schemas = (contract.error_schema, contract.response_schema)
    known = [schema.get("properties", {}) for schema in schemas]
    return _documented(document, {name: child for one in (_REFUSAL, *known) for name, child in one.items()})


def _documented(document: Mapping[str, Any], members: Mapping[str, Any]) -> dict[str, Any]:
    kept = {}
    for name, child in members.items():
        if name in document:
            value = document[name]
            inner = isinstance(value, dict) and "properties" in child
            kept[name] = _documented(value, child["properties"]) if inner else bounded(value)
    return kept


def json_start(value: object, longest: int) -> str:
    """Return a value's JSON, or its first `longest` characters, however large or deep the value is."""
    text = ""
    for part in _parts(value, longest):
        text += part
        if len(text) >= longest:
            break
    return text[:longest]


def _parts(value: object, longest: int) -> Iterator[str]:
    """Yield a value's JSON part by part, without what would be cut off anyway."""
    if isinstance(value, Long):
        yield value.start
    elif isinstance(value, str):
        # The closing quotation mark of a text that was cut comes after the cut.
        yield json.dumps(value[:longest])
    elif isinstance(value, list | tuple):
        yield "["
        for number, one in enumerate(value):
            yield ", " * (number > 0)
            yield from _parts(one, longest)
        yield "]"
    elif isinstance(value, Mapping):
        yield "{"
        for number, (name, one) in enumerate(value.items()):
            yield f"{', ' * (number > 0)}{json.dumps(str(name)[:longest])}: "
            yield from _parts(one, longest)
        yield "}"
    else:
        yield json.dumps(value)


class _Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...


def _feed(digest: _Digest, value: object) -> None:
    """Feed a JSON value to a digest, part by part: its whole text would take as much memory again."""
    if isinstance(value, str):
        digest.update(b'"%d:' % len(value))
        for start in range(0, len(value), _PIECE):
            digest.update(value[start : start + _PIECE].encode("utf-8", "surrogatepass"))
    elif isinstance(value, list):
        digest.update(b"[%d:" % len(value))
        for one in value:
            _feed(digest, one)
    elif isinstance(value, dict):
        digest.update(b"{%d:" % len(value))
        for name in sorted(value):
            _feed(digest, name)
            _feed(digest, value[name])
    else:
        digest.update(json.dumps(value).encode())
        digest.update(b",")


_PIECE = 65_536  # characters
