"""Servers of later editions of the page are judged by their edition: broken ones are caught, right ones pass."""

from __future__ import annotations

import pytest
from common.creating import creates, findings

from ed_contract.contract import CONTRACT, SEED, Contract, editions
from ed_contract.reference import Reference
from ed_contract.zoo import MUTANTS, RIGHT, opened

LATER = [edition for edition in editions() if edition != SEED]
BROKEN = [one for one in MUTANTS if one.edition != SEED]
CORRECT = [one for one in RIGHT if one.edition != SEED and not one.inconclusive]
"""Those at a quota are judged by whole runs."""


def named(one):
    """Return the name of a server, for the id of a test."""
    return one.name


@pytest.mark.parametrize("one", BROKEN, ids=named)
def test_a_mutant_of_a_later_edition_is_caught(one):
    """By the requirement that it breaks."""
    with opened(one) as app:
        found = {}
        for finding in findings(Contract.load(one.edition), app):
            found[finding.requirement] = finding.actual
            if one.breaks in found:
                return
    pytest.fail(f"{one.name} breaks {one.breaks}, and this was found: {found}")


@pytest.mark.parametrize("one", CORRECT, ids=named)
def test_a_right_server_of_a_later_edition_is_not_accused(one):
    """No requirement of its edition is broken, except SHOULD ones that it deliberately breaks."""
    with opened(one) as app:
        found = {finding.requirement: finding.actual for finding in findings(Contract.load(one.edition), app)}
    assert {row: said for row, said in found.items() if row not in one.should} == {}


@pytest.mark.parametrize("edition", editions())
def test_the_reference_of_an_edition_is_right(edition):
    """By its own edition."""
    with Reference(edition=edition) as app:
        assert {finding.requirement: finding.actual for finding in findings(Contract.load(edition), app)} == {}


@pytest.mark.parametrize("one", CORRECT, ids=named)
def test_the_first_edition_accuses_right_servers_of_later_ones(one):
    """So the edition must be chosen: servers of a later one accept and return what the first does not list."""
    sent = creates(Contract.load(one.edition))
    with opened(one) as app:
        assert next(findings(CONTRACT, app, sent), None) is not None


@pytest.mark.parametrize("edition", LATER)
def test_there_are_servers_of_each_later_edition(edition):
    """Broken and right ones, of the last two five right ones at least."""
    assert [one for one in BROKEN if one.edition == edition]
    assert len([one for one in CORRECT if one.edition == edition]) >= (5 if edition >= "2026-07" else 1)
