"""The plainest creates that there are: what findings shrink to. Data."""

from __future__ import annotations

from ed_contract.case import Params
from ed_contract.strategies.params import EVENTBRIDGE, SNAPSHOT, THIN, WEBHOOK

_PLAINEST: Params = {
    "name": "Orders",
    "description": "Orders",
    "type": WEBHOOK,
    "event_payload": THIN,
    "enabled_events": ["v1.billing.meter.error_report_triggered"],
    WEBHOOK: {"url": "https://example.com/"},
}
PLAIN: tuple[Params, ...] = (
    _PLAINEST,
    {
        **{name: value for name, value in _PLAINEST.items() if name != WEBHOOK},
        "type": EVENTBRIDGE,
        EVENTBRIDGE: {"aws_account_id": "123456789012", "aws_region": "us-east-1"},
    },
    {
        **_PLAINEST,
        "event_payload": SNAPSHOT,
        "enabled_events": ["customer.created"],
        "snapshot_api_version": "2024-09-30.acacia",
    },
)
"""One for each value of the required options, the plainest first; each other differs in its own and what goes with it.

A plain value stands for everything that can have one, the description too, though the plainest create has none."""
