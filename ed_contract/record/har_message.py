"""The request and the answer of an entry of a HAR file. Knows nothing about the file or about time.

HAR 1.2 leaves open what writers do with bodies that are not text, or that they do not keep; this module knows what
they really do.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ed_contract.interaction import NOT_JSON, Answer, Headers, NoAnswer, NotRead, response
from ed_contract.masking import is_mask
from ed_contract.record.written_body import REPLACEMENT, BodyUnknownError, read_body

Members: TypeAlias = Mapping[str, Any]

# The creators of files, by the names they give themselves.
_STRICT = {"mitmproxy", "HTTP Toolkit"}  # they never write U+FFFD for bytes that are not UTF-8
_COUNTING = {"mitmproxy", "Playwright"}  # `bodySize` is the body's; elsewhere it may be the text's
_SCHEMATHESIS = "harfile"  # the library that Schemathesis writes with
_NOT_HELD = "the file does not hold the body of the {}"
_WITH_BODY = {"POST", "PUT", "PATCH"}  # they state the length of a body also where it is 0 (RFC 9110, 8.6)
_WITHOUT_BODY = {204, 304}


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Who wrote a file, and how it writes."""

    name: str
    requests_in_base64: bool  # without saying so

    @classmethod
    def of(cls, log: Members) -> Writer:
        """Return the writer of a log, which has entries."""
        name = str(members(log.get("creator")).get("name"))
        # Asked to preserve bytes, Schemathesis writes all bodies in base64, but says so for answers only.
        contents = [members(members(entry.get("response")).get("content")) for entry in log["entries"]]
        encodings = [content.get("encoding") for content in contents if content.get("text")]
        packed = bool(encodings) and all(encoding == "base64" for encoding in encodings)
        return cls(name=name, requests_in_base64=packed and name == _SCHEMATHESIS)


def headers_of(message: Members) -> Headers:
    """Return the headers of a message, without the pseudo-headers of HTTP/2."""
    told = message.get("headers")
    rows = told if isinstance(told, list) else []
    pairs: Iterable[tuple[Any, Any]] = ((row.get("name"), row.get("value")) for row in map(members, rows))
    if isinstance(told, dict):
        pairs = told.items()
    return tuple(
        (name, "" if value is None else str(value))
        for name, value in pairs
        if isinstance(name, str) and name and not name.startswith(":")
    )


def is_masked(headers: Headers, name: str) -> bool:
    """Whether a header's value is masked, as test tools do with names that contain "key"."""
    return is_mask(_value(headers, name.lower()))


def request_body(request: Members, method: str, headers: Headers, writer: Writer) -> bytes:
    """Return the bytes of a request's body.

    Raises:
        BodyUnknownError: the file does not hold them, or not exactly.
    """
    text, encoding = _request_text(request, writer)
    length, size = _content_length(headers), number(request.get("bodySize"))
    if length is None and size is not None and size >= 0 and (writer.name in _COUNTING or text == ""):
        length = int(size)
    if not text:
        if length == 0 or (length is None and text is None and method not in _WITH_BODY):
            return b""
        raise BodyUnknownError(_NOT_HELD.format("request"))
    if not isinstance(text, str):
        raise BodyUnknownError("the file does not hold the body of the request as text")
    if _is_encoded(headers):
        raise BodyUnknownError("the request was compressed, and the file holds its body decoded")
    if encoding != "base64" and REPLACEMENT in text and writer.name not in _STRICT:
        raise BodyUnknownError("the file may hold U+FFFD instead of bytes that are not UTF-8")
    body = read_body(text, encoding=encoding, length=length, media_type=_value(headers, "content-type"))
    # Elsewhere the size may be the text's, in characters; or the text is not what was sent.
    if length is None and size is not None and size > 0 and len(body) != size:
        raise BodyUnknownError(f"the body had {size:g} bytes, but the file holds {len(body)}")
    return body


