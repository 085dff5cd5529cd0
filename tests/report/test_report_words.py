"""Python and JSON call the same thing by the same word: who knows one report can read the other."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files

import pytest
from common.interactions import WEBHOOK, Run, answered, destination
from common.reports import report_of

from ed_contract.contract.advice import Advice
from ed_contract.finding import Finding
from ed_contract.report.json_report import as_document
from ed_contract.report.redaction import Redactor
from ed_contract.runner.ledger import CleanUp, Remaining

SCHEMA = json.loads(files("ed_contract.report").joinpath("report.schema.json").read_text(encoding="utf-8"))
NOT_IN_PYTHON = {
    "version": "of the JSON report only",
    "tool": "the version that wrote a file: `ed_contract.__version__`",
    "curl": "made of the interactions for shells: `report.write` and `str(report)` have it",
    "headers_form": "how another client writes headers: `case.headers`",
    "node": "in JSON only where there are several",
}
OF_THE_REQUEST = {"method", "path", "headers", "credential", "body", "hangs_up"}
OF_THE_CASE = {"expectation", "mutation"}


@pytest.fixture
def report():
    """A report with a finding."""
    recorded = Run()
    interaction = recorded.add(WEBHOOK, answered(destination(WEBHOOK)))
    finding = Finding(requirement="echo/name", fault="name", expected="Orders", actual="Order", evidence=(interaction,))
    return report_of([(interaction, [finding])])


def without(words, document):
    """Return which words of a JSON object a Python object does not have."""
    return {word for word in document if not hasattr(words, word)} - NOT_IN_PYTHON.keys()


def test_the_report_has_the_words_of_the_json_report(report):
    """The run, a requirement, a phase, what was judged."""
    document = as_document(report, Redactor())
    assert without(report, document) == set()
    assert without(report.judged, document["judged"]) == set()
    for row, shown in zip(report.requirements, document["requirements"], strict=True):
        assert without(row, shown) == set()
    for phase, shown in zip(report.phases, document["phases"], strict=True):
        assert without(phase, shown) == set()


def test_a_finding_has_the_words_of_the_json_report(report):
    """And an interaction of it; a request and a case have theirs apart."""
    (broken,) = [row for row in report.requirements if row.findings]
    (bug,) = broken.findings
    assert bug is report.bugs[0]
    (shown,) = next(one for one in as_document(report, Redactor())["requirements"] if one["findings"])["findings"]
    assert without(bug, shown) == set()
    assert (bug.requirement, bug.fault, bug.expected, bug.actual) == ("echo/name", "name", "Orders", "Order")
    (interaction,), (sent,) = bug.interactions, shown["interactions"]
    assert without(interaction, sent) <= OF_THE_REQUEST | OF_THE_CASE
    assert without(interaction.request, dict.fromkeys(OF_THE_REQUEST)) == set()
    assert without(interaction.case, dict.fromkeys(OF_THE_CASE)) == set()


def test_what_is_beside_the_run_has_the_words_of_the_json_report():
    """What was cleaned up, and which annotations a document may lack."""
    left = Remaining(id="ed_1", account="first", reason="404")
    assert {*CleanUp.__dataclass_fields__} == {"deleted", "left", "reason", "remaining", "unknown", "requests"}
    assert without(left, {"id": 1, "account": 1, "reason": 1, "doubtful": 1}) == set()
    assert without(Advice(annotation="x-echo", places=(), adds=""), {"annotation": 1, "places": 1, "adds": 1}) == set()


def test_a_contract_of_ones_own_is_called_contract(report):
    """As in JSON, with its name, the operation, and the document."""
    assert report.contract is None
    own = replace(report, own={"operation": "create", "document": {}}, edition="payments")
    assert own.contract == {"name": "payments", "operation": "create", "document": {}}
    assert {*own.contract} == {*SCHEMA["properties"]["contract"]["properties"]}


@pytest.mark.parametrize(("old", "new"), [("rows", "requirements")])
def test_an_old_name_of_a_report_works_and_warns(old, new, report):
    """With the word that JSON has."""
    with pytest.warns(DeprecationWarning, match=f"^Report.{old} is Report.{new} now$"):
        assert getattr(report, old) is getattr(report, new)


def test_the_old_name_of_a_requirements_findings_works_and_warns(report):
    """The same."""
    row = report.requirements[0]
    with pytest.warns(DeprecationWarning, match=r"^RequirementResult\.bugs is RequirementResult\.findings now$"):
        assert row.bugs is row.findings
