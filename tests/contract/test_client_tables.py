"""The editions say of each field what the page and its official clients say of it, who are another source than ours."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ed_contract.contract import Contract, editions
from ed_contract.contract.schemas import places

TABLES = yaml.safe_load(Path(__file__).with_name("client_tables.yaml").read_text(encoding="utf-8"))
NULL_TOO = {("object", "description")}
"""Of what may be null although no client says so: the reading that accuses less."""


def table(edition, side):
    """Return the fields of an edition, by place: those of the first with the changes of all until this one."""
    return {place: said for name in editions() if name <= edition for place, said in TABLES[name].get(side, {}).items()}


def words(one, side):
    """Return what an edition says of a field in the words of the tables."""
    schema, marks = one.schema, []
    types = schema.get("type")
    if isinstance(types, list):
        marks += ["nullable"] if (side, one.place) not in NULL_TOO else []
        (types,) = (name for name in types if name != "null")
    kind, values = described({**schema, "type": types})
    # Of the object clients say nowhere what is always there.
    marks += ["required"] if one.required and side == "create" else []
    return ", ".join((kind, *marks)) + (f": {' '.join(sorted(values))}" if values else "")


def described(schema):
    """Return the kind of a field, and its values if it has some."""
    if "const" in schema:
        return "value", [schema["const"]]
    if "enum" in schema:
        return "enum", schema["enum"]
    if "enum" in schema.get("x-realistic", {}) and schema.get("x-kind", "enum") == "enum" and not others(schema):
        return "open enum", schema["x-realistic"]["enum"]
    if schema["type"] == "array":
        kind, values = described(schema["items"])
        return f"array of {kind}s", values
    if schema["type"] == "object":
        return ("object" if "properties" in schema else "map"), []
    return ("timestamp" if schema.get("format") == "date-time" else schema["type"]), []


def others(schema):
    """Return the documented values that are not among the usual ones: where there are some, nothing is listed."""
    return [value for value in schema.get("x-unusual", {}).values() if value.startswith("@")]


@pytest.mark.parametrize("side", ["create", "object"])
@pytest.mark.parametrize("edition", editions())
def test_an_edition_has_the_fields_of_its_clients(edition, side):
    """Each of the type, with the values, and required or nullable as there; none is missing, and none is more."""
    operation = Contract.load(edition).operation
    schema = operation.request if side == "create" else operation.response
    assert {one.place: words(one, side) for one in places(schema)} == table(edition, side)


@pytest.mark.parametrize(("side", "area"), [("create", "request"), ("object", "response")])
@pytest.mark.parametrize("edition", editions())
def test_each_field_of_the_clients_has_a_frozen_row(edition, side, area):
    """One for its type or its values; no other field has any."""
    frozen = Path(__file__).with_name("rows") / f"{edition}.txt"
    rows = [line.split(" ")[0].split("/") for line in frozen.read_text(encoding="utf-8").splitlines()]
    typed = [row[1] for row in rows if row[0] == area and row[-1] in {"type", "enum", "const"} and len(row) > 2]
    assert sorted(typed) == sorted(table(edition, side))


def test_each_edition_has_a_table():
    """So that a new one brings its own."""
    assert tuple(TABLES) == editions()
