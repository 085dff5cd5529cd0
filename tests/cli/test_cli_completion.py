"""A shell completes commands, options, and the names that are ours."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import BashComplete
from common.command import ed_contract

from ed_contract.cli import cli
from ed_contract.contract import CONTRACT
from ed_contract.options.values import REPORTS
from ed_contract.phases import PHASES
from ed_contract.report.writers import WRITERS
from ed_contract.zoo import MUTANTS, RIGHT

VARIABLE = "_ED_CONTRACT_COMPLETE"
ENVIRONMENT = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def completed(*words):
    """Return what may stand for the last of the words."""
    *before, begun = words
    return [item.value for item in BashComplete(cli, {}, "ed-contract", VARIABLE).get_completions(list(before), begun)]


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (["comp"], ["completion"]),
        (["run", "--server-"], ["--server-command", "--server-wait"]),
        (["completion", ""], ["bash", "zsh", "fish"]),
        (["explain", "idempotency/conflict/c"], ["idempotency/conflict/code"]),
        (["list", "--only", "echo/nam"], ["echo/name"]),
        (["list", "--skip", "echo/nam"], ["echo/name"]),
        (["run", "http://127.0.0.1:8000", "--only", "echo/nam"], ["echo/name"]),
        (["run", "--skip", "nothing-like-it"], []),
        (["run", "--phases", "b"], ["bursts", "boundaries", "bodies"]),
        (["run", "--phases", "smoke,bursts,b"], ["smoke,bursts,boundaries", "smoke,bursts,bodies"]),
        (["score", "--phases", "mut"], ["mutations"]),
        (["serve", "--mutant", "type-any-c"], ["type-any-case"]),
        (["score", "--seed", "1", "type-any-case", "type-any-c"], ["type-any-case"]),
        (["run", "--report", "j"], ["json=report.json", "junit=junit.xml"]),
        (["run", "--report", "github"], ["github=-"]),
    ],
)
def test_a_word_is_completed(words, values):
    """By what the option or the command takes."""
    assert sorted(completed(*words)) == sorted(values)


def test_all_that_there_is_is_offered():
    """Requirements, phases, the zoo, formats of reports."""
    assert completed("explain", "") == list(CONTRACT.requirements)
    assert completed("run", "--phases", "") == list(PHASES)
    assert completed("serve", "--mutant", "") == [one.name for one in (*MUTANTS, *RIGHT)]
    assert list(REPORTS) == list(WRITERS)


def test_a_name_comes_with_its_sentence():
    """In shells that show one: the requirement's statement, the mutant's difference."""
    complete = BashComplete(cli, {}, "ed-contract", VARIABLE)
    (row,) = complete.get_completions(["explain"], "echo/name")
    (mutant,) = complete.get_completions(["serve", "--mutant"], "type-any-case")
    assert row.help == CONTRACT.requirement("echo/name").statement
    assert mutant.help == next(one.sentence for one in MUTANTS if one.name == "type-any-case")


@pytest.mark.parametrize("option", ["--waivers", "--config"])
def test_paths_are_left_to_the_shell(option):
    """It knows them better."""
    (item,) = BashComplete(cli, {}, "ed-contract", VARIABLE).get_completions(["run", option], "wai")
    assert (item.type, item.value) == ("file", "wai")


def test_a_wrong_settings_file_completes_all_the_same(tmp_path, monkeypatch):
    """It is told when a run takes it."""
    (tmp_path / "ed_contract.toml").write_text("max-request = 1", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert completed("run", "--phases", "smo") == ["smoke"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_that_of_the_shell(shell):
    """By name, or from $SHELL."""
    named = ed_contract("completion", shell)
    assert (named.returncode, named.stderr) == (0, "")
    assert f"{VARIABLE}={shell}_complete" in named.stdout
    assert ed_contract("completion", SHELL=f"/usr/bin/{shell}") == named


def test_another_shell_is_told_in_two_lines():
    """With the shells that there are."""
    done = ed_contract("completion", SHELL="/bin/dash")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: no completion for 'dash' (from $SHELL)\ngive one of bash, zsh, fish.\n"


def in_a_shell(*command):
    """Return the lines that a shell printed."""
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, check=True, text=True)
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_bash_asks_and_is_answered():
    """As at the tab key: the words so far, and which of them is to be completed."""
    program = (
        'eval "$(ed-contract completion bash)"; complete -p ed-contract; COMP_WORDS=(ed-contract run --phases mut);'
        'COMP_CWORD=3; _ed_contract_completion ed-contract; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    assert in_a_shell("bash", "--norc", "-c", program) == [
        "complete -o nosort -F _ed_contract_completion ed-contract",
        "mutations",
    ]


@pytest.mark.skipif(shutil.which("fish") is None, reason="there is no fish")
def test_fish_asks_and_is_answered():
    """With the statement beside the id."""
    program = "ed-contract completion fish | source; complete -C 'ed-contract explain echo/name'"
    statement = CONTRACT.requirement("echo/name").statement
    assert in_a_shell("fish", "--no-config", "-c", program) == [f"echo/name\t{statement}"]
