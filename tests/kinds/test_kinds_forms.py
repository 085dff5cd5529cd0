"""Forms in which a server may store a value: normalisation, not damage."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st
from kinds.specimens import SPECS, some_values

from ed_contract.kinds import KINDS, kind_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_a_value_is_a_form_of_itself(spec):
    """Whatever it is, unless it is not a value of this kind."""
    kind = kind_of(spec)
    values = some_values(spec, unusual=20)
    assert all(kind.forms(value, value) for value in values if isinstance(value, type(kind.plain(spec))))


@pytest.mark.parametrize(
    ("kind", "sent", "got"),
    [
        ("text", " Orders ", "Orders"),
        ("text", "Cafe\u0301", "Café"),
        ("text", "one\r\ntwo", "one two"),
        ("url", "https://EXAMPLE.com:443", "https://example.com/"),
        ("url", "https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
        ("digits", " 0123", "0123"),
        ("list", ["a", "a", " b"], ["a", "b"]),
        ("set", ["a", "b"], ["b", "a"]),
        ("map", {" team ": "a", "note": " "}, {"team": "a"}),
        ("object", {"web": {"address": "https://example.com"}}, {"web": {"address": "https://example.com/"}}),
        ("number", 1, 1.0),
        ("timestamp", "2024-09-30T12:00:00.500Z", "2024-09-30T14:00:00.5+02:00"),
    ],
)
def test_tidying_is_a_form(kind, sent, got):
    """Trimmed, composed, folded, or in another notation."""
    assert KINDS[kind].forms(sent, got)


@pytest.mark.parametrize(
    ("kind", "sent", "got"),
    [
        ("text", "Orders", "orders"),
        ("text", "Café", "Cafe"),
        ("text", "two  blanks", "two blanks"),
        ("url", "https://example.com/a", "https://example.com/A"),
        ("digits", "0123", "123"),
        ("token", "EU-WEST-1", "eu-west-1"),
        ("enum", "thin", "full"),
        ("list", ["a", "b"], ["b", "a"]),
        ("map", {"team": "a"}, {}),
        ("boolean", False, 0),
        ("boolean", True, "true"),
        ("number", 1, True),
        ("number", 2**53 + 1, 2**53),
        ("timestamp", "2024-09-30T12:00:00Z", "2024-09-30T12:00:00+02:00"),
    ],
)
def test_damage_is_not(kind, sent, got):
    """A lost letter, zero, order or type."""
    assert not KINDS[kind].forms(sent, got)
