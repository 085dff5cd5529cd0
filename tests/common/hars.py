"""HAR files written by tests: an entry of each kind, and a file of entries."""

from __future__ import annotations

import json
from typing import Any

from ed_contract.record.capture import Capture, LeftOut
from ed_contract.record.exchange import Exchange
from ed_contract.record.har import read_har

NAME = "capture.har"
BODY = '{"name": "a"}'
MADE = '{"id": "ed_1"}'


def headers(**named: str) -> list[dict[str, str]]:
    """Return headers as a HAR has them; an underscore stands for a hyphen."""
    return [{"name": name.replace("_", "-"), "value": value} for name, value in named.items()]


def entry(*, request: Any = (), response: Any = (), **changed: Any) -> dict[str, Any]:
    """Return the entry of an answered create, with members changed; None removes one."""
    sent = {
        "method": "POST",
        "url": "https://api.example.com/v2/core/event_destinations",
        "headers": headers(Content_Type="application/json"),
        "postData": {"mimeType": "application/json", "text": BODY},
    }
    came = {
        "status": 200,
        "headers": headers(Content_Type="application/json"),
        "content": {"size": len(MADE), "mimeType": "application/json", "text": MADE},
    }
    whole = {
        "startedDateTime": "2026-01-02T03:04:05.678Z",
        "time": 250,
        "request": sent | dict(request),
        "response": came | dict(response),
    }
    return {name: value for name, value in (whole | changed).items() if value is not None}


def har(*entries: Any, creator: str = "test") -> str:
    """Return a HAR file."""
    return json.dumps({"log": {"version": "1.2", "creator": {"name": creator}, "entries": entries}})


def capture(*entries: Any, creator: str = "test") -> Capture:
    """Return what is read from a HAR file."""
    return read_har(har(*entries, creator=creator), NAME)


def exchange(creator: str = "test", **changed: Any) -> Exchange:
    """Return the exchange that is read from one entry, which must not be left out."""
    read = capture(entry(**changed), creator=creator)
    assert not read.left_out, str(read.left_out[0])
    return read.exchanges[0]


def left_out(creator: str = "test", **changed: Any) -> LeftOut:
    """Return why one entry is left out."""
    read = capture(entry(**changed), creator=creator)
    assert not read.exchanges
    return read.left_out[0]
