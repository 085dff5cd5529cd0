"""Wrong values: each breaks one keyword of the documented schema, and says which."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator
from kinds.specimens import ORDER, PAYMENT, SOURCE, SPECS, text

from ed_contract.kinds import KINDS, Wrong, jsonschemas, kind_of
from ed_contract.kinds.choosing import is_of_kind
from ed_contract.kinds.predicates import Checked
from ed_contract.kinds.validity import DIALECT, FORMATS, faults

CHECKER = jsonschemas.checker(FORMATS)


def broken(spec, value):
    """Return the places and keywords that jsonschema finds; a value of the wrong type breaks only that."""
    found = set()
    for error in Draft202012Validator(spec.schema, format_checker=CHECKER).iter_errors(value):
        path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path)
        found.add((path, error.validator, path.endswith("]"), "propertyNames" in error.absolute_schema_path))
    types = {path for path, keyword, *_ in found if keyword == "type"}
    return {one for one in found if one[0] not in types or one[1] == "type"}


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_wrong_values_break_exactly_the_named_keyword(spec):
    """As jsonschema finds; a bad element counts for its list, a bad value or key for its map."""
    kind = kind_of(spec)
    for value in kind.usual(spec)[:5]:
        wrongs = list(kind.wrong(spec, value))
        for one in wrongs:
            assert faults(spec, one.value) == {(one.place, one.keyword)}, one
            found = broken(spec, one.value)
            assert len({keyword for _, keyword, *_ in found}) == 1, (one, found)
            (_, keyword, is_element, is_key), *_ = found
            expected = "items" if is_element and keyword != "required" else "propertyNames" if is_key else keyword
            assert one.keyword in {expected, "additionalProperties"}, (one, found)


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_operators_are_unique_for_each_place_and_keyword(spec):
    """Waivers contain them."""
    kind = kind_of(spec)
    names = [(one.place, one.keyword, one.operator) for one in kind.wrong(spec, kind.plain(spec))]
    assert len({*names}) == len(names)


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_something_is_wrong_with_every_kind(spec):
    """Each schema of the specimens says at least a type or an enum."""
    assert list(kind_of(spec).wrong(spec, kind_of(spec).plain(spec)))


def test_the_most_telling_comes_first():
    """A number for a text, an unlisted value for an enum, a string for a list."""
    firsts = {
        name: next(iter(kind_of(SPECS[name]).wrong(SPECS[name], kind_of(SPECS[name]).plain(SPECS[name]))))
        for name in ("a text", "an enum", "a list of enums")
    }
    assert firsts["a text"] == Wrong(keyword="type", operator="number", value=7, family="the type is not looked at")
    assert firsts["an enum"] == Wrong(keyword="enum", operator="unrelated", value="carrier_pigeon", family="anything")
    assert firsts["a list of enums"] == Wrong(
        keyword="type", operator="string", value="self", family="the type is not looked at"
    )


def test_digits_become_a_number_of_as_many():
    """Which stays valid if a server reads numbers as text."""
    assert next(KINDS["digits"].wrong(SPECS["an account"], "012345678901")).value == 112345678901


def test_what_is_optional_may_be_null_or_empty():
    """A server may treat it as absent."""
    values = [one.value for one in KINDS["text"].wrong(text(optional=True), "Orders")]
    assert not [one for one in values if one in (None, [], {}) and one is not False]
    required = [one.operator for one in KINDS["text"].wrong(text(), "Orders")]
    assert required[:6] == ["number", "null", "array", "true", "object", "false"]


def test_what_another_edition_allows_is_a_near_miss():
    """Each value is paired with one of a later edition."""
    later = {
        value: {one.operator: one.value for one in KINDS["enum"].wrong(SOURCE, value)} for value in ("self", "others")
    }
    assert [later[value]["later edition"] for value in ("self", "others")] == ["@self", "@others"]


def test_bad_elements_stand_first_last_and_in_the_middle():
    """If there are good ones beside them."""
    spec = SPECS["a list of enums"]
    of_items = {
        one.operator: one.value for one in KINDS["list"].wrong(spec, ["self", "others"]) if one.keyword == "items"
    }
    assert of_items["unrelated in the middle"] == ["self", "carrier_pigeon", "others"]
    assert of_items["unrelated first"] == ["carrier_pigeon", "self", "others"]
    assert of_items["unrelated last"] == ["self", "others", "carrier_pigeon"]
    assert of_items["upper case"] == ["self", "others", "SELF"]


def test_each_row_of_an_object_has_its_turn():
    """A missing required member, and the wrong values of each member at its place."""
    wrongs = list(KINDS["object"].wrong(ORDER, KINDS["object"].plain(ORDER)))
    rows = {(one.place, one.keyword) for one in wrongs}
    assert {
        *(("", "type"), ("title", "required"), ("title", "type"), ("way", "enum"), ("events", "items")),
        *(("sources", "items"), ("web.address", "required"), ("web.address", "type"), ("entries", "type")),
    } <= rows
    assert not [place for place, _ in rows if place.startswith("bus")], "it does not belong to this one"


def test_rows_of_elements_have_their_place():
    """`[]` stands for the element."""
    wrongs = list(KINDS["object"].wrong(PAYMENT, KINDS["object"].plain(PAYMENT)))
    assert {
        *(("lines", "items"), ("lines", "minItems"), ("lines", "maxItems"), ("amountMinor", "minimum")),
        *(("lines[].count", "required"), ("lines[].count", "maximum"), ("dueAt", "format"), ("currency", "pattern")),
    } <= {(one.place, one.keyword) for one in wrongs}


def test_bounds_are_broken_by_one():
    """The nearest invalid number, a distant one, and those that no column or double holds."""
    found = {one.operator: one.value for one in KINDS["number"].wrong(SPECS["a count"], 5) if one.keyword != "type"}
    assert found == {
        "one beyond the minimum": 0,
        "far beyond the minimum": -999,
        "one beyond the maximum": 1000,
        "far beyond the maximum": 1999,
        "below -2^31": -(2**31) - 1,
        "below -2^63": -(2**63) - 1,
        "a negative number of 40 digits": -int("1234567890" * 4),
        "2^31": 2**31,
        "2^63": 2**63,
        "a number of 40 digits": int("1234567890" * 4),
    }


def test_lengths_are_broken_by_one():
    """And in no other way."""
    spec = SPECS["a text of some length"]
    found = {
        (one.keyword, one.operator): len(one.value)
        for one in KINDS["text"].wrong(spec, "Orders")
        if one.keyword != "type"
    }
    assert found["minLength", "one character fewer than allowed"] == 2
    assert found["maxLength", "one character more than allowed"] == 41


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_a_value_of_another_type_is_broken_as_the_plainest_is(spec):
    """A document may allow another type as well: texts and numbers, or null."""
    kind = kind_of(spec)
    for value in (None, 7.5, "text", [], {}):
        if spec.kind == "enum" or is_of_kind(spec, value):
            continue
        assert list(kind.wrong(spec, value)) == list(kind.wrong(spec, kind.plain(spec)))


def test_a_list_that_is_full_has_a_bad_element_in_the_place_of_a_good_one():
    """One more would be too many as well."""
    spec = SPECS["a full list"]
    found = {one.operator: one.value for one in kind_of(spec).wrong(spec, [1, 2]) if one.keyword == "items"}
    assert found["string last"] == [1, "1"]
    assert found["string first"] == ["1", 1]
    pair = SPECS["a pair"]
    assert [5, 7] in [one.value for one in kind_of(pair).wrong(pair, [5, "a"]) if one.keyword == "items"]


@pytest.mark.parametrize(
    ("schema", "value", "is_valid"),
    [
        ({"multipleOf": 0.01}, 19.99, True),
        ({"multipleOf": 0.01}, 19.995, False),
        ({"multipleOf": 0.1}, 1e300, True),
        ({"pattern": "^a$"}, "a\n", False),
        ({"format": "date-time"}, "2024-09-30", False),
        ({"format": "ipv4"}, "nowhere", True),
    ],
)
def test_schemas_are_read_as_they_are_meant(schema, value, is_valid):
    """Decimals are exact, `$` is the very end, and unknown formats are only annotations."""
    assert Checked(schema, DIALECT).is_valid(value) == is_valid
    assert jsonschemas.validator(schema, DIALECT).is_valid(value) == is_valid
