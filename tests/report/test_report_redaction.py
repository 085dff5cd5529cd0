"""Credentials and signing secrets are masked by value, however they are escaped, and where a message cuts them."""

from __future__ import annotations

import json

import pytest
from common.interactions import WEBHOOK, Run, answered

from ed_contract import Target
from ed_contract.checks.reading import shown, start
from ed_contract.report.redaction import Redactor

KEY = 'sk_live/"of\\mine'


@pytest.mark.parametrize(
    "escaped",
    [
        KEY,
        json.dumps(KEY)[1:-1],
        json.dumps(json.dumps(KEY))[3:-3],
        KEY.replace("\\", "\\\\").replace("/", "\\/"),
        "".join(f"\\u{ord(char):04x}" for char in KEY),
        "".join(f"\\u{ord(char):04X}" for char in KEY),
        "sk_live%2F%22of%5Cmine",
    ],
)
def test_a_credential_is_known_as_json_and_urls_escape_it(escaped):
    """Once, or JSON in JSON."""
    assert Redactor([KEY])(f"<{escaped}>") == "<***>"


@pytest.mark.parametrize("length", range(4, len(KEY)))
def test_a_credential_that_was_cut_in_two_is_masked(length):
    """From four characters on; the cut is marked."""
    assert Redactor([KEY])(f"x{KEY[:length]}…") == "x***…"


@pytest.mark.parametrize("before", range(130, 165))
def test_no_message_shows_the_beginning_of_a_credential(before):
    """Wherever it is cut: a value in a message, and the start of a body, escapes and all."""
    value = "x" * before + KEY
    for message in (
        shown(value),
        shown({"a": value}),
        start(value.encode(), 160),
        start(json.dumps(value).encode(), 160),
    ):
        redacted = Redactor([KEY])(message)
        assert "sk_l" not in redacted
        assert redacted.count("x") >= 130


def test_the_start_of_a_body_says_where_it_was_cut():
    """What is whole has no mark."""
    assert start(b"whole", 5) == '"whole"'
    assert start(b"cut short", 3) == '"cut…'
    assert start("é".encode(), 1) == '"\\ufffd…'


@pytest.mark.parametrize(
    ("given", "redacted"),
    [
        ("whsec_Zm9v\\/bar+= x", "whsec_*** x"),
        ('"\\u0077hsec_abc"', '"***"'),
        ('"whsec_ab…', '"whsec_***…'),
        ("whsec_%2Fabc%3D&", "whsec_***&"),
        ("whsec_ is no secret", "whsec_ is no secret"),
    ],
)
def test_a_signing_secret_is_known_by_its_beginning(given, redacted):
    """Escaped too."""
    assert Redactor()(given) == redacted


def test_a_body_of_backslashes_takes_no_time_to_speak_of():
    """A pattern without an end would look at each of them from each of them."""
    text = "\\" * 1_000_000
    assert Redactor([KEY])(text) == text


def test_the_longer_of_two_credentials_is_masked_where_it_was_cut():
    """One begins with the other."""
    redact = Redactor(["sk_live_", "sk_live_of_mine"])
    assert (redact("sk_live_of…"), redact("sk_live_ sk_live_of_mine")) == ("***…", "*** ***")


def test_all_that_was_configured_is_masked():
    """Both keys, headers that the user added with the words in them, a password in the URL; not our own headers."""
    target = Target(
        url="http://127.0.0.1:1",
        proxy="http://me:pa55word@127.0.0.1:1",
        api_key="sk_test_first",
        second_api_key="sk_test_second",
        headers=(
            ("Proxy-Authorization", "Basic dXNlcjpwYXNz"),
            ("Stripe-Version", "2024-09-30.acacia"),
            ("X-A", "short"),
        ),
    )
    said = "pa55word sk_test_first sk_test_second Basic dXNlcjpwYXNz, dXNlcjpwYXNz 2024-09-30.acacia short"
    assert Redactor.of(target)(said) == "*** *** *** ***, *** 2024-09-30.acacia short"
    assert Redactor.of(None)("sk_test_first") == "sk_test_first"


def test_the_secret_that_a_finding_shows_is_masked_in_what_is_said_of_it():
    """Without a prefix too, since its place tells that it is one."""
    run = Run()
    run.exchange(WEBHOOK, answered({"webhook_endpoint": {"signing_secret": "no-prefix-at-all"}}))
    observed = next(one for one in run.observations if hasattr(one, "evidence"))
    assert Redactor().guarding(observed)("no-prefix-at-all no-prefi…") == "*** ***…"
