"""What a message says of how a value differs from another."""

from __future__ import annotations

import pytest

from ed_contract.excerpt import bounded
from ed_contract.record.differences import difference

LONG = "x" * 100


@pytest.mark.parametrize(
    ("sent", "got", "said"),
    [
        ("Orders", "orders", "changed to lower case"),
        ("Orders ", "Orders", "trimmed"),
        (" Orders", "Orders", "trimmed"),
        ("a" * 300, "a" * 255, "truncated to 255 of 300 characters"),
        ("a" * 1000, "a" * 500, "truncated to 500 of 1,000 characters"),
        ("a" * 1000, bounded("a" * 500), "truncated to 500 of 1,000 characters"),  # of which start and digest are known
        ("<b>", "&lt;b&gt;", "escaped for HTML"),
        ("é", "Ã©", "decoded as Latin-1 instead of UTF-8"),
        ("a b", "a%20b", "percent-encoded"),
        ("e\u0301", "\u00e9", "in another Unicode normalisation form"),
        ("café", "cafe", "accents removed"),
        ("Orders", "Others", ""),  # which a reader sees
        (f"{LONG}1{LONG}", f"{LONG}2{LONG}", "different from character 101 on"),
        ("a" * 1000, "b" * 900, "different from character 1 on"),
        ("a" * 1000, bounded("b" * 900), "1,000 characters became 900"),
        ("a" * 1000, bounded("b" * 1000), ""),
        ("7", 7, "a string became a number"),
        (1, 1.5, ""),
        ("Orders", None, ""),
        (["a", "b"], ["b", "a"], "in another order"),
        (["a", "b"], ["a"], "2 elements became 1"),
        (["a", "B "], ["a", "B"], "element 2: trimmed"),
        (["x"] * 200, ["x"] * 100, "200 elements became 100"),
        (["x"] * 200, bounded(["x"] * 100), "200 elements became 100"),
        ({"a": "1", "b": "2"}, {"b": "2"}, 'without "a"'),
        ({"a": "1"}, {"a": "1", "b": "2"}, 'with "b" added'),
        ({"a": " 1"}, {"a": "1"}, '"a": trimmed'),
        ({"a": "1"}, {"a": "2"}, '"a": "1" became "2"'),
    ],
)
def test_the_one_fact_is_told(sent, got, said):
    """In a few words, or not at all."""
    assert difference(sent, got) == said


@pytest.mark.parametrize(
    ("got", "said"),
    [(["b", "a"], ""), (["a"], 'without "b"'), (["b", "x"], 'without "a"'), (["a", "b", "c"], 'with "c" added')],
)
def test_of_a_set_the_order_means_nothing(got, said):
    """What is missing is named, wherever the others stand."""
    assert difference(["a", "b"], got, ordered=False) == said


def test_a_lone_surrogate_is_compared_too():
    """No function of text may fail on it."""
    assert difference("a\ud800", "b") == ""
