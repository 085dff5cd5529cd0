"""Runs a client, a shell command of the user's, through the scenarios, and judges what the fake received."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial

from ed_contract import shell
from ed_contract.clients.judging import judge_played
from ed_contract.clients.played import Exited, Played, Stopped
from ed_contract.clients.scenarios import SCENARIOS, Scenario, scenario
from ed_contract.contract import CONTRACT, Contract
from ed_contract.exceptions import UsageError
from ed_contract.options import DEFAULTS, Settings
from ed_contract.reference import DEFAULT_KEYS
from ed_contract.reference.fake import FakeServer
from ed_contract.report import Report
from ed_contract.runner.events import End
from ed_contract.target_process import kept_output, last_line
from ed_contract.waivers import Waivers

SECONDS = 60.0
"""That a client has for a scenario."""
URL, API_KEY, SCENARIO = "ED_CONTRACT_URL", "ED_CONTRACT_API_KEY", "ED_CONTRACT_SCENARIO"
"""The variables that tell a client where the fake is, its credential, and what is played."""


def judge_command(
    command: str,
    scenarios: Iterable[str] = (),
    *,
    contract: Contract = CONTRACT,
    settings: Settings = DEFAULTS,
    waivers: Waivers | None = None,
    seconds: float = SECONDS,
    on_played: Callable[[Played], None] = lambda _: None,
) -> Report:
    """Run a client through scenarios, each against a fresh fake server, and return the report.

    `happy` is always played first: a client that fails where nothing goes wrong cannot be judged.

    Args:
        command: for the shell; finds the address in ED_CONTRACT_URL and the credential in ED_CONTRACT_API_KEY.
        scenarios: their names; none means all.
        contract: what its creates are written for.
        settings: as in `judge_played`.
        waivers: known findings, which do not fail the run.
        seconds: that the client has for each scenario.
        on_played: is told each scenario when it is over.

    Raises:
        UsageError: there is no such scenario, the client sends no create, or it fails where nothing goes wrong.
    """
    chosen = [scenario(name) for name in scenarios] or list(SCENARIOS.values())
    happy = SCENARIOS["happy"]
    played: list[Played] = []
    end = End.FINISHED
    judge = partial(judge_played, name=command, contract=contract, settings=settings, waivers=waivers)
    try:
        for one in (happy, *(one for one in chosen if one is not happy)):
            played.append(_play(command, one, contract, seconds))
            on_played(played[-1])
            if broken := _where_nothing_goes_wrong(played[0], judge):
                return broken
    except KeyboardInterrupt:
        if not played:
            raise
        end = End.INTERRUPTED
    return judge(played, end=end)


def _play(command: str, one: Scenario, contract: Contract, seconds: float) -> Played:
    """Run the client through one scenario."""
    with FakeServer(edition=contract.edition) as fake, kept_output() as output:
        fake.app.play(one.cues())
        told = {URL: fake.url, API_KEY: next(iter(DEFAULT_KEYS)), SCENARIO: one.name}
        ended = None
        with suppress(subprocess.TimeoutExpired):
            code = shell.completed(command, seconds, stdout=output, stderr=output, variables=told, leaves_nothing=True)
            ended = Exited(code=code, said=last_line(output) if code else "")
        fake.app.settle()
        return Played(scenario=one, received=fake.app.received, ended=ended or Stopped(seconds=seconds))


def _where_nothing_goes_wrong(first: Played, judge: Callable[..., Report]) -> Report | None:
    """Return the report of a client that fails where nothing goes wrong, if what it sent says why; None for others.

    Raises:
        UsageError: it sends no create, or fails for a reason of its own.
    """
    if first.succeeded and first.intents:
        return None
    if first.ended is not None and not first.succeeded:
        note = f"in the scenario happy, where nothing goes wrong, the client {first.ended}"
        report = judge([first], note=f"{note}; nothing else was played")
        if report.failing:
            return report
        raise UsageError(
            f"{note}\ngive a command that creates a destination at ${URL} with the key ${API_KEY}, and exits with 0."
        )
    raise UsageError(
        f"the client sent no create in the scenario happy\ngive a command that sends creates to ${URL}, "
        "the address of the fake server."
    )
