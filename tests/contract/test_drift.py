"""A document drifts from an edition where their rows differ, and not where OpenAPI says one thing in another way."""

from __future__ import annotations

import itertools
import json

import pytest

from ed_contract.contract import Contract, editions
from ed_contract.contract.document import Reader
from ed_contract.contract.drift import Difference, drift
from ed_contract.contract.exporting import VERSIONS, exported

SEED = Contract.load("2024-10").operation


def operation(request, response=None, *, version="3.1.0", schemas=None):
    """Return the create of a document with these members in its request and its response."""
    holder = {"type": "object", **request}
    shown = {"type": "object", **(response or {})}
    document = {
        "openapi": version,
        "paths": {
            "/x": {
                "post": {
                    "requestBody": {"content": {"application/json": {"schema": holder}}},
                    "responses": {"201": {"content": {"application/json": {"schema": shown}}}},
                }
            }
        },
        "components": {"schemas": schemas or {}},
    }
    return Reader(document, "x").operation()


def in_request(schema, *, required=(), **more):
    """Return a create with one parameter `a`."""
    return operation({"properties": {"a": schema}, "required": list(required)}, **more)


def in_response(schema, **more):
    """Return a create whose answer has one member `a`."""
    return operation({"properties": {}}, {"properties": {"a": schema}}, **more)


def told(one, other):
    """Return the differences, a line each."""
    return [f"{found.row}: {found.edition} | {found.document}" for found in drift(one, other).differences]


@pytest.mark.parametrize("edition", editions())
def test_an_edition_does_not_drift_from_itself(edition):
    """Of all its rows that a schema says, none differs."""
    contract = Contract.load(edition)
    found = drift(contract.operation, contract.operation)
    rows = [row.id for row in contract.requirements.values() if row.id.startswith(("request/", "response/"))]
    said_by_schemas = [
        row for row in rows if row.rpartition("/")[2] in {"required", "type", "enum", "items", "const", "format"}
    ]
    assert (found.same, found.differences) == (len(said_by_schemas), ())


def test_editions_drift_where_the_page_does():
    """From each to the next: rows that come, and rows that say something else."""
    counts = []
    for one, other in itertools.pairwise(editions()):
        found = drift(Contract.load(one).operation, Contract.load(other).operation).differences
        new = [each for each in found if each.edition is None]
        gone = [each for each in found if each.document is None]
        counts.append((one, other, len(found) - len(new) - len(gone), len(new), len(gone)))
    assert counts == [
        ("2024-10", "2026-03", 2, 0, 0),
        ("2026-03", "2026-04", 3, 18, 0),
        ("2026-04", "2026-07", 1, 4, 4),
        ("2026-07", "2026-09", 0, 0, 0),
    ]


def test_a_row_that_says_something_else_is_told_with_both_sentences():
    """A value that is new."""
    found = drift(SEED, Contract.load("2026-04").operation).differences
    assert found[0] == Difference(
        row="request/type/enum",
        edition="A create whose `type` is not one of `webhook_endpoint`, `amazon_eventbridge` is refused.",
        document="A create whose `type` is not one of `webhook_endpoint`, `amazon_eventbridge`, `azure_event_grid` is "
        "refused.",
    )
    assert found[2] == Difference(
        row="request/azure_event_grid/type",
        edition=None,
        document="A create whose `azure_event_grid` is not an object is refused.",
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"enum": ["x", "y"]}, {"type": "string", "enum": ["y", "x"]}),
        ({"enum": ["x"]}, {"const": "x"}),
        ({"type": "string"}, {"type": ["string"]}),
        ({"type": "string"}, {"type": "string", "description": "A name.", "maxLength": 5, "x-order": 1}),
        ({"type": "string"}, {"allOf": [{"type": "string"}]}),
        ({"type": "array", "items": {"type": "string"}}, {"items": {"type": "string", "minLength": 1}}),
        ({"type": "object", "properties": {}}, {"properties": {}}),
    ],
)
def test_what_is_written_otherwise_is_the_same(one, other):
    """In a request as in a response."""
    assert told(in_request(one), in_request(other)) == []
    assert told(in_response(one), in_response(other)) == []


