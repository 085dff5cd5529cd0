"""The editions of the page: what each says, where they differ, and which one an API version belongs to."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
from editions import HERE as FILES
from editions import as_json
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from ed_contract.case import Expectation
from ed_contract.contract import Contract, edition_of, editions
from ed_contract.contract.annotations import annotation_validator, annotations_of, nodes, problems
from ed_contract.contract.references import ANNOTATIONS
from ed_contract.contract.schemas import bare, realistic
from ed_contract.exceptions import UsageError
from ed_contract.expecting import expected

HERE = Path(__file__).parent
EDITIONS = editions()
ALL = pytest.mark.parametrize("edition", EDITIONS)
AZURE = {
    "azure_region": "eastus",
    "azure_resource_group_name": "orders",
    "azure_subscription_id": "5f2d8f6a-7c1b-4c54-9a0e-3b1d2f4e6a70",
}
WEBHOOK = {
    "name": "Orders",
    "enabled_events": ["v1.billing.meter.error_report_triggered"],
    "event_payload": "thin",
    "type": "webhook_endpoint",
    "webhook_endpoint": {"url": "https://example.com/"},
}
TO_AZURE = {
    "name": "Orders",
    "enabled_events": ["customer.created"],
    "event_payload": "snapshot",
    "type": "azure_event_grid",
    "azure_event_grid": AZURE,
}
EVENTBRIDGE = {"aws_account_id": "012345678901", "aws_region": "eu-west-1"}
IN_AZURE = "request/azure_event_grid"
ACCEPT, EITHER = Expectation.ACCEPT, Expectation.EITHER


def annotated(edition):
    """Return the operation of an edition, its request and its response, and all within them, each with its place."""
    operation = Contract.load(edition).operation
    found = [*nodes("request", operation.request), *nodes("response", operation.response)]
    return [("operation", operation.node), *found]


def differences(old, new, place=""):
    """Yield a line for each place at which two documents differ."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in [*old, *(name for name in new if name not in old)]:
            inner = f"{place}.{name}" if place else name
            if name not in old:
                yield f"+ {inner}: {json.dumps(new[name])}"
            elif name not in new:
                yield f"- {inner}: {json.dumps(old[name])}"
            else:
                yield from differences(old[name], new[name], inner)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from differences(one, other, f"{place}[{number}]")
    elif old != new:
        yield f"~ {place}: {json.dumps(old)} -> {json.dumps(new)}"


def test_there_are_five_editions():
    """The oldest first, each named for the month of its first API version."""
    assert EDITIONS == ("2024-10", "2026-03", "2026-04", "2026-07", "2026-09")
    assert [Contract.load(edition).since[:7] for edition in EDITIONS] == list(EDITIONS)


@ALL
def test_the_rows_of_an_edition_are_frozen(edition):
    """Every id with its level, in order, so that none vanishes or is renamed unnoticed."""
    rows = [f"{row.id} {row.level}" for row in Contract.load(edition).requirements.values()]
    assert rows == (HERE / "rows" / f"{edition}.txt").read_text(encoding="utf-8").splitlines()


def test_editions_differ_only_where_the_page_does():
    """Each from the one before it; the list is kept beside this test."""
    lines = []
    for one, other in itertools.pairwise(EDITIONS):
        lines += [f"{one} -> {other}", *differences(Contract.load(one).document, Contract.load(other).document)]
    assert lines == (HERE / "differences.txt").read_text(encoding="utf-8").splitlines()


@ALL
def test_the_document_of_an_edition_is_valid_openapi(edition):
    """It passes the official schema."""
    validate(Contract.load(edition).document)


@ALL
def test_the_examples_of_an_edition_satisfy_its_schemas(edition):
    """And the request is one that any real server takes."""
    contract = Contract.load(edition)
    node = contract.operation.node
    request = node["requestBody"]["content"]["application/json"]["example"]
    response = node["responses"]["2XX"]["content"]["application/json"]["example"]
    assert expected(contract, request) == (ACCEPT, None)
    Draft202012Validator(contract.response_schema).validate(response)


