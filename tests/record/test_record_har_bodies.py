"""The bodies of a HAR file: which bytes a text stands for, and when that cannot be known."""

from __future__ import annotations

import base64

import pytest
from common.hars import BODY, MADE, capture, entry, exchange, headers, left_out

from ed_contract.interaction import NOT_JSON, NoAnswer, NotRead, Response

NOT_HELD = "the file does not hold the body of the request"


def sent(creator="test", *, length=None, media_type="application/json", data=None, **changed):
    """Return the members of a request with a body as a file has it."""
    framing = {} if length is None else {"content_length": str(length)}
    return {
        "creator": creator,
        "request": {"headers": headers(content_type=media_type, **framing), "postData": data, **changed},
    }


def came(creator="test", *, status=200, length=None, media_type="application/json", content=None, **changed):
    """Return the members of an answer with a body as a file has it."""
    framing = {} if length is None else {"content_length": str(length)}
    return {
        "creator": creator,
        "response": {
            "status": status,
            "headers": headers(content_type=media_type, **framing),
            "content": content,
            **changed,
        },
    }


PACKED = base64.b64encode(b'{"name": "\xff"}').decode()

READ = {
    "plain": (sent(data={"text": BODY}), BODY.encode()),
    "plain, of its length": (sent(length=13, data={"text": BODY}), BODY.encode()),
    "UTF-8": (sent(length=16, data={"text": '{"name": "Zoë"}'}), '{"name": "Zoë"}'.encode()),
    "without a byte order mark": (sent(length=16, data={"text": BODY}), b"\xef\xbb\xbf" + BODY.encode()),
    "Latin-1, by its length": (sent(length=13, data={"text": '{"name": "\xff"}'}), b'{"name": "\xff"}'),
    "windows-1252, by its length": (sent(length=13, data={"text": '{"name": "€"}'}), b'{"name": "\x80"}'),
    "a lone surrogate": (sent("mitmproxy", bodySize=13, data={"text": '{"name": "\udcff"}'}), b'{"name": "\xff"}'),
    "U+FFFD of a careful writer": (
        sent("mitmproxy", length=15, data={"text": '{"name": "\ufffd"}'}),
        '{"name": "\ufffd"}'.encode(),
    ),
    "NUL": (sent(length=1, data={"text": "\x00"}), b"\x00"),
    "`encoding`, as HAR 1.3 has it": (sent(data={"text": PACKED, "encoding": "base64"}), b'{"name": "\xff"}'),
    "`_encoding`": (sent(data={"text": PACKED, "_encoding": "base64"}), b'{"name": "\xff"}'),
    "`_base64` as a mark": (sent(data={"text": PACKED, "_base64": True}), b'{"name": "\xff"}'),
    "`_base64` as the body": (sent(data={"text": "?", "_base64": PACKED}), b'{"name": "\xff"}'),
    "HTTP Toolkit": (
        sent(
            "HTTP Toolkit",
            _requestBodyStatus="discarded:not-representable",
            _content={"text": PACKED, "size": 13, "encoding": "base64"},
        ),
        b'{"name": "\xff"}',
    ),
    "base64 in lines, without its end": (sent(data={"text": "eyJ9\r\nMQ", "encoding": "base64"}), b'{"}1'),
    "empty by its length": (sent(length=0), b""),
    "empty by its size": (sent(bodySize=0, data={"text": ""}), b""),
    "a charset that is named wrongly": (
        sent(media_type="application/json; charset=nope", data={"text": "ë"}),
        "ë".encode(),
    ),
    "a charset that is UTF-8": (sent(media_type='application/json; charset="UTF-8"', data={"text": "ë"}), "ë".encode()),
    "an identity": (
        sent(data={"text": BODY}) | {"request": {"headers": headers(content_encoding="identity")}},
        BODY.encode(),
    ),
}


@pytest.mark.parametrize("case", READ)
def test_a_request_is_read_byte_for_byte(case):
    """Whatever form a writer gives to a body, its bytes come back."""
    changed, body = READ[case]
    assert exchange(**changed).body == body