def _request_text(request: Members, writer: Writer) -> tuple[Any, str]:
    """Return what a file holds of the body of a request, and how it is encoded."""
    data = members(request.get("postData"))
    beside = members(request.get("_content"))  # where HTTP Toolkit puts what is not UTF-8
    if "text" in beside:
        return beside["text"], str(beside.get("encoding") or "")
    packed = data.get("_base64")
    if isinstance(packed, str):
        return packed, "base64"
    encoding = data.get("encoding") or data.get("_encoding")  # HAR 1.3 has the first
    return data.get("text"), "base64" if packed or writer.requests_in_base64 else str(encoding or "")


def answer_of(told: Members, method: str, writer: Writer) -> Answer:
    """Return the answer that an entry holds, as far as it does."""
    error = str(told.get("_error") or told.get("_failureText") or "")
    status = int(number(told.get("status")) or 0)
    content = members(told.get("content"))
    if status <= 0:
        if content.get("text") and not error:  # Firefox, when exporting too early
            return NotRead(reason="the file does not hold the status of the answer")
        return NoAnswer(reason=error or "the file holds no answer")
    if error:
        return NotRead(reason=f"the answer was not read to the end: {error}")
    headers = tuple((name.lower(), value) for name, value in headers_of(told))
    if not headers and "/" in (media := str(content.get("mimeType") or "")):
        headers = (("content-type", media),)
    if method == "HEAD" or status in _WITHOUT_BODY:
        return response(status, headers, b"")
    length = _answer_length(content, headers, writer)
    try:
        read = response(status, headers, _answer_body(content, headers, length))
    except BodyUnknownError as unknown:
        return NotRead(reason=str(unknown))
    # Truncated JSON cannot be parsed; what can be parsed is complete, whatever size is stated.
    if read.document is NOT_JSON and length is not None and len(read.body) < length:
        return NotRead(reason=f"the body had {length} bytes, but the file holds {len(read.body)}")
    return read if headers else NotRead(reason="the file does not hold the headers of the answer")


def _answer_length(content: Members, headers: Headers, writer: Writer) -> int | None:
    """Return how many bytes the body of an answer had when it was decoded, or None if the file does not tell."""
    length, size = _content_length(headers), number(content.get("size"))
    if length is not None and not _is_encoded(headers):
        return length
    if size is None or size < 0:
        return None
    # mitmproxy gives the size before decoding, and by how much that changed it.
    return int(size + ((number(content.get("compression")) or 0) if writer.name == "mitmproxy" else 0))


def _answer_body(content: Members, headers: Headers, length: int | None) -> bytes:
    text, encoding = content.get("text"), str(content.get("encoding") or "")
    if not isinstance(text, str) or not text:
        if length == 0:
            return b""
        raise BodyUnknownError(_NOT_HELD.format("answer"))
    media_type = _value(headers, "content-type")
    try:
        return read_body(text, encoding=encoding, length=length, media_type=media_type)
    except BodyUnknownError:
        if encoding or (not text.isascii() and ("json" not in media_type or REPLACEMENT in text)):
            raise
        try:
            return text.encode()  # truncated or reformatted, but its meaning is not in doubt
        except UnicodeEncodeError as error:
            raise BodyUnknownError(_NOT_HELD.format("answer")) from error


def _is_encoded(headers: Headers) -> bool:
    return _value(headers, "content-encoding").lower() not in {"", "identity"}


def _value(headers: Headers, name: str) -> str:
    return next((value.strip() for key, value in headers if key.lower() == name), "")


def _content_length(headers: Headers) -> int | None:
    value = _value(headers, "content-length")
    return int(value) if value.isascii() and value.isdigit() and len(value) < _DIGITS else None


_DIGITS = 20


def members(value: object) -> dict[str, Any]:
    """Return the members of a JSON object; any other value has none."""
    return value if isinstance(value, dict) else {}


def number(value: object) -> float | None:
    """Return a number, also one that is written as text, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        told = float(value)
    except (ValueError, OverflowError):
        return None
    return told if math.isfinite(told) else None
