"""What a document says without annotations: rows for every keyword, headers, statuses, and the form of a refusal."""

from __future__ import annotations

import pytest
import yaml

from ed_contract.case import Expectation
from ed_contract.checks.echo import agree
from ed_contract.contract import CONTRACT, Contract, row_of
from ed_contract.contract.schema_rows import schema_rows
from ed_contract.contract.validator import validator
from ed_contract.expecting import expected

LINE = {
    "type": "object",
    "required": ["sku"],
    "properties": {"sku": {"type": "string", "minLength": 1}, "tags": {"type": "array", "items": {"type": "string"}}},
}
REQUEST = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "amount": {"type": "integer", "minimum": 1, "exclusiveMaximum": 100, "multipleOf": 5},
        "on": {"type": "string", "format": "date"},
        "url": {"type": "string", "format": "uri", "pattern": "^https", "maxLength": 9},
        "lines": {"type": "array", "items": LINE, "minItems": 1, "uniqueItems": True},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}, "maxProperties": 2},
        "closed": {"type": "object", "additionalProperties": False, "properties": {}},
    },
}


@pytest.fixture
def loaded(tmp_path):
    """Returns what loads a document of one create, with more at its operation and its top."""

    def load(*, operation=None, request=REQUEST, response=None, responses=None, **top):
        answer = {"content": {"application/json": {"schema": response or {"properties": {"id": {"type": "string"}}}}}}
        create = {
            "requestBody": {"content": {"application/json": {"schema": request}}},
            "responses": {"201": answer, **(responses or {})},
            **(operation or {}),
        }
        path = tmp_path / "own.yaml"
        path.write_text(yaml.safe_dump({"openapi": "3.1.0", "paths": {"/things": {"post": create}}, **top}))
        return Contract.load(path)

    return load


def test_each_keyword_has_a_sentence():
    """Bounds, lengths, forms, members of elements, and what is not documented."""
    assert {row.id.removeprefix("request/"): row.statement for row in schema_rows("request", REQUEST)} == {
        "additionalProperties": "A create whose body has an undocumented member is refused.",
        "amount/type": "A create whose `amount` is not an integer is refused.",
        "amount/minimum": "A create whose `amount` is less than 1 is refused.",
        "amount/exclusiveMaximum": "A create whose `amount` is not less than 100 is refused.",
        "amount/multipleOf": "A create whose `amount` is not a multiple of 5 is refused.",
        "on/type": "A create whose `on` is not a string is refused.",
        "on/format": "A create whose `on` is not an RFC 3339 date is refused.",
        "url/type": "A create whose `url` is not a string is refused.",
        "url/pattern": "A create whose `url` does not match `^https` is refused.",
        "url/maxLength": "A create whose `url` has more than 9 characters is refused.",
        "lines/type": "A create whose `lines` is not an array is refused.",
        "lines/items": "A create with an element of `lines` that is not an object is refused.",
        "lines/minItems": "A create whose `lines` is empty is refused.",
        "lines/uniqueItems": "A create whose `lines` has duplicate elements is refused.",
        "lines[].sku/required": "A create without `lines[].sku` is refused if `lines[]` is an object.",
        "lines[].sku/type": "A create whose `lines[].sku` is not a string is refused.",
        "lines[].sku/minLength": "A create whose `lines[].sku` is empty is refused.",
        "lines[].tags/type": "A create whose `lines[].tags` is not an array is refused.",
        "lines[].tags/items": "A create with an element of `lines[].tags` that is not a string is refused.",
        "labels/type": "A create whose `labels` is not an object is refused.",
        "labels/additionalProperties": "A create with an extra member of `labels` that is not a string is refused.",
        "labels/maxProperties": "A create whose `labels` has more than 2 members is refused.",
        "closed/type": "A create whose `closed` is not an object is refused.",
        "closed/additionalProperties": "A create whose `closed` has an undocumented member is refused.",
    }


