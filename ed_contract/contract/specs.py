"""What a document says about each value, as the kinds of values need it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from ed_contract.contract.schemas import bare, realistic
from ed_contract.contract.variants import VARIANTS, exact
from ed_contract.kinds import NoValueError, Spec, kind_of
from ed_contract.kinds.keywords import TOGETHER

_OF_EACH = 8  # values of each sort, if there are several sorts
_BY_FORMAT = {"date-time": "timestamp", "uri": "url", "url": "url"}
_BY_TYPE = {"integer": "number", "number": "number", "boolean": "boolean", "string": "text"}


def spec_of(schema: Mapping[str, Any] | bool, *, optional: bool = False) -> Spec:  # noqa: FBT001 - a schema of JSON
    """Return what an annotated schema without references says about a value; `optional`: it may be omitted."""
    if not isinstance(schema, Mapping):
        return Spec(kind="text", optional=optional)
    documented, kind = exact(bare(schema)), _kind_of(schema)
    if optional and isinstance(documented.get("type"), str) and documented["type"] != "null":
        documented = {**documented, "type": [documented["type"], "null"]}
    members, item = schema.get("properties", {}), schema.get("items") or schema.get("additionalProperties")
    required = frozenset(schema.get("required", ()))
    unsaid = required - members.keys() if kind == "object" else ()  # only their names are known
    return Spec(
        kind=kind,
        schema=documented,
        realistic=realistic(schema),
        values=_values(schema, documented, kind),
        unusual=schema.get("x-unusual", {}),
        later=tuple(schema.get("x-later", ())),
        item=spec_of(item) if isinstance(item, Mapping) and kind in {"list", "set", "map"} else None,
        places=tuple(map(spec_of, schema.get("prefixItems", ()))) if kind == "list" else (),
        members={name: spec_of(child, optional=name not in required) for name, child in members.items()}
        | {name: Spec(kind="text") for name in sorted(unsaid)},
        required=required,
        worlds=_worlds(schema),
        of_variants=frozenset(schema.get(VARIANTS, {}).get("own", ())),
        optional=optional,
    )


def _values(schema: Mapping[str, Any], documented: Mapping[str, Any], kind: str) -> tuple[Any, ...]:
    """Return the realistic values that a document gives, and, if there are several sorts, those known of each."""
    if documented.get("type") == "null":
        return (None,)
    found = tuple(schema.get("x-values", ()))
    if "properties" in schema:
        return found
    for branch in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        if isinstance(branch, Mapping) and branch.get("type") != "null":
            spec = spec_of(branch)
            with suppress(NoValueError):
                found += kind_of(spec).usual(spec)[:_OF_EACH] if spec.kind == kind else ()
    return found


def _worlds(schema: Mapping[str, Any]) -> int:
    said = schema.get("x-realistic")
    return len(said.get(TOGETHER, "1")) if isinstance(said, Mapping) else 1


def _kind_of(schema: Mapping[str, Any]) -> str:
    """Return the kind that a schema names, or that follows from its type, format and enum.

    If it leaves a choice, the first alternative decides.
    """
    if "x-kind" in schema:
        return str(schema["x-kind"])
    if "enum" in schema or "const" in schema:
        return "enum"
    said = schema.get("type")
    types = [one for one in ([said] if isinstance(said, str) else list(said or ())) if one != "null"]
    branches = (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ()))
    chosen = [one for one in branches if isinstance(one, Mapping) and one.get("type") != "null" and _says_what(one)]
    if said and not types:
        return "enum"  # of null only
    if not types and chosen and "properties" not in schema:
        return _kind_of(chosen[0])
    kind = types[0] if types else "object" if "properties" in schema else "string"
    if kind == "object":
        return "object" if "properties" in schema else "map"
    if kind == "array":
        return "set" if schema.get("uniqueItems") else "list"
    return _BY_FORMAT.get(str(schema.get("format")), _BY_TYPE.get(str(kind), "text"))


def _says_what(schema: Mapping[str, Any]) -> bool:
    """Whether a schema says of what type values are."""
    return not schema.keys().isdisjoint({"type", "enum", "const", "properties", "x-kind", "anyOf", "oneOf", "allOf"})