@pytest.mark.parametrize(
    "schema",
    [
        {"type": ["string", "null"]},
        {"type": ["null", "string"]},
        {"anyOf": [{"type": "string"}, {"type": "null"}]},
        {"oneOf": [{"type": "null"}, {"type": "string"}]},
    ],
)
def test_null_is_written_in_many_ways(schema):
    """It matters in a response, and for a parameter that is required; an optional one may be null anyway."""
    nullable = in_response({"type": "string", "nullable": True}, version="3.0.3")
    assert told(nullable, in_response(schema)) == []
    assert len(told(in_response({"type": "string"}), in_response(schema))) == 1
    assert told(in_request({"type": "string"}), in_request(schema)) == []
    assert len(told(in_request({"type": "string"}, required=["a"]), in_request(schema, required=["a"]))) == 1


def test_a_nullable_reference_of_version_3_0_may_be_null():
    """It stands in `allOf`, since nothing could stand beside it."""
    schemas = {"A": {"type": "object", "properties": {"b": {"type": "string"}}, "required": ["b"]}}
    theirs = in_response(
        {"allOf": [{"$ref": "#/components/schemas/A"}], "nullable": True}, version="3.0.3", schemas=schemas
    )
    ours = in_response({**schemas["A"], "type": ["object", "null"]})
    assert told(ours, theirs) == []


@pytest.mark.parametrize(
    ("one", "other", "differences"),
    [
        (
            in_request({"type": "string"}, required=["a"]),
            in_request({"type": "string"}),
            ["request/a/required: A create without `a` is refused. | None"],
        ),
        (
            in_request({"type": "string"}),
            in_request({"type": "integer"}),
            [
                "request/a/type: A create whose `a` is not a string is refused. | "
                "A create whose `a` is not an integer is refused."
            ],
        ),
        (
            in_request({"enum": ["x", "y"]}),
            in_request({"enum": ["x", 5, None]}, required=["a"]),
            [
                "request/a/enum: A create whose `a` is not one of `x`, `y` is refused. | "
                "A create whose `a` is not one of `x`, `5`, `null` is refused.",
                "request/a/required: None | A create without `a` is refused.",
            ],
        ),
        (
            in_response({"type": "string", "format": "date-time"}),
            in_response({"type": "string", "format": "uri"}),
            [
                "response/a/format: `a` is an RFC 3339 timestamp. | `a` is in the format uri.",
            ],
        ),
        (
            in_response({"enum": ["x", "y"]}),
            in_response({"type": "string"}),
            ["response/a/enum: `a` is one of `x`, `y`. | None", "response/a/type: None | `a` is a string."],
        ),
    ],
)  # fmt: skip
def test_what_says_something_else_differs(one, other, differences):
    """What is required, types, values, formats."""
    assert told(one, other) == differences


def test_what_stands_in_several_schemas_is_one_object():
    """The members of all of `allOf`, and what each requires."""
    parts = [
        {"properties": {"a": {"type": "string"}}, "required": ["a"]},
        {"type": "object", "properties": {"b": {"enum": ["x"]}}, "required": ["b"]},
    ]
    whole = {"properties": {"a": {"type": "string"}, "b": {"const": "x"}}, "required": ["a", "b"]}
    assert told(operation(whole, whole), operation({"allOf": parts}, {"allOf": parts})) == []


def test_a_document_of_another_create_is_compared_all_the_same():
    """Path and id are its own; what differs is the rows."""
    other = json.loads(json.dumps(Contract.load("2024-10").document))
    other["paths"] = {"/hooks": {"post": other["paths"].popitem()[1]["post"] | {"operationId": "createHook"}}}
    theirs = Reader(other, "hooks").operation(like=SEED)
    assert (theirs.path, drift(SEED, theirs).differences) == ("/hooks", ())


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("edition", editions())
def test_an_exported_document_says_the_same(edition, version):
    """Null is written as its version wants, constants as enums; bounds and patterns are not compared."""
    contract = Contract.load(edition)
    document = exported(contract, version)
    assert drift(contract.operation, Reader(document, "exported").operation()).differences == ()


def test_the_create_at_the_same_path_is_meant():
    """Where a document has many."""
    other = json.loads(json.dumps(Contract.load("2024-10").document))
    other["paths"] = {"/hooks": {"post": {"requestBody": {}, "operationId": "createHook"}}, **other["paths"]}
    assert Reader(other, "hooks").operation(like=SEED).path == SEED.path
