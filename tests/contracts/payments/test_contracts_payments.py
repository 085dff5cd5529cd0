"""Whole runs over the servers of payments: the right ones are not accused, and a broken one is told by its requirement.

With the annotated document, and with the same without any annotation.
"""

from __future__ import annotations

import pytest
import yaml
from contracts.payments.broken import BROKEN
from contracts.payments.conftest import DOCUMENT
from contracts.payments.right import RIGHT
from contracts.payments.server import Server

from ed_contract import Target, run
from ed_contract.contract.advice import advice
from ed_contract.contract.schemas import bare
from ed_contract.reference import serve

KEYS = {"api_key": "sk_test_a", "second_api_key": "sk_test_b"}
NOT_SAID = "nothing but an annotation says it"
REFUSED = "a key whose create was refused is not used again"
NOT_JUDGED = {
    "annotated": {
        "refusals-kept": REFUSED,
        "order-of-lines-not-compared": "whether another order is another payment is left open",
    },
    "bare": {
        "refusals-kept": REFUSED,
        **{one.name: NOT_SAID for one in BROKEN if one.only_annotated},
        "order-of-lines-not-compared": "whether another order is another payment is left open",
        "conflict-409": "both statuses are documented, and which one is a conflict's is said in prose",
    },
}
LEAST = {"annotated": 0.95, "bare": 0.75}  # of the broken servers that have to be told


@pytest.fixture(scope="session", params=["annotated", "bare"])
def document(request, contract, bare_contract):
    """The kind of the document, and the contract that it is: read once, its cases are written once."""
    return request.param, contract if request.param == "annotated" else bare_contract


def found(behaviour, contract, until=None):
    """Return the requirements that a run in process finds broken, in the order in which it does."""
    target = Target.of_app(Server(behaviour), **KEYS)
    report = run(target, contract=contract, strict=True, shrink=False, key_age=0.0, until=until)
    return list(dict.fromkeys(one.requirement for one in report.findings))


@pytest.mark.parametrize("right", RIGHT, ids=lambda one: one.name)
def test_a_right_server_is_not_accused(right, document):
    """Of nothing but what it knowingly does not follow."""
    _, contract = document
    assert [row for row in found(right.does, contract) if row not in right.should] == []


@pytest.mark.parametrize("broken", BROKEN, ids=lambda one: one.name)
def test_a_broken_server_is_told(broken, document):
    """By the requirement that names its bug, unless it is one of those of which the document says nothing."""
    kind, contract = document
    told = broken.breaks in found(broken.does, contract, until=broken.breaks)
    assert told is (broken.name not in NOT_JUDGED[kind])


@pytest.mark.parametrize("kind", NOT_JUDGED)
def test_few_broken_servers_are_not_told(kind):
    """The shares that are promised."""
    assert {*NOT_JUDGED[kind]} <= {one.name for one in BROKEN}
    assert 1 - len(NOT_JUDGED[kind]) / len(BROKEN) >= LEAST[kind]


def test_a_right_server_is_judged_over_connections():
    """With its bursts, and nothing is found."""
    with serve(Server()) as server:
        report = run(Target(url=server.url, **KEYS), contract=DOCUMENT, strict=True, shrink=False)
    assert (report.exit_code, list(report.findings)) == (0, [])


def test_a_bug_names_a_requirement_of_the_document(contract, bare_contract):
    """Of the bare one too, unless an annotation says it."""
    assert advice(contract) == ()
    ids = {one.breaks for one in BROKEN}
    assert ids <= contract.requirements.keys()
    said = {one.breaks for one in BROKEN if not one.only_annotated}
    assert said <= bare_contract.requirements.keys()
    assert not (ids - said) & bare_contract.requirements.keys()


def test_a_right_server_does_not_follow_what_is_only_advised(contract):
    """What it does not follow is of level SHOULD."""
    rows = {row for one in RIGHT for row in one.should}
    assert {contract.requirement(row).level for row in rows} == {"SHOULD"}


def test_the_bare_document_is_the_annotated_one_without_annotations(bare_document, contract, bare_contract):
    """So that they document the same requests and answers."""
    written = yaml.safe_load(bare_document.read_text(encoding="utf-8"))
    assert written == bare(yaml.safe_load(DOCUMENT.read_text(encoding="utf-8")))
    assert "x-" not in bare_document.read_text(encoding="utf-8")
    for schema in ("request_schema", "response_schema", "error_schema"):
        assert getattr(bare_contract, schema) == getattr(contract, schema)
