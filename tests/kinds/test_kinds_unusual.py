"""Unusual values: those that a document is silent about, each with a name."""

from __future__ import annotations

from itertools import islice

import pytest
from jsonschema import Draft202012Validator
from kinds.specimens import ENTRIES, ORDER, SPECS, text

from ed_contract.kinds import KINDS, Spec, Value, jsonschemas, kind_of
from ed_contract.kinds.validity import FORMATS, given

CHECKER = jsonschemas.checker(FORMATS)
NOT_GIVEN = (None, "", [], {})


def errors(spec, value):
    """Return the documented schema's objections to a value, except to optional members that are null."""
    return [
        one.message for one in Draft202012Validator(spec.schema, format_checker=CHECKER).iter_errors(given(spec, value))
    ]


def is_beyond_doubles(value):
    """Whether jsonschema, which divides doubles, overflows at a number."""
    return isinstance(value, int) and abs(value) > 10**300


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_unusual_values_satisfy_the_documented_schema(spec):
    """Except those that stand for an absent optional value, whatever their type."""
    for one in kind_of(spec).unusual(spec):
        if (spec.optional and one.value in NOT_GIVEN) or is_beyond_doubles(one.value):
            continue
        found = errors(spec, one.value)
        if found and one.place:
            member = spec.members.get(one.place.split(".")[0])
            assert member is not None, one
            part = one.value[one.place.split(".")[0]]
            assert member.optional or any(inner.optional for inner in member.members.values()), one
            assert part in NOT_GIVEN or any(part.get(name) in NOT_GIVEN for name in member.members), one
            continue
        assert found == [], one


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_names_are_unique_and_short(spec):
    """Waivers contain the name, with the place where it applies."""
    names = [(one.place, one.name) for one in kind_of(spec).unusual(spec)]
    assert len({*names}) == len(names)
    assert all(name and len(name) < 80 and name.isprintable() for _, name in names)


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_values_differ(spec):
    """None is sent twice."""
    seen = [repr(one.value) for one in kind_of(spec).unusual(spec)]
    assert len({*seen}) == len(seen)


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_sizes_are_those_of_their_family(spec):
    """What fails at one size fails at a larger one: the name is the family with the size in it."""
    for one in kind_of(spec).unusual(spec):
        assert bool(one.family) == bool(one.size)
        assert not one.family or one.name == one.family.format(one.size)


def test_optional_values_may_be_null_or_empty():
    """Whatever their type: a server may treat them as absent."""
    spec = SPECS["an optional boolean"]
    assert [(one.name, one.value) for one in KINDS["boolean"].unusual(spec)] == [
        ("null", None),
        ("an empty text", ""),
        ("an empty list", []),
        ("an empty object", {}),
    ]
    assert list(KINDS["boolean"].unusual(SPECS["a boolean"])) == []


def test_what_a_document_finds_unusual_comes_first():
    """Its names win over ours."""
    spec = text(unusual={"a word of the house": "null"})
    first, *others = KINDS["text"].unusual(spec)
    assert first == Value(name="a word of the house", value="null")
    assert "the word null" not in {one.name for one in others}


def test_texts_have_every_usual_width_and_its_neighbours():
    """A column ends at one of them, and the first character beyond it shows that."""
    sizes = {one.size for one in KINDS["text"].unusual(text()) if one.family == "{} characters"}
    for column in (30, 32, 40, 50, 64, 80, 100, 128, 191, 200, 255, 256, 500, 1000, 1024, 4096, 8192, 32_768, 65_535):
        assert {column - 1, column, column + 1} <= sizes
    assert max(sizes) >= 70_000
    own = {one.size for one in KINDS["text"].unusual(SPECS["a text of some length"]) if one.family == "{} characters"}
    assert {3, 4, 39, 40} <= own
    assert max(own) == 40


def test_texts_hold_every_control_and_what_formats_unseen():
    """All of a class, not a selection."""
    texts = "".join(one.value for one in islice(KINDS["text"].unusual(text()), 1000))
    assert {
        chr(code) for code in (*range(0x20), *range(0x7F, 0xA1), *range(0x2000, 0x2010), *range(0x2028, 0x202F))
    } <= {*texts}
    assert {"\u00ad", "\ufeff", "\ufffd", "\uffff", "\ue000", "\U0010ffff"} <= {*texts}
    assert {chr(0xD83D), chr(0xDC00)} <= {*texts}, "lone surrogates"


