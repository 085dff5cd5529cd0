"""What `list` shows beside the requirements, and `explain` of several: phases, the zoo, globs."""

from __future__ import annotations

import re

import pytest
from common.command import ed_contract

from ed_contract import CONTRACT
from ed_contract.api import dry_run
from ed_contract.phases import PHASES, SENDS
from ed_contract.zoo import MUTANTS, RIGHT


def test_each_phase_is_listed_with_what_it_sends():
    """Its name, how many requests a usual run sends in it, and a sentence; those that need more say what."""
    done = ed_contract("list", "--phases")
    rows = [re.fullmatch(r"(\w+) +(\d+)  (.+)", line).groups() for line in done.stdout.splitlines()]
    counts = dict(dry_run().phases)
    assert (done.returncode, done.stderr) == (0, "")
    assert rows == [(name, str(counts.get(name, 0)), SENDS[name]) for name in PHASES]
    assert [name for name, count, _ in rows if count == "0"] == ["restart", "search"]


def test_a_part_of_the_contract_needs_fewer_requests():
    """`--only` and `--skip` are taken as a run takes them."""
    counts = dict(line.split()[:2] for line in ed_contract("list", "--phases", "--only", "auth/*").stdout.splitlines())
    assert (counts["auth"], counts["mutations"], counts["fuzz"]) == ("4", "0", "0")


def test_the_zoo_is_listed():
    """Name, the requirement that is broken, and the sentence; a right server breaks none."""
    done = ed_contract("list", "--zoo")
    rows = [tuple(line.split(maxsplit=2)) for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (0, "")
    assert rows == [
        *((one.name, one.breaks, one.sentence) for one in MUTANTS),
        *((one.name, "-", one.sentence) for one in RIGHT),
    ]


@pytest.mark.parametrize(
    ("arguments", "kept"),
    [
        (["--only", "auth/*"], lambda one: one.breaks.startswith("auth/")),
        (
            ["--only", "auth/*", "--skip", "*-key", "--edition", "2024-10"],
            lambda one: one.breaks == "auth/other-scheme",
        ),
        (["--edition", "2026-09", "--skip", "-"], lambda one: one.edition == "2026-09"),
    ],
)
def test_servers_are_chosen_by_what_they_break(arguments, kept):
    """And by their edition, if one is given."""
    names = [line.split()[0] for line in ed_contract("list", "--zoo", *arguments).stdout.splitlines()]
    assert names == [one.name for one in MUTANTS if kept(one)] != []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--zoo", "--only", "x"], "error: no server of the zoo matches\n`ed-contract list --zoo` shows them all.\n"),
        (["--zoo", "--phases"], "error: --phases and --zoo were both given\ngive one of them.\n"),
    ],
)
def test_what_cannot_be_listed_is_told(arguments, message):
    """In two lines."""
    done = ed_contract("list", *arguments)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", message)


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        (["idempotency/burst/*"], ["idempotency/burst/one-destination", "idempotency/burst/one-body"]),
        (
            ["auth/*-key", "echo/name", "auth/no-key"],
            ["auth/no-key", "auth/empty-key", "auth/unknown-key", "echo/name"],
        ),
    ],
)
def test_a_glob_explains_all_that_it_matches(asked, shown):
    """Each once, with an empty line between two."""
    done = ed_contract("explain", *asked)
    assert (done.returncode, done.stderr) == (0, "")
    assert [part.partition(" (")[0] for part in done.stdout.split("\n\n")] == shown


def test_an_explanation_says_why_and_how_it_is_fixed():
    """In the words of the requirement."""
    row = CONTRACT.requirement("idempotency/replay")
    lines = ed_contract("explain", row.id).stdout.splitlines()
    assert lines[3:5] == [f"  Why:       {row.why}", f"  Fix:       {row.fix}"]
