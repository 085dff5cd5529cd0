"""Which combinations of the enum options were sent and accepted."""

from __future__ import annotations

from ed_contract import run
from ed_contract.cases.option_coverage import exercised
from ed_contract.strategies import PAGE_EXAMPLE, valid_case


def test_every_combination_has_a_row():
    """100 of them, in one order, with counts."""
    bridge = {name: value for name, value in PAGE_EXAMPLE.items() if name != "webhook_endpoint"} | {
        "type": "amazon_eventbridge",
        "amazon_eventbridge": {"aws_account_id": "012345678901", "aws_region": "eu-west-1"},
    }
    example, silent = valid_case(PAGE_EXAMPLE), valid_case(bridge)
    unplaced = valid_case(PAGE_EXAMPLE | {"include": ["nothing"]})
    rows = exercised([(example, True), (example, False), (silent, False), (unplaced, True)])
    assert len(rows) == 2 * 2 * 5 * 5
    lists = {"events_from": (), "include": ("webhook_endpoint.url",)}
    assert [
        (row["choices"], row["lists"], row["sent"], row["accepted"], row["optional"]) for row in rows if row["sent"]
    ] == [
        ({"type": "webhook_endpoint", "event_payload": "thin"}, lists, 2, 1, False),
        ({"type": "amazon_eventbridge", "event_payload": "thin"}, lists, 1, 0, True),
    ]


def test_a_run_reports_its_combinations_and_latencies():
    """The right server accepts each one that is sent."""
    report = run(phases=["combinations"])
    tried = [one for one in report.options if one.sent]
    assert len(report.options) == 100
    choices = {str((one.choices, {name: sorted(some) for name, some in one.lists.items()})) for one in tried}
    assert len(choices) > 45, "of 64: the order within a list is no option of its own"
    assert all(one.accepted == one.sent or one.optional for one in tried)
    assert {phase.name for phase in report.phases if phase.latency} >= {"combinations"}
