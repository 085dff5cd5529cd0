"""Every Python example of README, AGENTS and docs runs, and its tests pass."""

from __future__ import annotations

import re

import pytest
from common.consoles import PAGES

FENCE = re.compile(r"^```python( no-run)?\n(.*?)^```", re.DOTALL | re.MULTILINE)
SNIPPETS = [
    pytest.param(found[2], bool(found[1]), id=f"{path.stem}-{number}")
    for path in PAGES
    for number, found in enumerate(FENCE.finditer(path.read_text(encoding="utf-8")), 1)
]


@pytest.mark.parametrize(("code", "compiled_alone"), SNIPPETS)
def test_an_example_runs(code, compiled_alone, pytester):
    """As a module of its own; one that needs a server of the reader's is compiled alone."""
    compile(code, "example", "exec")
    if compiled_alone:
        return
    pytester.makepyfile(test_example=f"{code}\n\ndef test_it_is_a_module():\n    pass\n")
    result = pytester.runpytest_subprocess("-q", "-p", "no:cacheprovider", "-W", "error")
    assert result.ret == 0, result.stdout.str()


def test_there_are_examples():
    """In the README, and in the pages about tests."""
    assert {name.id.rpartition("-")[0] for name in SNIPPETS} >= {
        "README",
        "clients",
        "in_process",
        "property_tests",
        "pytest",
    }
