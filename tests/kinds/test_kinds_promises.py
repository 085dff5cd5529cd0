"""Promises: the names that waivers hold, and what kinds must not know."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from kinds.specimens import ENTRIES, EVENT, EVENTS, ORDER, REGION, SOURCE, SPECS, VERSION, text

from ed_contract import kinds
from ed_contract.kinds import KINDS, Spec, kind_of
from ed_contract.strategies import operators, values

boundaries, changes, responses = (
    import_module(f"ed_contract.strategies.{name}") for name in ("boundaries", "changes", "responses")
)

HOME = Path(kinds.__file__).parent
PAGE = (
    *(
        "enabled_events",
        "event_payload",
        "events_from",
        "snapshot_api_version",
        "webhook_endpoint",
        "amazon_eventbridge",
    ),
    *("aws_", "signing_secret", "other_accounts", "livemode", "event_destinations"),
)
THE_PAGE_SAYS = "particular to the page: the document gives it as an unusual value"


def unusual(spec):
    """Return the names of unusual values with their values."""
    return {one.name: one.value for one in kind_of(spec).unusual(spec)}


def wrong(spec, value):
    """Return the operators by keyword."""
    found = {}
    for one in kind_of(spec).wrong(spec, value):
        found.setdefault(one.keyword, []).append(one.operator)
    return found


@pytest.mark.parametrize("word", PAGE)
def test_no_kind_knows_the_page(word):
    """Nothing that is particular to the page stands in a kind."""
    assert [path.name for path in HOME.glob("*.py") if word in path.read_text(encoding="utf-8")] == []


def test_modules_are_short():
    """Below 400 lines: split by concept."""
    assert [path.name for path in HOME.glob("*.py") if len(path.read_text(encoding="utf-8").splitlines()) >= 400] == []


TABLES = {
    "texts": (boundaries.TEXTS, text(), {}),
    "URLs": (
        [one for one in boundaries.URLS if one[0] != "no path"],
        SPECS["a URL"],
        {},
    ),
    "accounts": (boundaries.ACCOUNTS, Spec(kind="digits", schema={"type": "string"}, values=("123456789012",)), {}),
    "regions": (boundaries.REGIONS, REGION, {}),
    "versions": (boundaries.VERSIONS, VERSION, {}),
    "maps": (boundaries.METADATA, Spec(kind="map", schema={"type": "object"}), {}),
    "events": (
        [(name, listed) for name, listed in boundaries.EVENTS],
        EVENTS,
        {"a name of the other family": THE_PAGE_SAYS, "names of both families": THE_PAGE_SAYS},
    ),
    "unknown parameters": (
        boundaries.UNKNOWN,
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
    """Those that are particular to the page apart."""
    names = [name for name, _ in table]
    assert [name for name in names if name not in unusual(spec)] == [*exceptions]


@pytest.mark.parametrize("table", ["texts", "URLs", "accounts", "maps"])
def test_an_old_name_stands_for_the_same_value(table):
    """A waiver of it waives what it did."""
    pairs, spec, _ = TABLES[table]
    known = unusual(spec)
    assert {name: known[name] for name, _ in pairs} == dict(pairs)


def test_sizes_have_their_old_names():
    """But for the word of the field in front of `entries` and `elements`."""
    of_texts, of_maps, of_lists = unusual(text()), unusual(ENTRIES), unusual(EVENTS)
    assert {f"{size} characters" for size in boundaries.LENGTHS} <= of_texts.keys()
    assert {f"{count} entries" for count in boundaries.COUNTS_OF_METADATA} <= of_maps.keys()
    assert {f"{count} elements" for count in boundaries.COUNTS_OF_EVENTS} <= of_lists.keys()
    assert all(len(of_texts[f"{size} characters"]) == size for size in boundaries.LENGTHS)


def named(table):
    """Return the names of a table of operators."""
    return [one.name for one in table]


def missing(before, now):
    """Return the names that are no longer there."""
    return [name for name in before if name not in now]


def test_every_operator_on_types_is_still_there():
    """The names of each type."""
    specs = {
        "string": (text(), "Orders"),
        "array": (Spec(kind="list", schema={"type": "array"}, item=text()), ["a", "b"]),
        "object": (Spec(kind="map", schema={"type": "object"}), {"team": "billing"}),
    }
    for kind, (spec, value) in specs.items():
        assert missing(named(operators.wrong_types(kind, required=True)), wrong(spec, value)["type"]) == []
    assert missing(named(responses._NO_BOOLEAN), wrong(SPECS["a boolean"], value=True)["type"]) == []


def test_every_near_miss_of_an_enum_is_still_there():
    """Of fields, and of elements."""
    schema = {"enum": ["web_hook.url", "web_hook.key"]}
    spec = Spec(kind="enum", schema=schema, later=("grid",))
    before = named(operators.no_enum_values(schema["enum"]))
    assert missing(before, wrong(spec, "web_hook.url")["enum"]) == []
    listed = Spec(kind="list", schema={"type": "array", "items": schema}, item=spec)
    of_items = wrong(listed, ["web_hook.url", "web_hook.key"])["items"]
    assert missing(named(operators.bad_items(schema)), of_items) == []
    of_texts = Spec(kind="list", schema={"type": "array", "items": {"type": "string"}}, item=text())
    before = named(operators.bad_items({"type": "string"}))
    assert missing(before, wrong(of_texts, ["a", "b"])["items"]) == []


def test_every_wrong_form_of_a_timestamp_is_still_there():
    """They are of one keyword."""
    found = wrong(SPECS["a timestamp"], "2024-09-30T12:00:00Z")["format"]
    assert missing([one.name for one in responses._TIMES], found) == []


def test_families_of_operators_are_the_same():
    """One bug lets them through together."""
    for one in (*operators.no_enum_values(["self", "others"]), *operators.wrong_types("string", required=True)):
        spec, value = (SOURCE, "self") if one in operators.no_enum_values(["self", "others"]) else (text(), "Orders")
        now = {two.operator: two.family for two in kind_of(spec).wrong(spec, value)}
        assert now.get(one.name, one.family) == one.family


def test_every_change_has_its_old_name():
    """But those that put another field's name into words."""
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
    old = [(place.rpartition(".")[2], how) for place, how, _ in changes._CHANGES]
    assert [(place, how) for place, how in old if how not in found[place] | of_objects] == [
        ("type", "with its configuration"),  # now `with what goes with it`
        ("event_payload", "with its events"),  # the same
    ]


def test_the_values_of_before_are_usual_still():
    """Those of the page's fields come from the document; of texts and maps the kinds have them."""
    texts = {*KINDS["text"].usual(text())}
    assert [one for one in (*values.NAMES, *values.DESCRIPTIONS) if one not in texts] == []
    maps = KINDS["map"].usual(ENTRIES)
    assert [one for one in values.METADATA if one not in maps] == []


def test_names_tell_apart_what_a_waiver_waives():
    """Within a kind a name stands for one value or series, whatever the document."""
    assert unusual(EVENT)["a star"] == "*"
    assert unusual(EVENTS)["a star"] == ["*"]
