"""Makes of any edition's document a copy in which every word of the page is another; what it says stays the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from contracts import words

from ed_contract.contract import Contract

_WORDS_AT = {"enum", "const", "x-selects"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """Which members of a JSON value are fields, and which of its texts are words of the page."""

    members: dict[str, Tree] = field(default_factory=dict)
    item: Tree | None = None
    holds_words: bool = False


RAW = Tree()
"""What is the user's own."""
REFUSAL = Tree(members={"error": Tree(members={"code": Tree(holds_words=True)})})
"""The envelope of errors is the platform's convention: its names stay, and the code is the page's."""


def tree_of(*schemas: Mapping[str, Any]) -> Tree:
    """Return the tree of values that schemas describe together."""
    names = dict.fromkeys(one for schema in schemas for one in schema.get("properties", {}))
    return Tree(
        members={name: tree_of(*(_member(schema, name) for schema in schemas)) for name in names},
        item=tree_of(*(one for schema in schemas if isinstance(one := schema.get("items"), Mapping)))
        if schemas
        else None,
        holds_words=any(map(_holds_words, schemas)),
    )


def _member(schema: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    said = schema.get("properties", {}).get(name)
    return said if isinstance(said, Mapping) else {}


def _holds_words(schema: Mapping[str, Any]) -> bool:
    said = schema.get("x-realistic")
    narrowed = isinstance(said, Mapping) and "enum" in said
    return narrowed or schema.get("x-kind") == "enum" or not _WORDS_AT.isdisjoint(schema)


def trees(edition: str) -> tuple[Tree, Tree]:
    """Return the trees of requests and of answers of an edition."""
    operation = Contract.load(edition).operation
    both = tree_of(operation.request, operation.response)
    answers = tree_of(operation.response, operation.request)
    return both, Tree(members={**answers.members, **REFUSAL.members})


def instance(value: Any, tree: Tree) -> Any:
    """Return a JSON value of which the fields, and the words in their places, are the others."""
    if isinstance(value, dict) and tree.members:
        return {words.name(name): instance(one, tree.members.get(name, RAW)) for name, one in value.items()}
    if isinstance(value, list) and tree.item is not None:
        return [instance(one, tree.item) for one in value]
    return words.value(value) if isinstance(value, str) and tree.holds_words else value


def renamed(edition: str) -> dict[str, Any]:
    """Return the copy of an edition's document."""
    document = Contract.load(edition).document
    request, answer = trees(edition)
    operation = _operation(document["paths"][words.PATH]["post"], request, answer)
    schemas = document["components"]["schemas"]
    return {
        **document,
        "paths": {words.NEW_PATH: {"post": operation}},
        "components": {
            **document["components"],
            "schemas": {
                name: schema if name == "Error" else _schema(schema, holds_words=False)
                for name, schema in schemas.items()
            },
        },
    }


def write(edition: str, folder: Path) -> Path:
    """Write the copy into a folder, and return its path."""
    path = folder / f"feeds-{edition}.yaml"
    path.write_text(yaml.safe_dump(renamed(edition), sort_keys=False, allow_unicode=True), encoding="utf-8")
    return path


def _operation(node: Mapping[str, Any], request: Tree, answer: Tree) -> dict[str, Any]:
    how = node["x-idempotency"]
    return {
        **node,
        "operationId": "createFeed",
        "x-idempotency": {**how, "header": words.NEW_HEADER, "code": words.value(how["code"])},
        "x-clients": {
            client: {_header(name): value for name, value in headers.items()}
            for client, headers in node["x-clients"].items()
        },
        "parameters": [{**one, "name": _header(one["name"])} for one in node["parameters"]],
        "requestBody": _with_examples(node["requestBody"], request),
        "responses": {status: _with_examples(one, answer) for status, one in node["responses"].items()},
    }


def _header(name: str) -> str:
    return words.NEW_HEADER if name == words.HEADER else name


def _with_examples(holder: Mapping[str, Any], tree: Tree) -> dict[str, Any]:
    media = holder["content"]["application/json"]
    shown = {"example": instance(media["example"], tree)} if "example" in media else {}
    return {**holder, "content": {"application/json": {**media, **shown}}}


def _schema(schema: Any, *, holds_words: bool) -> Any:
    """Return a schema in the other words; `holds_words` says whether values in it are words of the page."""
    if not isinstance(schema, Mapping):
        return schema
    holds_words = holds_words or _holds_words(schema)
    return dict(_keywords(schema, holds_words=holds_words))


def _keywords(schema: Mapping[str, Any], *, holds_words: bool) -> Iterator[tuple[str, Any]]:
    for word, said in schema.items():
        if word in _OF_NAMES:
            yield word, _OF_NAMES[word](said)
        elif word in _OF_VALUES:
            of_items = isinstance(schema.get("items"), Mapping) and _holds_words(schema["items"])
            yield word, _values(said) if holds_words or of_items or word == "x-later" else said
        elif word in _OF_SCHEMAS:
            yield word, [_schema(one, holds_words=holds_words) for one in said]
        elif word in _A_SCHEMA:
            yield word, _schema(said, holds_words=holds_words and word != "items")
        else:
            yield word, said


def _values(said: Any) -> Any:
    if isinstance(said, dict):
        return {name: _values(one) for name, one in said.items()}
    if isinstance(said, list):
        return list(map(_values, said))
    return words.value(said) if isinstance(said, str) else said


def _echo(said: Any) -> Any:
    if not isinstance(said, Mapping):
        return said
    found = dict(said)
    if "values" in said:
        found["values"] = {words.value(sent): words.value(shown) for sent, shown in said["values"].items()}
    if "when" in said:
        found["when"] = _schema(said["when"], holds_words=False)
    return found


def _should(one: Mapping[str, Any]) -> dict[str, Any]:
    place, slash, rest = one["id"].partition("/")
    return {
        **one,
        "id": words.place(place) + slash + rest,
        "statement": re.sub("`([^`]+)`", lambda found: f"`{words.place(found[1])}`", one["statement"]),
        "when": _schema(one["when"], holds_words=False),
        **({"live": words.place(one["live"])} if isinstance(one.get("live"), str) else {}),
    }


_OF_NAMES: Mapping[str, Callable[[Any], Any]] = {
    "properties": lambda said: {words.name(name): _schema(one, holds_words=False) for name, one in said.items()},
    "required": lambda said: list(map(words.name, said)),
    "x-selects": lambda said: {words.value(one): words.place(name) for one, name in said.items()},
    "x-on-request": words.place,
    "x-identity": lambda said: {what: words.place(name) for what, name in said.items()},
    "x-echo": _echo,
    "x-should": lambda said: list(map(_should, said)),
}
_OF_VALUES = {"enum", "const", "x-values", "x-later", "x-unusual"}
_OF_SCHEMAS = {"allOf", "anyOf", "oneOf"}
_A_SCHEMA = {"x-realistic", "if", "then", "else", "not", "items", "additionalProperties", "propertyNames"}
"""What a keyword holds: whatever is in none of them stays."""