@ALL
def test_every_annotation_of_an_edition_is_as_its_schema_wants_it(edition):
    """At every place, and each kind of annotation at one place at least."""
    for place, node in annotated(edition):
        errors = [error.message for error in annotation_validator().iter_errors(annotations_of(node))]
        assert errors == [], place
    assert list(problems(Contract.load(edition).operation)) == []


def test_the_schema_of_annotations_knows_each_that_is_used():
    """The names that the reader knows, that the schema describes, and that the editions use are the same."""
    described = set(annotation_validator().schema["properties"])
    used = {name for edition in EDITIONS for _, node in annotated(edition) for name in node if name.startswith("x-")}
    assert described == used == set(ANNOTATIONS)


@ALL
def test_realistic_values_are_valid_under_both_schemas(edition):
    """Each of `x-values`, and each of an enum that narrows an open one; unusual ones are documented, not realistic."""
    for place, node in annotated(edition):
        listed = node["x-realistic"].get("enum", []) if "x-realistic" in node else []
        for value in [*node.get("x-values", []), *listed]:
            assert Draft202012Validator(bare(node)).is_valid(value), (place, value)
            assert Draft202012Validator(realistic(node)).is_valid(value), (place, value)
        for value in node.get("x-unusual", {}).values():
            assert Draft202012Validator(bare(node)).is_valid(value), (place, value)
            assert not Draft202012Validator(realistic(node)).is_valid(value), (place, value)


@ALL
def test_the_clients_of_the_page_are_told_header_for_header(edition):
    """All but curl and the CLI send a key; one names a charset."""
    clients = Contract.load(edition).operation.node["x-clients"]
    assert list(clients) == ["curl", "CLI", "Ruby", "Python", "PHP", "Java", "Node", "Go", ".NET"]
    assert [name for name, headers in clients.items() if "Idempotency-Key" not in headers] == ["curl", "CLI"]
    charsets = {name for name, headers in clients.items() if headers["Content-Type"] != "application/json"}
    assert charsets == {".NET"}
    for headers in clients.values():
        assert headers["Authorization"] == "Bearer {credential}"
        assert headers["Stripe-Version"] == "{version}"


@pytest.mark.parametrize(
    ("edition", "params", "outcome"),
    [
        ("2024-10", WEBHOOK | {"events_from": ["@self"]}, "request/events_from/items"),
        ("2026-03", WEBHOOK | {"events_from": ["@self"]}, ACCEPT),
        ("2026-03", WEBHOOK | {"events_from": ["@organization_members"]}, EITHER),
        ("2026-03", WEBHOOK | {"events_from": ["self"]}, EITHER),
        ("2026-03", WEBHOOK | {"events_from": ["anything"]}, EITHER),
        ("2026-03", WEBHOOK | {"events_from": [5]}, "request/events_from/items"),
        ("2026-03", TO_AZURE, "request/type/enum"),
        ("2026-04", TO_AZURE, ACCEPT),
        ("2026-04", TO_AZURE | {"azure_event_grid": AZURE | {"azure_region": "nowhere"}}, EITHER),
        ("2026-04", TO_AZURE | {"amazon_eventbridge": EVENTBRIDGE}, EITHER),
        ("2026-04", TO_AZURE | {"azure_event_grid": AZURE | {"azure_region": 5}}, f"{IN_AZURE}.azure_region/type"),
        ("2026-04", TO_AZURE | {"azure_event_grid": {}}, f"{IN_AZURE}.azure_region/required"),
        ("2026-04", TO_AZURE | {"azure_event_grid": None}, EITHER),
        ("2026-04", TO_AZURE | {"azure_event_grid": ""}, EITHER),
        ("2026-04", TO_AZURE | {"azure_event_grid": "none"}, f"{IN_AZURE}/type"),
        ("2026-04", WEBHOOK | {"azure_event_grid": AZURE}, EITHER),
        ("2026-04", WEBHOOK | {"type": "carrier_pigeon"}, "request/type/enum"),
        ("2026-07", WEBHOOK | {"type": "carrier_pigeon"}, EITHER),
        ("2026-07", WEBHOOK | {"type": 5}, "request/type/type"),
        ("2026-07", WEBHOOK | {"include": ["webhook_endpoint.colour"]}, EITHER),
        ("2026-07", WEBHOOK | {"include": ["webhook_endpoint.url"]}, ACCEPT),
        ("2026-07", WEBHOOK | {"event_payload": "thick"}, "request/event_payload/enum"),
        ("2026-09", WEBHOOK | {"snapshot_api_version": "2024-06-20"}, EITHER),
    ],
)
def test_an_edition_decides_what_must_become_of_a_create(edition, params, outcome):
    """Of free strings, a third type and open enums; a row is the one that a refused create breaks."""
    expectation, mutation = expected(Contract.load(edition), params)
    assert (expectation if mutation is None else mutation.requirement) == outcome


