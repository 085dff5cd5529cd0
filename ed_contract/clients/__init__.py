"""Judges the other side: what a client of the endpoint does when its server misbehaves on cue."""

from ed_contract.clients.command import judge_command
from ed_contract.clients.judging import CHECKS, judge_played
from ed_contract.clients.played import Played
from ed_contract.clients.requirements import REQUIREMENTS, of_clients
from ed_contract.clients.scenarios import SCENARIOS, Scenario, scenario
from ed_contract.clients.server import ScriptedServer
from ed_contract.reference.fake import Act, Canned, FakeServer, Received

__all__ = [
    "CHECKS",
    "REQUIREMENTS",
    "SCENARIOS",
    "Act",
    "Canned",
    "FakeServer",
    "Played",
    "Received",
    "Scenario",
    "ScriptedServer",
    "judge_command",
    "judge_played",
    "of_clients",
    "scenario",
]
