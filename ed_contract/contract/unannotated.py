"""What any server accepts, without annotations: what a document's examples, enums, bounds and patterns give.

A server may accept or refuse whatever else the documented schema allows. Annotated fields stay as they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Any

from ed_contract.contract.schemas import bare, member, speaks
from ed_contract.contract.worlds import together
from ed_contract.kinds.keywords import APART

_NOTHING: Mapping[str, Any] = {"not": {}}
_LONGEST_TEXT = 100
_LIST: Mapping[str, Any] = {"minItems": 1, "maxItems": 10, "uniqueItems": True}
_URL = r"^https://[a-z0-9.-]+\.[a-z]{2,}/([a-z0-9_-]+/)*[a-z0-9_-]*$"
_BY_FORMAT: Mapping[str, Mapping[str, Any]] = {
    "uri": {"x-realistic": {"maxLength": _LONGEST_TEXT, "pattern": _URL}},
    "url": {"x-realistic": {"maxLength": _LONGEST_TEXT, "pattern": _URL}},
    "email": {"x-realistic": {"enum": ["ada@example.com", "grace.hopper@example.org"]}},
    "uuid": {"x-realistic": {"enum": ["5f2d8f6a-7c1b-4c54-9a0e-3b1d2f4e6a70", "0b6e3c1d-92a4-4f07-8d35-c1e09b7a2f48"]}},
}
"""Nothing is known about a date: it may have to be in the future."""


def with_realistic(schema: Mapping[str, Any], examples: Iterable[Any]) -> Mapping[str, Any]:
    """Return the schema of a create with a narrower one at each place that has none itself.

    Args:
        schema: of the request, without references.
        examples: whole creates that the document gives.
    """
    return _of_object(schema, [one for one in examples if isinstance(one, Mapping)], top=True)


def is_unknown(schema: Mapping[str, Any], narrower: object) -> bool:
    """Whether nothing is known about the values of a field with this narrower schema."""
    return bool(narrower == _NOTHING) and "properties" not in schema


def examples_of(content: Any) -> Iterator[Any]:  # noqa: ANN401 - any JSON
    """Yield the examples of a body that are written beside its schema."""
    for said in content.values() if isinstance(content, Mapping) else ():
        if not isinstance(said, Mapping):
            continue
        if "example" in said:
            yield said["example"]
        named = said.get("examples")
        for one in named.values() if isinstance(named, Mapping) else ():
            if isinstance(one, Mapping) and "value" in one:
                yield one["value"]


def _of_object(schema: Mapping[str, Any], examples: list[Any], *, top: bool = False) -> Mapping[str, Any]:
    members = schema.get("properties", {})
    found = {**schema, "properties": {name: _of_member(child, name, examples) for name, child in members.items()}}
    if top and "x-realistic" not in schema:
        which = {**(_as_in(schema, examples) or {}), **_apart(schema, examples), **together(schema, found, examples)}
        found |= {"x-realistic": which, "x-values": _once(examples)} if which else {}
    elif not speaks(schema) and (apart := _apart(schema, examples)):
        found |= {"x-realistic": apart}
    return found


def _of_member(child: Any, name: str, examples: list[Any]) -> Any:  # noqa: ANN401 - a schema
    given = [one[name] for one in examples if isinstance(one, Mapping) and name in one]
    return _of_any(child, given) if isinstance(child, Mapping) else child


def _of_any(schema: Mapping[str, Any], given: list[Any]) -> Mapping[str, Any]:
    """Return a schema with a narrower one, if it has none; `given` are its values in examples."""
    given = [*_own_examples(schema), *given]
    if "properties" in schema:
        return {
            **_said(schema, _wholes(schema, given, Mapping)),
            **_of_object(schema, given),
        }
    if isinstance(item := schema.get("items"), Mapping):
        inside = [one for listed in given if isinstance(listed, list) for one in listed]
        apart = [name for name in item.get("required", ()) if _is_text(item.get("properties", {}).get(name))]
        least = {**_LIST, APART: apart} if apart else _LIST  # what tells elements apart may have to be unique
        said = {"x-realistic": least, **_wholes(item, given, list)}
        return {**_said(schema, said), "items": _of_any(item, inside)}
    if "enum" in schema or "const" in schema:
        return schema
    if schema.get("format") in {"date", "date-time"} and "x-values" in schema and "x-realistic" not in schema:
        return {**schema, "x-realistic": {"enum": schema["x-values"]}}  # others may be past, or too far away
    return _said(schema, _narrower(schema, given))


def _is_text(schema: Any) -> bool:  # noqa: ANN401 - a schema
    return isinstance(schema, Mapping) and schema.get("type") == "string" and "enum" not in schema


def _own_examples(schema: Mapping[str, Any]) -> Iterator[Any]:
    listed = schema.get("examples")
    yield from listed if isinstance(listed, list) else ()
    yield from (schema[word] for word in ("example", "default") if word in schema)


def _values(given: list[Any]) -> Mapping[str, Any]:
    return {"x-values": _once(given)} if given else {}


def _wholes(schema: Mapping[str, Any], given: list[Any], sort: type) -> Mapping[str, Any]:
    """Return the values of an object or a list in examples, unless the document annotates what is in them."""
    told = any(isinstance(one, Mapping) and speaks(one) for one in (schema, *schema.get("properties", {}).values()))
    return {} if told else _values([one for one in given if isinstance(one, sort)])


def _said(schema: Mapping[str, Any], more: Mapping[str, Any]) -> Mapping[str, Any]:
    return schema if speaks(schema) else {**schema, **more}


def _narrower(schema: Mapping[str, Any], given: list[Any]) -> Mapping[str, Any]:
    """Return what to say about a scalar or a map."""
    if branches := [one for word in ("anyOf", "oneOf") for one in schema.get(word, ()) if isinstance(one, Mapping)]:
        return _of_branches(branches, given)
    types = schema.get("type")
    values = _values(given)
    entries = schema.get("additionalProperties")
    if types == "boolean" or _is_bounded(schema) or (isinstance(entries, Mapping) and speaks(entries)):
        return values
    if types == "string" and "pattern" in schema:
        return {**values, "x-realistic": {"maxLength": _LONGEST_TEXT}}
    if types == "string" and (known := _BY_FORMAT.get(str(schema.get("format")))) and not values:
        return known
    return {**values, "x-realistic": {"enum": _once(given)} if given else _NOTHING}


def _of_branches(branches: list[Mapping[str, Any]], given: list[Any]) -> Mapping[str, Any]:
    """Return what to say about a scalar or a map with several sorts of values."""
    said = [(bare(one), _narrower(one, list(_own_examples(one)))) for one in branches if one != {"type": "null"}]
    values = [value for _, more in said for value in more.get("x-values", ())]
    narrower = [{"allOf": [schema, more["x-realistic"]]} if "x-realistic" in more else schema for schema, more in said]
    known = [{"enum": _once(given)}] if given else []
    values = _once([*given, *values])
    return {**({"x-values": values} if values else {}), "x-realistic": {"anyOf": [*known, *narrower]}}


def _is_bounded(schema: Mapping[str, Any]) -> bool:
    least, most = {"minimum", "exclusiveMinimum"}, {"maximum", "exclusiveMaximum"}
    return schema.get("type") in ("integer", "number") and bool(least & schema.keys()) and bool(most & schema.keys())


def _once(values: Iterable[Any]) -> list[Any]:
    return list({json.dumps(one, sort_keys=True): one for one in values}.values())


def _as_in(schema: Mapping[str, Any], examples: list[Any]) -> Mapping[str, Any] | None:
    """Return a schema that a create has the optional objects of an example, if an enum may choose them; else None.

    The enums are those whose values are names of such objects, or the required ones if there are none.
    """
    members, required = schema.get("properties", {}), schema.get("required", ())
    objects = [name for name, one in members.items() if name not in required and _is_object(one)]
    enums = {name: one["enum"] for name, one in members.items() if isinstance(one, Mapping) and "enum" in one}
    if not objects or not enums:
        return None
    naming = [name for name, values in enums.items() if any(one in objects for one in values)]
    choosing = naming or [name for name in enums if name in required]
    if not choosing:
        return None
    return {"anyOf": [_like(one, objects, choosing) for one in examples]} if examples else _NOTHING


def _apart(schema: Mapping[str, Any], examples: list[Any]) -> Mapping[str, Any]:
    """Return a schema that a create never combines two optional members that examples have, but never together."""
    optional = [name for name in schema.get("properties", {}) if name not in schema.get("required", ())]
    shown = [{name for name in optional if member(one, name) is not None} for one in examples]
    pairs = combinations([name for name in optional if any(name in names for names in shown)], 2)
    apart = [pair for pair in pairs if not any(names.issuperset(pair) for names in shown)]
    return {"allOf": [{"not": {"required": list(pair)}} for pair in apart]} if apart else {}


def _is_object(schema: Any) -> bool:  # noqa: ANN401 - a schema
    return isinstance(schema, Mapping) and "properties" in schema


def _like(example: Any, objects: list[str], choosing: list[str]) -> Mapping[str, Any]:  # noqa: ANN401 - any JSON
    there = [name for name in (*objects, *choosing) if member(example, name) is not None]
    absent: dict[str, Any] = {name: False for name in (*objects, *choosing) if name not in there}
    return {
        "required": there,
        "properties": absent | {name: {"const": example[name]} for name in choosing if name in there},
    }
