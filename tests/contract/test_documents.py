"""A document of one's own: what is wrong with it is told in two lines, with the place."""

from __future__ import annotations

import copy
from contextlib import suppress

import pytest
from common.documents import BODY, DOCUMENT, FILE, OPERATION, POST, REQUEST_AT, changed

from ed_contract.contract import Contract
from ed_contract.exceptions import UsageError
from ed_contract.kinds.validity import fits, is_usual


def test_a_document_of_ones_own_is_read(loaded):
    """Its operation, its rows and what its annotations say."""
    contract = loaded(DOCUMENT)
    assert (contract.edition, contract.operation.method, contract.operation.path) == (FILE, "POST", "/payments")
    assert (
        contract.requirement("request/amount/type").statement == "A create whose `amount` is not an integer is refused."
    )
    assert contract.parts.choice.objects == {"card": "card"}
    assert [one.place for one in contract.parts.echoes] == ["amount", "currency"]


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ("a: b: c", f"{FILE} is neither JSON nor YAML (line 1, column 5)\ngive an OpenAPI document."),
        ("- a\n- b\n", f"{FILE} is not an OpenAPI 3 document: there is no `openapi`\ngive one of version 3.0 or 3.1."),
        (
            "swagger: '2.0'\n",
            f"{FILE} is not an OpenAPI 3 document: there is no `openapi`\ngive one of version 3.0 or 3.1.",
        ),
        (
            "openapi: 4.0.0\n",
            f'{FILE} is not an OpenAPI 3 document: `openapi` is "4.0.0"\ngive one of version 3.0 or 3.1.',
        ),
        (
            "openapi: 3.1.0\n",
            f"{FILE}: paths: no operations may be the create\ngive a document with a POST operation.",
        ),
        (
            changed("paths", ["/payments"]),
            f'{FILE}: paths: invalid value ["/payments"]\nexpected an object.',
        ),
        (
            changed(f"{OPERATION} responses 201 content", "application/json"),
            f'{FILE}: {POST}.responses.201.content: invalid value "application/json"\nexpected an object.',
        ),
        (
            changed(f"{OPERATION} requestBody", {"content": {"text/plain": {}}}),
            f"{FILE}: {POST}.requestBody: no JSON body documented\ngive an operation whose request has a JSON schema.",
        ),
        (
            changed(REQUEST_AT, {"type": "array"}),
            f"{FILE}: {POST}.requestBody: the body is not an object\ngive an operation that takes a JSON object.",
        ),
        (
            changed(f"{OPERATION} responses", {"204": {}}),
            f"{FILE}: {POST}.responses: a successful answer has no JSON schema\ndocument the answer to a create.",
        ),
        (
            changed(f"{REQUEST_AT} properties currency", {"allOf": [{"const": "eur"}, {"const": "usd"}]}),
            f"{FILE}: request.currency: found no value that the schema allows\ngive some in x-values.",
        ),
        (
            changed(f"{REQUEST_AT} minProperties", 99),
            f"{FILE}: request: found no value that the schema allows\ngive some in x-values.",
        ),
    ],
)  # fmt: skip
def test_what_is_no_document_of_a_create_is_told(loaded, document, told):
    """With what was found instead."""
    with pytest.raises(UsageError) as caught:
        loaded(document)
    assert str(caught.value) == told


def test_an_operation_that_there_is_not_is_told(loaded):
    """With those that there are."""
    with pytest.raises(UsageError) as caught:
        loaded(DOCUMENT, operation="createPayments")
    assert str(caught.value) == (
        f"{FILE}: paths: unknown operation 'createPayments'\n--operation takes one of createPayment."
    )


def test_several_creates_are_told(loaded):
    """One of them has to be named."""
    document = changed("paths /refunds", copy.deepcopy(DOCUMENT["paths"]["/payments"]))
    document["paths"]["/refunds"]["post"]["operationId"] = "createRefund"
    with pytest.raises(UsageError) as caught:
        loaded(document)
    assert str(caught.value) == (
        f"{FILE}: paths: 2 operations may be the create\n--operation takes one of createPayment, createRefund."
    )
    assert loaded(document, operation="createRefund").operation.path == "/refunds"


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("#/components/schemas/Lag", "leads nowhere\nthere is no 'Lag'."),
        ("other.yaml#/Leg", "leads out of the document\nbundle everything into one document."),
        ("#/components/schemas/Node", "is circular\nwrite out one of its members."),
    ],
)
def test_a_reference_that_cannot_be_followed_is_told(loaded, reference, told):
    """It leads nowhere, elsewhere, or only back to itself."""
    document = changed("components schemas Node", {"$ref": "#/components/schemas/Edge"})
    document["components"]["schemas"]["Edge"] = {"$ref": "#/components/schemas/Node"}
    document["paths"]["/payments"]["post"]["requestBody"]["content"]["application/json"]["schema"]["properties"][
        "legs"
    ] = {
        "type": "array",
        "items": {"$ref": reference},
    }
    with pytest.raises(UsageError) as caught:
        loaded(document)
    assert str(caught.value) == f"{FILE}: {BODY}.properties.legs.items: $ref {reference!r} {told}"


