"""Flattens composed schemas: one object where `allOf`, `anyOf` or `oneOf` combined several.

The result never rejects more than the original: parts that cannot be merged stay as they are.
Knows no requests, no kinds and no annotations but `x-realistic`, which says what goes together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from ed_contract.contract.schemas import ANNOTATION, OF_NAMES
from ed_contract.contract.variants import WORDS, as_one, is_object

Schema: TypeAlias = dict[str, Any]

_OF_ONE = {"items", "additionalProperties", "unevaluatedProperties", "contains", "not", "if", "then", "else"}
_OF_SEVERAL = {"allOf", "anyOf", "oneOf", "prefixItems"}
_LOWER = {"minLength", "minimum", "exclusiveMinimum", "minItems", "minProperties"}
_UPPER = {"maxLength", "maximum", "exclusiveMaximum", "maxItems", "maxProperties"}
_NEVER_NULL = {"allOf", "anyOf", "oneOf", "not", "if", "const"}


def composed(schema: Any, *, without: str) -> Any:  # noqa: ANN401 - a schema is an object, true or false
    """Return a schema without references as an equivalent one with fewer keywords.

    Args:
        schema: is not changed.
        without: `readOnly` for requests, `writeOnly` for answers: members marked so are left out.
    """
    whole = _everywhere(schema, lambda node: _nullable(_merged(node)))
    return _described(_everywhere(_everywhere(whole, lambda node: _unmarked(node, without)), _chosen))


def _described(schema: Any) -> Any:  # noqa: ANN401 - any schema
    """Return a schema in which an object describes each member, without optional ones that must be absent."""
    if not isinstance(schema, Mapping):
        return schema
    found = {
        word: _described(said) if word in {"items", "additionalProperties"} else said for word, said in schema.items()
    }
    if isinstance(members := schema.get("properties"), Mapping):
        needed = schema.get("required", ())
        found["properties"] = {
            name: {} if one is True else _described(one)
            for name, one in members.items()
            if one is not False or name in needed
        }
    return found


def _everywhere(schema: Any, change: Callable[[Schema], Schema]) -> Any:  # noqa: ANN401 - any schema
    """Return a schema with all schemas in it changed, the innermost first."""
    if not isinstance(schema, Mapping):
        return schema
    found: Schema = {}
    for word, said in schema.items():
        if word in OF_NAMES and isinstance(said, Mapping):
            found[word] = {name: _everywhere(one, change) for name, one in said.items()}
        elif word in _OF_SEVERAL and isinstance(said, list):
            found[word] = [_everywhere(one, change) for one in said]
        else:
            found[word] = _everywhere(said, change) if word in _OF_ONE else said
    return change(found)


def _merged(node: Schema) -> Schema:
    """Return a schema merged with as much of its `allOf` as possible."""
    if not isinstance(node.get("allOf"), list):
        return node
    found: Schema | None = {}
    left = []
    for branch in node["allOf"]:
        both = _both(found, branch) if isinstance(branch, Mapping) else found if branch is True else None
        if both is None:
            left.append(branch)
        found = found if both is None else both
    own = {word: said for word, said in node.items() if word != "allOf"}
    found = _both(found or {}, own)
    if found is None:
        return node
    if not left and found.get("unevaluatedProperties") is False and not found.keys() & _NEVER_NULL:
        found = {word: said for word, said in found.items() if word != "unevaluatedProperties"}
        found["additionalProperties"] = False
    return {**found, "allOf": left} if left else found


def _both(one: Mapping[str, Any] | None, other: Mapping[str, Any]) -> Schema | None:
    """Return the schema of what both allow, or None if our keywords cannot say that; the other's words win."""
    found = dict(one or {})
    for word, said in other.items():
        if word not in found:
            found[word] = said
            continue
        both = _of_both(word, found[word], said)
        if both is None:
            return None
        found[word] = both
    # A closed part would reject the members of all others: nobody means that.
    closed = [part for part in (one or {}, other) if part.get("additionalProperties") is False]
    if any(part.get("properties", {}).keys() != found.get("properties", {}).keys() for part in closed):
        found.pop("additionalProperties", None)
    return found


