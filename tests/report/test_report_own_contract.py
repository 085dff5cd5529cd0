"""What a report says of a contract of one's own: its name, its words, and what an annotation would add."""

from __future__ import annotations

import copy
import json
from importlib.resources import files

import pytest
from common.payments import DOCUMENT
from jsonschema import Draft202012Validator

from ed_contract.checks import judged
from ed_contract.contract import CONTRACT, Contract
from ed_contract.contract.schemas import bare
from ed_contract.finding import Finding
from ed_contract.report import badge, html_report, json_report
from ed_contract.report.builder import ReportBuilder
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import again, summary_lines
from ed_contract.runner.events import End, RunFinished, RunStarted
from ed_contract.runner.ledger import CleanUp

URL = "http://127.0.0.1:8000/payments"
BARE = bare(DOCUMENT)
ECHO = {"annotation": "x-echo", "places": ["amount", "currency"], "adds": "that they come back as sent"}
CODE = {"annotation": "x-idempotency", "places": [], "adds": "that a conflict carries its error code"}


def report_on(contract):
    """Return the report of a run in which nothing was observed."""
    builder = ReportBuilder(contract.requirements.values(), judged=judged(contract))
    builder.add(RunStarted.about(contract, target=URL, seed=0, phases=(), at_most=900))
    cleaned = CleanUp(deleted=1, left=0, requests=1)
    builder.add(RunFinished(end=End.FINISHED, requests=0, seconds=0.0, clean_up=cleaned))
    return builder.report()


def payments(document=BARE):
    """Return the contract of a document of payments."""
    return Contract.of(document, "payments.yaml", operation="createPayment")


def lines(contract):
    """Return the summary of a report on a contract."""
    return [line.text for line in summary_lines(report_on(contract), Redactor())]


def test_a_summary_says_what_an_annotation_would_add():
    """In a line each."""
    said = lines(payments())
    assert "  `x-echo` at `amount`, `currency` would let a run judge that they come back as sent" in said
    assert "  `x-idempotency` would let a run judge that a conflict carries its error code" in said
    assert len(said) <= 15


def test_a_summary_names_few_annotations_and_few_fields():
    """The JSON report names them all."""
    document = copy.deepcopy(BARE)
    operation = document["paths"]["/payments"]["post"]
    sent = operation["requestBody"]["content"]["application/json"]["schema"]
    made = operation["responses"]["201"]["content"]["application/json"]["schema"]
    sent["properties"]["note"] = {"type": "string"}
    made["properties"] |= {name: {"type": "string"} for name in ("note", "legs")}
    said = lines(payments(document))
    told = [line for line in said if "x-" in line or "further annotation" in line]
    assert told == [
        "  `x-echo` at `amount`, `currency`, `note` and 1 more would let a run judge that they come back as sent",
        "  `x-values` at `note` would let a run judge that their realistic values are accepted",
        "  and 1 further annotation: see the JSON report",
    ]


def test_the_json_report_lists_what_annotations_would_add():
    """As its schema says; of an edition of the page there is no such list."""
    document = json_report.as_document(report_on(payments()), Redactor())
    assert document["advice"] == [ECHO, CODE]
    schema = json.loads(files("ed_contract.report").joinpath("report.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(document)
    assert "advice" not in json_report.as_document(report_on(CONTRACT), Redactor())
    assert not any("would let a run judge" in line for line in lines(CONTRACT))


def test_the_html_report_lists_what_annotations_would_add():
    """And is headed by the operation."""
    page = html_report.write(report_on(payments()), Redactor())
    assert "What annotations would add" in page
    assert "<li><code>x-idempotency</code> would let a run judge that a conflict carries its error code</li>" in page
    assert '<p class="what">POST /payments</p>' in page
    page = html_report.write(report_on(CONTRACT), Redactor())
    assert "What annotations would add" not in page
    assert '<p class="what">POST /v2/core/event_destinations</p>' in page


@pytest.mark.parametrize(("contract", "label"), [(payments(), "createPayment"), (CONTRACT, "event destinations")])
def test_a_badge_names_what_was_judged(contract, label):
    """The operation of a document of one's own."""
    assert json.loads(badge.write(report_on(contract), Redactor()))["label"] == label


def test_nothing_is_called_a_destination():
    """Nor is the document called a page."""
    contract = payments(DOCUMENT)
    said = [*lines(contract), *(row.statement for row in contract.requirements.values())]
    assert "  cleaned up: 1 object deleted with 1 further request" in said
    assert "Resending a create under its key returns the same object." in said
    assert [one for one in said if "destination" in one or "page" in one] == []
    assert (contract.noun.an, contract.noun.many, contract.source) == ("an object", "objects", "document")
    assert (CONTRACT.noun.an, CONTRACT.noun.many, CONTRACT.source) == ("a destination", "destinations", "page")


@pytest.mark.parametrize(
    ("contract", "options"),
    [
        (payments(), " --contract payments.yaml --operation createPayment"),
        (Contract.load("2026-04"), " --edition 2026-04"),
        (CONTRACT, ""),
    ],
)
def test_the_html_report_says_how_to_see_a_finding_again(contract, options):
    """On the same contract."""
    assert again(a_finding(), report_on(contract)).endswith(f"--only echo/amount{options}")


def a_finding():
    """Return a finding without evidence."""
    return Finding(requirement="echo/amount", fault="lost", expected="", actual="", evidence=())
