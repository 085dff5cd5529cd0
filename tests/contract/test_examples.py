"""The create that `explain` shows for a requirement is right for its edition."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator
from werkzeug.test import Client

from ed_contract.case import Expectation
from ed_contract.contract import Contract, editions
from ed_contract.contract.schemas import member
from ed_contract.expecting import SEVERAL, expected
from ed_contract.explaining import example
from ed_contract.reference import PATH, Reference

ALL = pytest.mark.parametrize("edition", editions())


def rows(contract, *areas):
    """Return the ids of a contract's requirements of these areas."""
    return [row.id for row in contract.requirements.values() if row.area in areas]


@ALL
def test_an_example_of_a_request_breaks_its_requirement_and_no_other(edition):
    """Of rules in prose it is one of the creates that they are about; of `request/valid` it is valid."""
    contract = Contract.load(edition)
    prose = {f"request/{one.id}": one for one in contract.parts.discouraged}
    for row in rows(contract, "request"):
        params = example(contract, row)
        expectation, mutation = expected(contract, params)
        if row == "request/valid":
            assert expectation is Expectation.ACCEPT
        elif row in prose:
            assert expectation is Expectation.EITHER
            assert Draft202012Validator(prose[row].when).is_valid(params)
        else:
            assert (mutation.requirement, mutation.operator != SEVERAL) == (row, True), params


@ALL
def test_an_example_of_an_answer_shows_the_member(edition):
    """The reference takes it, and its answer has something at the place, where any answer of it has."""
    contract = Contract.load(edition)
    with Reference(edition=edition) as app:
        client = Client(app)
        for row in rows(contract, "echo", "include", "response"):
            place = row.split("/")[1]
            params = example(contract, row)
            assert expected(contract, params) == (Expectation.ACCEPT, None), row
            answer = client.post(PATH, json=params, headers={"Authorization": "Bearer sk_test_a"})
            assert answer.status_code == 200, row
            if contract.parts.echo(place) is not None or place.startswith(("amazon_", "azure_")):
                assert member(answer.get_json(), place) is not None, row


def test_what_takes_more_than_one_request_has_no_example():
    """Nor has what is said of any request."""
    contract = Contract.load("2026-04")
    assert {example(contract, row) is None for row in rows(contract, "idempotency", "robustness", "auth")} == {True}
