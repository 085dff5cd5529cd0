"""pytest judges an edition of the page, or a contract of one's own."""

from __future__ import annotations

from common.payments import Payments, written
from common.servers import http_server

from ed_contract.checks import judged as judged_rows
from ed_contract.contract import Contract

OPTIONS = ("-p", "no:cacheprovider", "--ed-api-key=k_1", "--ed-key-age=0", "--ed-phases=auth")


def test_there_is_a_test_for_each_requirement_of_a_contract_of_ones_own(pytester):
    """And none of the page's."""
    path = written(pytester.path)
    contract = Contract.load(path, operation="createPayment")
    asked = ("--ed-url", "http://127.0.0.1:9", "--ed-contract", "payments.yaml", "--ed-operation", "createPayment")
    result = pytester.runpytest_subprocess(*OPTIONS, *asked, "--collect-only", "-q")
    found = [line.partition("::")[2] for line in result.outlines if line.startswith("ed-contract::")]
    assert found == [row for row in contract.requirements if row in judged_rows(contract)]


def test_a_server_is_judged_by_it(pytester):
    """A run, and a create of one's own."""
    written(pytester.path)
    pytester.makepyfile(
        """
        def test_a_create(ed_create):
            assert ed_create({"amount": 100, "currency": "eur"}).created["amount"] == 100
        """
    )
    with http_server(Payments()) as url:
        asked = ("--ed-url", url, "--ed-contract", "payments.yaml")
        result = pytester.runpytest_subprocess(*OPTIONS, *asked, "-k", "create or media-type")
    result.assert_outcomes(passed=2)


def test_an_edition_is_chosen(pytester):
    """By an option."""
    asked = ("--ed-url", "http://127.0.0.1:9", "--ed-only", "request/azure_event_grid/*", "--collect-only", "-q")
    result = pytester.runpytest_subprocess(*OPTIONS, *asked, "--ed-edition", "2026-04")
    assert [line for line in result.outlines if "::" in line] == ["ed-contract::request/azure_event_grid/type"]


def test_what_is_wrong_is_told_before_anything_is_sent(pytester):
    """In two lines."""
    asked = ("--ed-url", "http://127.0.0.1:9", "--ed-contract", "nothing.yaml")
    result = pytester.runpytest_subprocess(*OPTIONS, *asked)
    assert result.ret == 4
    result.stderr.fnmatch_lines(
        ["ERROR: cannot read nothing.yaml: No such file or directory", "ERROR: give an OpenAPI document."]
    )