def test_a_get_needs_no_body():
    """Only of what has a body by its method does the length have to be known."""
    assert exchange(request={"method": "get", "headers": [], "postData": None}).body == b""


def test_schemathesis_says_only_of_answers_that_they_are_base64():
    """Asked to preserve bytes, it writes requests so, too."""
    packed = {"text": base64.b64encode(MADE.encode()).decode(), "encoding": "base64", "size": len(MADE)}
    one = entry(request={"postData": {"text": PACKED}}, response={"content": packed})
    plain = entry(request={"postData": {"text": "eyJ9"}})
    assert capture(one, creator="harfile").exchanges[0].body == b'{"name": "\xff"}'
    assert capture(one, creator="test").exchanges[0].body == PACKED.encode()
    assert capture(plain, creator="harfile").exchanges[0].body == b"eyJ9"


UNKNOWN = {
    "no text, but a length": (sent(length=13), NOT_HELD),
    "no text, but a size": (sent(bodySize=13, data={"text": ""}), NOT_HELD),
    "no text, and no length": (sent(), NOT_HELD),
    "no text, and a size that means nothing": (sent(bodySize=0), NOT_HELD),
    "an empty text of unknown size": (sent(bodySize=-1, data={"text": ""}), NOT_HELD),
    "mitmproxy, streaming": (sent("mitmproxy", length=13, bodySize=0, data={"text": None}), NOT_HELD),
    "parameters only": (sent(length=13, data={"params": [{"name": "a", "value": "b"}]}), NOT_HELD),
    "another thing than text": (
        sent(data={"text": {"name": "a"}}),
        "the file does not hold the body of the request as text",
    ),
    "U+FFFD": (
        sent(length=15, data={"text": '{"name": "\ufffd"}'}),
        "the file may hold U+FFFD instead of bytes that are not UTF-8",
    ),
    "cut off": (sent(length=2_000_000, data={"text": BODY}), "the body had 2000000 bytes, but the file holds 13"),
    "more than there was": (sent(length=5, data={"text": BODY}), "the body had 5 bytes, but the file holds 13"),
    "a lone surrogate": (sent(data={"text": "\ud800"}), "the file holds the body in broken base64 or Unicode"),
    "broken base64": (
        sent(data={"text": "!", "encoding": "base64"}),
        "the file holds the body in broken base64 or Unicode",
    ),
    "an unknown encoding": (
        sent(data={"text": "x", "encoding": "rot13"}),
        "the file holds the body in an unknown encoding: 'rot13'",
    ),
    "another charset": (
        sent(media_type="application/json;charset=gb18030", data={"text": "😀"}),
        "the file holds the body decoded from a charset that cannot be inferred",
    ),
    "compressed": (
        {
            "request": {
                "headers": headers(content_encoding="gzip"),
                "postData": {"text": BODY},
            }
        },
        "the request was compressed, and the file holds its body decoded",
    ),
}


@pytest.mark.parametrize("case", UNKNOWN)
def test_a_request_that_is_not_known_byte_for_byte_is_left_out(case):
    """Nothing is guessed: by a wrong byte a replay would seem to be a conflict."""
    changed, reason = UNKNOWN[case]
    assert left_out(**changed).reason == reason


