"""Raw bodies: what is no JSON object must be refused; what is one in an unusual form may be refused."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from hypothesis import strategies as st

from ed_contract.case import Case, Expectation, Fault, Params, encode
from ed_contract.strategies.readable import shown_as

_PARAMS: Params = {
    "name": "Orders",
    "type": "webhook_endpoint",
    "event_payload": "thin",
    "enabled_events": ["v1.billing.meter.error_report_triggered"],
    "webhook_endpoint": {"url": "https://example.com/my/webhook/endpoint"},
}
_BODY = encode(_PARAMS)
_OPEN = _BODY[:-1]  # without the last brace

MALFORMED: tuple[tuple[str, bytes], ...] = (
    ("cut in the middle", _BODY[: len(_BODY) // 2]),
    ("empty body", b""),
    ("an array", b"[" + _BODY + b"]"),
    ("not JSON", b"name=Orders&type=webhook_endpoint"),
    ("blank body", b"  \n"),
    ("without the last brace", _OPEN),
    ("trailing garbage", _BODY + b"garbage"),
    ("leading garbage", b"garbage" + _BODY),
    ("two documents", _BODY + b"\n" + _BODY),
    ("a string", b'"webhook_endpoint"'),
    ("a number", b"1"),
    ("null", b"null"),
    ("true", b"true"),
    ("an empty array", b"[]"),
    ("an object in a string", json.dumps(_BODY.decode()).encode()),
)
"""Bodies that are no JSON object, whatever the reader."""

UNUSUAL: tuple[tuple[str, bytes], ...] = (
    ("a trailing comma", _OPEN + b",}"),
    ("a comment", _OPEN + b"/* all */}"),
    ("single quotes", _BODY.replace(b'"', b"'")),
    ("a name twice", _OPEN + b',"name":"Returns"}'),
    ("NaN", _OPEN + b',"metadata":{"n":NaN}}'),
    ("a raw control character", _BODY.replace(b"Orders", b"Or\x01ders")),
    ("a raw newline in a string", _BODY.replace(b"Orders", b"Or\nders")),
    ("invalid UTF-8", _BODY.replace(b"Orders", b"Or\xff\xfeders")),
    ("an overlong encoding", _BODY.replace(b"Orders", b"Or\xc0\xafders")),
    ("a surrogate in UTF-8", _BODY.replace(b"Orders", b"Or\xed\xa0\x80ders")),
    ("UTF-16", json.dumps(_PARAMS).encode("utf-16")),
    ("a byte order mark", b"\xef\xbb\xbf" + _BODY),
    ("NUL bytes", b"\x00" * 16),
    ("a number out of range", _OPEN + b',"metadata":{"n":1e999}}'),
    ("an integer of 5,000 digits", _OPEN + b',"metadata":{"n":' + b"9" * 5000 + b"}}"),
    ("100 levels deep", _OPEN + b',"x":' + b"[" * 100 + b"]" * 100 + b"}"),
    ("10,000 levels deep", _OPEN + b',"x":' + b"[" * 10_000 + b"]" * 10_000 + b"}"),
    ("10,000 levels of objects", b'{"a":' * 10_000 + b"1" + b"}" * 10_000),
    ("256 KiB of blanks", _OPEN + b" " * 262_144 + b"}"),
    ("a name of 100,000 characters", _BODY.replace(b"Orders", b"x" * 100_000)),
    ("1,000 unknown parameters", _OPEN + b"".join(b',"x%d":1' % number for number in range(1000)) + b"}"),
)
"""Bodies that some readers of JSON take and some refuse."""

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
        ("a name of 100,000 characters", "a name", 100_000),
    )
}
"""What fails at a size fails at a larger one."""


def bodies() -> tuple[Case, ...]:
    """Return all raw bodies, those that must be refused first; those that every reader reads alike have params."""
    return (
        *(_raw(name, body, Expectation.REJECT) for name, body in MALFORMED),
        *(_raw(name, body, Expectation.EITHER, params_of(body)) for name, body in UNUSUAL),
        *(
            Case(name=name, body=_BODY, params=_PARAMS, expectation=Expectation.EITHER, media_type=media_type)
            for name, media_type in MEDIA_TYPES
        ),
    )


def _raw(name: str, body: bytes, expectation: Expectation, params: Params | None = None) -> Case:
    return Case(name=name, body=body, params=params, expectation=expectation, special=_SIZES.get(name))


def params_of(body: bytes) -> Params | None:
    """Return what a body says to every reader of JSON that takes it, or None where readers may differ."""
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


def malformed_bodies() -> st.SearchStrategy[Case]:
    """Generate bodies that are no JSON object; they shrink towards a body that is cut in the middle."""
    return shown_as("malformed_bodies", st.sampled_from(bodies()[: len(MALFORMED)]))
