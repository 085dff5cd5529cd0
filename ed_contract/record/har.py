"""Reads HAR 1.2 as browsers, proxies and test tools write it. Judges nothing, and guesses no byte of a request."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ed_contract.exceptions import UsageError
from ed_contract.interaction import Answer, NoAnswer
from ed_contract.record.capture import Capture, LeftOut
from ed_contract.record.exchange import Exchange
from ed_contract.record.har_message import Writer, answer_of, headers_of, is_masked, members, number, request_body
from ed_contract.record.written_body import BodyUnknownError

_KEY = "Idempotency-Key"
_ADVICE = "give a HAR 1.2 file, or a record of `ed-contract run --record`."
_HEAD = 4096  # characters at the start of a file that show whether it may be a HAR
_MEMBER = r'"[^"\\]*"\s*:\s*(?:"[^"\\]*"|[^\s"{}\[\],]+)\s*,\s*'
_LOOK = re.compile(rf'\ufeff?\s*\{{\s*(?:{_MEMBER})*"log"\s*:\s*\{{')
_URL = re.compile(r"(https?://[^/?#]*)([^#]*)", re.IGNORECASE)
_TIMINGS = {"blocked", "dns", "connect", "send", "wait", "receive"}  # `ssl` is part of `connect`

# The creators of files, by the names they give themselves.
_TIMING_ANSWERS = {"mitmproxy", "harfile"}  # `time` is not how long they waited for no answer
_NAMING_PORTS = {"Firefox"}  # `connection` is the server's port


def looks_like_har(text: str | bytes) -> bool:
    """Whether a file may be a HAR, by its first characters."""
    head = text[:_HEAD]
    if isinstance(head, bytes):
        head = head.decode(json.detect_encoding(head), "replace")
    return _LOOK.match(head) is not None


def read_har(text: str | bytes, name: str, *, key: str = _KEY) -> Capture:
    """Return what a HAR file holds.

    Anything but HTTP, such as `data:` URLs and WebSockets, is skipped. An exchange whose duration the file does not
    give counts as ended at the last time that the file mentions.

    Args:
        text: what is in the file.
        name: what the file is called in messages.
        key: the header that carries idempotency keys.

    Raises:
        UsageError: it is not a HAR.
    """
    log = _log(text, name)
    for place, entry in enumerate(log["entries"], 1):
        if not isinstance(members(entry).get("request"), dict):
            raise _refusal(name, f"entry {place} of log.entries has no request")
    writer = Writer.of(log)
    read = [_read(entry, place, writer, key) for place, entry in enumerate(log["entries"], 1)]
    exchanges = sorted((one for one in read if isinstance(one, Exchange)), key=lambda one: one.began)
    left_out = tuple(one for one in read if isinstance(one, LeftOut))
    moments = [one.began if math.isinf(one.ended) else one.ended for one in exchanges]
    last = max([*moments, *(one.began for one in left_out if one.began is not None)], default=math.inf)
    whole = (replace(one, ended=min(one.ended, last)) for one in exchanges)
    return Capture(exchanges=tuple(whole), left_out=left_out)


def _log(text: str | bytes, name: str) -> Mapping[str, Any]:
    """Return the log of a HAR file, which has entries."""
    try:
        if isinstance(text, bytes):
            text = text.decode(json.detect_encoding(text))
        document = json.loads(text.removeprefix("\ufeff"), strict=False)
    except UnicodeDecodeError:
        raise _refusal(name, "it is not UTF-8") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise _refusal(name, f"it is not JSON ({error.msg} at {where})") from None
    except (ValueError, RecursionError):  # an endless number, or endless brackets
        raise _refusal(name, "its JSON is too large to be read") from None
    log = members(document).get("log")
    if not isinstance(log, dict):
        raise _refusal(name, "log is missing")
    if not isinstance(log.get("entries"), list):
        raise _refusal(name, "log.entries is missing")
    return log


def _refusal(name: str, problem: str) -> UsageError:
    return UsageError(f"{name} is not a HAR file: {problem}\n{_ADVICE}")


def _read(entry: Mapping[str, Any], place: int, writer: Writer, key: str) -> Exchange | LeftOut | None:
    """Return what an entry says, or None if it is not about HTTP."""
    request = entry["request"]
    method, path = str(request.get("method") or "").upper(), _path(request.get("url"))
    if path is None:
        return None
    headers, began = headers_of(request), _moment(entry.get("startedDateTime"))
    known = LeftOut(number=place, reason="", method=method, path=path, headers=headers, began=began)
    if not (method and path):
        return replace(known, reason=f"the file does not hold the {'URL' if method else 'method'} of the request")
    if began is None:
        return replace(known, reason="the file does not say when the request was sent")
    if is_masked(headers, key):
        return replace(known, reason=f"the file holds a mask instead of the {key}")
    try:
        body = request_body(request, method, headers, writer)
    except BodyUnknownError as unknown:
        return replace(known, reason=str(unknown))
    answer = answer_of(members(entry.get("response")), method, writer)
    return Exchange(
        method=method,
        path=path,
        headers=headers,
        body=body,
        answer=answer,
        began=began,
        ended=began + _seconds(entry, answer, writer),
        connection=_connection(entry, writer),
        origin=_origin(request.get("url")),
    )


def _path(url: object) -> str | None:
    """Return the path of a URL, with the query; "" if there is no URL, None if it is not HTTP."""
    if not isinstance(url, str) or not url:
        return ""
    found = _URL.match(url)
    if found is None and not url.startswith("/"):
        return None
    path = found[2] if found else url.partition("#")[0]
    return path if path.startswith("/") else f"/{path}"


def _origin(url: object) -> str:
    """Return the origin of a URL, without user information, or "" if it has none."""
    found = _URL.match(str(url))
    scheme, _, authority = ("" if found is None else found[1]).lower().partition("://")
    return f"{scheme}://{authority.rpartition('@')[2]}" if authority else ""


def _moment(text: object) -> float | None:
    """Return a time as seconds since the epoch, or None if it cannot be read; without an offset it is UTC."""
    try:
        moment = datetime.fromisoformat(str(text).strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def _seconds(entry: Mapping[str, Any], answer: Answer, writer: Writer) -> float:
    """Return how long an exchange took, or infinity if the file does not say."""
    if isinstance(answer, NoAnswer) and writer.name in _TIMING_ANSWERS:
        return math.inf
    timings = {name: number(one) for name, one in members(entry.get("timings")).items() if name in _TIMINGS}
    if not isinstance(answer, NoAnswer) and (timings.get("wait") or 0) < 0:
        return math.inf  # Playwright's `time`, in its minimal mode, does not include the wait for the answer
    time = number(entry.get("time"))
    if time is not None and time >= 0:
        return time / 1000
    told = [value for value in timings.values() if value is not None and value >= 0]
    return sum(told) / 1000 if told else math.inf


def _connection(entry: Mapping[str, Any], writer: Writer) -> str:
    """Return the name of the connection, or ""; recent Chromium puts the port there too, and the name elsewhere."""
    named = "" if writer.name in _NAMING_PORTS else entry.get("connection")
    return str(entry.get("_connectionId") or named or "")
