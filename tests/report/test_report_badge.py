"""A badge says the verdict in a few words, and nothing else."""

from __future__ import annotations

import json
from datetime import date

import pytest
from common.interactions import WEBHOOK, Run
from common.reports import report_of

from ed_contract.finding import Finding, Held, Unclear
from ed_contract.report import badge
from ed_contract.report.redaction import Redactor
from ed_contract.runner.events import End
from ed_contract.waivers import Waiver, Waivers

MUST, SHOULD = "echo/name", "echo/normalised"


def found(requirement, fault="cut"):
    """Return what makes a finding of an interaction."""
    return lambda one: Finding(requirement=requirement, fault=fault, expected="a", actual="b", evidence=(one,))


def held(_):
    """Say that a requirement held."""
    return Held(requirement="echo/type")


def unclear(_):
    """Say that nothing could be concluded."""
    return Unclear(requirement="echo/type", reason="answered 429")


def waived(requirement, fault):
    """Return waivers of one fault."""
    return Waivers(entries=(Waiver(requirement=requirement, fault=fault, reason="known"),), today=date(2026, 11, 23))


TYPE = ["echo/type"]
BUG_1 = {"only": [*TYPE, MUST], "waivers": waived(MUST, "cut")}


@pytest.mark.parametrize(
    ("observed", "options", "message", "color"),
    [
        ([held], {"only": TYPE}, "conforms", "brightgreen"),
        ([held, found(SHOULD)], {"only": [*TYPE, SHOULD]}, "conforms", "brightgreen"),
        ([held, found(MUST)], BUG_1, "conforms, with waivers", "yellowgreen"),
        ([held], {"only": [*TYPE, MUST]}, "conforms as far as judged: 1 of 2 MUST", "yellow"),
        ([held], {"only": TYPE, "left_out": [MUST]}, "conforms as far as judged: 1 of 2 MUST", "yellow"),
        (
            [held, found(MUST)],
            {**BUG_1, "end": End.MAX_REQUESTS},
            "conforms as far as judged: 2 of 2 MUST, with waivers",
            "yellow",
        ),
        ([found(MUST), found(MUST, "empty"), found(SHOULD)], {}, "2 MUST", "red"),
        ([found(MUST), found(SHOULD)], {"strict": True}, "1 MUST, 1 SHOULD", "red"),
        ([held], {"waivers": waived("echo/type", "cut"), "shrunk": True}, "waivers no longer apply", "orange"),
        ([unclear], {}, "not judged", "lightgrey"),
        ([], {}, "not judged", "lightgrey"),
        ([held], {"end": End.INTERRUPTED}, "interrupted", "lightgrey"),
    ],
)
def test_the_badge_says_the_verdict(observed, options, message, color):
    """As a shields endpoint reads it; what is waived is not hidden."""
    run = Run()
    run.exchange(WEBHOOK)
    (one,) = run.history.interactions()
    report = report_of([(one, [make(one) for make in observed])], **options)
    assert json.loads(badge.write(report, Redactor())) == {
        "schemaVersion": 1,
        "label": "event destinations",
        "message": message,
        "color": color,
    }
