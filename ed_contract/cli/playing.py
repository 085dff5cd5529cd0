"""What the command `client` does: play the scenarios, say what comes of each, and print the report."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from ed_contract.cli import judging, streams
from ed_contract.clients import Played, judge_command, of_clients
from ed_contract.contract import Contract
from ed_contract.options import Settings
from ed_contract.report import ReportedFinding
from ed_contract.waivers import given


def judged(
    command: str, scenarios: Sequence[str], seconds: float, contract: Contract, settings: Settings, file: Path | None
) -> int:
    """Play the scenarios, judge the client, and return the exit code.

    Args:
        command: of the client, for the shell.
        scenarios: their names; none means all.
        seconds: that the client has for each.
        contract: what its creates are written for.
        settings: of the report.
        file: the one that settings are read from.
    """
    judging.require_writable(settings)
    of_clients(contract).select(settings.only, settings.skip)

    def say(played: Played) -> None:
        if settings.verbose:
            creates = [one for intent in played.intents for one in intent]
            said = ", ".join(str(one.received.status or "reset") for one in creates) or "no create"
            streams.say(f"{played.scenario.name}: {said}; {played.ended}")

    def again(bug: ReportedFinding) -> str:
        name = bug.finding.evidence[-1].phase if bug.finding.evidence else "happy"
        return f"ed-contract client --command {shlex.quote(command)} --scenario {name}"

    judge = partial(
        judge_command,
        command,
        scenarios,
        contract=contract,
        settings=settings,
        waivers=given(settings.waivers, of_clients(contract)),
        seconds=seconds,
        on_played=say,
    )
    return judging.shown(judge, settings, file, reproduce=again)
