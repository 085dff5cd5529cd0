"""A HAR file as a whole: what it is refused for, the order of its entries, times, paths, headers and connections."""

from __future__ import annotations

import json

import pytest
from common.hars import BODY, NAME, capture, entry, exchange, har, headers, left_out

from ed_contract.exceptions import UsageError
from ed_contract.interaction import NoAnswer
from ed_contract.record.har import looks_like_har, read_har

ADVICE = "give a HAR 1.2 file, or a record of `ed-contract run --record`."


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "it is not JSON (Expecting value at line 1, column 1)"),
        ('{"log": {\n"entries": [', "it is not JSON (Expecting value at line 2, column 13)"),
        (b'{"log": "\xff"}', "it is not UTF-8"),
        ("[" * 100_000, "its JSON is too large to be read"),
        ("[]", "log is missing"),
        ('{"entries": []}', "log is missing"),
        ('{"log": []}', "log is missing"),
        ('{"log": {}}', "log.entries is missing"),
        ('{"log": {"entries": {}}}', "log.entries is missing"),
        (har(entry(), {"response": {}}), "entry 2 of log.entries has no request"),
        (har(entry(), entry(), None), "entry 3 of log.entries has no request"),
    ],
)
def test_what_is_not_a_har_is_refused(text, problem):
    """The message names the file, and the entry if there is one, and says what to give."""
    with pytest.raises(UsageError) as refusal:
        read_har(text, NAME)
    assert str(refusal.value) == f"capture.har is not a HAR file: {problem}\n{ADVICE}"


def test_a_file_may_be_empty():
    """A browser that saw nothing writes no entries."""
    assert (capture().exchanges, capture().left_out) == ((), ())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_may_have_a_byte_order_mark(encoding):
    """As has UTF-16, which shells on Windows write."""
    text = har(entry(request={"postData": {"text": '{"name": "Zoë"}'}})).replace("\\u00eb", "ë")
    assert read_har(text.encode(encoding), NAME) == read_har("\ufeff" + text, NAME) == read_har(text, NAME)
    assert looks_like_har(text.encode(encoding))


def test_controls_in_a_text_are_read():
    """JSON forbids them, and some writers do not escape them."""
    text = har(entry(request={"postData": {"text": "a\tb"}})).replace("\\t", "\t")
    assert read_har(text, NAME).exchanges[0].body == b"a\tb"


@pytest.mark.parametrize(
    ("text", "looks"),
    [
        ('{"log":{"entries":[]}}', True),
        ('\ufeff\n { "log" : {', True),
        ('{"$schema": "https://example.com/har.json", "comment": null, "log": {"version": "1.2"', True),
        ('{"log": []}', False),
        ('{"log": "{"}', False),
        ('{"entries": [{"log": {}}]}', False),
        ('[{"log": {}}]', False),
        ("", False),
        ("log: {}", False),
        ('{"a": "' + "a" * 10_000 + '", "log": {}}', False),
    ],
)
def test_a_har_is_known_by_its_start(text, looks):
    """It begins with an object that has a log; the rest of it is not looked at."""
    assert looks_like_har(text) is looks
    assert looks_like_har(text.encode()) is looks


def test_exchanges_are_ordered_by_when_they_began():
    """Writers order entries as they please; those of the same moment stay in the order of the file."""
    moments = ["03:00:00.002Z", "03:00:00.001Z", "03:00:00.001Z", "04:00:00.000+01:00", "03:00:00.0005Z"]
    entries = [
        entry(startedDateTime=f"2026-01-02T{moment}", request={"url": f"/{number}"})
        for number, moment in enumerate(moments)
    ]
    assert [one.path for one in capture(*entries).exchanges] == ["/3", "/4", "/1", "/2", "/0"]


@pytest.mark.parametrize(
    "moment",
    [
        "2026-01-02T03:04:05.5Z",
        "2026-01-02T03:04:05.500+00:00",
        "2026-01-02T03:04:05.5000000Z",
        "2026-01-01T22:04:05.5-05:00",
        "2026-01-02T05:04:05,5+0200",
        "2026-01-02T03:04:05.5",
        " 2026-01-02 03:04:05.5Z",
    ],
)
def test_a_moment_may_have_any_offset_and_precision(moment):
    """Fiddler writes seven decimals, Firefox the local offset; without an offset it is UTC."""
    assert exchange(startedDateTime=moment).began == 1767323045.5


@pytest.mark.parametrize("moment", [None, "", "yesterday", 1767323045, "2026-13-01T00:00:00Z"])
def test_a_request_of_an_unknown_moment_is_left_out(moment):
    """Nothing can be said of what came before it; the rest of the file is read."""
    read = capture(entry(startedDateTime=moment), entry())
    assert [one.reason for one in read.left_out] == ["the file does not say when the request was sent"]
    assert len(read.exchanges) == 1


TIMINGS = {"blocked": 1, "dns": -1, "connect": 20, "ssl": 20, "send": 0, "wait": "30", "receive": None, "_extra": 400}


@pytest.mark.parametrize(
    ("told", "milliseconds"),
    [
        ({"time": 0}, 0),
        ({"time": 12.5}, 12.5),
        ({"time": "12.5"}, 12.5),
        ({"time": -1, "timings": TIMINGS}, 51),
        ({"time": None, "timings": TIMINGS}, 51),
        ({"time": True, "timings": TIMINGS}, 51),
    ],
)
def test_an_exchange_lasts_as_long_as_the_file_says(told, milliseconds):
    """Where `time` is missing or -1, the timings are added; those of TLS are part of those of connecting."""
    read = exchange(**told)
    assert read.ended == read.began + milliseconds / 1000


