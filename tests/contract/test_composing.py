"""Schemas that people compose become one: nothing that was valid is refused, and what cannot be one stays as it was."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from ed_contract.contract import Contract, editions
from ed_contract.contract.composing import composed

TEXT, NUMBER, NULL = {"type": "string"}, {"type": "number"}, {"type": "null"}
NAMED = {"type": "object", "required": ["name"], "properties": {"name": TEXT}}
SIZED = {"type": "object", "required": ["size"], "properties": {"size": NUMBER}}
BOTH = {"type": "object", "required": ["name", "size"], "properties": {"name": TEXT, "size": NUMBER}}


def sent(schema):
    """Return what becomes of a schema of a request."""
    return composed(schema, without="readOnly")


@pytest.mark.parametrize("edition", editions())
def test_the_editions_are_written_so_already(edition):
    """They stay as they are, to the annotation."""
    operation = Contract.load(edition).operation
    assert sent(operation.request) == operation.request
    assert composed(operation.response, without="writeOnly") == operation.response


@pytest.mark.parametrize(
    ("schema", "one"),
    [
        ({"allOf": [NAMED, SIZED]}, BOTH),
        ({"allOf": [NAMED], **SIZED, "description": "A box."}, {**BOTH, "description": "A box."}),
        ({"allOf": [{"allOf": [NAMED]}, {"allOf": [SIZED]}]}, BOTH),
        (
            {"allOf": [TEXT], "description": "A name.", "default": "x"},
            {**TEXT, "description": "A name.", "default": "x"},
        ),
        (
            {"allOf": [{"minLength": 2}, {"minLength": 3, "maxLength": 9}], "maxLength": 8},
            {"minLength": 3, "maxLength": 8},
        ),
        ({"allOf": [{"enum": [1, 2, 3]}, {"enum": [3, 2]}]}, {"enum": [2, 3]}),
        ({"allOf": [NUMBER, {"type": "integer"}]}, {"type": "integer"}),
        ({"allOf": [{"type": "integer"}, NUMBER]}, {"type": "integer"}),
        ({"allOf": [{"pattern": "a"}, {"pattern": "b"}]}, {"pattern": "a", "allOf": [{"pattern": "b"}]}),
        ({"allOf": [TEXT, NUMBER]}, {**TEXT, "allOf": [NUMBER]}),
        ({"allOf": [True, NAMED]}, NAMED),
        ({"allOf": [False]}, {"allOf": [False]}),
        ({"anyOf": [TEXT, NULL]}, {"type": ["string", "null"]}),
        ({"oneOf": [NULL, {**TEXT, "enum": ["a"]}]}, {"type": ["string", "null"], "enum": ["a", None]}),
        ({"anyOf": [{"enum": ["a"]}, NULL], "default": None}, {"enum": ["a", None], "default": None}),
        ({"anyOf": [NAMED, NULL]}, {**NAMED, "type": ["object", "null"]}),
        ({"oneOf": [TEXT]}, TEXT),
        ({"anyOf": [TEXT, NUMBER, NULL]}, {"anyOf": [TEXT, NUMBER, NULL]}),
        ({"anyOf": [{"const": 1}, NULL]}, {"anyOf": [{"const": 1}, NULL]}),
        ({"properties": {"a": {"allOf": [TEXT]}}}, {"properties": {"a": TEXT}}),
        ({"items": {"anyOf": [TEXT, NULL]}}, {"items": {"type": ["string", "null"]}}),
        ({"properties": {"allOf": {"allOf": [TEXT]}}}, {"properties": {"allOf": TEXT}}),
        ({"enum": [{"allOf": [TEXT]}]}, {"enum": [{"allOf": [TEXT]}]}),
        ({"allOf": [NAMED], "unevaluatedProperties": False}, {**NAMED, "additionalProperties": False}),
        (True, True),
    ],
)
def test_parts_become_one(schema, one):
    """Where the keywords of one schema can say it."""
    assert sent(schema) == one


def test_a_closed_part_does_not_refuse_the_members_of_the_others():
    """As it would to the letter, so that nothing were valid."""
    closed = {**NAMED, "additionalProperties": False}
    assert sent({"allOf": [closed, SIZED]}) == BOTH
    assert sent({"allOf": [closed]}) == closed


def test_members_of_both_parts_are_what_both_say():
    """Or both stand there, if no keyword says it."""
    short, long = ({"properties": {"name": {**TEXT, word: 5}}} for word in ("maxLength", "minLength"))
    assert sent({"allOf": [short, long]}) == {"properties": {"name": {**TEXT, "maxLength": 5, "minLength": 5}}}
    other = {"properties": {"name": NUMBER}}
    assert sent({"allOf": [short, other]}) == {"properties": {"name": {"allOf": [{**TEXT, "maxLength": 5}, NUMBER]}}}


def test_marked_members_are_left_out():
    """And may be there, even where no others may."""
    marked = {"id": {**TEXT, "readOnly": True}, "secret": {**TEXT, "writeOnly": True}, "name": TEXT}
    schema = {"type": "object", "required": ["id", "name"], "properties": marked, "additionalProperties": False}
    request, answer = sent(schema), composed(schema, without="writeOnly")
    assert [*request["properties"]] == ["secret", "name"]
    assert request["required"] == ["name"]
    assert [*answer["properties"]] == ["id", "name"]
    assert Draft202012Validator(request).is_valid({"name": "a", "id": 5})
    assert not Draft202012Validator(request).is_valid({"name": "a", "ids": 5})
    inside = {"allOf": [{"properties": marked}, {"required": ["id"]}]}
    assert sent(inside)["required"] == []


def kind(value, **members):
    """Return one of several schemas."""
    properties = {"kind": {"enum": [value]}, **members}
    return {"type": "object", "required": ["kind", *members], "properties": properties}


def test_a_choice_of_objects_becomes_one_object():
    """With the members of all; what goes with each value is realistic, and anything else is left open."""
    whole = sent({"oneOf": [kind("card", number=TEXT), kind("iban", iban=TEXT, name=TEXT)]})
    assert whole["required"] == ["kind"]
    assert whole["properties"]["kind"] == {"type": "string", "enum": ["card", "iban"]}
    assert [*whole["properties"]] == ["kind", "number", "iban", "name"]
    documented, realistic = Draft202012Validator(whole), Draft202012Validator(whole["x-realistic"])
    for params, is_realistic in (
        ({"kind": "card", "number": "1"}, True),
        ({"kind": "iban", "iban": "1", "name": "a"}, True),
        ({"kind": "iban", "iban": "1"}, False),
        ({"kind": "card", "number": "1", "iban": "1"}, False),
    ):
        assert documented.is_valid(params)
        assert realistic.is_valid(params) == is_realistic
    assert not documented.is_valid({"kind": "cash"})


def test_a_choice_without_a_sign_is_realistic_as_its_first():
    """Members that both have, and say something else of, may be either."""
    whole = sent({"anyOf": [NAMED, {"type": "object", "properties": {"name": NUMBER, "size": NUMBER}}, NULL]})
    assert whole["type"] == ["object", "null"]
    assert whole["required"] == []
    assert whole["properties"] == {"name": {"anyOf": [TEXT, NUMBER]}, "size": NUMBER}
    realistic = Draft202012Validator(whole["x-realistic"])
    assert realistic.is_valid({"name": "a"})
    assert not realistic.is_valid({"name": 5})
    assert not realistic.is_valid({"name": "a", "size": 5})


def test_a_schema_is_not_changed():
    """What comes out is another one."""
    schema = {"allOf": [NAMED, SIZED], "properties": {"id": {"readOnly": True}}}
    before = repr(schema)
    sent(schema)
    assert repr(schema) == before
