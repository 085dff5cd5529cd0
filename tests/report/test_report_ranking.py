"""The order of findings: worst first, those of one cause together, each with its number."""

from __future__ import annotations

from dataclasses import replace

import pytest
from common.interactions import WEBHOOK, Run, answered, destination
from common.reports import report_of

from ed_contract.case import Mutation
from ed_contract.finding import Finding
from ed_contract.report.ranking import NO_TIMESTAMP
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import report_lines
from ed_contract.waivers import Waiver, Waivers, today


def reported(*rows, waivers=None):
    """Return the report of a run that found something of each of these requirements, in this order."""
    run = Run()
    run.exchange(WEBHOOK, answered(destination(WEBHOOK, "ed_1")))
    (one,) = run.history.interactions()
    found = [
        Finding(
            requirement=row,
            fault=NO_TIMESTAMP if row.endswith("/format") else str(number),
            expected="a",
            actual="b",
            evidence=(_sent(one, row),),
        )
        for number, row in enumerate(rows)
    ]
    return report_of([(one, found)], waivers=waivers)


def _sent(one, row):
    """Return the interaction, with the mutation that breaks a requirement of the request."""
    if not row.startswith("request/") or row == "request/valid":
        return one
    return replace(one, case=replace(one.case, mutation=Mutation(requirement=row, operator="x", place="name")))


def order(report):
    """Return the requirements by their numbers."""
    assert [bug.number for bug in report.bugs] == list(range(1, len(report.bugs) + 1))
    return [bug.finding.requirement for bug in report.bugs]


def test_server_errors_and_broken_idempotency_come_first_and_warnings_last():
    """Within each of the three the order is that in which they were seen."""
    report = reported(
        "robustness/error-envelope", "echo/name", "idempotency/same-parameters", "idempotency/replay", "response/body",
        "robustness/no-server-error",
    )  # fmt: skip
    assert order(report) == [
        "idempotency/replay",
        "robustness/no-server-error",
        "echo/name",
        "response/body",
        "idempotency/same-parameters",
        "robustness/error-envelope",
    ]


def test_what_is_waived_comes_last():
    """Whatever its level."""
    waivers = Waivers(entries=(Waiver(requirement="idempotency/replay", fault="0", reason="known"),), today=today())
    report = reported("idempotency/replay", "auth/no-key", waivers=waivers)
    assert order(report) == ["auth/no-key", "idempotency/replay"]


@pytest.mark.parametrize(
    ("rows", "causes"),
    [
        (
            ("request/name/type", "echo/name", "request/type/enum"),
            ["accepts invalid parameters", "accepts invalid parameters", ""],
        ),
        (
            ("response/created/format", "echo/name", "response/updated/format"),
            ["writes timestamps in another form", "writes timestamps in another form", ""],
        ),
        (("request/name/type", "echo/name", "request/valid"), ["", "", ""]),
    ],
)
def test_findings_of_one_cause_stand_together(rows, causes):
    """After the first of them; what has no others of its cause has none."""
    assert [bug.cause for bug in reported(*rows).bugs] == causes


def test_of_a_cause_with_many_the_first_is_printed_in_full():
    """And a line for each other."""
    report = reported(
        *(f"request/{name}/type" for name in ("name", "description", "include", "metadata", "events_from"))
    )
    lines = [line.text for line in report_lines(report, Redactor())]
    assert sum(line.startswith("  Actual:") for line in lines) == 1
    at = lines.index("4 more findings of this kind: the server accepts invalid parameters")
    assert lines[at + 1] == "  2. FAIL request/description/type [1] (MUST): b"