@pytest.mark.parametrize(
    ("path", "missing", "row"),
    [
        (("properties", "lines", "items", "required"), "sku", "request/lines[].sku/required"),
        (("properties", "lines", "items", "properties", "sku", "type"), "", "request/lines[].sku/type"),
        (("properties", "lines", "items", "type"), "", "request/lines/items"),
        (
            ("properties", "lines", "items", "properties", "tags", "items", "type"),
            "",
            "request/lines[].tags/items",
        ),
        (("properties", "labels", "additionalProperties", "type"), "", "request/labels/additionalProperties"),
        (("allOf", 0, "properties", "amount", "minimum"), "", "request/amount/minimum"),
        (("additionalProperties",), "", "request/additionalProperties"),
    ],
)
def test_an_error_finds_its_row_at_any_depth(path, missing, row):
    """In elements, in entries, and in parts of `allOf`."""
    assert row_of("request", path, missing=missing) == row


def test_what_has_no_sentence_is_not_judged(loaded):
    """A create that breaks only a choice between schemas may be taken or refused."""
    request = {"type": "object", "properties": {"a": {"oneOf": [{"type": "string"}, {"type": "integer"}]}}}
    assert expected(loaded(request=request), {"a": 5.5}) == (Expectation.EITHER, None)


def test_the_status_of_a_success_is_the_documented_one(loaded):
    """Any 2xx where it says no more."""
    assert loaded().parts.successes == (201,)
    assert loaded().requirements["response/status"].statement.startswith("A create is answered with 201 or an error")
    assert loaded(responses={"200": {}}).parts.successes == (200, 201)
    assert loaded(responses={"2XX": {}}).parts.successes == ()
    assert CONTRACT.parts.successes == ()


def test_the_form_of_a_refusal_is_the_documented_one(loaded):
    """The texts that it must have; of an undocumented form nothing is said."""
    problem = {"type": "object", "required": ["title"], "properties": {"title": {"type": "string"}}}
    contract = loaded(responses={"400": {"content": {"application/problem+json": {"schema": problem}}}})
    row = contract.requirements["robustness/error-envelope"]
    assert row.statement == "A refusal is a JSON object with `title`."
    assert "robustness/error-envelope" not in loaded().requirements
    assert CONTRACT.parts.envelope == ("error.code", "error.message")


def test_what_answers_do_not_have_is_not_judged(loaded):
    """No row about the id of an answer without one, and none about timestamps where a format is something else."""
    rows = loaded(response={"properties": {"url": {"type": "string", "format": "uri"}}}).requirements
    assert not {"response/id/unique", "response/timestamp-separator", "response/url/format"} & rows.keys()


def test_an_optional_member_may_be_null_at_any_depth(loaded):
    """In an element of a list too; not so a required one, or an element itself."""
    contract = loaded()
    line = {"sku": "A"}
    for element, expectation in (
        ({**line, "tags": None}, Expectation.EITHER),
        ({**line, "tags": [None]}, Expectation.REJECT),
        ({"sku": None}, Expectation.REJECT),
        (None, Expectation.REJECT),
    ):
        assert expected(contract, {"lines": [element]})[0] is expectation, element


@pytest.mark.parametrize(
    ("schema", "value", "valid"),
    [
        ({"multipleOf": 0.01}, 19.99, True),
        ({"multipleOf": 0.01}, 7.125, False),
        ({"multipleOf": 0.01}, float("inf"), False),
        ({"multipleOf": 5}, 10**400, True),
        ({"pattern": "^a$"}, "a", True),
        ({"pattern": "^a$"}, "a\n", False),
        ({"type": "integer"}, 100.0, True),
        ({"format": "date"}, "soon", False),
        ({"format": "uri"}, "soon", True),
    ],
)
def test_values_are_validated_as_a_document_means_them(schema, value, valid):
    """Decimals are decimals, an end is an end, and hints are no rules."""
    assert validator(schema).is_valid(value) is valid


def test_a_whole_number_with_a_point_may_be_refused():
    """Although it is an integer to JSON Schema."""
    assert not validator({"type": "integer"}, points=False).is_valid(100.0)
    assert validator({"type": "integer"}, points=False).is_valid(100)


def test_numbers_and_nulls_come_back_as_readers_have_them():
    """19.0 as 19, and an absent member of an element as null; nothing else."""
    sent = [{"sku": "A", "rate": 19.0, "tax": None}]
    assert agree(None, sent, [{"sku": "A", "rate": 19}])
    assert not agree(None, sent, [{"sku": "A", "rate": 20}])
    assert not agree(None, {"a": None}, {})
    assert not agree(None, True, 1)
