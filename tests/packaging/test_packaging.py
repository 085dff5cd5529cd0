"""What users import: cheaply, by its public names, typed, and under one name alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import ed_contract
from ed_contract import exceptions

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("hypothesis", "httpx", "jinja2", "jsonschema", "rich", "yaml", "werkzeug")


@pytest.mark.parametrize("module", ["ed_contract", "ed_contract.cli", "ed_contract.pytest_plugin"])
def test_importing_a_door_imports_nothing_heavy(module):
    """`--help`, and pytest sessions that ask for nothing, pay for nothing."""
    program = f"import sys, {module}; print(*(name for name in {HEAVY!r} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_every_public_name_is_there():
    """`__all__` is what the package offers, and nothing in it is missing."""
    assert all(getattr(ed_contract, name) is not None for name in ed_contract.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = ed_contract.nothing


def test_every_exception_is_public():
    """Whoever catches one need not know where it lies."""
    defined = {
        name
        for name, one in vars(exceptions).items()
        if isinstance(one, type) and one.__module__.endswith("exceptions")
    }
    assert {*defined, "NotConforming"} <= {*ed_contract.__all__}


def test_the_words_are_public():
    """What a report holds, for annotations and `isinstance`; and a console completes them."""
    assert {"Finding", "Interaction", "Requirement", "Verdict"} <= {*ed_contract.__all__} <= {*dir(ed_contract)}


def test_no_public_name_but_the_state_machine_loads_hypothesis():
    """A program that judges a server does not pay for drawing."""
    names = [name for name in ed_contract.__all__ if name not in {"EventDestinationMachine", "__version__"}]
    program = f"import sys; from ed_contract import {', '.join(names)}; print('hypothesis' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_strategies_have_one_name():
    """The top-level name `strategies` would collide with users' own packages: nobody imports it."""
    program = "from ed_contract import strategies; import sys; print('strategies' in sys.modules, strategies.__name__)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT.parent)
    assert done.stdout.split() == ["False", "ed_contract.strategies"]
    sources = [*ROOT.joinpath("ed_contract").glob("*/*.py"), *ROOT.joinpath("strategies").glob("*.py")]
    assert sources
    for source in sources:
        text = source.read_text(encoding="utf-8")
        assert "\nfrom strategies" not in text, source
        assert "\nimport strategies" not in text, source


def test_the_public_names_have_their_types(tmp_path):
    """What a user's type checker sees."""
    program = tmp_path / "user.py"
    program.write_text(
        "from typing import Any, assert_type\n"
        "from hypothesis.strategies import SearchStrategy\n"
        "from ed_contract import CHECKS, CONTRACT, Report, Target, run, strategies as ed\n"
        "from ed_contract.case import Case\n"
        "from ed_contract.checks import Check\n"
        "from ed_contract.contract import Contract\n"
        "assert_type(run(Target(url='http://127.0.0.1:1'), only=['echo/*'], seed=1), Report)\n"
        "assert_type(CONTRACT, Contract)\n"
        "assert_type(CHECKS, tuple[Check, ...])\n"
        "assert_type(ed.create_params(), SearchStrategy[dict[str, Any]])\n"
        "assert_type(ed.mutated_cases(), SearchStrategy[Case])\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", str(program)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.stdout == "Success: no issues found in 1 source file\n"