@pytest.mark.parametrize("size", [13, 14, 15, 16])
def test_texts_of_digits_look_like_cards(size):
    """Which some servers mask."""
    assert f"{size} digits" in {one.name for one in KINDS["text"].unusual(text())}


def test_maps_have_keys_that_are_words_of_languages():
    """Which some stores treat as attributes."""
    keys = {key for one in KINDS["map"].unusual(ENTRIES) if isinstance(one.value, dict) for key in one.value}
    assert {
        *(
            "id",
            "type",
            "name",
            "length",
            "constructor",
            "__proto__",
            "toString",
            "hasOwnProperty",
            "class",
            "$ref",
            "",
        ),
        *("k" * 40, "k" * 41),
    } <= keys
    counts = {one.size for one in KINDS["map"].unusual(ENTRIES) if one.family == "{} entries"}
    assert {9, 17, 49, 50, 51, 100} <= counts


def test_urls_have_what_parsers_raise_on():
    """Each of these ends in an exception in some library."""
    urls = {one.value for one in KINDS["url"].unusual(SPECS["a URL"])}
    assert {
        "https://[example.com/hook",
        "https://example.com:99999/hook",
        "https://example.com:port/hook",
        "https://a..b/hook",
        f"https://{'a' * 64}.example.com/hook",
    } <= urls


def test_elements_hold_what_naive_writings_put_between_them():
    """It shows a list that is joined and split again."""
    lists = [one.value for one in KINDS["list"].unusual(SPECS["a list of texts"]) if isinstance(one.value, list)]
    assert any(one == ["Orders,Zürich & Genève – Büro Nr. 3"] for one in lists)
    assert {0, 2, 11, 21, 51, 100, 101, 256} <= {*map(len, lists)}


def test_numbers_lie_at_the_ends_of_what_languages_hold():
    """No double holds them beyond 2^53, no column beyond 2^63."""
    numbers = [one.value for one in KINDS["number"].unusual(SPECS["a whole number"])]
    assert {0, -1, 2**31, 2**53 + 1, 2**63, 2**64} <= {*numbers}
    assert any(type(one) is float for one in numbers), "1.0 is a whole number"


def test_tokens_are_odd_as_their_shape_has_it():
    """A version has dates, a region is a place with a number, and a name may be a star."""
    named = {
        name: {one.name for one in KINDS["token"].unusual(SPECS[name])}
        for name in ("an event", "a region", "a version")
    }
    assert {"a star", "an unknown name", "a padded name", "an empty name", "a long name"} <= named["an event"]
    assert {"capitals", "an unknown region", "an availability zone", "no characters"} <= named["a region"]
    assert {"an old date", "no date", "an impossible date", "no characters"} <= named["a version"]


def test_an_object_has_the_unusual_values_of_each_member_in_turn():
    """Each member has one by then; what goes with a deciding member is present."""
    found = list(KINDS["object"].unusual(ORDER))
    assert {"title", "events", "note", "sources", "entries", "version", "web.address", "bus.account"} <= {
        one.place for one in found[:40]
    }
    accounts = [one.value for one in found if one.place == "bus.account"]
    assert all(one["way"] == "bus" and "web" not in one for one in accounts)


def test_members_stand_where_they_do_not_belong_or_are_missing():
    """A document is silent about both."""
    found = {(one.place, one.name): one.value for one in KINDS["object"].unusual(ORDER)}
    assert found["bus", "where it does not belong"].keys() >= {"web", "bus"}
    assert not found["web", "left out where it belongs"].keys() & {"web", "bus"}
    assert found["version", "where it does not belong"]["form"] == "thin"
    assert found["", "an unknown parameter"]["colour"] == "blue"


def test_of_a_closed_object_no_member_is_unknown():
    """There the document forbids it."""
    assert ("", "an unknown parameter") not in {
        (one.place, one.name) for one in KINDS["object"].unusual(SPECS["a payment"])
    }
    wrong = list(KINDS["object"].wrong(SPECS["a payment"], KINDS["object"].plain(SPECS["a payment"])))
    assert ("additionalProperties", "an unknown parameter") in {(one.keyword, one.operator) for one in wrong}


def test_nothing_is_made_before_it_is_asked_for():
    """The first value of a large catalogue costs no more than one."""
    assert next(KINDS["text"].unusual(text())).name == "many signs"
    assert next(iter(KINDS["list"].unusual(Spec(kind="list", schema={"type": "array"})))).name == "twice the same"
