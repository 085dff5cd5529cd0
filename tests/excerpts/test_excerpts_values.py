"""What is kept of a value, of an answer and of a body once it was judged."""

from __future__ import annotations

import json
import tracemalloc

import pytest
from common.interactions import WEBHOOK, Run, answered, destination
from hypothesis import given
from hypothesis import strategies as st

from ed_contract import excerpt, parsing
from ed_contract.contract import CONTRACT
from ed_contract.excerpt import Long, bounded, documented, json_start
from ed_contract.interaction import NOT_JSON, NOT_PARSED, Excerpt, response
from ed_contract.record.values import canonical, same, shown

TEXTS = st.text(max_size=6) | st.text(alphabet='aé😀\\"\n', max_size=6)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@pytest.fixture
def _everything_is_long(monkeypatch):
    monkeypatch.setattr(excerpt, "LONGEST_VALUE", 1)


@given(JSON, st.integers(1, 40))
def test_the_start_of_json_is_that_of_json(value, longest):
    """However it is cut."""
    assert json_start(value, longest) == json.dumps(value)[:longest]


@pytest.mark.usefixtures("_everything_is_long")
@given(JSON, JSON)
def test_long_values_are_equal_if_the_whole_ones_are(one, other):
    """Whichever of two is kept as a `Long`, and to whichever it is compared."""
    for left in (one, bounded(one)):
        assert same(left, one)
        assert same(one, left)
        assert same(left, other) == same(one, other) == same(other, left) == same(left, bounded(other))
    assert (canonical(bounded(one)) == canonical(bounded(other))) == same(one, other)


@pytest.mark.parametrize(
    "value", ["x" * 10_000, ["a"] * 10_000, {f"{one}": [] for one in range(1000)}, [[[[""] * 99]]]]
)
def test_a_long_value_is_shown_as_the_whole_one(value):
    """A message holds less than its start."""
    assert isinstance(bounded(value), Long)
    assert shown(bounded(value)) == shown(value)


def test_a_short_value_is_kept_whole():
    """So is one that has no parts."""
    for value in ("x" * 254, ["a"], {}, 10**400, None, True):
        assert bounded(value) is value


def test_documented_members_are_those_of_the_contract():
    """At any depth, and those that tell of a refusal; what nobody has documented is left out."""
    document = destination(WEBHOOK, url="elsewhere") | {"webhook_endpoint": {"url": "u", "more": 1}, "error": {"x": 1}}
    kept = documented(document, CONTRACT)
    assert document.keys() - kept.keys() == {"url"}
    assert kept["webhook_endpoint"] == {"url": "u"}
    assert kept["error"] == {}
    assert documented({"code": "c", "message": "m", "errors": ["e"], "else": 1}, CONTRACT).keys() == {
        "code",
        "message",
        "errors",
    }


def test_a_long_answer_is_kept_as_an_excerpt():
    """The start of its body, how long it is, what identifies it, and the documented members."""
    run = Run()
    document = destination(WEBHOOK, description="é" * 20_000, more=1)
    run.exchange(WEBHOOK, answered(document))
    run.exchange(WEBHOOK)
    long, short = (one.answer for one in run.history.interactions())
    assert isinstance(long, Excerpt)
    assert not isinstance(short, Excerpt)
    body = json.dumps(document).encode()
    assert (long.body, long.length, long.characters) == (body[:16_384], len(body), len(body))
    assert long.document["name"] == "Orders"
    assert long.document["description"] == bounded("é" * 20_000)
    assert "more" not in long.document


def test_a_character_is_not_cut_in_two():
    """The start of a text is a text."""
    run = Run()
    run.exchange(WEBHOOK, answered(b"x" + "é".encode() * 20_000))
    (one,) = run.history.interactions()
    assert one.answer.body == b"x" + "é".encode() * 8_191
    assert one.answer.characters == 20_001


def test_the_start_of_a_body_holds_no_secret_that_is_too_long_to_mask():
    """A secret is masked by its value, and of this one only the start is known afterwards."""
    run = Run()
    secret = "s" * 5_000
    run.exchange(WEBHOOK, answered(destination(WEBHOOK, webhook_endpoint={"signing_secret": secret})))
    (one,) = run.history.interactions()
    assert one.answer.body == b""


def test_long_headers_are_left_out():
    """A server may send a hundred thousand characters of them."""
    run = Run()
    run.exchange(WEBHOOK, response(500, (("a", "b"), ("x", "y" * 10_000)), b"{}"))
    (one,) = run.history.interactions()
    assert one.answer.headers == (("a", "b"),)


@pytest.mark.parametrize(
    ("body", "document"),
    [
        (b"[" * 600, NOT_JSON),
        (b'{"a": ' + b"7" * 5_000 + b"}", {"a": int("7" * 4_300)}),
        (b'"' + b'\\"' * 1_000_000, NOT_JSON),
        (b"[" + b"{}," * 400_000 + b"{}]", NOT_PARSED),
        (b'"' + b"x" * parsing.LARGEST_BODY + b'"', NOT_PARSED),
        (b'"' + b"[{," * 400_000 + b'"', "[{," * 400_000),
        (b"\xef\xbb\xbf[1]", [1]),
        ('["é"]'.encode("utf-16"), ["é"]),
    ],
)
def test_what_is_not_read(body, document):
    """What holds too many values, what is not JSON, and an integer's last digits; texts count for nothing."""
    assert response(200, (), body).document == document


@pytest.mark.parametrize("levels", [400, 499, 500, 20_000])
def test_what_is_nested_deeper_than_anything_that_is_judged_is_passed_over(levels):
    """It is JSON all the same, and what stands beside it is read."""
    body = b'{"a": ' + b"[" * levels + b'"]"' + b"]" * levels + b', "id": "x", "b": [{"c": 1}]}'
    document = response(200, (), body).document
    assert (document["id"], document["b"]) == ("x", [{"c": 1}])
    unbalanced = b'{"a": ' + b"[" * levels + b"]" * (levels - 1) + b', "id": "x"}'
    assert response(200, (), unbalanced).document is NOT_JSON


@given(st.text(alphabet='a"\\é注😀\n\ud800', max_size=30))
def test_a_wide_text_is_read_as_any(text):
    """One rare character in a large body would make every other four bytes wide."""
    body = json.dumps({text: [text]}, ensure_ascii=False).encode("utf-8", "surrogatepass")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parsing, "WIDEST_TEXT", 0)
        patch.setattr(parsing, "PIECE", 3)
        assert response(200, (), body).document == json.loads(body)


def test_a_wide_text_takes_no_memory_beside_its_value():
    """15 MB with one such character are read within 8 bytes a character: 4 of the value itself."""
    body = b'{"a": "' + "😀".encode() + b"x" * 15_000_000 + b'"}'
    tracemalloc.start()
    document = response(200, (), body).document
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(document["a"]) == 15_000_001
    assert peak < 8 * 15_000_000
