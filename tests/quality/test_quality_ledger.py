"""No clean-up deletes what its run did not create: a sample of the table that `ledger.py` prints."""

from __future__ import annotations

import re

import pytest
from common import bookkeeping_clocks
from quality.ledger import ROWS, Row, main, outcome_of

from ed_contract.runner import destinations
from ed_contract.runner.provenance import ServerClock

SAMPLE = (
    "a right server",
    "room for 16, 8 workers",
    "room for 16, keys ignored",
    "an older one by URL",
    "an earlier run, replayed whole",
    "another's, made meanwhile",
    "ids . and ..",
    "ids with slashes",
    "answers lost, room for 16, 8 workers",
    "Ctrl-C in a create, 8 workers",
    "a clock that stands still",
    "no Date",
    "ids used again",
)


@pytest.mark.parametrize("row", [row for row in ROWS if row.name in SAMPLE], ids=lambda row: row.name)
def test_no_deletion_meets_what_the_run_did_not_make(row):
    """By the server's books, which also show that everything left is named."""
    outcome = outcome_of(row)
    assert (outcome.foreign, outcome.wrong) == ((), ())


def test_the_sample_is_of_the_table():
    """The table has at least twenty rows."""
    assert set(SAMPLE) <= {row.name for row in ROWS}
    assert len(ROWS) >= 20


def test_a_clean_up_that_looks_at_no_clock_and_no_id_is_found_out(monkeypatch, capsys):
    """The table can fail."""
    monkeypatch.setattr(ServerClock, "doubt", lambda *_, **__: "")
    monkeypatch.setattr(destinations, "REPEATED", "")
    row = Row(name="older", server=bookkeeping_clocks.OlderByName, leaves=True)
    monkeypatch.setattr("quality.ledger.ROWS", (row,))
    monkeypatch.setattr("sys.argv", ["ledger.py"])
    assert main() == 1
    told = capsys.readouterr().out
    assert "which it had not made\n" in told
    assert re.search(r"^1 runs, [1-9]\d* foreign deletions, 1 rows wrong$", told, re.MULTILINE)
