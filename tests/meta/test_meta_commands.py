"""Commands that no test runs import what is there."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMMANDS = sorted([*(ROOT / "benchmarks").glob("*.py"), *(ROOT / "tests" / "quality").glob("*.py")])


def imported(path):
    """Yield what a file imports of us: the module, and the names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "ed_contract":
            yield from ((node.module, one.name) for one in node.names)


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_a_command_imports_is_there(path):
    """A name that was moved is missed here, and not when somebody needs the figure."""
    missing = []
    for module, name in imported(path):
        found = import_module(module)
        if not hasattr(found, name):
            try:
                import_module(f"{module}.{name}")
            except ModuleNotFoundError:
                missing.append(f"{module}.{name}")
    assert missing == []
