"""Near twins: values that a server which compares too little treats as the same."""

from __future__ import annotations

from itertools import islice

import pytest
from kinds.specimens import ENTRIES, EVENTS, ORDER, SPECS, some_values, text

from ed_contract.kinds import KINDS, Spec, kind_of
from ed_contract.kinds.forms import is_same
from ed_contract.kinds.object_near import ALONE
from ed_contract.kinds.validity import fits, is_usual

LONG = "Orders of the northern warehouse. " * 147


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_near_twins_are_valid_different_and_not_forms(spec):
    """And as usual as the value, except for a member that changes by itself."""
    kind = kind_of(spec)
    for value in some_values(spec, usual=4, unusual=12):
        if value is None or not isinstance(value, type(kind.plain(spec))):
            continue
        twins = list(kind.near(spec, value))
        for twin in twins:
            assert fits(spec, twin.value), twin
            assert not is_same(value, twin.value), twin
            assert not kind.forms(value, twin.value), twin
            assert twin.name == ALONE or is_usual(spec, twin.value) >= is_usual(spec, value), twin
        names = [(twin.place, twin.name) for twin in twins]
        assert len({*names}) == len(names)


@pytest.mark.parametrize(
    "spec", [one for one in SPECS.values() if "const" not in one.schema and len(kind_of(one).usual(one)) > 1]
)
def test_every_usual_value_has_a_twin(spec):
    """So that any create can be turned into a conflict."""
    kind = kind_of(spec)
    assert all(any(kind.near(spec, value)) for value in kind.usual(spec)[:20])


def named(kind, spec, value):
    """Return the near twins by their names."""
    return {f"{one.place} {one.name}".strip(): one.value for one in KINDS[kind].near(spec, value)}


def test_texts_differ_in_a_letter_a_blank_or_an_accent():
    """Some servers drop each of these before they compare."""
    twins = named("text", text(), "Café Zürich 1")
    expected = {
        "last letter in other case": "Café ZüricH 1",
        "two letters swapped": "aCfé Zürich 1",
        "an accent lost": "Cafe Zürich 1",
        "without a blank": "CaféZürich 1",
        "another letter beyond ASCII": "Cafø Zürich 1",
        "another last character": "Café Zürich 8",
        "other punctuation": "Café Zürich 1!?",
        "another first character": "Xafé Zürich 1",
    }
    assert dict(islice(twins.items(), len(expected))) == expected


def test_twins_of_a_long_text_differ_at_its_very_end_and_in_its_middle():
    """The last of 5,000 characters: a server that compares the first 4,096 sees no difference."""
    twins = named("text", text(), LONG.strip())
    end = twins["another last character"]
    assert len(LONG.strip()) > 4096
    assert [place for place, (one, other) in enumerate(zip(LONG.strip(), end, strict=True)) if one != other] == [
        len(end) - 1
    ]
    middle = twins["another character in the middle"]
    assert (middle[:100], middle[-100:]) == (LONG.strip()[:100], LONG.strip()[-100:])


def test_twins_of_a_tidy_text_are_tidy():
    """No leading, trailing or double blanks: those are unusual, and a strict server refuses them."""
    for one in KINDS["text"].near(text(), "Zürich & Büro 3"):
        assert one.value == " ".join(one.value.split()), one


def test_texts_of_a_format_keep_it():
    """No server accepts a URL with a blank in it."""
    usual = KINDS["text"].usual(SPECS["an e-mail address"])
    assert {one.value for one in KINDS["text"].near(SPECS["an e-mail address"], usual[0])} == {usual[1], usual[-1]}
    assert list(KINDS["text"].smaller(SPECS["an e-mail address"], usual[1])) == [usual[0]]


def test_lists_differ_in_one_element_in_number_or_in_order():
    """And the order of a set does not count."""
    twins = named("list", EVENTS, ["v1.orders.placed", "v2.orders.ping"])
    assert {"another", "another first", "one more", "one fewer", "two swapped"} <= twins.keys()
    assert "two swapped" not in named("set", SPECS["a large set"], ["v1.orders.placed", "v2.orders.ping"])


def test_lists_of_texts_are_joined_and_split():
    """As naive serialisation would do."""
    spec = SPECS["a list of texts"]
    assert named("list", spec, ["a", "b"])["two joined by a comma"] == ["a,b"]
    assert named("list", spec, ["a,b"])["the first split at a comma"] == ["a", "b"]
    assert named("list", spec, ["ab", "c"])["a letter moved to the next"] == ["a", "bc"]
    assert not [name for name in named("list", EVENTS, ["v1.orders.placed", "v2.orders.ping"]) if "joined" in name]