ANSWERS = {
    "plain": (came(content={"size": 14, "text": MADE}), MADE.encode()),
    "base64": (
        came(content={"size": 14, "text": base64.b64encode(MADE.encode()).decode(), "encoding": "base64"}),
        MADE.encode(),
    ),
    "Latin-1, by its length": (
        came(length=12, media_type="text/plain", content={"size": 12, "text": '{"id": "Ã«"}'}),
        '{"id": "ë"}'.encode(),
    ),
    "an empty one": (came(content={"size": 0}), b""),
    "an empty one by its length": (came(length=0, content={"size": -1, "text": ""}), b""),
    "204": (came(status=204, content={}), b""),
    "304, with the length of another": (came(status=304, length=14, content={}), b""),
    "laid out anew": (came(length=11, content={"size": 11, "text": '{\n  "id": "ë"\n}'}), '{\n  "id": "ë"\n}'.encode()),
    "a status as text": (came(status="200", content={"size": 14, "text": MADE}), MADE.encode()),
    "mitmproxy, compressed": (
        {
            "creator": "mitmproxy",
            "response": {
                "headers": headers(content_encoding="gzip", content_length="34"),
                "content": {"size": 34, "compression": -20, "text": MADE},
            },
        },
        MADE.encode(),
    ),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_an_answer_is_read_decoded(case):
    """Whatever form a writer gives to a body, what it said comes back."""
    changed, body = ANSWERS[case]
    answer = exchange(**changed).answer
    assert isinstance(answer, Response), answer
    assert answer.body == body


def test_an_answer_to_head_has_no_body():
    """It states the length of what GET would have given."""
    changed = came(length=14, content={"size": 0}) | {"request": {"method": "HEAD", "headers": [], "postData": None}}
    assert exchange(**changed).answer.body == b""


def test_an_answer_that_is_not_json_says_so():
    """A whole body that is not JSON is the server's, whatever stands in front of it."""
    assert exchange(**came(length=4, content={"size": 4, "text": "oops"})).answer.document is NOT_JSON


NOT_READ = {
    "no text": (came(length=14, content={"size": 14}), "the file does not hold the body of the answer"),
    "no content": (came(content=None), "the file does not hold the body of the answer"),
    "an empty text": (
        came(length=14, content={"size": 0, "text": ""}),
        "the file does not hold the body of the answer",
    ),
    "in another file": (came(content={"size": 14, "_file": "1.json"}), "the file does not hold the body of the answer"),
    "cut off": (came(content={"size": 14, "text": MADE[:5]}), "the body had 14 bytes, but the file holds 5"),
    "broken base64": (
        came(content={"size": 1, "text": "!", "encoding": "base64"}),
        "the file holds the body in broken base64 or Unicode",
    ),
    "an unknown charset": (
        came(media_type="text/plain; charset=koi8-r", content={"size": 2, "text": "да"}),
        "the file holds the body decoded from a charset that cannot be inferred",
    ),
    "not UTF-8": (
        came(length=3, content={"size": 3, "text": '"\ufffd"'}),
        "the body had 3 bytes, but the file holds 5",
    ),
    "a lone surrogate": (
        came(length=20, content={"size": 20, "text": '"\ud800\u00e9"'}),
        "the file does not hold the body of the answer",
    ),
    "an error in mid-body": (
        came(content={"size": 14, "text": MADE}, _error="net::ERR_INCOMPLETE_CHUNKED_ENCODING"),
        "the answer was not read to the end: net::ERR_INCOMPLETE_CHUNKED_ENCODING",
    ),
    "Firefox, asked too early": (
        came(status=0, content={"size": 14, "text": MADE}),
        "the file does not hold the status of the answer",
    ),
}


@pytest.mark.parametrize("case", NOT_READ)
def test_an_answer_that_is_not_in_the_file_is_not_read(case):
    """Something came, and nothing can be said of it."""
    changed, reason = NOT_READ[case]
    assert exchange(**changed).answer == NotRead(reason=reason)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"status": 0}, "the file holds no answer"),
        ({"status": 0, "_error": None}, "the file holds no answer"),
        ({"status": -1, "_failureText": "net::ERR_CONNECTION_RESET"}, "net::ERR_CONNECTION_RESET"),
        ({"status": 0, "_error": "Client disconnected."}, "Client disconnected."),
        ({"status": "x"}, "the file holds no answer"),
        ({"status": True}, "the file holds no answer"),
    ],
)
def test_what_has_no_status_was_not_answered(told, reason):
    """The reason is the writer's own, if it gives one."""
    assert exchange(response={"content": {"size": 0, "mimeType": "x-unknown"}, **told}).answer == NoAnswer(
        reason=reason
    )
