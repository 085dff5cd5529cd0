"""Reads the heads of requests and of answers. Knows no socket and no body.

A request's head is read strictly: whatever two readers could read in two ways is refused, so that the target never
sees a request that we have not seen. An answer's head is read as clients read it, since nobody is hurt by it but the
one client that it is for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ed_contract.interaction import Headers

LARGEST_HEAD = 64 * 1024  # bytes

_TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_REQUEST_LINE = re.compile(rb"(" + _TOKEN + rb") ([\x21-\x7e\x80-\xff]+) HTTP/1\.([01])\r\n")
_TARGET = re.compile(rb"(?P<absolute>[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)|(?=/)|\*\Z")
_FIELD = re.compile(rb"(" + _TOKEN + rb"):([^\r\n\0]*)\r\n")
_STATUS_LINE = re.compile(rb"HTTP/1\.[01] ([0-9]{3})(?: [^\r\n]*)?\r?\n")
_ANSWER_FIELD = re.compile(rb"(" + _TOKEN + rb"):([^\r\n\0]*(?:\r?\n[ \t][^\r\n\0]*)*)\r?\n")
_FOLD = re.compile(rb"\r?\n[ \t]+")
_EMPTY_LINES = re.compile(rb"(?:\r\n)*+")
_BLANK = b" \t"


class Unfollowable(Exception):  # noqa: N818 - reads as the state it names
    """What came cannot be read as HTTP/1; the message says why, and repeats nothing of it."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Field:
    """One header as it stands in a head."""

    name: bytes  # in lower case
    shown: bytes  # the name as it was written
    value: bytes  # without the blanks around it
    start: int  # where the value begins in the head


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RequestHead:
    """The request line and the headers of a request; its repr hides them, as they hold credentials."""

    raw: bytes  # as it came, with any empty lines in front of it
    method: str
    target: bytes  # the request target
    target_start: int  # where it begins in `raw`
    origin_end: int  # bytes of the target that name scheme and host: 0 unless it is in absolute form
    minor: int  # of HTTP/1.0 or HTTP/1.1
    fields: tuple[Field, ...]

    @property
    def path(self) -> str:
        """The path with the query, whatever form the target has."""
        path = text(self.target[self.origin_end :])
        return path if path.startswith(("/", "*")) else "/" + path

    @property
    def headers(self) -> Headers:
        """The headers as they were sent."""
        return tuple((text(one.shown), text(one.value)) for one in self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerHead:
    """The status line and the headers of an answer."""

    raw: bytes
    status: int
    fields: tuple[Field, ...]

    @property
    def headers(self) -> Headers:
        """The headers, names in lower case."""
        return tuple((text(one.name), text(one.value)) for one in self.fields)


def values(fields: tuple[Field, ...], name: bytes) -> list[bytes]:
    """Return the values of all headers called `name` (lower case)."""
    return [one.value for one in fields if one.name == name]


def text(value: bytes) -> str:
    """Return bytes of a head as text: UTF-8 where they are that, else Latin-1."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def empty_lines(raw: bytes) -> int:
    """Return how many bytes of empty lines stand before a request: old clients send one behind a body."""
    found = _EMPTY_LINES.match(raw)
    return found.end() if found is not None else 0


def request_head(raw: bytes) -> RequestHead:
    """Return the head of a request; raise Unfollowable unless it can be read in one way only."""
    line = _REQUEST_LINE.match(raw, empty_lines(raw))
    if line is None:
        raise Unfollowable("the request line is not that of HTTP/1.0 or HTTP/1.1")
    method, target, minor = line.groups()
    form = _TARGET.match(target)
    if form is None and method != b"CONNECT":
        raise Unfollowable("the request target is neither a path nor a URL")
    return RequestHead(
        raw=raw,
        method=text(method),
        target=target,
        target_start=line.start(2),
        origin_end=form.end("absolute") if form is not None and form["absolute"] is not None else 0,
        minor=int(minor),
        fields=_fields(raw, line.end(), _FIELD),
    )


def answer_head(raw: bytes) -> AnswerHead:
    """Return the head of an answer, or raise Unfollowable."""
    line = _STATUS_LINE.match(raw)
    if line is None:
        raise Unfollowable("the status line is not that of HTTP/1.0 or HTTP/1.1")
    return AnswerHead(raw=raw, status=int(line[1]), fields=_fields(raw, line.end(), _ANSWER_FIELD))


def is_field(line: bytes) -> bool:
    """Whether a line, with its end, is a header or a trailer."""
    return _FIELD.fullmatch(line) is not None


def _fields(raw: bytes, at: int, pattern: re.Pattern[bytes]) -> tuple[Field, ...]:
    fields = []
    while (found := pattern.match(raw, at)) is not None:
        name, value = found.groups()
        blanks = len(value) - len(value.lstrip(_BLANK))
        value = _FOLD.sub(b" ", value) if b"\n" in value else value
        fields.append(
            Field(name=name.lower(), shown=name, value=value.strip(_BLANK), start=found.start(2) + blanks),
        )
        at = found.end()
    if raw[at:] not in {b"\r\n", b"\n"}:
        raise Unfollowable("a header line is malformed")
    return tuple(fields)
