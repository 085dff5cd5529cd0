"""Walks JSON Schemas without references: every place, with what is said there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

ANNOTATION = "x-"  # begins the name of what is not a JSON Schema keyword


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A member of an object, at any depth."""

    place: str  # a dotted name
    schema: Mapping[str, Any]
    required: bool  # in its object


def places(schema: Mapping[str, Any], parent: str = "") -> Iterator[Place]:
    """Yield every member of an object's schema, in order, each before those within it."""
    for name, child in schema.get("properties", {}).items():
        if not isinstance(child, Mapping):
            continue  # true or false: a schema that says nothing about the member
        place = f"{parent}.{name}" if parent else name
        yield Place(place=place, schema=child, required=name in schema.get("required", ()))
        yield from places(child, place)


_SAID = ("x-kind", "x-realistic", "x-values")


def speaks(schema: Mapping[str, Any]) -> bool:
    """Whether the document itself says which values of a field are realistic."""
    return any(word in schema for word in _SAID)


def member(document: object, place: str) -> Any:  # noqa: ANN401 - any JSON
    """Return the value at a dotted place, or None if it or its parent is absent or null."""
    for name in steps_of(place):
        if document is None:
            break
        document = document.get(name) if isinstance(document, dict | Mapping) else None
    return document


@lru_cache(maxsize=4096)
def steps_of(place: str) -> tuple[str, ...]:
    """Return the names that a dotted place consists of."""
    return tuple(place.split("."))


def head_of(place: str) -> str:
    """Return the member of the whole that holds a dotted place, which may be in the elements of a list."""
    return place.partition(".")[0].partition("[")[0]


OF_NAMES = {"properties", "patternProperties", "dependentSchemas"}  # their members have the user's own names
OF_VALUES = {"enum", "const", "default", "example", "examples"}


def bare(schema: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a schema without annotations."""
    if isinstance(schema, Mapping):
        return {name: _bare_at(name, child) for name, child in schema.items() if not name.startswith(ANNOTATION)}
    return [bare(one) for one in schema] if isinstance(schema, list) else schema


def _bare_at(word: str, said: Any) -> Any:  # noqa: ANN401 - any JSON
    if word in OF_NAMES and isinstance(said, Mapping):
        return {name: bare(child) for name, child in said.items()}
    return said if word in OF_VALUES else bare(said)


_OF_BOOLEANS: dict[bool, dict[str, Any]] = {True: {}, False: {"not": {}}}


def realistic(schema: Any) -> Any:  # noqa: ANN401 - a schema is an object, true or false
    """Return the narrower schema that the annotations of a schema, and of all within it, describe.

    An object with properties has no others: how a server treats an unknown one is its own choice.
    """
    if not isinstance(schema, Mapping):
        return schema
    own: dict[str, Any] = {}
    if "properties" in schema:
        own["properties"] = {name: realistic(child) for name, child in schema["properties"].items()}
        own["additionalProperties"] = False
    if isinstance(more := schema.get("additionalProperties"), Mapping) and (found := realistic(more)):
        own["additionalProperties"] = found
    if isinstance(item := schema.get("items"), Mapping) and (found := realistic(item)):
        own["items"] = found
    said = schema.get("x-realistic")
    said = _OF_BOOLEANS[said] if isinstance(said, bool) else said
    return own if said is None else {"allOf": [own, said]} if own else said
