"""Values about which the page is silent: which are unusual, where, and in which order."""

from __future__ import annotations

import json
from itertools import islice

import pytest
from jsonschema import Draft202012Validator

from ed_contract.case import Expectation, encode
from ed_contract.cases.boundaries import boundaries, boundaries_phase, telling_boundaries, unusual_keys
from ed_contract.contract import CONTRACT, Contract, editions
from ed_contract.expecting import expected
from ed_contract.kinds import kind_of
from ed_contract.kinds.sharing import shared
from ed_contract.runner.dedup import representatives

REQUEST = Draft202012Validator(CONTRACT.request_schema)
SPEC = CONTRACT.request_spec
TEXTS = ("name", "description", "metadata")


def named():
    """Return all cases by their names."""
    return {one.name: one for one in boundaries()}


def test_a_boundary_case_is_never_one_that_the_page_forbids_by_more_than_a_null():
    """EITHER cases satisfy the request schema, except for nulls and empty optional values of a wrong type."""
    for one in boundaries():
        assert one.expectation is Expectation.EITHER
        assert expected(CONTRACT, one.params)[0] is not Expectation.REJECT, one.name
        said = {
            name: value
            for name, value in one.params.items()
            if name in SPEC.required or value not in (None, "", [], {})
        }
        assert [error.message for error in REQUEST.iter_errors(said)] == [], one.name


@pytest.mark.parametrize("edition", editions())
def test_boundary_cases_have_names_of_their_own_and_their_bodies_are_their_params(edition):
    """A name is the fault in a waiver: it is stable and says what is unusual."""
    cases = boundaries(contract=Contract.load(edition))
    assert len({one.name for one in cases}) == len({one.fault.text for one in cases}) == len(cases)
    for one in cases:
        assert json.loads(one.body) == json.loads(encode(one.params))


def test_a_name_says_the_place_and_what_is_unusual_there():
    """In a stable wording: of a size, with a value, null, and where it should not be."""
    names = named()
    assert {
        "name of 256 characters",
        "webhook_endpoint.url of 2,048 characters",
        "metadata of 51 entries",
        "enabled_events of 11 elements",
        "webhook_endpoint.url with a port",
        "metadata with null as value",
        "description null",
        "snapshot_api_version where it does not belong",
        "amazon_eventbridge null where it does not belong",
        "webhook_endpoint left out where it belongs",
        "with an unknown parameter",
        "events_from twice, once in other case",
    } <= names.keys()


def test_what_the_kind_of_each_field_knows_is_sent_at_its_place():
    """No unusual value of any member is left out, except those that the document forbids there.

    Lengths of one text within a map are left out too: maps have their own lengths.
    """
    of_texts = {one.name for one in kind_of(SPEC.members["name"]).unusual(SPEC.members["name"]) if one.family}
    sent = {name: {json.dumps(one.params.get(name)) for one in boundaries()} for name in SPEC.members}
    for name, member in SPEC.members.items():
        known = [one for one in kind_of(member).unusual(member) if member.kind != "object" or not one.place]
        if member.kind == "map":
            known = [one for one in known if one.name not in of_texts]
        missing = [one.name for one in known if json.dumps(one.value) not in sent[name]]
        base = {**CONTRACT.example}
        forbidden = [
            one.name for one in known if expected(CONTRACT, {**base, name: one.value})[0] is Expectation.REJECT
        ]
        assert set(missing) <= set(forbidden), name


def test_what_is_unusual_about_texts_is_packed():
    """The same in all texts together, then in all but the first, then only in the first; lengths are not packed."""
    names = named()
    for what in ("double quotes", "NUL", "a tab"):
        everywhere = names[f"name, description and metadata with {what}"].params
        text = everywhere["name"]
        assert (everywhere["description"], everywhere["metadata"]) == (text, {"note": text})
        others = names[f"description and metadata with {what}"].params
        assert (others["description"], others["metadata"]) == (text, {"note": text})
        assert others["name"] != text
        alone = names[f"name with {what}"].params
        assert alone["name"] == text
        assert not {"description", "metadata"} & alone.keys()
    assert [name for name, one in names.items() if name.startswith("name, ") and "{} " in one.fault.family] == []
    order = list(names)
    places = ("name, description and metadata", "description and metadata", "name")
    first = [order.index(f"{place} with typographic quotes") for place in places]
    assert first == sorted(first)
    # Values already tried in a create of only unusual texts come last in this form.
    assert order.index("name, description and metadata with double quotes") > first[0]


def test_the_first_of_each_series_come_before_the_second_of_any():
    """Each kind of value, each packing and the keys have one turn before any has two."""
    assert list(shared("abcd", "xy", "1")) == ["a", "x", "1", "b", "y", "c", "d"]
    assert list(shared("a" * 16, "b")).index("b") == 1
    names = [one.name for one in boundaries()]
    assert names[0] == "everything unusual, 1: webhook_endpoint"
    assert names[1] == "name with many signs, description with markup, metadata with many odd entries"
    heads = names[24:35]
    places = ("metadata", "enabled_events", "webhook_endpoint.url", "amazon_eventbridge", "snapshot_api_version")
    for place in (*places, "name, description and metadata with many controls", "with every optional parameter null"):
        assert place in " ".join(heads), heads


def test_what_the_document_names_comes_before_what_a_kind_knows():
    """Its author meant them to be tried."""
    names = [one.name for one in boundaries(contract=Contract.load("2026-03"))]
    known = Contract.load("2026-03").request_spec.members["events_from"].item.unusual
    assert [f"events_from with {one}" for one in known] == names[24 : 24 + len(known)]


def test_much_that_is_unusual_at_once_is_told_by_one_thing_alone():
    """Each has its own case, which reports a bug in both; a bug that needs several is reported once."""
    every = {one.name: one for one in boundaries()}
    alone = {one.fault.family or one.fault.text for one in every.values() if not one.fault.parts}
    packs = [one for one in every.values() if one.fault.parts]
    assert len(packs) == 40
    assert [part for one in packs for part in one.fault.parts if part not in alone] == []
    row = "robustness/no-server-error"
    pack, single = packs[0], every["webhook_endpoint.url with plain http"]
    found = {(row, one.fault.text): one.fault for one in (pack, packs[2], single)}
    assert set(representatives(found).values()) == {(row, single.name), (row, packs[2].name)}
    assert set(representatives({name: one for name, one in found.items() if one.parts}).values()) == {(row, pack.name)}


def test_fewer_boundary_cases_are_the_first_of_all():
    """A larger budget adds cases and changes none."""
    every = boundaries()
    assert boundaries(50) == every[:50]
    some, more = boundaries_phase(100), boundaries_phase(200)
    assert {one.name for one in some} <= {one.name for one in more}
    assert {one.name for one in unusual_keys()} <= {one.name for one in some}


def test_the_telling_ones_are_of_the_catalogue():
    """Each is unusual in several ways, so that a few show much."""
    telling = list(islice(telling_boundaries(), 40))
    assert {one.name: one.body for one in telling}.items() <= {one.name: one.body for one in boundaries()}.items()


def test_unusual_keys_are_each_sent_once():
    """In the page's example; lengths are a family, of which the shortest is reported."""
    sequences = unusual_keys()
    assert {one.params["name"] for sequence in sequences for one in sequence.cases()} == {CONTRACT.example["name"]}
    faults = [next(one.cases()).fault for one in sequences]
    assert [(one.text, one.size) for one in faults if one.size] == [
        (f"key with {size:,} characters", size) for size in (65, 255, 256, 2000)
    ]
    assert len({one.text for one in faults}) == len(faults)
