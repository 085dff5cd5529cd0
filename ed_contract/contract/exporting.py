"""Writes an edition of the page as plain OpenAPI that other tools can start from. Judges nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from ed_contract.contract.contract import Contract
from ed_contract.contract.parts import Choice
from ed_contract.contract.portable import portable
from ed_contract.contract.schemas import bare

VERSIONS = {"3.0": "3.0.3", "3.1": "3.1.0"}
"""The versions of OpenAPI that can be written, each with what a document calls it."""
_STATUSES = {"2XX": "200", "4XX": "400"}
"""The ranges of statuses, which few tools know, and what the reference server answers instead."""


def exported(contract: Contract, version: str) -> dict[str, Any]:
    """Return an edition without annotations and ranges, with the decisions of the reference server.

    Args:
        contract: of an edition of the page.
        version: of OpenAPI, one of `VERSIONS`.
    """
    operation, document = contract.operation, bare(contract.document)
    path, method = operation.path, operation.method.lower()
    document |= portable(document, path, method)  # without the schemas that only annotations refer to
    create = document["paths"][path][method]
    create["responses"] = {_STATUSES.get(status, status): answer for status, answer in create["responses"].items()}
    found: dict[str, Any] = _typed(_merged(document, _decisions()))
    create = found["paths"][path][method]
    create["responses"] = dict(sorted(create["responses"].items()))
    request = found["components"]["schemas"]["CreateEventDestination"]
    with_nulls(request)
    if contract.parts.choice:
        request["allOf"] = [*_going_together(contract.parts.choice, request), *request["allOf"]]
    if version == "3.0":
        del found["info"]["summary"]
        licence = found["info"]["license"]
        licence["url"] = f"https://spdx.org/licenses/{licence.pop('identifier')}.html"
        found = _as_3_0(found)
    return {**found, "openapi": VERSIONS[version]}


def with_nulls(schema: dict[str, Any]) -> None:
    """Let every optional member of an object be null, at any depth."""
    for name, one in schema["properties"].items():
        if "properties" in one:
            with_nulls(one)
        if name not in schema["required"]:
            one["type"] = [one["type"], "null"]


def _going_together(choice: Choice, request: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield that an object is given with the value that selects it, and with no other."""
    for value, name in choice.objects.items():
        others = (other for other in choice.objects.values() if other != name)
        selected = {"required": [name], "properties": {name: {"type": "object"}} | _absent(others)}
        yield _where({choice.place: {"enum": [value]}}, selected)
    if "enum" not in request["properties"][choice.place]:
        unknown = {"not": {"enum": [*choice.objects]}}
        yield _where({choice.place: unknown}, {"properties": _absent(choice.objects.values())})


def _where(condition: Mapping[str, Any], then: Mapping[str, Any]) -> dict[str, Any]:
    """Return an implication: OpenAPI 3.0 has no `if`."""
    return {"anyOf": [{"not": {"required": [*condition], "properties": condition}}, then]}


def _absent(names: Iterable[str]) -> dict[str, Any]:
    return {name: {"not": {"type": "object"}} for name in names}


@cache
def _decisions() -> dict[str, Any]:
    text = files(__package__).joinpath("exported.yaml").read_bytes()
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def _merged(node: Any, more: Any, *, within: str = "") -> Any:  # noqa: ANN401 - any JSON
    """Return a part of a document with what is said in addition; of members that it lacks, nothing."""
    if isinstance(node, list) and within == "parameters":
        named = {one["name"]: one for one in more}
        return [_merged(one, named.get(one["name"], {})) for one in node]
    if not isinstance(node, dict) or not isinstance(more, dict):
        return more
    if "enum" in node or "enum" in node.get("items", {}):  # listed values need no bounds
        return node
    known = {name: one for name, one in more.items() if within != "properties" or name in node or "type" in one}
    return node | {name: _merged(node.get(name), one, within=name) for name, one in known.items()}


def _typed(node: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a part of a document whose constants and enums of strings say that they are strings."""
    if isinstance(node, list):
        return [_typed(one) for one in node]
    if not isinstance(node, dict):
        return node
    found = {word: said if word == "example" else _typed(said) for word, said in node.items()}
    if isinstance(found.get("const"), str):
        found["enum"] = [found.pop("const")]
    return {"type": "string", **found} if isinstance(found.get("enum"), list) else found


def _as_3_0(node: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a schema, or what holds schemas, as 3.0 writes it: names of a map are left open."""
    if isinstance(node, list):
        return [_as_3_0(one) for one in node]
    if not isinstance(node, dict):
        return node
    found = {
        word: said if word == "example" else _as_3_0(said) for word, said in node.items() if word != "propertyNames"
    }
    if isinstance(found.get("type"), list):
        found = {"type": found["type"][0], "nullable": True, **{w: s for w, s in found.items() if w != "type"}}
    return found
