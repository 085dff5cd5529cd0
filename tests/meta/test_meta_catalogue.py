"""The catalogue agrees with itself: what the contract lists, checks judge, and the zoo breaks."""

from __future__ import annotations

from pathlib import Path

from ed_contract import strategies as ed
from ed_contract.checks import CHECKS, judged
from ed_contract.contract import CONTRACT
from ed_contract.requirement import Level
from ed_contract.zoo import MUTANTS, RIGHT


def test_every_requirement_has_a_check_and_no_check_judges_another():
    """The ids of the contract are the ids that checks judge."""
    assert judged(CONTRACT) == set(CONTRACT.requirements)


def test_each_requirement_has_one_check():
    """Who wants to know what a requirement comes to reads one function; the list is kept beside this test."""
    listed = (Path(__file__).parent / "checks.txt").read_text().splitlines()
    judging = {row: [check.name for check in CHECKS if row in check.judges(CONTRACT)] for row in CONTRACT.requirements}
    assert [" ".join((row, *names)) for row, names in judging.items()] == listed
    assert {row: names for row, names in judging.items() if len(names) != 1} == {}


def test_checks_are_named_for_what_holds():
    """Once each."""
    names = [check.name for check in CHECKS]
    assert len(set(names)) == len(names)


def test_every_requirement_is_broken_by_a_mutant():
    """The ids that mutants break are the ids of the contract, all of them."""
    assert {one.breaks for one in MUTANTS} == set(CONTRACT.requirements)
    assert {row for one in MUTANTS for row in one.also} <= set(CONTRACT.requirements)


def test_right_servers_depart_from_conventions_alone():
    """What a right server knowingly does not follow is of level SHOULD."""
    for one in RIGHT:
        assert {CONTRACT.requirements[row].level for row in one.should} <= {Level.SHOULD}, one.name


def test_the_zoo_is_large_enough():
    """At least 150 broken servers and 30 right ones, of different names."""
    names = [one.name for one in (*MUTANTS, *RIGHT)]
    assert len(set(names)) == len(names)
    assert len(MUTANTS) >= 150
    assert len(RIGHT) >= 30


def test_every_request_requirement_has_mutations():
    """Each row of the request schema is broken by some case of the mutation phase."""
    broken = {case.mutation.requirement for one in ed.mutations_phase(seed=0) for case in one.cases()}
    rows = {row.id for row in CONTRACT.requirements.values() if row.area == "request"} - {"request/valid"}
    assert broken == rows
