"""Plain and usual values: those that any strict server accepts."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from itertools import islice

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from kinds.specimens import ENTRIES, ORDER, PAYMENT, SPECS, text

from ed_contract.kinds import KINDS, NoValueError, Spec, kind_of
from ed_contract.kinds.choosing import may_mean_nothing
from ed_contract.kinds.validity import fits


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_usual_values_satisfy_both_schemas(spec):
    """The documented and the realistic one, as jsonschema reads them, and there is at least one."""
    usual = kind_of(spec).usual(spec)
    assert usual
    for value in usual:
        for schema in (spec.schema, spec.realistic):
            errors = Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(value)
            assert [error.message for error in errors] == []


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_the_plain_value_is_the_first_usual_one(spec):
    """Findings shrink to the value that everything else starts from."""
    assert kind_of(spec).plain(spec) == kind_of(spec).usual(spec)[0]


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_answers_are_the_same_each_time(spec):
    """Nothing is left to luck."""
    kind = kind_of(spec)
    again = Spec(**{name: getattr(spec, name) for name in spec.__slots__})
    assert kind.usual(again) == kind.usual(spec)
    assert list(kind.unusual(again)) == list(kind.unusual(spec))


def test_every_kind_has_a_specimen():
    """So that promises about all kinds are tested on all."""
    assert {spec.kind for spec in SPECS.values()} == {*KINDS}


def test_the_values_of_a_document_come_first():
    """In the document's order, which is plainest first."""
    assert kind_of(SPECS["a tidy text"]).usual(SPECS["a tidy text"])[:3] == (
        "Orders",
        "Returns & more",
        "Zürich & Genève – Büro Nr. 3",
    )


def test_the_first_few_texts_already_show_most_faults():
    """Letters of several scripts and both cases, digits, escaped signs, and letters outside the basic plane."""
    together = "".join(KINDS["text"].usual(text())[:6])
    assert {"&", "'", "–", "(", "_", ",", "#", ".", "1", "2"} <= {*together}
    assert any(char > "\uffff" for char in together)
    scripts = {unicodedata.name(char).split()[0] for char in together if char.isalpha()}
    assert {"LATIN", "CJK", "CYRILLIC"} <= scripts
    assert all(unicodedata.is_normalized("NFC", one) and one == one.strip() for one in KINDS["text"].usual(text()))


def test_lists_are_in_no_order_of_the_alphabet_and_hold_no_duplicates():
    """So that sorting and case-folding show."""
    lists = KINDS["list"].usual(SPECS["events"])
    assert lists[0] == ["v1.orders.placed"]
    assert lists[1] != sorted(lists[1])
    assert all(len({*one}) == len(one) for one in lists)


def test_a_set_of_few_comes_in_every_subset_and_in_two_orders():
    """There are no others."""
    assert KINDS["set"].usual(SPECS["a set"]) == (["self"], ["others"], ["self", "others"], ["others", "self"])


def test_digits_have_zeros_in_front():
    """So that reading them as a number shows."""
    for name in ("digits", "an account", "digits of a pattern"):
        assert any(one.startswith("000") for one in KINDS["digits"].usual(SPECS[name])[:4])


def test_maps_have_keys_of_both_cases_and_in_no_order():
    """The second one already does."""
    (_, entries, *_) = KINDS["map"].usual(ENTRIES)
    assert list(entries) != sorted(entries)
    assert any(key != key.lower() for key in entries)


def test_what_a_member_decides_goes_with_it():
    """Each type with only its own configuration, each payload with events that match it."""
    orders = KINDS["object"].usual(ORDER)
    assert {one["way"] for one in orders} == {"web", "bus"}
    assert {one["form"] for one in orders} == {"thin", "full"}
    for one in orders:
        assert one.keys() & {"web", "bus"} == {one["way"]}
    assert orders[0] == {
        "title": "Orders",
        "way": "web",
        "form": "thin",
        "events": ["v1.orders.placed"],
        "web": {"address": "https://example.com/"},
    }


def test_the_second_object_has_every_member_that_goes_with_it():
    """First the plainest, then the one that shows the most faults."""
    orders = KINDS["object"].usual(ORDER)
    assert {"title", "note", "sources", "entries", "events", orders[1]["way"]} <= orders[1].keys()
    payments = KINDS["object"].usual(PAYMENT)
    assert payments[0] == {
        "amountMinor": 1,
        "currency": "EUR",
        "lines": [{"label": "Orders", "count": 1}],
        "capture": False,
    }
    assert payments[1].keys() == PAYMENT.members.keys()


def test_a_document_that_gives_a_pattern_only_is_read():
    """A matching text is generated."""
    assert KINDS["text"].plain(SPECS["a text of a pattern"]) == "ord_aaaaaaaa"
    assert KINDS["text"].plain(text(schema={"type": "string", "pattern": "^[A-Z]{3}$"})) == "AAA"


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        ("text", {"type": "string", "minLength": 9, "maxLength": 3}),
        ("enum", {"type": "string"}),
        ("number", {"type": "integer", "minimum": 9, "maximum": 3}),
        ("boolean", {"const": "yes"}),
        ("list", {"type": "array", "minItems": 9, "maxItems": 3}),
        ("map", {"type": "object", "minProperties": 9, "maxProperties": 3}),
        ("object", {"type": "array"}),
    ],
)
def test_a_document_that_contradicts_itself_is_told(kind, schema):
    """Rather than sent nonsense in its name."""
    with pytest.raises(NoValueError, match=r"satisfies|realistic"):
        kind_of(Spec(kind=kind, schema=schema)).plain(Spec(kind=kind, schema=schema))


def test_first_elements_of_kinds_of_their_own():
    """Each has its own kind; a list that may not have elements is empty."""
    pair, empty = SPECS["a pair"], SPECS["a list that stays empty"]
    assert [tuple(map(type, one)) for one in kind_of(pair).usual(pair)[:3]] == [(int, str)] * 3
    assert kind_of(empty).usual(empty) == ([],)


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_where_nothing_is_realistic_one_value_is_valid(spec):
    """A document may say only what is allowed; then every value is unusual."""
    silent = replace(spec, realistic={"not": {}}, values=())
    kind = kind_of(silent)
    (value,) = kind.usual(silent)
    assert fits(silent, value)
    for answers in (kind.near, kind.smaller):
        assert all(
            fits(silent, one.value if answers == kind.near else one) for one in islice(answers(silent, value), 100)
        )
    assert all(not fits(silent, one.value) for one in islice(kind.wrong(silent, value), 100))
    for one in islice(kind.unusual(silent), 100):
        assert one.place or fits(silent, one.value) or may_mean_nothing(silent, one.value)
