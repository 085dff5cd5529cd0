"""What sends and what shrinks know no check and no field of the page: both could serve another operation."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import ed_contract
from ed_contract.contract import CONTRACT

PRODUCT = Path(ed_contract.__file__).parent
MODULES = {
    str(path.relative_to(PRODUCT)): ast.parse(path.read_text("utf-8"))
    for package in ("runner", "shrink")
    for path in sorted((PRODUCT / package).rglob("*.py"))
}
OTHERS = {("runner/words.py", "description"), ("shrink/moves.py", "type")}
"""Words that are names of fields too: a member of refusals, and a keyword of JSON Schema."""


def fields_of(schema):
    """Yield the names of all properties, at any depth."""
    for name, child in schema.get("properties", {}).items():
        yield name
        yield from fields_of(child)


def imported_by(tree):
    """Yield the modules that a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from [node.module or "", *(f"{node.module}.{name.name}" for name in node.names)]
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def test_there_are_such_modules():
    """Or nothing below says anything."""
    assert {"runner/execute.py", "runner/watchers/down.py", "shrink/shrinking.py"} <= set(MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_they_import_no_check(module):
    """They are handed what judges."""
    assert not [name for name in imported_by(MODULES[module]) if name.startswith("ed_contract.checks")]


@pytest.mark.parametrize("module", MODULES)
def test_they_name_no_field(module):
    """Fields follow from the schema, or from what is handed in."""
    fields = set(fields_of(CONTRACT.request_schema))
    texts = (node.value for node in ast.walk(MODULES[module]) if isinstance(node, ast.Constant))
    named = {text for text in texts if isinstance(text, str) and (text in fields or text.split(".")[-1] in fields)}
    assert {(module, text) for text in named} <= OTHERS


def test_regular_expressions_read_what_servers_say():
    """And no text of ours back: faults and names of cases are identifiers. Nothing that shrinks has any."""
    reading = {module for module in MODULES if "re" in set(imported_by(MODULES[module]))}
    assert reading == {f"runner/{name}.py" for name in ("preflight", "provenance", "retry", "words")}


@pytest.mark.parametrize("module", [module for module in MODULES if module.startswith("shrink/")])
def test_what_shrinks_is_a_client(module):
    """Of the runner it knows what it yields, how findings belong together, and that there may be no more."""
    runner = {name for name in imported_by(MODULES[module]) if name.startswith("ed_contract.runner.")}
    known = {f"ed_contract.runner.{name}" for name in ("events", "dedup", "limits")}
    assert all(".".join(name.split(".")[:3]) in known for name in runner)
