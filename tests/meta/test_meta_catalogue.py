"""The catalogue agrees with itself: what the contract lists, checks judge, and the zoo breaks."""

from __future__ import annotations

from pathlib import Path

import pytest

from ed_contract import cases
from ed_contract.checks import CHECKS, judged
from ed_contract.contract import CONTRACT, Contract, editions
from ed_contract.requirement import Level
from ed_contract.zoo import MUTANTS, RIGHT


@pytest.mark.parametrize("edition", editions())
def test_every_requirement_has_a_check_and_no_check_judges_another(edition):
    """The ids of a contract are the ids that checks judge, each of them one check."""
    contract = Contract.load(edition)
    assert judged(contract) == set(contract.requirements)
    assert len(contract.requirements) == sum(len(one.judges(contract)) for one in CHECKS)


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
    mutants = [one for one in MUTANTS if one.edition == CONTRACT.edition]
    assert {one.breaks for one in mutants} == set(CONTRACT.requirements)
    assert {row for one in mutants for row in one.also} <= set(CONTRACT.requirements)


@pytest.mark.parametrize("edition", editions()[1:])
def test_every_requirement_of_a_later_edition_is_broken_by_a_mutant(edition):
    """Of that edition, or of another that says the same; and its mutants break what there is."""
    contract = Contract.load(edition)
    alike = [(one, Contract.load(one.edition).requirements.get(one.breaks)) for one in MUTANTS]
    broken = {row.id for _, row in alike if row is not None and contract.requirements.get(row.id) == row}
    assert [row for row in contract.requirements if row not in broken] == []
    own = [one for one in MUTANTS if one.edition == edition]
    assert {row for one in own for row in (one.breaks, *one.also)} <= set(contract.requirements)


def test_right_servers_depart_from_conventions_alone():
    """What a right server knowingly does not follow is of level SHOULD."""
    for one in RIGHT:
        rows = Contract.load(one.edition).requirements
        assert {rows[row].level for row in one.should} <= {Level.SHOULD}, one.name


def test_the_zoo_is_large_enough():
    """At least 150 broken servers and 30 right ones, of different names."""
    names = [one.name for one in (*MUTANTS, *RIGHT)]
    assert len(set(names)) == len(names)
    assert len(MUTANTS) >= 150
    assert len(RIGHT) >= 30


def test_every_request_requirement_has_mutations():
    """Each row of the request schema is broken by some case of the mutation phase."""
    broken = {case.mutation.requirement for one in cases.mutations_phase(seed=0) for case in one.cases()}
    rows = {row.id for row in CONTRACT.requirements.values() if row.area == "request"} - {"request/valid"}
    assert broken == rows