@pytest.mark.parametrize(
    "told", [{"time": None}, {"time": 5, "timings": {"wait": -1, "receive": 5}}, {"time": float("nan")}]
)
def test_an_exchange_of_unknown_length_lasts_until_the_end_of_the_file(told):
    """It may overlap all that follow; a time without the wait for the answer does not say when that came."""
    unknown, known = capture(entry(**told), entry(startedDateTime="2026-01-02T03:04:06Z", time=500)).exchanges
    assert (unknown.ended, known.ended) == (known.began + 0.5, known.began + 0.5)


@pytest.mark.parametrize("creator", ["mitmproxy", "harfile"])
def test_the_time_of_no_answer_is_not_always_how_long_was_waited(creator):
    """What mitmproxy writes is the sum of what there was, and Schemathesis writes 0."""
    unanswered, _ = capture(
        entry(time=0, response={"status": 0, "content": {}}),
        entry(startedDateTime="2026-01-02T03:04:06Z", time=0),
        creator=creator,
    ).exchanges
    assert unanswered.ended == unanswered.began + 0.322


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://api.example.com/v2/core/event_destinations", "/v2/core/event_destinations"),
        ("HTTP://127.0.0.1:8000/a%2Fb/?include=x&y#part", "/a%2Fb/?include=x&y"),
        ("http://[::1]:8000", "/"),
        ("https://example.com?x=1", "/?x=1"),
        ("/v2/core/event_destinations#part", "/v2/core/event_destinations"),
    ],
)
def test_the_path_is_that_of_the_url_with_its_query(url, path):
    """Nothing in it is decoded, and the fragment was not sent."""
    assert exchange(request={"url": url}).path == path


@pytest.mark.parametrize(
    "url", ["data:,x", "blob:https://example.com/1", "wss://example.com/", "chrome-extension://x/"]
)
def test_what_is_not_http_is_passed_over(url):
    """Browsers list whatever a page loads."""
    read = capture(entry(request={"url": url}))
    assert (read.exchanges, read.left_out) == ((), ())


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"url": None}, "entry 1 (POST): the file does not hold the URL of the request"),
        ({"url": 5}, "entry 1 (POST): the file does not hold the URL of the request"),
        ({"method": ""}, "entry 1 (/v2/core/event_destinations): the file does not hold the method of the request"),
    ],
)
def test_an_odd_entry_does_not_lose_the_rest(changed, told):
    """It is left out, with what is known of it."""
    read = capture(entry(request=changed), entry())
    assert [str(one) for one in read.left_out] == [told]
    assert len(read.exchanges) == 1


def test_preflights_are_read_like_anything_else():
    """Whoever reads a file chooses by method and path."""
    read = exchange(request={"method": "options", "postData": None}, response={"status": 204, "content": {"size": 0}})
    assert (read.method, read.body, read.answer.status) == ("OPTIONS", b"", 204)


def test_pseudo_headers_are_dropped():
    """Names keep their case in a request, and are in lower case in an answer."""
    read = exchange(
        request={
            "headers": [{"name": ":authority", "value": "x"}, *headers(Idempotency_Key="k"), {"value": "x"}, None],
        },
        response={"headers": [{"name": ":status", "value": "200"}, *headers(X_One="1"), *headers(X_One="2")]},
    )
    assert read.headers == (("Idempotency-Key", "k"),)
    assert read.answer.headers == (("x-one", "1"), ("x-one", "2"))


def test_headers_may_be_members():
    """The specification wants a list, and some writers have an object."""
    assert exchange(request={"headers": {":path": "/", "Idempotency-Key": "k", "X-None": None}}).headers == (
        ("Idempotency-Key", "k"),
        ("X-None", ""),
    )


@pytest.mark.parametrize("mask", ["[Filtered]", "***", "[REDACTED]", "<redacted>", "redacted", "XXXX", "-"])
def test_a_masked_key_is_not_a_key(mask):
    """All requests of the file would seem to have the same one."""
    one = left_out(request={"headers": headers(idempotency_key=mask)})
    assert one.reason == "the file holds a mask instead of the Idempotency-Key"


@pytest.mark.parametrize(
    ("creator", "told", "name"),
    [
        ("Charles Proxy", {"connection": "17"}, "17"),
        ("Charles Proxy", {"connection": 17}, "17"),
        ("Charles Proxy", {}, ""),
        ("Firefox", {"connection": "443"}, ""),
        ("WebInspector", {"connection": "443", "_connectionId": "762"}, "762"),
        ("WebInspector", {"connection": "762"}, "762"),
    ],
)
def test_a_connection_is_named_where_the_file_names_it(creator, told, name):
    """Firefox has the server's port in its place, and so has Chromium since it names the connection elsewhere."""
    assert exchange(creator, **told).connection == name


def test_an_entry_may_have_no_answer_at_all():
    """A browser that is asked early lists what is still under way."""
    assert exchange(response={"status": None, "content": None}).answer == NoAnswer(reason="the file holds no answer")
    bare = json.loads(har(entry()))
    del bare["log"]["entries"][0]["response"]
    (read,) = read_har(json.dumps(bare), NAME).exchanges
    assert (read.answer, read.body) == (NoAnswer(reason="the file holds no answer"), BODY.encode())
