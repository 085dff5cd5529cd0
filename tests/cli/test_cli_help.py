"""The help of each command: complete, and with lines to copy."""

from __future__ import annotations

import itertools
import shlex

import click
import pytest
from command_line import examples

from ed_contract.cli import cli

COMMANDS = cli.list_commands(click.Context(cli))


def loaded(name):
    """Return a command."""
    return cli.get_command(click.Context(cli), name)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_option_is_explained(name):
    """By a sentence that begins with a capital or names what it takes, and ends."""
    for option in loaded(name).params:
        if isinstance(option, click.Option) and not option.hidden:
            assert option.help, option.opts
            assert option.help.partition("  [default: ")[0].endswith("."), option.help


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_what_it_does_and_shows_it(name):
    """Two examples at least, each a line of this command."""
    command = loaded(name)
    shown = examples(command)
    assert command.help.split("\n")[0].endswith((".", "?"))
    assert len(shown) >= 2
    assert all(line == f"ed-contract {name}" or line.startswith(f"ed-contract {name} ") for line in shown)


@pytest.mark.parametrize("name", COMMANDS)
def test_an_example_is_taken(name, tmp_path, monkeypatch):
    """With the files that it names in the current folder."""
    monkeypatch.chdir(tmp_path)
    for named in ("report.json", "nightly.ndjson", "capture.har", "part-1.ndjson", "part-2.ndjson"):
        (tmp_path / named).touch()
    (tmp_path / "ed_contract.toml").write_text("[profiles.nightly]\n", encoding="utf-8")
    for line in examples(loaded(name)):
        words = shlex.split(line.removeprefix(f"ed-contract {name}"))
        arguments = list(itertools.takewhile(lambda word: word != ">", words))
        loaded(name).make_context(name, arguments).close()


def test_the_help_shows_the_examples_as_lines():
    """Each on its own, not wrapped into a paragraph."""
    command = loaded("run")
    told = command.get_help(click.Context(command, info_name="ed-contract run")).splitlines()
    assert [line for line in examples(command) if f"  {line}" not in told] == []
    assert [
        line.strip() for line in cli.get_help(click.Context(cli)).splitlines() if "ed-contract " in line
    ] == examples(cli)
