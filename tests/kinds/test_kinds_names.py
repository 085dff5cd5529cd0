"""Names and values that predate the kinds stay the same: waivers contain the names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from kinds.specimens import ENTRIES, EVENTS, ORDER, REGION, SPECS, VERSION, text

from ed_contract.kinds import KINDS, Spec, kind_of

PROMISED = json.loads(Path(__file__).with_name("promised.json").read_text(encoding="utf-8"))
"""By the table: names with their values, sizes, changes, and usual values."""
THE_PAGE_SAYS = "particular to the page: the document gives it as an unusual value"


def unusual(spec):
    """Return the names of unusual values with their values."""
    return {one.name: one.value for one in kind_of(spec).unusual(spec)}


TABLES = {
    "texts": (PROMISED["texts"], text(), {}),
    "URLs": (
        PROMISED["URLs"],
        SPECS["a URL"],
        {},
    ),
    "accounts": (PROMISED["accounts"], Spec(kind="digits", schema={"type": "string"}, values=("123456789012",)), {}),
    "regions": (PROMISED["regions"], REGION, {}),
    "versions": (PROMISED["versions"], VERSION, {}),
    "maps": (PROMISED["maps"], Spec(kind="map", schema={"type": "object"}), {}),
    "events": (
        PROMISED["events"],
        EVENTS,
        {"a name of the other family": THE_PAGE_SAYS, "names of both families": THE_PAGE_SAYS},
    ),
    "unknown parameters": (
        PROMISED["unknown parameters"],
        ORDER,
        {
            "a later edition's configuration": THE_PAGE_SAYS,
            "an unknown parameter of the webhook endpoint": "now `an unknown parameter` at the place of that object",
            "a secret of one's own": THE_PAGE_SAYS,
        },
    ),
}


@pytest.mark.parametrize(("table", "spec", "exceptions"), TABLES.values(), ids=TABLES)
def test_every_name_of_an_unusual_value_is_still_there(table, spec, exceptions):
    """Except those that are particular to the page."""
    names = [name for name, _ in table]
    assert [name for name in names if name not in unusual(spec)] == [*exceptions]


@pytest.mark.parametrize("table", ["texts", "URLs", "accounts", "maps"])
def test_an_old_name_stands_for_the_same_value(table):
    """An old waiver still waives the same."""
    pairs, spec, _ = TABLES[table]
    known = unusual(spec)
    assert {name: known[name] for name, _ in pairs} == dict(pairs)


def test_sizes_have_their_old_names():
    """Except for the field's name in front of `entries` and `elements`."""
    of_texts, of_maps, of_lists = unusual(text()), unusual(ENTRIES), unusual(EVENTS)
    assert {f"{size} characters" for size in PROMISED["lengths"]} <= of_texts.keys()
    assert {f"{count} entries" for count in PROMISED["counts of entries"]} <= of_maps.keys()
    assert {f"{count} elements" for count in PROMISED["counts of elements"]} <= of_lists.keys()
    assert all(len(of_texts[f"{size} characters"]) == size for size in PROMISED["lengths"])


def test_every_change_has_its_old_name():
    """Except those with another field's name in words."""
    order = {**KINDS["object"].usual(ORDER)[1], "title": "Orders of Zürich"}
    order["events"] = ["order.placed", "order.paid"]
    account = Spec(kind="digits", schema={"type": "string"}, values=("123456789012", "012345678901"))
    found = {
        "name": {one.name for one in KINDS["text"].near(text(), "Orders of Zürich")},
        "enabled_events": {one.name for one in KINDS["list"].near(EVENTS, order["events"])},
        "metadata": {one.name for one in KINDS["map"].near(ENTRIES, {"team": "billing", "env": "prod"})},
        "url": {one.name for one in KINDS["url"].near(SPECS["a hook"], "https://example.com/hook")},
        "aws_account_id": {one.name for one in KINDS["digits"].near(account, "123456789012")},
        "aws_region": {one.name for one in KINDS["token"].near(REGION, "us-east-1")},
        "events_from": {one.name for one in KINDS["set"].near(SPECS["a set"], ["self"])},
        "snapshot_api_version": {one.name for one in KINDS["token"].near(VERSION, "2024-06-20")},
    }
    found |= {"description": found["name"], "include": found["events_from"]}
    found |= {
        name: {one.name for one in KINDS["object"].near(ORDER, order) if one.place == place}
        for name, place in (("type", "way"), ("event_payload", "form"))
    }
    of_objects = {"removed", "added"}
    old = [(place, how) for place, how in PROMISED["changes"]]
    assert [(place, how) for place, how in old if how not in found[place] | of_objects] == [
        ("type", "with its configuration"),  # now `with what goes with it`
        ("event_payload", "with its events"),  # the same
    ]


def test_the_values_of_before_are_usual_still():
    """Those of the page's fields come from the document; those of texts and maps from the kinds."""
    texts = {*KINDS["text"].usual(text())}
    assert [one for one in (*PROMISED["names"], *PROMISED["descriptions"]) if one not in texts] == []
    maps = KINDS["map"].usual(ENTRIES)
    assert [one for one in PROMISED["usual maps"] if one not in maps] == []
