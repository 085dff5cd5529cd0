"""Every example in the docstring of a module runs, against the bundled server where it needs one."""

from __future__ import annotations

import ast
import re
import unittest
from importlib import import_module
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace

import httpx
import pytest
from hypothesis import HealthCheck, settings

from ed_contract.reference import PATH, Reference, serve

ROOT = Path(__file__).resolve().parents[2]
URL = "http://127.0.0.1:8000"
"""The server of all examples."""
NOT_PYTHON = {"ed_contract.configuration"}
"""Shows a settings file, which is TOML."""
QUICK = settings(
    max_examples=20, stateful_step_count=6, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
CODE = re.compile(r"^(@|from \S+ import |import \S+$|(class|def|with|for|if|while|return)\b.*:$|\w+ = )", re.MULTILINE)
"""Lines of a program."""


def docstrings():
    """Yield the name of each module and its docstring."""
    for folder, package in ((ROOT / "ed_contract", "ed_contract"), (ROOT / "strategies", "ed_contract.strategies")):
        for path in sorted(folder.rglob("*.py")):
            name = ".".join((package, *path.relative_to(folder).with_suffix("").parts)).removesuffix(".__init__")
            if package != "ed_contract" or not name.startswith("ed_contract.strategies"):  # a link in the work tree
                yield name, ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""


def examples(text):
    """Return the blocks of a docstring that are indented, each as a program."""
    return [dedent(block) for block in re.findall(r"^    .*(?:\n(?:    .*)?)*", text, re.MULTILINE)]


EXAMPLES = [
    pytest.param(name, block, id=name)
    for name, text in docstrings()
    if name not in NOT_PYTHON
    for block in examples(text)
]


@pytest.fixture
def surroundings():
    """What examples take for granted: a server at the URL, a client and a handler of the reader's own."""
    credential = {"Authorization": "Bearer sk_test_a"}
    with Reference() as app, serve(app) as server, httpx.Client(base_url=server.url, headers=credential) as client:

        def my_handler(params):
            return SimpleNamespace(status=client.post(PATH, json=params).status_code)

        yield server.url, {"my_client": client, "my_handler": my_handler, "PATH": PATH}


@pytest.mark.parametrize(("name", "block"), EXAMPLES)
def test_an_example_runs(name, block, surroundings):
    """Among the names of its module, and then the tests that it defines."""
    url, given = surroundings
    namespace = {**vars(import_module(name)), **given, "__name__": "example"}
    before = set(namespace)
    exec(compile(block.replace(URL, url), name, "exec"), namespace)  # noqa: S102 - our own docstrings
    for new in namespace.keys() - before:
        one = namespace[new]
        if new.startswith("test_"):
            QUICK(one)()
        if new.startswith("Test"):
            one.settings = QUICK
            result = unittest.TestResult()
            unittest.defaultTestLoader.loadTestsFromTestCase(one).run(result)
            assert (result.testsRun, result.errors, result.failures) == (1, [], [])


def test_there_are_examples():
    """Where users look first."""
    names = {one.id for one in EXAMPLES}
    assert names >= {"ed_contract.session", "ed_contract.stateful", "ed_contract.strategies", "ed_contract.interrupts"}


def test_no_code_stands_among_the_sentences():
    """An example that is not indented is neither read as one nor run."""
    outside = {name: re.sub(r"^    .*$", "", text, flags=re.MULTILINE) for name, text in docstrings()}
    assert {name: found[0] for name, text in outside.items() if (found := CODE.search(text))} == {}
    assert {name for name, _ in docstrings() if name in NOT_PYTHON} == NOT_PYTHON