def test_a_schema_that_holds_itself_is_read_as_far_as_it_ends(loaded):
    """What may be left out is; a list of it may be empty; and what has no end is told."""
    leg = {"$ref": "#/components/schemas/Leg"}
    several = {"type": "array", "items": leg}
    properties = {"to": {"type": "string"}, "next": leg, "more": several, "any": {"anyOf": [leg, {"type": "null"}]}}
    place = "components schemas Leg"
    contract = loaded(changed(place, {"type": "object", "required": ["more"], "properties": properties}))
    item = contract.request_schema["properties"]["legs"]["items"]
    assert item == {
        "type": "object",
        "required": ["more"],
        "properties": {"to": {"type": "string"}, "more": {"type": "array"}},
    }
    spec = contract.request_spec.members["legs"]
    assert fits(spec, [{"more": [{"to": "here"}]}])
    assert not is_usual(spec, [{"more": [{"to": "here"}]}])
    assert is_usual(spec, [{"more": []}])
    document = changed(place, {"type": "object", "required": ["next"], "properties": {"next": leg}})
    document["paths"]["/payments"]["post"]["requestBody"]["content"]["application/json"]["schema"] = leg
    with pytest.raises(UsageError) as caught:
        loaded(document)
    told = "$ref '#/components/schemas/Leg' is circular\nwrite out one of its members."
    assert str(caught.value) == f"{FILE}: {BODY}.properties.next: {told}"


def test_a_document_whose_schemas_hold_each_other_is_read(loaded):
    """Thirty that each hold all: what lies deep is left out, or nothing would come to an end."""
    document = copy.deepcopy(DOCUMENT)
    names = [f"S{number}" for number in range(30)]
    every = {name: {"$ref": f"#/components/schemas/{name}"} for name in names}
    document["components"]["schemas"] |= {name: {"type": "object", "properties": every} for name in names}
    document["components"]["schemas"]["Leg"] = every["S0"]
    legs = loaded(document).request_spec.members["legs"]
    assert "S1" in legs.item.members


def members_of(node, place=()):
    """Yield the place of every value in a document."""
    for name, child in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield (*place, name)
        yield from members_of(child, (*place, name))


@pytest.mark.parametrize("odd", [None, 5, "x", [], {}, [5], True, False, {"$ref": "#/openapi"}])
def test_no_value_at_any_place_is_a_crash(loaded, odd):
    """A document is read, or told in two lines."""
    messages = []
    for place in members_of(DOCUMENT):
        document = copy.deepcopy(DOCUMENT)
        node = document
        for name in place[:-1]:
            node = node[name]
        node[place[-1]] = odd
        try:
            loaded(document)
        except UsageError as told:
            messages.append(str(told))
    assert messages
    assert [message for message in messages if message.count("\n") != 1] == []


@pytest.mark.parametrize(
    "name", ["nullable", "enum", "default", "const", "example", "x-ray", "x-values", "required", "$id"]
)
def test_a_field_may_be_called_as_a_keyword_is(loaded, name):
    """Or as an annotation: it is a field, with what its reference leads to."""
    document = changed(f"{REQUEST_AT} properties {name}", {"$ref": "#/components/schemas/Leg"})
    document["paths"]["/payments"]["post"]["requestBody"]["content"]["application/json"]["schema"]["required"] = [name]
    contract = loaded(document)
    assert [row for row in contract.requirements if row.startswith(f"request/{name}")] == [
        f"request/{name}/required",
        f"request/{name}/type",
        f"request/{name}.to/type",
    ]
    assert contract.request_spec.members[name].kind == "object"


@pytest.mark.parametrize("odd", [None, 5, "x", [5], {"odd": 5}])
@pytest.mark.parametrize(
    "place",
    [
        "components schemas Leg required",
        "components schemas Leg properties kind enum",
        "components schemas Leg properties",
        "components schemas Leg allOf",
        "components schemas Leg oneOf",
        "components schemas Leg discriminator",
        "components schemas Leg discriminator mapping",
        "components schemas Leg discriminator mapping a",
    ],
)
def test_no_value_in_what_is_composed_is_a_crash(loaded, place, odd):
    """Nor where a schema holds itself, or one of 3.0 may be null."""
    document = copy.deepcopy(DOCUMENT)
    leg = {"$ref": "#/components/schemas/Leg"}
    document["components"]["schemas"]["Leg"] = {
        "nullable": True,
        "required": ["kind"],
        "properties": {"kind": {"enum": ["a"], "nullable": True}, "next": leg},
        "allOf": [{"properties": {"size": {"type": "integer"}}}],
        "oneOf": [{"properties": {"to": {"type": "string"}}}, {"$ref": "#/components/schemas/Other"}],
        "discriminator": {"propertyName": "kind", "mapping": {"a": "Other"}},
    }
    document["components"]["schemas"]["Other"] = {"properties": {"from": {"type": "string"}}}
    *parents, last = place.split(" ")
    node = document
    for name in parents:
        node = node[name]
    node[last] = odd
    with suppress(UsageError):
        assert "request/amount/type" in loaded(document).requirements


def test_a_file_that_is_not_there_is_told(tmp_path):
    """With what the system says."""
    path = tmp_path / "nothing.yaml"
    with pytest.raises(UsageError) as caught:
        Contract.load(path)
    assert str(caught.value) == f"cannot read {path}: No such file or directory\ngive an OpenAPI document."


def test_a_document_of_version_3_0_is_read_as_one_of_3_1(loaded):
    """Null is a type there, and an exclusive bound a number."""
    document = changed("openapi", "3.0.3")
    properties = document["paths"]["/payments"]["post"]["responses"]["201"]["content"]["application/json"]["schema"][
        "properties"
    ]
    properties["currency"] = {"type": "string", "nullable": True, "enum": ["eur"]}
    properties["amount"] = {"type": "integer", "minimum": 0, "exclusiveMinimum": True}
    schema = loaded(document).response_schema["properties"]
    assert schema["currency"] == {"type": ["string", "null"], "enum": ["eur", None]}
    assert schema["amount"] == {"type": "integer", "exclusiveMinimum": 0}
