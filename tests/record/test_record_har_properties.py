"""Whatever was exchanged is read back equal, and whatever stands in a file is read or refused."""

from __future__ import annotations

import base64
import contextlib
import json
from datetime import UTC, datetime, timedelta

from common.hars import NAME, entry, har
from hypothesis import given
from hypothesis import strategies as st

from ed_contract.exceptions import UsageError
from ed_contract.interaction import NoAnswer, NotRead, response
from ed_contract.record.exchange import Exchange
from ed_contract.record.har import read_har

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FRAMING = {"content-length", "content-encoding", "content-type", "idempotency-key", "transfer-encoding"}

TOKENS = st.text("ABCabc-XYZxyz", min_size=1, max_size=9).filter(lambda name: name.lower() not in FRAMING)
VALUES = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x00"), max_size=9)
KEYS = st.sampled_from(["a", "Zoë 漢字", " spaced "])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=9,
)
DOCUMENTS = JSON.map(lambda document: json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"))
BODIES = st.binary(max_size=30) | DOCUMENTS | st.text(max_size=9).map(lambda text: b"\xef\xbb\xbf" + text.encode())
ANSWERS = (
    st.builds(NoAnswer, reason=st.text(min_size=1, max_size=9))
    | st.just(NotRead(reason="the file does not hold the body of the answer"))
    | st.builds(
        response,
        st.sampled_from([200, 201, 400, 409, 500]),
        st.lists(st.tuples(TOKENS.map(str.lower), VALUES), min_size=1, max_size=3).map(tuple),
        BODIES,
    )
)


@st.composite
def exchanges(draw):
    """Return exchanges with their lengths in milliseconds, in the order in which they began."""
    moments = sorted(draw(st.lists(st.integers(0, 2**51), max_size=5)))
    return [
        (_exchange(draw, moment / 1e6, milliseconds), milliseconds)
        for moment in moments
        for milliseconds in [draw(st.integers(0, 10**6))]
    ]


def _exchange(draw, began, milliseconds):
    keyed = draw(st.lists(KEYS.map(lambda key: ("Idempotency-Key", key)), max_size=1))
    body = draw(BODIES)
    length = ("Content-Length", str(len(body)))
    return Exchange(
        method=draw(st.sampled_from(["POST", "GET", "DELETE", "OPTIONS"])),
        path=draw(st.sampled_from(["/", "/v2/core/event_destinations", "/a%20b?include=x&y="])),
        headers=(*draw(st.lists(st.tuples(TOKENS, VALUES), max_size=3)), *keyed, length),
        body=body,
        answer=draw(ANSWERS),
        began=began,
        ended=began + milliseconds / 1000,
        connection=draw(st.sampled_from(["", "17"])),
    )


def written(one, milliseconds, form):
    """Return an exchange as an entry of a HAR."""
    answer = one.answer
    told = {"status": 0, "_error": getattr(answer, "reason", None)}
    if isinstance(answer, NotRead):
        told = {"status": 200, "content": {"size": 99}}
    elif not isinstance(answer, NoAnswer):
        size = {"size": len(answer.body)}
        told = {"status": answer.status, "headers": named(answer.headers), "content": size | base64_of(answer.body)}
    return {
        "startedDateTime": (EPOCH + timedelta(microseconds=round(one.began * 1e6))).isoformat(),
        "time": milliseconds,
        "connection": one.connection,
        "request": {
            "method": one.method,
            "url": f"https://example.com{one.path}",
            "headers": named(one.headers),
            "postData": form(one.body),
        },
        "response": told,
    }


def named(headers):
    """Return headers as a HAR has them."""
    return [{"name": name, "value": value} for name, value in headers]


def base64_of(body):
    """Return a body as HAR 1.3 has it."""
    return {"text": base64.b64encode(body).decode(), "encoding": "base64"}


def browsers(body):
    """Return a body as browsers write it: without a byte order mark, or as Latin-1 if it is not UTF-8."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = body.decode("latin-1")
    return base64_of(body) if not text or "\ufffd" in text else {"text": text}


def mitmproxys(body):
    """Return a body as mitmproxy writes it."""
    return {"text": body.decode("utf-8", "surrogateescape")}


FORMS = {"test": base64_of, "WebInspector2": browsers, "mitmproxy": mitmproxys}


@given(exchanges(), st.sampled_from(sorted(FORMS)), st.randoms(use_true_random=False))
def test_what_was_exchanged_is_read_back(made, creator, random):
    """In whatever form bodies are written, and in whatever order entries stand."""
    entries = [written(one, milliseconds, FORMS[creator]) for one, milliseconds in made]
    numbers = list(range(len(made)))
    if len({one.began for one, _ in made}) == len(made):
        random.shuffle(numbers)
    expected = [one for one, _ in made]
    read = read_har(har(*(entries[number] for number in numbers), creator=creator), NAME)
    assert not read.left_out, str(read.left_out[0])
    assert [without_time(one) for one in read.exchanges] == [without_time(one) for one in expected]
    if creator != "mitmproxy":  # its times are those of answers only
        assert [one.ended for one in read.exchanges] == [one.ended for one in expected]


def without_time(one):
    """Return an exchange as what can be compared: NaN in a document is unequal to itself."""
    answer = one.answer
    came = (answer.status, answer.headers, answer.body) if hasattr(answer, "status") else answer
    return one.method, one.path, one.headers, one.body, came, one.began, one.connection


PLACES = st.sampled_from(
    [(), ("request",), ("response",), ("request", "postData"), ("response", "content"), ("request", "_content")]
)
MEMBERS = st.sampled_from(
    (
        *("startedDateTime", "time", "timings", "connection", "request", "response"),
        *("method", "url", "headers", "postData", "bodySize", "_content", "_base64", "params"),
        *("status", "content", "text", "size", "encoding", "compression", "_error"),
    )
)


@given(
    st.lists(
        st.tuples(PLACES, MEMBERS, JSON | st.lists(st.fixed_dictionaries({"name": JSON, "value": JSON}))), max_size=4
    )
)
def test_whatever_stands_in_an_entry_does_not_lose_the_rest(changes):
    """An entry is read, left out, or passed over, and only one without a request is refused."""
    odd = entry()
    for place, member, value in changes:
        inner = odd
        for name in place:
            inner = inner.get(name) if isinstance(inner, dict) else None
        if isinstance(inner, dict):
            inner[member] = value
    try:
        read = read_har(har(entry(), odd, entry()), NAME)
    except UsageError as refusal:
        assert "entry 2 of log.entries has no request" in str(refusal)  # noqa: PT017 - it need not be raised
        assert not isinstance(odd["request"], dict)
    else:
        assert 2 <= len(read.exchanges) <= 3
        assert len(read.exchanges) + len(read.left_out) <= 3


@given(st.text() | st.binary() | JSON.map(json.dumps) | JSON.map(lambda log: json.dumps({"log": log})))
def test_whatever_is_not_a_har_is_refused_in_two_lines(text):
    """Nothing else is raised."""
    with contextlib.suppress(UsageError):
        read_har(text, NAME)
