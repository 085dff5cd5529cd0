"""Judges the other side: what a client of the endpoint does when its server errs on cue."""

from ed_contract.clients.command import judge_command
from ed_contract.clients.judging import CHECKS, judge_played
from ed_contract.clients.played import Played
from ed_contract.clients.requirements import REQUIREMENTS
from ed_contract.clients.scenarios import SCENARIOS, Scenario

__all__ = ["CHECKS", "REQUIREMENTS", "SCENARIOS", "Played", "Scenario", "judge_command", "judge_played"]
