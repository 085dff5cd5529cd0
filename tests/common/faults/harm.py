"""Checks of what a run leaves behind."""

from __future__ import annotations

from collections.abc import Iterator

from common.faults.row import Outcome


def nothing_of_ours_is_left_unnamed(outcome: Outcome) -> Iterator[str]:
    """What the run created is deleted, or the report names it, or counts it if its id is unknown."""
    if outcome.report is None:
        return
    told = outcome.report["clean_up"] or {}
    if "remaining" not in told:
        yield "does not name what remains"
        return
    unnamed = outcome.against.ledger.left - {one["id"] for one in told["remaining"]}
    if len(unnamed) > told["unknown"]:
        yield f"{len(unnamed)} of ours are left and not named, {told['unknown']} are said to be unknown"


def all_is_gone(outcome: Outcome) -> Iterator[str]:
    """What the run created is deleted."""
    if left := outcome.against.ledger.left:
        yield f"{len(left)} of ours are left"


def nothing_is_deleted(outcome: Outcome) -> Iterator[str]:
    """No deletion was sent."""
    if sent := outcome.against.ledger.deletions:
        yield f"{sent} deletions were sent"


def nothing_was_sent(outcome: Outcome) -> Iterator[str]:
    """No connection was made."""
    if made := outcome.against.ledger.connections:
        yield f"{made} connections were made"
