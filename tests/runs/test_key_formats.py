"""Servers that take keys of one form only: told, and judged with keys of that form."""

from __future__ import annotations

import re

import pytest

from ed_contract import judge, run
from ed_contract.exceptions import TargetError
from ed_contract.reference import Reference
from ed_contract.report.json_report import as_document
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import report_lines
from ed_contract.transport import Target

QUICK = {"phases": ("smoke", "keys"), "seed": 3, "shrink": False}


def taking(pattern):
    """Return the target that takes only keys that match a pattern, and those that it was sent."""
    sent = []

    class Takes(Reference):
        def is_key(self, key):
            sent.append(key)
            return re.fullmatch(pattern, key) is not None

    return Target.of_app(Takes(), api_key="sk_test_a"), sent


@pytest.mark.parametrize(
    ("pattern", "named"),
    [
        ("key_[0-9a-f-]{36}", "prefix:key_"),
        ("[A-Z0-9]{26}", "regex:[A-Z0-9]{26}"),
        ("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "uuid"),
    ],
)
def test_every_fresh_key_has_the_form_that_is_asked_for(pattern, named):
    """The same ones for the same seed."""
    target, sent = taking(pattern)
    report = run(target, key_format=named, **QUICK)
    assert [one.identity for one in report.findings] == []
    fresh = {key for key in sent if re.fullmatch(pattern, key)}
    assert len(fresh) > 90
    again, sent_again = taking(pattern)
    run(again, key_format=named, **QUICK)
    assert sent_again == sent


def test_a_server_that_takes_no_uuid_cannot_be_judged_without_knowing_its_form():
    """The option is named."""
    target, _ = taking("key_.*")
    with pytest.raises(TargetError, match="set --key-format"):
        run(target, phases=("smoke",))


def test_a_form_that_is_taken_only_is_told_once_in_every_report(tmp_path):
    """And the record says the same when it is judged."""
    target, _ = taking("[^A-Z]{20,255}")
    live = run(target, record=str(tmp_path / "run.ndjson"), **QUICK)
    judged = judge(tmp_path / "run.ndjson")
    note = "accepts only idempotency keys without upper-case letters: creates under other keys prove nothing"
    assert live.notes == judged.notes == (note,)
    assert live.exit_code == 0
    told = [line.text.strip() for line in report_lines(live, Redactor())]
    assert told.count(note) == 1
    assert as_document(live, Redactor())["notes"] == [note]
