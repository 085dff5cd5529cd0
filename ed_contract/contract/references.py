"""Resolves the references of an OpenAPI document, and converts its schemas to version 3.1. Knows no operations."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from ed_contract.contract.schemas import ANNOTATION
from ed_contract.exceptions import UsageError

ANNOTATIONS = (
    "x-clients",
    "x-echo",
    "x-idempotency",
    "x-identity",
    "x-kind",
    "x-later",
    "x-list",
    "x-on-request",
    "x-realistic",
    "x-secret",
    "x-selects",
    "x-should",
    "x-unusual",
    "x-values",
)
LONGEST = 60  # characters of a value in a message
_MOST_REFERENCES = 3000  # resolved for one schema; if there are more, deeper ones are left out
_DEPTHS = (64, 6, 4, 3, 2, 1)
_NEAR = 0.8  # similarity; a closer name counts as a misspelt annotation


class _CircleError(UsageError):
    """A reference leads back to what contains it, or deeper than is read."""


class References:
    """Reads schemas of one document."""

    def __init__(self, document: Mapping[str, Any], name: str) -> None:
        self._document, self._name = document, name
        self._deepest, self._left = _DEPTHS[0], _MOST_REFERENCES

    def _problem(self, place: str, problem: str, advice: str) -> UsageError:
        return UsageError(f"{self._name}: {place}: {problem}\n{advice}")

    def _object(self, value: Any, place: str) -> Mapping[str, Any]:  # noqa: ANN401 - any JSON
        if not isinstance(value, Mapping):
            raise self._problem(place, f"invalid value {json.dumps(value)[:LONGEST]}", "expected an object.")
        return value

    def _whole(self, node: Any, place: str) -> Any:  # noqa: ANN401 - any JSON
        """Return a schema without references, down to a depth at which its size is manageable."""
        found = None
        for self._deepest in _DEPTHS:
            self._left = _MOST_REFERENCES
            try:
                found = self._resolved(node, place, ())
            except _CircleError:
                if self._left > 0 or self._deepest == _DEPTHS[-1]:
                    raise
            if self._left > 0:
                break
        return found

    def _followed(self, node: Mapping[str, Any], place: str, seen: tuple[str, ...] = ()) -> Mapping[str, Any]:
        """Return a node, or what its reference leads to."""
        node = self._object(node, place)
        while isinstance(reference := node.get("$ref"), str):
            if reference in seen:
                raise self._problem(place, f"$ref {reference!r} is circular", "write out one of its members.")
            seen = (*seen, reference)
            node = self._object(self._target(reference, place), place)
        return node

    def _target(self, reference: str, place: str) -> Any:  # noqa: ANN401 - any JSON
        node: Any = self._document
        if not reference.startswith("#/"):
            raise self._problem(
                place, f"$ref {reference!r} leads out of the document", "bundle everything into one document."
            )
        for part in reference[2:].split("/"):
            name = part.replace("~1", "/").replace("~0", "~")
            if not isinstance(node, Mapping) or name not in node:
                raise self._problem(place, f"$ref {reference!r} leads nowhere", f"there is no {name!r}.")
            node = node[name]
        return node

    def _resolved(self, node: Any, place: str, seen: tuple[str, ...]) -> Any:  # noqa: ANN401 - any JSON
        """Return a schema without references, and without keywords that only OpenAPI 3.0 has."""
        if isinstance(node, list):
            return [self._resolved(one, f"{place}[{number}]", seen) for number, one in enumerate(node)]
        if not isinstance(node, Mapping):
            return node
        if isinstance(reference := node.get("$ref"), str):
            self._left -= 1
            if reference in seen or len(seen) >= self._deepest or self._left <= 0:
                problem = f"{self._name}: {place}: $ref {reference!r} is circular\nwrite out one of its members."
                raise _CircleError(problem)
            beside = {name: value for name, value in node.items() if name != "$ref"}
            self._followed(node, place)  # references that lead only to each other mean nothing
            target = self._resolved(self._target(reference, place), place, (*seen, reference))
            return {**target, **self._resolved(beside, place, seen)} if beside else target
        self._require_known(node, place)
        node = _with_mapped(node)
        found = {
            name: value if name in _VERBATIM else self._resolved(value, f"{place}.{name}", seen)
            for name, value in node.items()
            if name != "properties"
        }
        if "properties" in node:
            members = dict(self._members(node, f"{place}.properties", seen))
            found = {name: members if name == "properties" else found[name] for name in node}
        return _as_3_1(found)

    def _members(self, node: Mapping[str, Any], place: str, seen: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
        """Yield the members of an object's schema, except for optional ones that nest the same schema."""
        for name, said in self._object(node["properties"], place).items():
            try:
                yield name, self._resolved(said, f"{place}.{name}", seen)
            except _CircleError:
                if said.get("type") == "array" and not said.get("minItems"):  # which may be empty
                    outside = {word: value for word, value in said.items() if word != "items"}
                    yield name, {**self._resolved(outside, f"{place}.{name}", seen), "x-realistic": {"maxItems": 0}}
                elif isinstance(needed := node.get("required"), list) and name in needed:
                    raise

    def _require_known(self, node: Mapping[str, Any], place: str) -> None:
        for name in node:
            if name.startswith(ANNOTATION) and name not in ANNOTATIONS:
                near = difflib.get_close_matches(name, ANNOTATIONS, n=1, cutoff=_NEAR)
                if near:  # other tools have their own annotations
                    raise self._problem(place, f"unknown annotation {name!r}", f"did you mean {near[0]}?")


_VERBATIM = {
    "x-values",
    "x-unusual",
    "x-later",
    "x-selects",
    "x-echo",
    "enum",
    "const",
    "example",
    "examples",
    "default",
}
"""The keywords that hold values, not schemas."""


def _as_3_1(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema of OpenAPI 3.0 as 3.1 writes it; a 3.1 schema stays as it is."""
    if schema.pop("nullable", False) is True:
        if isinstance(schema.get("type"), str):
            schema["type"] = [schema["type"], "null"]
        elif "allOf" in schema:  # around a reference, which allows no siblings in 3.0
            schema["anyOf"] = [{"allOf": schema.pop("allOf")}, {"type": "null"}]
        for word in ("anyOf", "oneOf"):
            listed = schema.get(word)
            if "type" not in schema and isinstance(listed, list) and {"type": "null"} not in listed:
                schema[word] = [*listed, {"type": "null"}]
        if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
            schema["enum"] = [*schema["enum"], None]
    for word, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(schema.get(exclusive), bool) and schema.pop(exclusive) and word in schema:
            schema[exclusive] = schema.pop(word)
    return schema


def _with_mapped(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a choice between schemas, each with the discriminator's values that select it."""
    how = node.get("discriminator")
    if not isinstance(how, Mapping) or not isinstance(how.get("propertyName"), str):
        return node
    said = how.get("mapping")
    mapping = said if isinstance(said, Mapping) else {}

    def told(branch: Any) -> Any:  # noqa: ANN401 - any schema
        reference = branch.get("$ref") if isinstance(branch, Mapping) else None
        if not isinstance(reference, str):
            return branch
        schema = reference.rpartition("/")[2]
        values = [value for value, meant in mapping.items() if meant in (reference, schema)] or [schema]
        return {"allOf": [branch, {"properties": {how["propertyName"]: {"enum": values}}}]}

    return {
        word: list(map(told, one)) if word in {"oneOf", "anyOf"} and isinstance(one, list) else one
        for word, one in node.items()
    }
