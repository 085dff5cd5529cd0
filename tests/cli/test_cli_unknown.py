"""A name that does not exist: the message names the one that was probably meant, by its letters or its meaning."""

from __future__ import annotations

import pytest
from common.command import ed_contract


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "--timeout", "3"], "no such option --timeout\ndid you mean --request-timeout? "),
        (["run", "--max-findings=2"], "no such option --max-findings\ndid you mean --maxfail? "),
        (["run", "--apikey", "x"], "no such option --apikey\ndid you mean --api-key? "),
        (["run", "--max-request=2"], "no such option --max-request\ndid you mean --max-requests? "),
        (["run", "--insecure"], "no such option --insecure\ndid you mean --tls-verify? "),
        (["run", "--exclude", "x"], "no such option --exclude\ndid you mean --skip? "),
        (["serve", "--mutnat", "x"], "no such option --mutnat\ndid you mean --mutant? "),
        (["run", "--zzz"], "no such option --zzz\n"),
        (["run", "-Z"], "no such option -Z\n"),
        (["run", "--second-api-key"], "option '--second-api-key' requires an argument\n"),
        (["serve", "--port"], "option '--port' requires an argument\n"),
    ],
)
def test_an_option(arguments, message):
    """Of those that the command has."""
    done = ed_contract(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"error: {message}see `ed-contract {arguments[0]} --help`.\n"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("verify", "no such command 'verify'\ndid you mean run? "),
        ("explian", "no such command 'explian'\ndid you mean explain? "),
        ("zzz", "no such command 'zzz'\n"),
        ("sore", "no such command 'sore'\ndid you mean score? "),
        ("pray", "no such command 'pray'\n"),
    ],
)
def test_a_command(name, message):
    """What others call it counts too."""
    assert ed_contract(name).stderr == f"error: {message}see `ed-contract --help`.\n"


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["--phases", "smoke,races"], "did you mean bursts?"),
        (["--phases", "mutation"], "did you mean mutations?"),
        (["--report", "xml=ed.xml"], "did you mean junit?"),
        (["--report", "md=-"], "did you mean github?"),
    ],
)
def test_a_value_that_is_one_of_several_words(arguments, hint):
    """Below what is expected."""
    done = ed_contract("run", *arguments)
    first, second = done.stderr.splitlines()
    assert first.startswith(f"error: {arguments[0]}: invalid value {arguments[1]!r}: expected ")
    assert second == hint


def test_a_value_that_resembles_none():
    """What is expected says it all."""
    assert len(ed_contract("run", "--report", "pdf=x").stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("identifier", "near"),
    [
        ("echo/nmae", "echo/name"),
        ("idempotency/reply", "idempotency/replay"),
        ("idempotency/expiry", "idempotency/refused/remembers or idempotency/remembers"),
        ("race", "idempotency/burst/one-destination or idempotency/burst/one-body"),
        ("409", "idempotency/conflict/status or idempotency/conflict/code"),
        ("stacktrace", "robustness/no-leak"),
        ("idempotence/replay", "idempotency/replay"),
    ],
)
def test_a_requirement(identifier, near):
    """By its letters, within its area, or by what requirements say."""
    assert ed_contract("explain", identifier).stderr == (
        f"error: no requirement {identifier!r}\ndid you mean {near}? `ed-contract list` shows them all.\n"
    )


def test_a_glob_of_an_area_that_is_misspelt():
    """The same glob in the area that was meant."""
    assert ed_contract("explain", "idempotence/*").stderr == (
        "error: no requirement that matches 'idempotence/*'\n"
        "did you mean idempotency/*? `ed-contract list` shows them all.\n"
    )


def test_what_resembles_nothing():
    """The list is what is left."""
    assert ed_contract("explain", "zzz").stderr == "error: no requirement 'zzz'\n`ed-contract list` shows them all.\n"
