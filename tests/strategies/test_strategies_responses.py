"""Answers as on the page, in which no check finds anything, and answers that break one requirement."""

from __future__ import annotations

import json

import pytest
from common.interactions import Run, answered
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from ed_contract import strategies as ed
from ed_contract.cases.breaking import rows_of
from ed_contract.contract import CONTRACT

RESPONSE_ROWS = rows_of(CONTRACT, "response")
FIRST = settings(phases=[Phase.generate], database=None)
KEYWORDS = {"required", "type", "enum", "const", "format", "items"}


def found(params, document):
    """Return the requirements that an answer breaks, according to the checks."""
    run = Run()
    run.exchange(params, answered(document))
    assert run.crashes == []
    return {requirement for requirement, _ in run.findings}


@given(ed.exchanges())
def test_no_check_says_anything_against_an_answer(exchanged):
    """Whatever is null, absent, included, disabled, or written in another zone."""
    params, document = exchanged
    assert found(params, document) == set()
    assert json.loads(json.dumps(document)) == document


@given(ed.mutated_responses())
def test_a_mutated_answer_breaks_the_requirement_that_it_names(mutated):
    """And no other of the schema; that the value differs from the one sent is reported as well."""
    broken = found(mutated.params, mutated.document)
    assert {row for row in broken if row in RESPONSE_ROWS} == {mutated.requirement}


@pytest.mark.parametrize("requirement", RESPONSE_ROWS)
def test_every_requirement_of_the_schema_can_be_broken(requirement):
    """By its name, and the check agrees."""
    mutated = find(ed.mutated_responses(requirement), lambda _: True, settings=FIRST)
    assert mutated.requirement == requirement
    assert requirement in found(mutated.params, mutated.document)


def test_the_rows_are_those_of_the_contract():
    """Each keyword at each place, and nothing else."""
    schema_rows = {
        row
        for row in CONTRACT.requirements
        if row.startswith("response/")
        and row.rpartition("/")[2] in {"required", "type", "enum", "const", "format", "items"}
    }
    assert set(RESPONSE_ROWS) == schema_rows


def test_the_answer_to_given_params_is_theirs():
    """Given as a mapping, or as a strategy."""
    document = find(ed.responses(ed.PAGE_EXAMPLE), lambda _: True)
    assert document["name"] == ed.PAGE_EXAMPLE["name"]
    named = find(ed.responses(ed.create_params(names=st.just("x"))), lambda one: one["type"] == "amazon_eventbridge")
    assert named["name"] == "x"


def test_an_unknown_requirement_is_told():
    """When the strategy is made."""
    with pytest.raises(
        InvalidArgument, match=r"^unknown requirement 'response/nmae/type' of the response schema: expected one of "
    ):
        ed.mutated_responses("response/nmae/type")
