"""A type is added to a document, and nothing else: whatever follows from a document knows it at once."""

from __future__ import annotations

import pytest
from contracts.azure import AZURE, FIELDS, GROUP, REGION, SUBSCRIPTION, with_azure

from ed_contract.case import Expectation
from ed_contract.cases.breaking import rows_of
from ed_contract.cases.options import options_of
from ed_contract.contract import Contract
from ed_contract.expecting import expected
from ed_contract.kinds import kind_of
from ed_contract.kinds.choosing import may_mean_nothing
from ed_contract.kinds.validity import fits, is_usual

PLACES = [AZURE, *(f"{AZURE}.{name}" for name in FIELDS)]


@pytest.fixture(scope="module")
def contract(tmp_path_factory):
    """The contract of the document with the new type."""
    path = tmp_path_factory.mktemp("azure") / "with-azure.yaml"
    path.write_text(with_azure(), encoding="utf-8")
    return Contract.load(path)


@pytest.fixture(scope="module")
def create(contract):
    """The plainest create of the new type."""
    return next(one for one in kind_of(contract.request_spec).usual(contract.request_spec) if one["type"] == AZURE)


def test_the_rows_are_those_of_the_edition_that_has_the_type(contract):
    """Which stands in a file of its own, written by somebody else."""
    assert {*contract.requirements} == {*Contract.load("2026-04").requirements}


def test_the_realistic_creates_have_the_new_type_with_its_object(contract, create):
    """Which is accepted, and refused without the object or beside another only where a server likes."""
    assert {*create[AZURE]} == {*FIELDS}
    assert expected(contract, create) == (Expectation.ACCEPT, None)
    foreign = {**create, "amazon_eventbridge": {"aws_account_id": "123456789012", "aws_region": "us-east-1"}}
    without = {name: one for name, one in create.items() if name != AZURE}
    assert [expected(contract, one)[0] for one in (foreign, without)] == [Expectation.EITHER] * 2


def test_every_row_of_the_new_object_can_be_broken(contract, create):
    """By several operators each, and every create that comes of it is refused for that row."""
    rows = {name: row for name, row in rows_of(contract, "request").items() if row.head == AZURE}
    assert [*rows] == [
        f"request/{AZURE}/type",
        *(f"request/{AZURE}.{name}/{keyword}" for name in FIELDS for keyword in ("required", "type")),
    ]
    for name, row in rows.items():
        made = [one.document for one in row.broken(create, adding=True)]
        assert len(made) >= (1 if row.keyword == "required" else 4)
        for document in made:
            expectation, mutation = expected(contract, document)
            assert (expectation, mutation and mutation.requirement) == (Expectation.REJECT, name), document


def test_the_new_value_is_one_of_its_enum(contract, create):
    """And what comes close to it is refused."""
    row = rows_of(contract, "request")["request/type/enum"]
    made = [one.document["type"] for one in row.broken(create, adding=True)]
    assert f"{AZURE} " in made
    assert AZURE.upper() in made


def test_every_row_of_the_answer_can_be_broken(contract):
    """The new object, its topic, and what comes back."""
    rows = rows_of(contract, "response")
    new = [name for name in contract.requirements if name.startswith(f"response/{AZURE}")]
    assert len(new) >= 10
    assert set(new) <= rows.keys()
    assert {f"echo/{AZURE}.{name}" for name in FIELDS} <= contract.requirements.keys()


def test_the_covering_array_has_the_new_value(contract):
    """And makes a realistic create of any row with it."""
    options = options_of(contract)
    assert AZURE in options.dimensions["type"]
    assert AZURE not in options.dimensions
    row = {name: values[0] for name, values in options.dimensions.items()} | {"type": AZURE}
    made = options.create(row, 0)
    assert {*made[AZURE]} == {*FIELDS}
    assert is_usual(contract.request_spec, made)


def test_kinds_know_hard_values_of_the_new_fields(contract, create):
    """Unusual ones, near twins and simpler ones, in the object and of each field of it."""
    kind, spec = kind_of(contract.request_spec), contract.request_spec
    unusual = [one for one in kind.unusual(spec) if one.place.startswith(f"{AZURE}.")]
    assert {one.place.rpartition(".")[2] for one in unusual} >= {REGION, GROUP, SUBSCRIPTION}
    assert all(fits(spec, one.value) or may_mean_nothing(spec, one.value) for one in unusual)
    assert {one.place for one in kind.near(spec, create)} >= {f"{AZURE}.{name}" for name in FIELDS}
    assert all(is_usual(spec, one) for one in kind.smaller(spec, create))