def test_names_of_before_come_back_as_those_of_now():
    """Since `2026-03` an answer shows the new values, whichever were sent."""
    echo = Contract.load("2026-03").parts.echo("events_from")
    assert (echo.as_set, echo.shown_as) == (True, {"self": "@self", "other_accounts": "@accounts"})


def test_rules_in_prose_are_should():
    """Each with the creates that it is about."""
    contract = Contract.load("2026-09")
    rows = [contract.requirement(f"request/{one.id}") for one in contract.parts.discouraged]
    assert [f"{row.level} {row.clause}: {row.statement}" for row in rows] == [
        "SHOULD Parameters › snapshot_api_version: A create that combines thin events with `snapshot_api_version` is "
        "refused.",
        "SHOULD Parameters › webhook_endpoint.url: In live mode, a create whose `webhook_endpoint.url` does not use "
        "https is refused.",
    ]
    thin, http = contract.parts.discouraged
    assert (thin.live, http.live) == ("", "livemode")

    def matching(params):
        return [one.id for one in (thin, http) if Draft202012Validator(one.when).is_valid(params)]

    assert matching(WEBHOOK) == []
    assert matching(WEBHOOK | {"snapshot_api_version": "2024-06-20"}) == [thin.id]
    assert matching(WEBHOOK | {"snapshot_api_version": "2024-06-20", "event_payload": "snapshot"}) == []
    assert matching(WEBHOOK | {"webhook_endpoint": {"url": "http://example.com/"}}) == [http.id]
    assert matching(TO_AZURE | {"webhook_endpoint": {"url": "http://example.com/"}}) == []


@pytest.mark.parametrize(
    ("edition", "api_version", "chosen"),
    [
        (None, None, "2024-10"),
        (None, "", "2024-10"),
        (None, "2024-09-30.acacia", "2024-10"),
        (None, "2026-02-25.clover", "2024-10"),
        (None, "2026-03-24", "2024-10"),
        (None, "2026-03-25.dahlia", "2026-03"),
        (None, "2026-04-21.dahlia", "2026-03"),
        (None, "2026-04-22.dahlia", "2026-04"),
        (None, "2026-06-24.dahlia", "2026-04"),
        (None, "2026-09-30.endive", "2026-09"),
        (None, "2031-01-01.rhubarb", "2026-09"),
        (None, "preview", "2024-10"),
        ("2026-04", "2024-09-30.acacia", "2026-04"),
    ],
)
def test_an_api_version_belongs_to_an_edition(edition, api_version, chosen):
    """To the newest that is not after it; an edition that was given goes before it."""
    assert edition_of(edition, api_version) == chosen


def test_an_edition_that_there_is_not_is_told_with_those_that_there_are():
    """In two lines."""
    for choose in (lambda: edition_of("2025-01", None), lambda: Contract.load("2025-01")):
        with pytest.raises(UsageError) as told:
            choose()
        assert str(told.value) == (
            "unknown edition '2025-01'\nthe editions of the page are 2024-10, 2026-03, 2026-04, 2026-07, 2026-09."
        )


def test_the_json_of_an_edition_is_what_its_yaml_says():
    """`uv run python docs/editions.py` writes it."""
    for path in FILES.glob("*.yaml"):
        assert path.with_suffix(".json").read_text(encoding="utf-8") == as_json(path)
    assert {path.stem for path in FILES.glob("*.json")} == {*editions()}