def _of_both(word: str, one: Any, other: Any) -> Any:  # noqa: ANN401 - a keyword's value is any JSON
    """Return the value of a keyword that combines two of its values, or None."""
    if word == "properties":
        names = [*one, *(name for name in other if name not in one)]
        return {name: _member([part[name] for part in (one, other) if name in part]) for name in names}
    if word == "required":
        return list(dict.fromkeys((*one, *other)))
    if word == "type":
        return _type_of_both(one, other)
    if word == "enum":
        return [value for value in one if value in other] or None
    if word == "x-realistic":
        return {"allOf": [part for said in (one, other) for part in _clauses(said)]}
    if word in WORDS or word.startswith(ANNOTATION) or one == other:
        return other
    if isinstance(one, bool) or isinstance(other, bool):
        return (one or other) if word == "uniqueItems" else None
    if word in _LOWER | _UPPER:
        return max(one, other) if word in _LOWER else min(one, other)
    return _both(one, other) if word == "items" else None


def _member(parts: Sequence[Any]) -> Any:  # noqa: ANN401 - any schema
    """Return what all parts together say about one member."""
    first, *others = parts
    if not all(isinstance(part, Mapping) for part in parts):
        return False if False in parts else next((part for part in parts if part is not True), True)
    both: Schema | None = first
    for part in others:
        both = None if both is None else _both(both, part)
    return {"allOf": list(parts)} if both is None else both


def _clauses(said: Any) -> list[Any]:  # noqa: ANN401 - any schema
    is_list = isinstance(said, Mapping) and said.keys() == {"allOf"}
    return list(said["allOf"]) if is_list else [said]


def _type_of_both(one: Any, other: Any) -> Any:  # noqa: ANN401 - a text or a list
    ones, others = (_types(said) for said in (one, other))
    wide = [*others, *(["integer"] if "number" in others else [])]
    found = [kind for kind in ones if kind in wide] or [
        kind for kind in others if kind == "integer" and "number" in ones
    ]
    return (found[0] if len(found) == 1 else found) or None


def _types(said: Any) -> list[str]:  # noqa: ANN401 - a text or a list
    return [said] if isinstance(said, str) else list(said)


def _nullable(node: Schema) -> Schema:
    """Return a schema without a choice between one schema and nothing else, or null."""
    for word in ("anyOf", "oneOf"):
        branches = node.get(word)
        if not isinstance(branches, list):
            continue
        kept = [one for one in branches if one != {"type": "null"}]
        if len(kept) != 1 or not isinstance(kept[0], Mapping):
            continue
        one = kept[0] if kept == branches else _or_null(kept[0])
        own = {name: said for name, said in node.items() if name != word}
        both = None if one is None else _both(one, own)
        if both is not None:
            return both
    return node


def _or_null(schema: Mapping[str, Any]) -> Schema | None:
    """Return a schema that also allows null, or None if an added keyword cannot say that."""
    if schema.keys() & _NEVER_NULL:
        return None
    found = dict(schema)
    if "type" in found:
        found["type"] = list(dict.fromkeys((*_types(found["type"]), "null")))
    if "enum" in found and None not in found["enum"]:
        found["enum"] = [*found["enum"], None]
    return found


def _unmarked(node: Schema, mark: str) -> Schema:
    """Return an object's schema without the marked members; whether they may be present is left open."""
    members = node.get("properties", {})
    marked = {name for name, said in members.items() if isinstance(said, Mapping) and said.get(mark) is True}
    if not marked:
        return node
    found = {**node, "properties": {name: said for name, said in members.items() if name not in marked}}
    if "required" in node:
        found["required"] = [name for name in node["required"] if name not in marked]
    if node.get("additionalProperties") is False:
        let_in = {f"^{re.escape(name)}$": True for name in sorted(marked)}
        found["patternProperties"] = {**node.get("patternProperties", {}), **let_in}
    return found


def _chosen(node: Schema) -> Schema:
    """Return a choice between objects as one object with the members of all, and with which of them go together."""
    for word in ("oneOf", "anyOf"):
        branches = [one for one in node.get(word, ()) if one != {"type": "null"}]
        if len(branches) < 2 or not all(map(is_object, branches)):  # noqa: PLR2004 - a choice
            continue
        whole = as_one(branches, str(node.get("discriminator", {}).get("propertyName", "")))
        if len(branches) < len(node[word]):
            whole["type"] = ["object", "null"]
        found = _both(whole, {name: said for name, said in node.items() if name not in {word, "discriminator"}})
        if found is not None:
            return found
    return node
