"""`run --card` and `judge --card` print the behaviour card after the summary."""

from __future__ import annotations

import pytest
from common.command import ed_contract

from ed_contract.reference import Reference, serve

HEADING = "What the server does where the page is silent:"


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def run(*options):
    """Judge the reference by what can be said fast."""
    with Reference() as app, serve(app) as server:
        return ed_contract(
            "run", server.url, "--api-key", "sk_test_a", "--phases", "keys", "--only", "echo/*", *options
        )


def card_in(text):
    """Return the lines of the card."""
    before, heading, after = text.partition(f"\n{HEADING}\n")
    return (before, after.splitlines()) if heading else (before, [])


def test_the_card_comes_after_the_summary():
    """A line for each topic, with how many answers showed it; not seen is said too."""
    told = run("--card")
    assert (told.returncode, told.stderr) == (0, "")
    summary, card = card_in(told.stdout)
    assert "CONFORMS" in summary
    assert all(line.startswith("  ") for line in card)
    assert "  Concurrent duplicates: not seen" in card
    (status,) = (line for line in card if line.startswith("  Status of creates: "))
    assert status.startswith("  Status of creates: 200, from ")


def test_without_the_option_there_is_no_card():
    """The summary is what it was."""
    assert card_in(run().stdout)[1] == []


def test_a_quiet_run_prints_the_card_that_was_asked_for():
    """After its verdict."""
    summary, card = card_in(run("--card", "--quiet").stdout)
    assert len(summary.splitlines()) == 1
    assert card


def test_a_record_has_the_same_card():
    """It is made of what was recorded, and nothing else."""
    told = run("--card", "--record", "record.ndjson")
    again = ed_contract("judge", "record.ndjson", "--card")
    assert card_in(again.stdout)[1] == card_in(told.stdout)[1] != []
