"""What a report says of the creates that were sent at once."""

from __future__ import annotations

from dataclasses import replace

from common.interactions import WEBHOOK, Run, answered, destination

from ed_contract import Target, run
from ed_contract.reference import Reference
from ed_contract.report.bursts import Bursts


def folded(*bursts):
    """Return the summary of bursts, each given as its size, spread and seconds."""
    fold, made = Bursts(), Run()
    plain = made.add(WEBHOOK, answered(destination(WEBHOOK, "ed_1")))
    fold.add(plain)
    for number, (size, spread, seconds) in enumerate(bursts, 1):
        for _ in range(size):
            fold.add(replace(plain, burst=number, spread=spread, began=1.0, ended=1.0 + seconds))
    return fold.summary()


def test_bursts_are_counted_and_their_times_are_medians():
    """The spread only of those of which it is known."""
    assert folded() == {}
    told = folded((4, 0.0002, 0.010), (6, 0.0, 0.030), (4, 0.0006, 0.020))
    assert told == {"bursts": {"sent": 3, "of": [4, 6], "sent_within_ms": 0.4, "answered_within_ms": 20.0}}
    assert "sent_within_ms" not in folded((4, 0.0, 0.010))["bursts"]


def test_a_run_in_process_knows_no_spread():
    """There is no last byte of a connection."""
    with Reference() as app:
        report = run(Target.of_app(app, api_key="sk_test_a"), phases=["smoke", "bursts"], shrink=False)
    assert report.coverage["bursts"]["sent"] > 4
    assert "sent_within_ms" not in report.coverage["bursts"]
