"""Promises: the names that waivers contain, and what kinds must not know."""

from __future__ import annotations

from pathlib import Path

import pytest
from kinds.specimens import EVENT, EVENTS, SOURCE, SPECS, text

from ed_contract import kinds
from ed_contract.kinds import Spec, kind_of

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
    """No kind contains anything that is particular to the page."""
    assert [path.name for path in HOME.glob("*.py") if word in path.read_text(encoding="utf-8")] == []


def test_modules_are_short():
    """Below 400 lines: split by concept."""
    assert [path.name for path in HOME.glob("*.py") if len(path.read_text(encoding="utf-8").splitlines()) >= 400] == []


def missing(before, now):
    """Return the names that are gone."""
    return [name for name in before if name not in now]


OF_STRINGS = ["number", "null", "array", "true", "object", "false"]
OF_ARRAYS = ["string", "null", "empty object", "object", "number", "false", "joined", "true"]
OF_OBJECTS = ["string", "null", "array", "number", "false", "JSON text", "pairs"]
OF_BOOLEANS = ["string", "null", "number", "array"]
OF_ENUMS = [
    *("unrelated", "upper case", "capitalised", "padded right", "plural", "padded left", "later edition", "prefix"),
    *("camel case", "hyphenated", "underscore for dot", "first segment", "last segment", "line feed after"),
    *("empty string", "first word", "null", "number", "list around it", "false", "object", "true"),
]
OF_ELEMENTS = [
    *("unrelated in the middle", "unrelated first", "unrelated last", "upper case", "padded right", "later edition"),
    *("prefix", "camel case", "underscore for dot", "first segment", "last segment", "line feed after"),
    *("empty string", "first word", "wildcard", "other member", "null", "number", "list around it"),
]
OF_TEXTS = ["number in the middle", "number first", "number last", "null", "array", "true", "object", "false"]
OF_TIMES = ["unix time", "without its offset", "date alone", "as in a header", "impossible day", "empty string"]
FAMILIES = {
    "anything": {"unrelated", "unrelated in the middle", "unrelated first", "unrelated last"},
    "the type is not looked at": {
        *("number", "number in the middle", "number first", "number last"),
        *("true", "false", "array", "object", "string", "list around it"),
    },
    "case is folded": {"upper case", "capitalised"},
    "blanks are trimmed": {"padded right", "padded left", "line feed after"},
    "a part is enough": {"prefix", "first segment", "last segment"},
}


def test_every_operator_on_types_is_still_there():
    """The names of each type."""
    array = Spec(kind="list", schema={"type": "array"}, item=text())
    entries = Spec(kind="map", schema={"type": "object"})
    assert missing(OF_STRINGS, wrong(text(), "Orders")["type"]) == []
    assert missing(OF_ARRAYS, wrong(array, ["a", "b"])["type"]) == []
    assert missing(OF_OBJECTS, wrong(entries, {"team": "billing"})["type"]) == []
    assert missing(OF_BOOLEANS, wrong(SPECS["a boolean"], value=True)["type"]) == []


def test_every_near_miss_of_an_enum_is_still_there():
    """Of fields, and of elements."""
    schema = {"enum": ["web_hook.url", "web_hook.key"]}
    spec = Spec(kind="enum", schema=schema, later=("grid",))
    assert missing(OF_ENUMS, wrong(spec, "web_hook.url")["enum"]) == []
    listed = Spec(kind="list", schema={"type": "array", "items": schema}, item=spec)
    assert missing(OF_ELEMENTS, wrong(listed, ["web_hook.url", "web_hook.key"])["items"]) == []
    of_texts = Spec(kind="list", schema={"type": "array", "items": {"type": "string"}}, item=text())
    assert missing(OF_TEXTS, wrong(of_texts, ["a", "b"])["items"]) == []


def test_every_wrong_form_of_a_timestamp_is_still_there():
    """They belong to one keyword."""
    assert missing(OF_TIMES, wrong(SPECS["a timestamp"], "2024-09-30T12:00:00Z")["format"]) == []


@pytest.mark.parametrize(("spec", "value"), [(SOURCE, "self"), (text(), "Orders"), (EVENTS, ["order.placed"] * 2)])
def test_families_of_operators_are_the_same(spec, value):
    """One bug lets them through together; new ones may join a family."""
    families = {name: family for family, names in FAMILIES.items() for name in names}
    found = {one.operator: one.family for one in kind_of(spec).wrong(spec, value)}
    assert {name: families[name] for name in found if name in families} == {
        name: family for name, family in found.items() if name in families
    }


def test_names_tell_apart_what_a_waiver_waives():
    """Within a kind, a name stands for one value or series in every document."""
    assert unusual(EVENT)["a star"] == "*"
    assert unusual(EVENTS)["a star"] == ["*"]
