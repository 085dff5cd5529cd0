"""What real writers recorded, against what their server saw: `tests/quality/hars.py` makes the files."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from ed_contract.interaction import NoAnswer, NotRead, Response
from ed_contract.record.har import looks_like_har, read_har

FOLDER = Path(__file__).parent / "hars"
NAMES = sorted(path.stem for path in FOLDER.glob("*.har"))
ALL = "all of them"

LEFT_OUT = {
    "playwright-embed": ["replacement", "not-utf-8", "cut-character", "raw-surrogate", "as-latin-1", "as-bytes"],
    "playwright-omit": ALL,
    "chromium-devtools": ["replacement"],
    "firefox": ["replacement"],
}
"""The keys of the creates that a file does not hold byte for byte; it holds all others so."""

GIVEN_UP = {
    "playwright-embed": "net::ERR_ABORTED",
    "playwright-minimal": "net::ERR_ABORTED",
    "chromium-devtools": "net::ERR_ABORTED",
    "chromium-devtools-sanitized": "net::ERR_ABORTED",
    "firefox": "the file holds no answer",
    "mitmproxy-curl": "Client disconnected.",
    "mitmproxy-httpx": "Client disconnected.",
}
"""How each writer calls an answer for which the client did not wait."""


def capture(name):
    """Return what is read of a file."""
    return read_har((FOLDER / f"{name}.har").read_bytes(), f"{name}.har")


def creates(name):
    """Return the creates of a file; a page asks for other things, too."""
    return [one for one in capture(name).exchanges if one.method == "POST"]


def truth(name):
    """Return what the server received and answered, in order."""
    return json.loads((FOLDER / f"{name}.truth.json").read_text(encoding="utf-8"))


def held(name):
    """Return those of them that the file holds."""
    missing = LEFT_OUT.get(name, [])
    return (
        [] if missing == ALL else [one for one in truth(name) if one["headers"].get("Idempotency-Key") not in missing]
    )


def key_of(headers):
    """Return the key among the headers of a request, or None."""
    return next((value for name, value in headers if name.lower() == "idempotency-key"), None)


def given_up(name):
    """Return what may have become of the answer for which the client did not wait; Chromium may have seen its start."""
    reason = GIVEN_UP[name]
    return NoAnswer(reason=reason), NotRead(reason=f"the answer was not read to the end: {reason}")


ORDINARY = [name for name in NAMES if name != "schemathesis-sanitized"]


@pytest.mark.parametrize("name", ORDINARY)
def test_every_create_is_read_as_the_server_received_it(name):
    """Method, path, key and every byte of the body are those that came, in the order in which they came."""
    assert [(one.method, one.path, one.header("idempotency-key"), one.body) for one in creates(name)] == [
        (one["method"], one["path"], one["headers"].get("Idempotency-Key"), base64.b64decode(one["body"]))
        for one in held(name)
    ]


@pytest.mark.parametrize("name", ORDINARY)
def test_every_answer_is_read_as_the_server_gave_it(name):
    """Status and document are those that were sent, be they compressed, in chunks, or not said to be JSON."""
    for read, sent in zip(creates(name), held(name), strict=True):
        if sent["status"] is None:
            assert read.answer in given_up(name)
        else:
            assert isinstance(read.answer, Response), read.answer
            assert (read.answer.status, read.answer.document) == (sent["status"], sent["document"])


@pytest.mark.parametrize("name", ORDINARY)
def test_every_create_that_is_not_read_is_counted(name):
    """What a file does not hold byte for byte is left out, and its key, method and path are told."""
    missing = LEFT_OUT.get(name, [])
    keys = [one["headers"].get("Idempotency-Key") for one in truth(name)]
    left_out = capture(name).left_out
    assert [key_of(one.headers) for one in left_out] == (keys if missing == ALL else missing)
    assert {(one.method, one.path) for one in left_out} <= {("POST", "/v2/core/event_destinations")}


@pytest.mark.parametrize("name", NAMES)
def test_exchanges_stand_in_the_order_in_which_they_began(name):
    """None ends before it begins, and none begins before the one that stands before it."""
    read = capture(name).exchanges
    assert all(one.began <= one.ended for one in read)
    assert [one.began for one in read] == sorted(one.began for one in read)


@pytest.mark.parametrize("name", NAMES)
def test_a_writers_file_looks_like_a_har(name):
    """A file is known by its first characters, as bytes and as text."""
    content = (FOLDER / f"{name}.har").read_bytes()
    assert looks_like_har(content)
    assert looks_like_har(content.decode())


def test_the_reason_names_the_entry():
    """A create that is left out is found again by its number in the file."""
    assert [str(one) for one in capture("playwright-embed").left_out][-2:] == [
        "entry 29 (POST /v2/core/event_destinations): the file may hold U+FFFD instead of bytes that are not UTF-8",
        "entry 30 (POST /v2/core/event_destinations): the file does not hold the body of the request",
    ]


def test_schemathesis_hides_keys_unless_it_is_told_not_to():
    """Two creates with a mask for a key need not have had the same key, so that neither can be judged."""
    read = capture("schemathesis-sanitized")
    assert {one.reason for one in read.left_out} == {"the file holds a mask instead of the Idempotency-Key"}
    keyed = [one for one in truth("schemathesis-sanitized") if "Idempotency-Key" in one["headers"]]
    assert len(read.left_out) == len(keyed)


def test_what_chromium_sanitizes_has_no_credential():
    """By default its developer tools leave the Authorization header out, and keep all else."""
    assert {one.header("authorization") for one in creates("chromium-devtools-sanitized")} == {None}
    assert {one.header("authorization") for one in creates("chromium-devtools")} == {
        "Bearer sk_test_a",
        "Bearer sk_test_b",
    }


def test_chromium_names_its_connections():
    """The connection on which a create was given up is not used again."""
    names = [one.connection for one in creates("chromium-devtools")]
    at = [one.header("idempotency-key") for one in creates("chromium-devtools")].index("given-up")
    assert names[at] == ""
    assert all(names[:at] + names[at + 1 :])
    assert set(names[:at]).isdisjoint(names[at + 1 :])


def test_firefox_names_no_connection():
    """It has the server's port where the connection should be named."""
    assert {one.connection for one in creates("firefox")} == {""}


def test_what_was_given_up_lasts_as_long_as_the_browser_waited():
    """Browsers say when they stopped to wait; mitmproxy says only how long it took to read the request."""
    (browser,) = (one for one in creates("chromium-devtools") if isinstance(one.answer, NoAnswer))
    (proxy,) = (one for one in creates("mitmproxy-curl") if isinstance(one.answer, NoAnswer))
    last = max(one.ended for one in creates("mitmproxy-curl") if not isinstance(one.answer, NoAnswer))
    assert 0 < browser.ended - browser.began < 60
    assert proxy.ended == max(last, proxy.began)


def test_answers_without_a_body_in_the_file_are_not_read():
    """With `content="omit"` Playwright writes how long each body was, and no body."""
    read = capture("playwright-omit").exchanges
    assert {one.answer for one in read} == {NotRead(reason="the file does not hold the body of the answer")}


def test_playwrights_minimal_mode_does_not_say_how_long_an_answer_took():
    """Its times are without the wait for the answer, so that any two of its exchanges may have overlapped."""
    read = creates("playwright-minimal")
    assert len({one.ended for one in read if isinstance(one.answer, Response)}) == 1
    assert len({one.ended for one in creates("playwright-embed")}) > 1
