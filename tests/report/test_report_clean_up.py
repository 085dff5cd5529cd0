"""What a clean-up left is told by every report, whatever it is called."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from xml.etree import ElementTree as ET

import pytest
from common.reports import report_of
from jsonschema import Draft202012Validator
from report.test_report_hostile import FORBIDDEN, HOSTILE

from ed_contract.contract.noun import noun_of
from ed_contract.report import github, json_report, junit, sarif
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import cleaned, summary_lines
from ed_contract.report.writers import WRITERS
from ed_contract.runner.ledger import CleanUp, Remaining

DESTINATION = noun_of(is_own=False)
LEFT = CleanUp(
    deleted=7,
    left=5,
    reason="429",
    remaining=(
        Remaining(id="ed_1", account="first", reason="429"),
        Remaining(id="ed_2", account="second", reason="interrupted"),
        Remaining(id="..", account="first", reason="its id is not one plain segment of a path", doubtful=True),
        Remaining(id="ed_4", account="first", reason="429"),
        Remaining(id="ed_5", account="first", reason="429"),
    ),
    unknown=2,
    requests=31,
)
SAID = (
    "not cleaned up: 5 destinations left (ed_1: DELETE: 429; ed_2 (second): DELETE: interrupted; "
    "..: its id is not one plain segment of a path; 2 more), 2 creates unanswered or without an id; "
    "7 destinations deleted with 31 further requests; "
    "the JSON report lists what is left, and `ed-contract cleanup REPORT` tries again"
)
ODD = CleanUp(
    deleted=0,
    left=1,
    reason=HOSTILE,
    remaining=(Remaining(id=f"sk_test_secret{HOSTILE}", account="first", reason=HOSTILE, doubtful=True),),
)


def report(clean_up):
    """Return the report of a run that ended so."""
    return replace(report_of([], only=["echo/name"]), clean_up=clean_up)


def test_all_is_deleted():
    """How much it took is told too: it comes on top of the run's requests."""
    assert cleaned(CleanUp(deleted=1, left=0, requests=1), Redactor(), DESTINATION) == (
        "cleaned up: 1 destination deleted with 1 further request"
    )


def test_the_terminal_names_the_first_that_are_left():
    """In one line, beside the others."""
    assert cleaned(LEFT, Redactor(), DESTINATION) == SAID
    (line,) = (line for line in summary_lines(report(LEFT), Redactor()) if "cleaned up" in line.text)
    assert (line.text, line.style) == (f"  {SAID}", "yellow")


def test_a_server_without_deletions_is_told_as_one():
    """Once, and not for each destination; a single one of another kind may have another reason."""
    some = tuple(Remaining(id=f"ed_{number}", account="first", reason="405") for number in range(5))
    told = cleaned(CleanUp(deleted=0, left=5, remaining=some, unknown=1, requests=3), Redactor(), DESTINATION)
    assert told == (
        "not cleaned up: the server answers DELETE with 405, and seems not to offer it: "
        "5 destinations left, 1 create unanswered or without an id; the JSON report lists them"
    )
    other = (*some, Remaining(id="ed_6", account="first", reason="500"))
    for clean_up in (
        CleanUp(deleted=1, left=5, remaining=some, requests=6),
        CleanUp(deleted=0, left=6, remaining=other, requests=6),
    ):
        assert "seems not to offer it" not in cleaned(clean_up, Redactor(), DESTINATION)


def test_only_creates_without_an_id_may_be_left():
    """Nobody can delete them by name."""
    assert cleaned(CleanUp(deleted=0, left=0, unknown=1), Redactor(), DESTINATION).startswith(
        "not cleaned up: 1 create unanswered or without an id; 0 destinations deleted"
    )


def test_the_json_report_lists_all_of_them():
    """As its schema says."""
    document = json.loads(json_report.write(report(LEFT), Redactor()))
    schema = json.loads(files("ed_contract.report").joinpath("report.schema.json").read_bytes())
    Draft202012Validator(schema).validate(document)
    clean_up = document["clean_up"]
    assert (clean_up["deleted"], clean_up["left"], clean_up["unknown"], clean_up["requests"]) == (7, 5, 2, 31)
    assert clean_up["remaining"][1] == {
        "id": "ed_2",
        "account": "second",
        "reason": "interrupted",
        "doubtful": False,
    }
    assert [one["id"] for one in clean_up["remaining"]] == ["ed_1", "ed_2", "..", "ed_4", "ed_5"]


def test_the_other_reports_say_how_many_and_where_to_find_them():
    """A property, a warning, a notification, a line of the page."""
    told = report(LEFT)
    root = ET.fromstring(junit.write(told, Redactor()))  # noqa: S314 - our own
    assert root.find("testsuite/properties/property[@name='clean_up']").get("value") == SAID
    assert f"::warning title=clean-up::{SAID}\n" in github.commands(told, Redactor())
    (notification,) = sarif.as_document(told, Redactor())["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert notification == {"level": "warning", "message": {"text": SAID}}
    assert "not cleaned up: 5 destinations left (ed_1: DELETE: 429" in WRITERS["html"](told, Redactor())
    assert "not cleaned up: 5 destinations left" in WRITERS["github"](told, Redactor()).replace("\\", "")


@pytest.mark.parametrize("form", WRITERS)
def test_an_id_is_shown_and_acted_upon_by_nobody(form):
    """Nor does it hold a credential."""
    text = WRITERS[form](report(ODD), Redactor(["sk_test_secret"]))
    assert FORBIDDEN.findall(text) == []
    assert "sk_test_secret" not in text
    text.encode()
