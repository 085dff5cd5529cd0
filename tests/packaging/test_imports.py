"""Imports stand at the top of modules; what is slow to import is loaded by whoever uses it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from ed_contract.cli import cli
from ed_contract.cli.commands import COMMANDS
from ed_contract.first_use import loading
from ed_contract.zoo import MUTANTS, serving

ROOT = Path(__file__).resolve().parents[2]
IN_FUNCTIONS = 5  # imports, at most
WIDTH = 80


def test_few_imports_stand_inside_functions():
    """Each of them with its reason."""
    sources = [*ROOT.joinpath("ed_contract").rglob("*.py"), *ROOT.joinpath("strategies").glob("*.py")]
    lines = [line for source in {one.resolve() for one in sources} for line in source.read_text("utf-8").splitlines()]
    exempt = [line for line in lines if "PLC0415" in line]
    assert len(exempt) <= IN_FUNCTIONS
    assert [line for line in exempt if not re.search(r"# noqa: PLC0415 - \w", line)] == []


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["run", "--help"], ["nonsense"]])
def test_help_loads_no_more_than_it_shows(arguments):
    """Neither other commands nor what judges; the list of commands has its own sentences."""
    program = (
        "import sys\nfrom ed_contract.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(*(name for name in sys.modules if name.startswith('ed_contract.')), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)
    loaded = done.stderr.splitlines()[-1].split()
    commands = {f"ed_contract.cli.{one.place.partition(':')[0]}" for one in COMMANDS.values()}
    wanted = {"ed_contract.cli.run"} if arguments[0] == "run" else set()
    assert commands & {*loaded} == wanted
    assert [name for name in loaded if name.split(".")[1] in {"contract", "kinds", "runner", "report", "api"}] == []


def test_a_run_loads_only_what_it_uses(tmp_path):
    """No server, no template engine and no Hypothesis, where a URL and a JSON report are given and no phase draws."""
    program = (
        "import sys\nfrom ed_contract import run\nfrom ed_contract.exceptions import TargetError\n"
        "try:\n    run('http://127.0.0.1:1', phases=['smoke'])\nexcept TargetError:\n    pass\n"
        "print(*({'hypothesis', 'jinja2', 'waitress', 'werkzeug'} & {*sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.split() == []


@pytest.mark.parametrize("phases", [(), ("--phases", "smoke")])
def test_a_command_loads_only_what_it_shows(tmp_path, phases):
    """No Hypothesis, no colours, no YAML and no jsonschema: what breaks the page's own schemas is found without it."""
    program = (
        "import sys\nfrom ed_contract.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'hypothesis', 'jsonschema', 'pygments', 'rich', 'jinja2', 'werkzeug', 'yaml'}\n"
        "print(*(heavy & {*sys.modules}), file=sys.stderr)"
    )
    broken = next(one for one in MUTANTS if one.name == "created-unix-text")
    with serving(broken) as url:
        command = [sys.executable, "-c", program, "run", url, "--api-key", "sk_test_a", "-x", *phases]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert "FAIL response/created/format" in done.stdout
    assert done.stderr.split() == []


def test_each_command_is_listed_by_its_sentence():
    """It fits on a line, and the command that it stands for has that name."""
    told = cli.get_help(cli.make_context("ed-contract", ["list"])).splitlines()
    longest = max(map(len, COMMANDS))
    assert [line for line in told if line.startswith("  ") and line.split()[0] in COMMANDS] == [
        f"  {name:<{longest}}  {one.says}" for name, one in sorted(COMMANDS.items())
    ]
    ctx = click.Context(cli)
    assert cli.list_commands(ctx) == sorted(COMMANDS)
    assert {name: cli.get_command(ctx, name).name for name in COMMANDS} == {name: name for name in COMMANDS}
    assert all(len(line) <= WIDTH for line in told)


def test_a_name_is_loaded_on_first_use_and_any_other_is_none():
    """As of any module."""
    load = loading("shop", {"dumps": "json:dumps", "json": "json"})
    assert load("dumps")([]) == "[]"
    assert load("json") is sys.modules["json"]
    with pytest.raises(AttributeError, match=r"^module 'shop' has no attribute 'loads'$"):
        load("loads")
