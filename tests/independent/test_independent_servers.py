"""Three servers written from the page alone, without a look at the reference: none of them is accused."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from ed_contract import Target, run
from ed_contract.requirement import Level
from ed_contract.verdict import Verdict

HERE = Path(__file__).parent


def load(name):
    """Return a module of this folder."""
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the frameworks
@pytest.mark.parametrize("name", ["with_http_server", "with_flask", "with_fastapi"])
def test_an_independent_server_is_not_accused(name):
    """Other choices wherever the page is silent, and no finding of level MUST."""
    with load(name).serve() as url:
        report = run(Target(url=url, api_key="sk_test_a", second_api_key="sk_test_b"), shrink=False)
    assert [(bug.finding.identity, bug.finding.actual) for bug in report.bugs if bug.level is Level.MUST] == []
    assert report.exit_code == 0
    assert sum(row.verdict is Verdict.PASS for row in report.requirements) > 90
