"""Writes schemas out: what `allOf` puts together is one object, and what is said of a member is an object."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

_OF_READERS = {"title", "description", "example", "examples", "deprecated", "externalDocs"}
"""What says nothing of values: the first counts."""


def written_out(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema without references in which `allOf` is merged, here and in members and elements.

    Parts that contradict each other stay where they are.
    """
    found = dict(schema)
    parts = found.get("allOf")
    if isinstance(parts, list) and all(isinstance(one, Mapping) for one in parts):
        own = {name: value for name, value in found.items() if name != "allOf"}
        found = _merged([*map(written_out, parts), own]) or found
    if isinstance(members := found.get("properties"), Mapping):
        found["properties"] = {name: _member(child) for name, child in members.items()}
    if isinstance(item := found.get("items"), Mapping):
        found["items"] = written_out(item)
    return found


def _member(schema: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(schema, bool):
        return {} if schema else {"not": {}}
    return written_out(schema) if isinstance(schema, Mapping) else schema


def _merged(parts: Iterable[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Return one schema for all, or None where two say different things of the same."""
    found: dict[str, Any] = {}
    for part in parts:
        for name, value in part.items():
            known = found.get(name, value)
            if name == "required" and isinstance(known, list) and isinstance(value, list):
                found[name] = list(dict.fromkeys([*known, *value]))
            elif name == "properties" and isinstance(known, Mapping) and isinstance(value, Mapping):
                if any(known.get(member, child) != child for member, child in value.items()):
                    return None
                found[name] = {**known, **value}
            elif known == value or name in _OF_READERS:
                found[name] = known
            else:
                return None
    return found
