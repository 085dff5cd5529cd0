"""Extracts from a document what one operation needs: documents may be megabytes, and a record holds its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_OF_ALL = ("openapi", "info", "security")


def portable(document: Mapping[str, Any], path: str, method: str) -> dict[str, Any]:
    """Return a document with one operation, and with everything that it refers to at the same places.

    Args:
        document: a document whose references are known to be valid.
        path: of the operation.
        method: in any case.
    """
    item, kept = document["paths"][path], {name: document[name] for name in _OF_ALL if name in document}
    while "$ref" in item:
        item = _at(document, _names(item["$ref"]))
    item = {name: item[name] for name in ("parameters", method.lower()) if name in item}
    kept["paths"] = {path: item}
    if schemes := document.get("components", {}).get("securitySchemes"):
        kept["components"] = {"securitySchemes": schemes}
    waiting, seen = [*_references(kept)], set()
    while waiting:
        reference = waiting.pop()
        if reference not in seen:
            seen.add(reference)
            names = _names(reference)
            found = _at(document, names)
            _put(kept, names, found)
            waiting += _references(found)
    return kept


def _references(node: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    if isinstance(node, Mapping):
        if isinstance(reference := node.get("$ref"), str) and reference.startswith("#/"):
            yield reference
        for child in node.values():
            yield from _references(child)
    elif isinstance(node, list):
        for child in node:
            yield from _references(child)


def _names(reference: str) -> list[str]:
    return [name.replace("~1", "/").replace("~0", "~") for name in reference[2:].split("/")]


def _at(document: Mapping[str, Any], names: list[str]) -> Any:  # noqa: ANN401 - any JSON
    node: Any = document
    for name in names:
        node = node.get(name) if isinstance(node, Mapping) else None
    return node


def _put(kept: dict[str, Any], names: list[str], value: Any) -> None:  # noqa: ANN401 - any JSON
    """Put a value at its place; objects on the way there are copied first."""
    *parents, last = names
    node = kept
    for name in parents:
        child = node.get(name)
        node[name] = child = dict(child) if isinstance(child, Mapping) else {}
        node = child
    node[last] = value
