"""Exported documents: valid OpenAPI of each version, and exactly what the reference server takes and answers."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from ed_contract import reference
from ed_contract.contract import CONTRACT, Contract, editions
from ed_contract.contract import exporting as module
from ed_contract.contract.exporting import VERSIONS, exported
from ed_contract.options import DEFAULTS
from ed_contract.planning import plan

EACH = pytest.mark.parametrize("edition", editions())
IN_EACH = pytest.mark.parametrize("version", VERSIONS)
DECISIONS = yaml.safe_load((Path(module.__file__).parent / "exported.yaml").read_bytes())


def create_in(document):
    """Return the create of a document."""
    return document["paths"]["/v2/core/event_destinations"]["post"]


def validator(document, schema):
    """Return a validator of a schema of a document."""
    whole = {"$ref": f"#/components/schemas/{schema}", "components": document["components"]}
    return Draft202012Validator(whole)


def words(node):
    """Yield every keyword and name in a document, except for those in examples."""
    if isinstance(node, list):
        for one in node:
            yield from words(one)
    elif isinstance(node, dict):
        for name, one in node.items():
            yield name
            yield from words(one) if name != "example" else ()


@EACH
@IN_EACH
def test_it_is_valid_and_plain(edition, version):
    """OpenAPI of the version, with statuses of their own, no annotations and nothing of another version."""
    document = exported(Contract.load(edition), version)
    validate(document)
    assert document["openapi"].startswith(version)
    assert list(create_in(document)["responses"]) == ["200", "400", "401", "409"]
    used = {*words(document)}
    assert [name for name in used if name.startswith("x-")] == []
    assert ("nullable" in used) == (version == "3.0")
    assert ("propertyNames" in used) == (version == "3.1")
    assert (["string", "null"] in [one.get("type") for one in _members(document)]) == (version == "3.1")


def _members(document):
    return document["components"]["schemas"]["EventDestination"]["properties"].values()


@EACH
@IN_EACH
def test_its_examples_satisfy_its_schemas(edition, version):
    """The page's request and answer, and those of refusals."""
    document = exported(Contract.load(edition), version)
    create = create_in(document)
    sent = create["requestBody"]["content"]["application/json"]["example"]
    assert sent == CONTRACT.example
    validator(document, "CreateEventDestination").validate(sent)
    refused = document["components"]["responses"]["Unauthenticated"]
    for status, answer in (create["responses"] | {"401": refused}).items():
        shown = answer["content"]["application/json"]["example"]
        if version == "3.1":  # which is JSON Schema
            validator(document, "EventDestination" if status == "200" else "Error").validate(shown)


@EACH
def test_it_allows_what_the_reference_takes(edition):
    """Of the values that a run sends, and on both sides of each bound.

    No pattern that all tools know says that a text has no lone surrogates, or what an IPv6 address is.
    """
    contract, document = Contract.load(edition), exported(Contract.load(edition), "3.1")
    allowed = validator(document, "CreateEventDestination")
    sent = [*_sent(contract), *_at_bounds(contract)]
    with reference.Reference(edition=edition) as app:
        different = [one for one in sent if allowed.is_valid(one) == bool([*app.problems(one)])]
    assert [one for one in map(json.dumps, different) if not re.search(r"\\ud[89a-f]|https://\[", one)] == []


def _sent(contract):
    """Yield the parameters that a run mutates, and those of its boundary cases."""
    options = {"two_accounts": True, "restarts": False, "phases": ("mutations", "boundaries"), "seed": 0}
    options |= {"strength": DEFAULTS.strength, "max_examples": DEFAULTS.max_examples}
    for phase in plan(contract, tuple(contract.requirements.values()), **options):
        for sequence in phase.sequences:
            yield from (case.params for case in sequence.cases() if isinstance(case.params, dict))


def _at_bounds(contract):
    """Yield creates whose texts, lists and maps are as long as a bound allows, and one longer or shorter."""
    request = DECISIONS["components"]["schemas"]["CreateEventDestination"]["properties"]
    for choice, name in contract.parts.choice.objects.items():
        inner = request[name]["properties"]
        base = _plain(contract, choice)
        for place, said in inner.items():
            for value in _around(said):
                yield {**base, name: {**base[name], place: value}}
    base = _plain(contract, "webhook_endpoint") | {"event_payload": "snapshot", "enabled_events": ["customer.created"]}
    for place, said in request.items():
        for value in _around(said):
            yield {**base, place: value}
    for key, value in ((40 * "k", "v"), (41 * "k", "v"), ("", "v"), ("k", 500 * "v"), ("k", 501 * "v"), ("k[", "v")):
        yield {**base, "metadata": {key: value}}


def _plain(contract, choice):
    objects = {
        "webhook_endpoint": {"url": "https://example.com/"},
        "amazon_eventbridge": {"aws_account_id": "123456789012", "aws_region": "us-east-1"},
        "azure_event_grid": {
            "azure_region": "eastus",
            "azure_resource_group_name": "orders",
            "azure_subscription_id": "5f2d8f6a-7c1b-4c54-9a0e-3b1d2f4e6a70",
        },
    }
    example = {name: value for name, value in contract.example.items() if name not in {"webhook_endpoint", "include"}}
    return {**example, "type": choice, choice: objects[choice]}


def _around(said):
    lengths = {said[word] + by for word in ("minLength", "maxLength") if word in said for by in (-1, 0, 1)}
    url = "https://example.com/" if "[Hh]" in said.get("pattern", "") else ""
    yield from (url + "o" * (length - len(url)) for length in lengths if length >= len(url))
    if "items" in said:
        for length in {said[word] + by for word in ("minItems", "maxItems") if word in said for by in (-1, 0, 1)}:
            yield ["o.o"] * length
        yield from ([one] for one in _around(said["items"]))
    if "maxProperties" in said:
        yield from ({f"k{number}": "v" for number in range(said["maxProperties"] + by)} for by in (0, 1))


@EACH
def test_answers_of_the_reference_satisfy_it(edition):
    """Each type, with every member that can be included."""
    contract, document = Contract.load(edition), exported(Contract.load(edition), "3.1")
    shown = validator(document, "EventDestination")
    with reference.Reference(edition=edition) as app:
        for choice in contract.parts.choice.objects:
            params = _plain(contract, choice)
            for include in ((), ("webhook_endpoint.url", "webhook_endpoint.signing_secret")):
                shown.validate(json.loads(app.encode(app.render(app.make("acct_a", params), include))))


def test_it_takes_the_keys_of_the_reference():
    """1 to 255 visible ASCII characters."""
    (said,) = (one for one in create_in(exported(CONTRACT, "3.1"))["parameters"] if one["name"] == "Idempotency-Key")
    allowed = Draft202012Validator(said["schema"])
    with reference.Reference() as app:
        for key in ("", "k", "k" * 255, "k" * 256, "a b", "\t", "!~", "ä", "\x7f", "\x80"):
            assert allowed.is_valid(key) == app.is_key(key), key
