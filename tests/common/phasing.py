"""Phases and judgements for tests of the loop."""

from __future__ import annotations

from common.interactions import WEBHOOK

from ed_contract.case import case
from ed_contract.checks import judge
from ed_contract.runner.events import Judged


def phases_of(events):
    """Return the phases of all interactions, in order."""
    return [event.interaction.phase for event in events if isinstance(event, Judged)]


def other(number):
    """Return a create that differs from all others."""
    return case(f"case {number}", WEBHOOK | {"name": f"case {number}"})


def judged(interaction, history):
    """Judge whether all creates are answered with one destination."""
    rows = {"robustness/answers", "robustness/keeps-serving", "request/valid"}
    return tuple(one for one in judge(interaction, history) if one.requirement in rows)
