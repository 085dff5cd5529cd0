"""Raw bodies: those that are not JSON objects must be refused; unusual forms of JSON objects may be refused."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterator
from dataclasses import replace
from typing import Any, NoReturn

from ed_contract.case import Case, Expectation, Fault, Params, encode
from ed_contract.contract import CONTRACT, Contract
from ed_contract.kinds import Spec, objects


def _malformed(params: Params) -> Iterator[tuple[str, bytes]]:
    """Yield bodies that are not JSON objects to any parser."""
    body = encode(params)
    yield "cut in the middle", body[: len(body) // 2]
    yield "empty body", b""
    yield "an array", b"[" + body + b"]"
    yield "not JSON", "&".join(f"{name}={value}" for name, value in params.items() if isinstance(value, str)).encode()
    yield "blank body", b"  \n"
    yield "without the last brace", body[:-1]
    yield "trailing garbage", body + b"garbage"
    yield "leading garbage", b"garbage" + body
    yield "two documents", body + b"\n" + body
    yield "a string", json.dumps(next(iter(params), "text")).encode()
    yield "a number", b"1"
    yield "null", b"null"
    yield "true", b"true"
    yield "an empty array", b"[]"
    yield "an object in a string", json.dumps(body.decode()).encode()


def _unusual(params: Params, first: str, entries: str) -> Iterator[tuple[str, bytes]]:
    """Yield bodies that some JSON parsers accept and some refuse.

    Args:
        params: a create.
        first: the name of a text parameter in it, or "".
        entries: the name of a map parameter, or of an unknown one.
    """
    body = encode(params)
    opened = body[:-1]  # without the last brace
    at = encode({first: params.get(first)})[1:-1]

    def with_text(written: bytes) -> bytes:
        """Return the body with other bytes in the text."""
        return body.replace(at, at[:-3] + written + at[-3:], 1)

    def with_number(written: bytes) -> bytes:
        """Return the body with a map that contains a number."""
        return opened + b"," + json.dumps(entries).encode() + b':{"n":' + written + b"}}"

    yield "a trailing comma", opened + b",}"
    yield "a comment", opened + b"/* all */}"
    yield "single quotes", body.replace(b'"', b"'")
    if first:
        yield "a name twice", opened + b"," + json.dumps(first).encode() + b':"Returns"}'
    yield "NaN", with_number(b"NaN")
    if first:
        yield "a raw control character", with_text(b"\x01")
        yield "a raw newline in a string", with_text(b"\n")
        yield "invalid UTF-8", with_text(b"\xff\xfe")
        yield "an overlong encoding", with_text(b"\xc0\xaf")
        yield "a surrogate in UTF-8", with_text(b"\xed\xa0\x80")
    yield "UTF-16", body.decode().encode("utf-16")
    yield "a byte order mark", b"\xef\xbb\xbf" + body
    yield "NUL bytes", b"\x00" * 16
    yield "a number out of range", with_number(b"1e999")
    yield "an integer of 5,000 digits", with_number(b"9" * 5000)
    yield "100 levels deep", opened + b',"x":' + b"[" * 100 + b"]" * 100 + b"}"
    yield "10,000 levels deep", opened + b',"x":' + b"[" * 10_000 + b"]" * 10_000 + b"}"
    yield "10,000 levels of objects", b'{"a":' * 10_000 + b"1" + b"}" * 10_000
    yield "256 KiB of blanks", opened + b" " * 262_144 + b"}"
    if first:
        yield f"a {first} of 100,000 characters", with_text(b"x" * 100_000)
    yield "1,000 unknown parameters", opened + b"".join(b',"x%d":1' % number for number in range(1000)) + b"}"


MEDIA_TYPES: tuple[tuple[str, str | None], ...] = (
    ("no media type", None),
    ("text/plain", "text/plain"),
    ("a form's media type", "application/x-www-form-urlencoded"),
    ("an unknown media type", "application/x-orders"),
    ("JSON with a charset", "application/json; charset=utf-8"),
    ("a media type that is none", "json"),
)


_SIZES = {
    text: Fault(text=text, family=family, size=size)
    for text, family, size in (
        ("an integer of 5,000 digits", "an integer", 5000),
        ("100 levels deep", "nesting", 100),
        ("10,000 levels deep", "nesting", 10_000),
        ("10,000 levels of objects", "nesting", 10_000),
        ("a text of 100,000 characters", "a text", 100_000),
    )
}
"""A server that fails at one size fails at a larger one."""


def bodies(*, contract: Contract = CONTRACT) -> tuple[Case, ...]:
    """Return all raw bodies, those that must be refused first; those that all parsers read alike have params."""
    spec = contract.request_spec
    params = objects.plain(spec)
    first, entries = _named(spec, "text", params), _named(spec, "map", spec.members)
    return (
        *(_raw(name, body, Expectation.REJECT) for name, body in _malformed(params)),
        *(
            _raw(name, body, Expectation.EITHER, params_of(body))
            for name, body in _unusual(params, first, entries or "x")
        ),
        *(
            Case(name=name, body=encode(params), params=params, expectation=Expectation.EITHER, media_type=media_type)
            for name, media_type in MEDIA_TYPES
        ),
    )


def _named(spec: Spec, kind: str, among: Container[str]) -> str:
    """Return the name of the first member of a kind, or ""."""
    return next((name for name, one in spec.members.items() if one.kind == kind and name in among), "")


def _raw(name: str, body: bytes, expectation: Expectation, params: Params | None = None) -> Case:
    special = _SIZES.get(re.sub("^a .* of 100,000 characters$", "a text of 100,000 characters", name))
    return Case(
        name=name, body=body, params=params, expectation=expectation, special=special and replace(special, text=name)
    )


def params_of(body: bytes) -> Params | None:
    """Return the value that every JSON parser reads from a body, or None if parsers may differ."""
    try:
        text = body.decode(json.detect_encoding(body))
        document = json.loads(text, object_pairs_hook=_unambiguous, parse_constant=_unclear, parse_float=_unclear)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _unambiguous(members: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(members)
    if len(names) < len(members):
        raise ValueError("a name twice")
    return names


def _unclear(text: str) -> NoReturn:
    raise ValueError(text)
