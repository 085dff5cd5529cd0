"""How a user's document differs from an edition: the rows of their schemas, side by side. Judges neither.

Equivalent ways of writing count as equal: null as a type, as `nullable` or in `anyOf`; a constant and an enum of one
value; an enum with or without its type; one schema in `allOf`. Optional parameters may be null anyway.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ed_contract.contract.annotations import invalid_schemas, require_none
from ed_contract.contract.document import Operation, Reader
from ed_contract.contract.reading import load
from ed_contract.contract.schema_rows import schema_rows
from ed_contract.contract.schemas import bare

_NULL = {"type": "null"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A row that only an edition or only a document has, or that differs between them."""

    row: str
    edition: str | None  # the statement there; None if it has no such row
    document: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """The result of the comparison."""

    same: int  # rows that both have
    differences: tuple[Difference, ...]  # in the order of the edition, request first


def operation_in(path: Path, wanted: str | None, *, like: Operation) -> Operation:
    """Return the create in a user's document.

    Args:
        path: of the document.
        wanted: the id of the create, or None for the one at the path of `like`, or else the only one.
        like: the create to compare it with.

    Raises:
        UsageError: it cannot be read.
    """
    name = str(path)
    found = Reader(load(path), name).operation(wanted, like=like)
    require_none(name, invalid_schemas(found))
    return found


def drift(edition: Operation, document: Operation) -> Drift:
    """Return the rows in which the schemas of a document differ from those of an edition; without annotations."""
    same, differences = 0, []
    for area in ("request", "response"):
        ours, theirs = (dict(_rows(area, getattr(one, area))) for one in (edition, document))
        for row in [*ours, *(row for row in theirs if row not in ours)]:
            one, other = ours.get(row, _NONE), theirs.get(row, _NONE)
            if one.means == other.means:
                same += 1
            else:
                differences.append(Difference(row=row, edition=one.says, document=other.says))
    return Drift(same=same, differences=tuple(differences))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    says: str | None
    means: str | None  # the same, but with values and types in a fixed order


_NONE = _Row(says=None, means=None)
_COMPARED = {"required", "type", "enum", "const", "items", "format"}  # not lengths, patterns and bounds


def _rows(area: str, schema: Mapping[str, Any]) -> Iterator[tuple[str, _Row]]:
    plain = _plain(bare(schema), area=area, may_be_null=False)
    in_order = schema_rows(area, _ordered(plain), hints=True)
    for said, meant in zip(schema_rows(area, plain, hints=True), in_order, strict=True):
        if said.id.rpartition("/")[2] in _COMPARED:
            yield said.id, _Row(says=said.statement, means=meant.statement)


def _plain(schema: Mapping[str, Any], *, area: str, may_be_null: bool) -> dict[str, Any]:
    """Return a schema in the normal form in which two are compared.

    Args:
        schema: without references and annotations.
        area: `request` or `response`.
        may_be_null: whether it is an optional parameter, so that null says nothing about it.
    """
    found = {word: said for word, said in _merged(schema).items() if word != "pattern"}
    required = found.get("required", [])
    if isinstance(members := found.get("properties"), Mapping):
        found["properties"] = {
            name: _plain(child, area=area, may_be_null=area == "request" and name not in required)
            for name, child in members.items()
            if isinstance(child, Mapping)
        }
        found.setdefault("type", "object")
    if isinstance(items := found.get("items"), Mapping):
        found["items"] = _plain(items, area=area, may_be_null=False)
        found.setdefault("type", "array")
    return _said_once(found, area, may_be_null=may_be_null)


def _merged(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema merged with its `allOf`, and with an `anyOf` or `oneOf` of one schema and null."""
    found = {name: value for name, value in schema.items() if name not in {"allOf", "anyOf", "oneOf"}}
    for part in schema.get("allOf", ()):
        _add(found, _merged(part))
    for word in ("anyOf", "oneOf"):
        parts = schema.get(word, ())
        others = [part for part in parts if part != _NULL]
        if len(others) == 1:
            _add(found, _merged(others[0]))
            if len(parts) > 1:
                _allow_null(found)
    return found


def _add(found: dict[str, Any], part: Mapping[str, Any]) -> None:
    for name, value in part.items():
        if name == "properties":
            found[name] = {**found.get(name, {}), **value}
        elif name == "required":
            found[name] = list(dict.fromkeys([*found.get(name, ()), *value]))
        else:
            found[name] = value


def _allow_null(found: dict[str, Any]) -> None:
    if "const" in found:
        found["enum"] = [found.pop("const")]
    if "enum" in found and None not in found["enum"]:
        found["enum"] = [*found["enum"], None]
    if "type" in found:
        found["type"] = list(dict.fromkeys([*_types(found), "null"]))
    elif "properties" in found:
        found["type"] = ["object", "null"]


def _said_once(found: dict[str, Any], area: str, *, may_be_null: bool) -> dict[str, Any]:
    """Return a schema with its enum without a type, and a single value as each area writes it."""
    if area == "request" and "const" in found:
        found["enum"] = [found.pop("const")]
    if "enum" in found or "const" in found:
        found.pop("type", None)
    if may_be_null and "enum" in found:
        found["enum"] = [one for one in found["enum"] if one is not None]
    if area == "response" and len(found.get("enum", ())) == 1:
        found["const"] = found.pop("enum")[0]
    if "type" in found:
        types = [one for one in _types(found) if not (may_be_null and one == "null")]
        found["type"] = types[0] if len(types) == 1 else types
    return found


def _types(schema: Mapping[str, Any]) -> list[str]:
    said = schema["type"]
    return [said] if isinstance(said, str) else list(said)


def _ordered(schema: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a schema with the values of its enums, and its types, in one order."""
    if isinstance(schema, Mapping):
        return {
            name: sorted(value, key=repr)
            if name in {"enum", "type"} and isinstance(value, list)
            else _ordered(value)
            for name, value in schema.items()
        }  # fmt: skip
    return schema
