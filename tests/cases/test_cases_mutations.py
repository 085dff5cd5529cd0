"""The mutation phase sends every operator of every requirement, the most telling first."""

from __future__ import annotations

from collections import Counter

import pytest
from common.operators import operators

from ed_contract.case import Expectation
from ed_contract.cases.breaking import rows_of
from ed_contract.cases.creates import Creates, selected_by
from ed_contract.cases.mutating import applies, bound_to, mutated
from ed_contract.cases.mutation_phase import mutations_phase
from ed_contract.cases.options import options_of
from ed_contract.contract import CONTRACT, Contract, editions
from ed_contract.expecting import expected
from ed_contract.strategies import mutations

SEEDS = pytest.mark.parametrize("seed", range(5))
ROWS = rows_of(CONTRACT, "request")


def cases_of(sequences):
    """Return the cases of all steps, in order."""
    return [case for sequence in sequences for case in sequence.cases()]


@SEEDS
def test_each_operator_of_each_requirement_is_done(seed):
    """None is left out, and no body comes twice."""
    cases = cases_of(mutations_phase(seed))
    done = {(case.mutation.requirement, case.mutation.operator) for case in cases}
    assert done == {(row, name) for row, names in operators().items() for name in names}
    assert len({case.body for case in cases}) == len(cases)


@SEEDS
def test_an_operator_is_done_once_but_where_that_says_more(seed):
    """Repeated: required fields on each shape, the first operators on each type, enums from each of their values."""
    again = Counter((case.mutation.requirement, case.mutation.operator) for case in cases_of(mutations_phase(seed)))
    names = operators()
    foreign = Counter(name for name in ROWS if ROWS[name].head in {"include", "snapshot_api_version"})
    for (row, operator), times in again.items():
        keyword = ROWS[row].keyword
        if keyword == "required":
            assert times in {len(options_of(CONTRACT).shapes), len(options_of(CONTRACT).shapes) // 2}
        elif keyword != "enum":
            foreign[row] -= max(times - (2 if operator == names[row][0] else 1), 0)
            assert foreign[row] >= 0, (row, operator)  # one mutates a create that lacks the field


@pytest.mark.parametrize(("edition", "seed"), [*((one, 0) for one in editions()), (CONTRACT.edition, 1)])
def test_every_reject_case_breaks_exactly_one_requirement(edition, seed):
    """The one it names, in every edition: the expectation follows only from the schema."""
    contract = Contract.load(edition)
    for case in cases_of(mutations_phase(seed, contract=contract)):
        expectation, mutation = expected(contract, case.params)
        assert (expectation, mutation.requirement) == (Expectation.REJECT, case.mutation.requirement), case


@SEEDS
def test_every_requirement_is_broken_before_any_is_broken_again(seed):
    """The first of each, in the order in which series are interleaved."""
    broken = [case.mutation.requirement for case in cases_of(mutations_phase(seed))]
    assert broken[: len(ROWS)] == [*ROWS]


@SEEDS
def test_what_is_required_is_removed_from_creates_of_each_shape(seed):
    """Full ones and plain ones."""
    cases = [one for one in cases_of(mutations_phase(seed)) if one.mutation.operator == "removed"]
    shapes = options_of(CONTRACT).shapes
    for shape in shapes:
        removed = [one for one in cases if shape.items() <= one.params.items()]
        assert {"request/name/required", "request/enabled_events/required"} <= {
            one.mutation.requirement for one in removed
        }
    sizes = {len(one.params) for one in cases if one.mutation.requirement == "request/name/required"}
    assert min(sizes) < 6 < max(sizes)


def test_each_requirement_is_broken_from_each_shape_that_it_applies_to():
    """A shape has operators for each row, except those of the other type's object and of fields that it cannot have."""
    creates = Creates(CONTRACT)
    for shape in creates.shapes:
        params = creates.rich(shape)
        rows = {row for row, one in ROWS.items() if list(mutated(CONTRACT, one, params))}
        other = next(name for name in ("webhook_endpoint", "amazon_eventbridge") if name != shape["type"])
        foreign = {row for row, one in ROWS.items() if one.head == other}
        assert not rows & foreign
        assert {row for row, one in ROWS.items() if applies(CONTRACT, one, params)} == rows
        assert {one.mutation.requirement for one in mutations(params)} == rows


def test_a_field_is_broken_where_nothing_else_may_be_why():
    """A create with another payload may be refused for a field that goes with only one."""
    assert bound_to(CONTRACT, "event_payload") == {"snapshot_api_version"}
    assert bound_to(CONTRACT, "name") == frozenset()
    creates = Creates(CONTRACT)
    snapshot = next(shape for shape in creates.shapes if shape["event_payload"] == "snapshot")
    full = creates.full(snapshot)
    assert not applies(CONTRACT, ROWS["request/event_payload/enum"], full)
    assert applies(CONTRACT, ROWS["request/event_payload/enum"], creates.plain(snapshot))
    assert selected_by(CONTRACT, snapshot) in full


def test_a_row_that_cannot_be_broken_yields_nothing():
    """Its holder is absent, or is not an object."""
    row = ROWS["request/webhook_endpoint.url/type"]
    assert list(row.broken({"name": "x"}, adding=True)) == []
    assert list(row.broken({"webhook_endpoint": "x"}, adding=True)) == []
    assert list(row.broken({"webhook_endpoint": {}}, adding=False)) == []
    assert [one.operator for one in row.broken({"webhook_endpoint": {}}, adding=True)][:2] == ["number", "null"]
