"""The page as data: a valid document, rows computed from it, and selection by glob."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from ed_contract.contract import CONTRACT, row_of
from ed_contract.contract.schema_rows import schema_rows
from ed_contract.exceptions import UsageError
from ed_contract.requirement import Level

OPERATION = CONTRACT.document["paths"]["/v2/core/event_destinations"]["post"]


def test_the_document_is_valid_openapi():
    """The exported document passes the official schema."""
    validate(CONTRACT.document)


def test_the_page_example_satisfies_its_schemas():
    """The example request and response, which stand in the document too."""
    request = OPERATION["requestBody"]["content"]["application/json"]["example"]
    response = OPERATION["responses"]["2XX"]["content"]["application/json"]["example"]
    Draft202012Validator(CONTRACT.request_schema).validate(request)
    Draft202012Validator(CONTRACT.response_schema).validate(response)


def test_ids_are_well_formed_and_unique():
    """`area/slug`, in the words of the page or in lower case."""
    for identifier, row in CONTRACT.requirements.items():
        assert identifier == row.id
        assert re.fullmatch(r"[a-z]+(/[a-z][a-z0-9_.-]*)+", identifier), identifier
        assert row.statement.endswith(".")
        assert row.clause


def test_each_keyword_at_each_place_has_a_row():
    """A new field or enum value brings its rows along."""
    rows = [row.id for row in schema_rows("request", CONTRACT.request_schema)]
    assert rows[:4] == ["request/name/required", "request/name/type", "request/type/required", "request/type/enum"]
    grown = json.loads(json.dumps(CONTRACT.request_schema))
    grown["properties"]["azure_event_grid"] = {
        "type": "object",
        "required": ["topic"],
        "properties": {"topic": {"type": "string"}},
    }
    added = [row.id for row in schema_rows("request", grown) if row.id not in rows]
    assert added == [
        "request/azure_event_grid/type",
        "request/azure_event_grid.topic/required",
        "request/azure_event_grid.topic/type",
    ]


def test_an_error_finds_its_row():
    """What the validator says leads to the id of the requirement."""
    assert row_of("response", ("properties", "created", "format")) == "response/created/format"
    assert row_of("request", ("required",), missing="name") == "request/name/required"
    path = ("properties", "webhook_endpoint", "properties", "url", "type")
    assert row_of("request", path) == "request/webhook_endpoint.url/type"
    assert row_of("request", ("properties", "events_from", "items", "enum")) == "request/events_from/items"


def test_what_the_page_does_not_say_is_no_must():
    """Conventions are SHOULD: they fail a run under --strict alone."""
    should = {row.id for row in CONTRACT.requirements.values() if row.level is Level.SHOULD}
    assert should == {
        "response/timestamp-separator",
        "response/well-formed",
        "echo/normalised",
        "include/secret-elsewhere",
        "include/secret-shared",
        "idempotency/one-effect",
        "idempotency/same-parameters",
        "idempotency/conflict/absent-or-empty",
        "idempotency/refused/owner",
        "robustness/error-envelope",
        "robustness/no-leak",
        "auth/no-key",
        "auth/empty-key",
        "auth/other-scheme",
        "auth/unknown-key",
    }


def test_selection_is_by_glob():
    """`*` matches over slashes, and the order stays that of the page."""
    assert [row.id for row in CONTRACT.select(["echo/web*", "echo/name"])] == ["echo/name", "echo/webhook_endpoint.url"]
    kept = CONTRACT.select(["idempotency/*"], ["*/conflict/*", "*burst*"])
    assert [row.id for row in kept][:2] == ["idempotency/replay", "idempotency/keys-independent"]
    assert len(CONTRACT.select()) == len(CONTRACT.requirements)


def test_a_glob_that_matches_nothing_says_what_is_near():
    """A typo is told with the nearest ids."""
    with pytest.raises(UsageError) as caught:
        CONTRACT.select(["idempotency/reply"])
    assert str(caught.value) == (
        "no requirement that matches 'idempotency/reply'\n"
        "did you mean idempotency/replay? `ed-contract list` shows them all."
    )
    with pytest.raises(UsageError, match="no requirement 'nothing/at/all'"):
        CONTRACT.requirement("nothing/at/all")


@pytest.mark.parametrize(
    ("docs", "page"),
    [
        ({"url": "https://docs.example/payments"}, "https://docs.example/payments"),
        ({"url": "javascript:alert(1)"}, ""),
        ({"description": "ask Bob"}, ""),
        (None, ""),
    ],
)
def test_the_page_is_where_the_document_says_that_the_create_is_documented(docs, page):
    """A URL that a reader may follow, or none."""
    node = {**CONTRACT.operation.node, "externalDocs": docs}
    contract = replace(CONTRACT, operation=replace(CONTRACT.operation, node=node))
    assert contract.page == page
    assert CONTRACT.page == "https://docs.stripe.com/api/v2/core/event-destinations/create"


@pytest.mark.parametrize(
    ("wanted", "hint"),
    [
        ("idempotency", "did you mean 'idempotency/*'? `ed-contract list` shows them all."),
        ("echo/name,echo/type", "give each id its own option: ids contain no commas."),
    ],
)
def test_an_area_and_a_list_of_ids_are_told_how_they_are_written(wanted, hint):
    """Both are what people try first."""
    with pytest.raises(UsageError) as refused:
        CONTRACT.select(wanted)
    assert str(refused.value) == f"no requirement that matches {wanted!r}\n{hint}"
