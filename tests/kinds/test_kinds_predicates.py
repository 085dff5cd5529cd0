"""What is compiled of a schema says the same as jsonschema, of every schema in use and of any value."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ed_contract import strategies as ed
from ed_contract.contract import Contract, editions
from ed_contract.contract.variants import exact
from ed_contract.kinds import jsonschemas
from ed_contract.kinds.broken import Broken, Dialect
from ed_contract.kinds.predicates import Checked
from ed_contract.kinds.validity import DIALECT, FORMATS

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)


def said(schema: Any, value: Any, dialect: Dialect = DIALECT) -> tuple[list[Broken], list[Broken]]:
    """Return what jsonschema finds wrong with a value, and what is compiled.

    jsonschema goes through unknown members in no order.
    """
    slow = [
        Broken(
            one.validator or "", one.validator_value, one.instance, (*one.absolute_path,), (*one.absolute_schema_path,)
        )
        for one in jsonschemas.validator(schema, dialect).iter_errors(value)
    ]
    checked = Checked(schema, dialect)
    fast = list(checked.broken(value))
    assert checked.is_valid(value) is not bool(fast)
    return sorted(slow, key=repr), sorted(fast, key=repr)


SCHEMAS: list[Any] = [
    True,
    False,
    {},
    {"type": "integer"},
    {"type": "number"},
    {"type": ["string", "null"]},
    {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}, "b": False}},
    {"additionalProperties": {"type": "integer"}, "properties": {"a": True}},
    {"additionalProperties": False, "patternProperties": {"^a": True}},
    {"enum": ["a", None]},
    {"enum": [1, True, 1.0, []]},
    {"const": "a"},
    {"const": None},
    {"const": False},
    {"const": 0},
    {"const": {"a": 1}},
    {"items": {"type": "string"}, "prefixItems": [{"type": "null"}, True]},
    {"minItems": 1, "maxItems": 2, "uniqueItems": True},
    {"minLength": 1, "maxLength": 2, "pattern": "a$"},
    {"minProperties": 1, "maxProperties": 2, "propertyNames": {"enum": ["a", "b"]}},
    {"minimum": 0, "exclusiveMaximum": 2, "multipleOf": 0.5},
    {"dependentRequired": {"a": ["b", "c"]}},
    {"contains": {"type": "null"}},
    {"unevaluatedProperties": False, "properties": {"a": True}},
    {"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"required": ["c"]}},
    {"then": False},
    {"if": {"type": "null"}},
    {"not": {"type": "string"}},
    {"oneOf": [{"type": "integer"}, {"minimum": 1}]},
    {"anyOf": [{"type": "string"}, {"required": ["a"]}]},
    {"allOf": [{"type": "object"}, {"required": ["a"]}], "title": "said of nothing"},
    {"$together": [{"a": ['"a"'], "b": ["1"]}, {"a": ['"b"'], "b": ["2"]}]},
    {"$apart": ["a"]},
    {"properties": {"a": {"anyOf": [{"type": "null"}, {"items": {"type": "string"}}]}, "b": {"not": {"type": "null"}}}},
    {"additionalProperties": {"properties": {"a": False}, "items": {"additionalProperties": False}}},
    {"allOf": [{"if": {"required": ["a"]}, "then": {"properties": {"b": {"enum": [1]}}}, "else": False}]},
    {"propertyNames": False, "items": False, "prefixItems": [{"contains": {"type": "null"}}]},
    {"items": {"uniqueItems": True, "contains": {"type": "string"}}},
]


@pytest.mark.parametrize("schema", SCHEMAS, ids=json.dumps)
@given(value=JSON)
def test_a_keyword_is_compiled_as_jsonschema_reads_it(schema, value):
    """Those too that nothing is compiled for."""
    slow, fast = said(schema, value)
    assert fast == slow


@pytest.mark.parametrize("text", ["2024-10-22T16:20:09.931Z", "2024-10-22", "2024-10-22 16:20", "x", 7])
@pytest.mark.parametrize("form", ["date-time", "date", "uuid", "email"])
def test_formats_are_those_of_the_checker(form, text):
    """A format that is a hint says nothing."""
    slow, fast = said({"format": form}, text)
    assert fast == slow


def test_an_integer_may_have_a_point_or_not():
    """As the dialect says."""
    for points in (True, False):
        slow, fast = said({"type": ["integer", "null"]}, 100.0, Dialect(formats=FORMATS, points=points))
        assert fast == slow
        assert bool(fast) is not points


WHOLE = {
    f"{edition} {name}": schema
    for edition in editions()
    for name, schema in (
        ("request", Contract.load(edition).request_schema),
        ("realistic", Contract.load(edition).realistic_schema),
        ("response", Contract.load(edition).response_schema),
    )
}


@pytest.mark.parametrize("name", WHOLE)
@given(data=st.data())
@settings(max_examples=40)
def test_the_schemas_of_the_page_are_compiled_as_jsonschema_reads_them(name, data):
    """Of creates and answers that are valid, broken, or anything at all."""
    contract = Contract.load(name.split()[0])
    value = data.draw(
        ed.create_params(contract=contract)
        | ed.mutated_cases(contract=contract).map(lambda one: one.params)
        | ed.responses(contract=contract)
        | ed.mutated_responses(contract=contract).map(lambda one: one.document)
        | JSON
    )
    slow, fast = said(exact(WHOLE[name]), value)
    assert fast == slow


def test_errors_come_in_the_order_of_the_schema():
    """And those of an object in that of its members."""
    schema = {"required": ["a", "b"], "properties": {"d": {"type": "null"}, "c": {"items": {"type": "null"}}}}
    found = [(one.keyword, one.path) for one in Checked(schema, DIALECT).broken({"c": [None, 1, 2], "d": 1})]
    assert found == [("required", ()), ("required", ()), ("type", ("d",)), ("type", ("c", 1)), ("type", ("c", 2))]