def test_maps_differ_in_what_belongs_to_which():
    """Two values swapped, a letter moved over, two entries in one."""
    twins = named("map", ENTRIES, {"team": "new billing", "env": "prod"})
    expected = {
        "another value": {"team": "new billing2", "env": "prod"},
        "another key": {"tea_": "new billing", "env": "prod"},
        "two values swapped": {"team": "prod", "env": "new billing"},
        "one entry more": {"team": "new billing", "env": "prod", "added": "later"},
        "one entry fewer": {"team": "new billing"},
        "a value's blank lost": {"team": "newbilling", "env": "prod"},
        "a letter moved from key to value": {"tea": "mnew billing", "env": "prod"},
        "a letter moved to the next value": {"team": "new billin", "env": "gprod"},
        "two entries in one, as in a form": {"team": "new billing&env=prod"},
        "last value: last letter in other case": {"team": "new billing", "env": "proD"},
    }
    assert {name: twins[name] for name in expected} == expected


def test_urls_differ_in_one_part():
    """Path, query, host, and case where it matters."""
    twins = named("url", SPECS["a hook"], "https://example.com/Hook/a%2fb?b=1&a=Xy")
    expected = {
        "another path": "https://example.com/Hook/a%2fb/more?b=1&a=Xy",
        "path in other case": "https://example.com/HooK/a%2fb?b=1&a=Xy",
        "another query": "https://example.com/Hook/a%2fb?b=1&a=Xy&more=1",
        "another host": "https://example.net/Hook/a%2fb?b=1&a=Xy",
        "parameters of the query swapped": "https://example.com/Hook/a%2fb?a=Xy&b=1",
    }
    assert {name: twins[name] for name in expected} == expected


def test_numbers_that_no_double_tells_apart_are_twins():
    """A server that reads them as such confuses the two."""
    assert named("number", SPECS["a whole number"], 2**53)["one more"] == 2**53 + 1


def test_only_names_that_exist_are_twins_of_one_that_does():
    """A strict server refuses others, which would not show a conflict."""
    twins = KINDS["token"].near(SPECS["an event"], "v1.orders.placed")
    assert {one.value for one in twins} <= {*SPECS["an event"].values}


def test_between_members_a_letter_an_element_or_all_is_moved():
    """Which shows a fingerprint that joins them."""
    order = {**KINDS["object"].usual(ORDER)[1], "title": "Orders"}
    twins = named("object", ORDER, order)
    moved = twins["title a letter moved to note"]
    assert (moved["title"] + moved["note"], moved["title"]) == (order["title"] + order["note"], order["title"][:-1])
    assert twins["title swapped with note"]["note"] == order["title"]
    assert twins["title a letter moved to note"].keys() == order.keys()
    tags = Spec(kind="list", schema={"type": "array"}, item=text())
    spec = Spec(kind="object", schema={"type": "object"}, members={"old": tags, "new": tags})
    assert named("object", spec, {"old": ["a", "b"], "new": ["c"]})["old an element moved to new"] == {
        "old": ["a"],
        "new": ["b", "c"],
    }


def test_a_member_that_decides_changes_with_what_goes_with_it_and_alone():
    """Changed by itself, it shows servers that do not compare it; with the rest, it is as usual as before."""
    order = KINDS["object"].plain(ORDER)
    twins = named("object", ORDER, order)
    assert twins["way alone"] == {**order, "way": "bus"}
    assert twins["way with what goes with it"] == {
        **{name: value for name, value in order.items() if name != "web"},
        "way": "bus",
        "bus": {"account": "123456789012", "region": "us-east-1"},
    }
    assert twins["form with what goes with it"]["events"] == ["order.placed", "order.lost", "order.paid"]


def test_members_are_added_and_removed_but_not_for_their_default():
    """Sending a default is the same as sending nothing."""
    members = {
        "note": text(optional=True),
        "size": Spec(kind="number", schema={"type": "integer", "default": 1}, optional=True),
    }
    spec = Spec(kind="object", schema={"type": "object"}, members=members)
    assert "note removed" in named("object", spec, {"note": "Orders", "size": 2})
    assert "size removed" not in named("object", spec, {"note": "Orders", "size": 1})
    assert named("object", spec, {})["size added"] == {"size": 1042}
