"""Credentials and signing secrets are masked by value, however they are escaped, and where a message cuts them."""

from __future__ import annotations

import base64
import json
import re
from urllib.parse import quote

import pytest
from common.interactions import WEBHOOK, Run, answered
from hypothesis import given, settings
from hypothesis import strategies as st

from ed_contract import Target
from ed_contract.record.values import shown, start
from ed_contract.report.redaction import Redactor


def base64_of(text):
    """Return a text in base64."""
    return base64.b64encode(text.encode()).decode()


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
    """Both keys, headers that the user added with the words in them, the user of the proxy; not our own headers."""
    target = Target(
        url="http://127.0.0.1:1",
        proxy="http://anna:pa55word@127.0.0.1:2",
        api_key="sk_test_first",
        second_api_key="sk_test_second",
        headers=(
            ("Proxy-Authorization", "Basic dXNlcjpwYXNz"),
            ("Stripe-Version", "2024-09-30.acacia"),
            ("X-A", "short"),
            ("X-B", "two words"),
        ),
    )
    said = "anna pa55word sk_test_first sk_test_second Basic dXNlcjpwYXNz, dXNlcjpwYXNz 2024-09-30.acacia short words"
    assert Redactor.of(target)(said) == "*** *** *** *** ***, *** 2024-09-30.acacia *** words"
    assert Redactor.of(None)("sk_test_first") == "sk_test_first"


@pytest.mark.parametrize(
    ("given", "forms"),
    [
        (
            {"proxy": "http://an%6Ea:pa%2Fss@p"},
            ["anna", "an%6Ea", "pa/ss", "pa%2Fss", "pa%2fss", base64_of("anna:pa/ss")],
        ),
        ({"proxy": "http://anna@p"}, ["anna", base64_of("anna:"), base64_of("anna:").rstrip("=")]),
        ({"url": "http://h", "proxy": "http://anna:pa55@p"}, ["anna", "pa55", base64_of("anna:pa55")]),
        (
            {"headers": (("Authorization", f"Basic {base64_of('anna:pa55')}"),)},
            ["anna", "pa55", "anna:pa55", base64_of("anna:pa55")],
        ),
        ({"headers": (("Authorization", "Bearer abcde"),)}, ["Bearer abcde", "abcde"]),
        ({"headers": (("authorization", "token abcd"),)}, ["abcd"]),
        ({"api_key": "Bearer abcd"}, ["Bearer abcd", "abcd"]),
        ({"headers": (("X-Pin", "1234"),)}, ["1234"]),
        ({"headers": (("Cookie", 'sid=abcd; theme="dark%20blue"'),)}, ["abcd", "dark%20blue", "dark blue"]),
    ],
)
def test_every_part_of_a_credential_is_masked(given, forms):
    """As it was given, as it is sent, and as servers read it."""
    redact = Redactor.of(Target(**({"url": "http://h"} | given)))
    assert [redact(f"<{form}>").rstrip("=>") for form in forms] == ["<***"] * len(forms)


@pytest.mark.parametrize("word", ["true", "null", "abc"])
def test_what_hides_nothing_is_left(word):
    """Too short, or a word that every body holds."""
    assert Redactor.of(Target(url="http://h", headers=(("X-Debug", word),)))(f'{{"livemode":{word}}}').count(word) == 1


@pytest.mark.parametrize("length", [5, 8, 40, 497, 600, 5000, 16_384])
def test_a_credential_of_any_length_is_masked(length):
    """Many tokens are longer than a regular expression can nest groups."""
    key = (r"aB3/\"%+=_-" * length)[:length]
    redact = Redactor([key])
    for form in (key, json.dumps(key), json.dumps(json.dumps(key)), quote(key, safe=""), quote(json.dumps(key))):
        assert not any(piece in redact(f"<{form}>") for piece in ("aB3", "B3%"))
    if length > 8:
        assert redact(f"<{key[: length // 2 + 1]}…>") == "<***…>"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a" * 16_000 + "b", "a" * 200_000),
        ("a" * 16_000 + "b", "a…" * 100_000),
        ("a" * 100_000 + "b", ("a" * 1000 + "…") * 100),
        ("a" * 16_000 + "b", "\\u0061" * 30_000),
        ("%25" * 5000, "%" * 200_000),
        ("\\" * 5000 + "a", "\\" * 200_000 + "…"),
    ],
)
def test_what_repeats_itself_takes_no_time_to_speak_of(value, text):
    """A server chooses its signing secret and the body: looking at each place from each place would take hours."""
    assert len(Redactor([value])(text)) <= len(text)


class Earlier:
    """The redaction that was one regular expression: what it masks stays masked."""

    slashes = r"\\{1,4}"

    def __init__(self, value):
        start, rest = "".join(map(self.char, value[:4])), ""
        for char in reversed(value[4:]):
            rest = f"(?:{self.char(char)}{rest})?"
        cut = rf"(?:{self.slashes}(?:u[0-9A-Fa-f]{{0,3}})?|%[0-9A-Fa-f]?)?(?=…)"
        self.pattern = re.compile(f"{''.join(map(self.char, value))}|{start}{rest}{cut}")

    def char(self, char):
        """Return the pattern of a character."""
        plain = rf"(?:{self.slashes})?{re.escape(char)}" if char in '"\\/' else re.escape(char)
        return rf"(?:{plain}|{self.slashes}u00(?i:{ord(char):02x})|%(?i:{ord(char):02x}))"

    def spans(self, text):
        """Return where the value stands."""
        return [found.span() for found in self.pattern.finditer(text)]


def as_json_has_it(char):
    """Return how a character may stand in a string of JSON."""
    return [json.dumps(char)[1:-1], f"\\u{ord(char):04x}", f"\\u{ord(char):04X}"]


WRITERS = [
    lambda char: [char],
    as_json_has_it,
    lambda char: [json.dumps(one)[1:-1] for one in as_json_has_it(char)],
    lambda char: [f"%{ord(char):02X}", f"%{ord(char):02x}", *([] if char == "%" else [char])],
]
"""What programs may write for each character of a value."""


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_what_was_masked_by_a_pattern_is_masked_still(data):
    """However each character is escaped, and wherever it is cut; nothing but the value is."""
    # A backslash hides nothing, so that four characters with one among them are no beginning.
    value = data.draw(st.text('ac"/%+=40', min_size=4, max_size=4)) + data.draw(st.text('ac"\\/%+=40', min_size=4))
    write = data.draw(st.sampled_from(WRITERS))
    shown = "".join(data.draw(st.sampled_from(write(char))) for char in value)
    shown = data.draw(st.sampled_from([f"<{shown}>", f"<{shown[: data.draw(st.integers(0, len(shown)))]}…>"]))
    masked = Redactor([value])(shown)
    for first, last in Earlier(value).spans(shown):
        assert shown[first:last] not in masked
    assert masked[0] == "<"
    assert masked[-1] == ">"


def test_the_secret_that_a_finding_shows_is_masked_in_what_is_said_of_it():
    """Without a prefix too, since its place tells that it is one."""
    run = Run()
    run.exchange(WEBHOOK, answered({"webhook_endpoint": {"signing_secret": "no-prefix-at-all"}}))
    observed = next(one for one in run.observations if hasattr(one, "evidence"))
    assert Redactor().guarding(observed)("no-prefix-at-all no-prefi…") == "*** ***…"
