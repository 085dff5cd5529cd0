"""From scenarios as they were played to the report, which is that of any run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from ed_contract.clients.checks import CHECKS, Play
from ed_contract.clients.played import Played
from ed_contract.clients.requirements import REQUIREMENTS, of_clients
from ed_contract.contract import CONTRACT, Contract
from ed_contract.finding import Finding, Observation
from ed_contract.interaction import Headers, Interaction, NoAnswer, response
from ed_contract.judging import Judged
from ed_contract.options import DEFAULTS, Settings
from ed_contract.record.exchange import Exchange
from ed_contract.record.foreign import interaction_of
from ed_contract.reference.fake import Received
from ed_contract.report import Report, ReportBuilder
from ed_contract.runner.events import End, Event, PhaseFinished, PhaseStarted, RunFinished, RunStarted
from ed_contract.waivers import Waivers

__all__ = ["CHECKS", "judge_played"]

_LOST = NoAnswer(reason="the connection was reset", ended=True)


def judge_played(
    played: Sequence[Played],
    *,
    name: str,
    contract: Contract = CONTRACT,
    settings: Settings = DEFAULTS,
    waivers: Waivers | None = None,
    end: End = End.FINISHED,
    note: str = "",
) -> Report:
    """Judge a client by what was received of it, and return the report.

    Args:
        played: the scenarios that it went through, in their order.
        name: of the client, e.g. the command that runs it.
        contract: what its creates are written for.
        settings: of use here are `only`, `skip`, `strict` and `fail_on_incomplete`.
        waivers: known findings, which do not fail the run.
        end: how it ended.
        note: one sentence more about that.
    """
    shown = {row for one in played for row in one.scenario.judges}
    rows = [row for row in of_clients(contract).select(settings.only, settings.skip) if row.id in shown]
    builder = ReportBuilder(
        rows,
        judged=set(REQUIREMENTS),
        strict=settings.strict,
        waivers=waivers,
        whole=not (settings.only or settings.skip),
        left_out=[row for row in REQUIREMENTS.values() if row not in rows],
        fail_on_incomplete=settings.fail_on_incomplete,
    )
    sent = sum(len(intent) for one in played for intent in one.intents)
    builder.add(RunStarted.about(contract, target=name, seed=0, phases=(), at_most=sent, ordered=False))
    seconds = 0.0
    for event in _events(played, contract, {row.id for row in rows}):
        builder.add(event)
        seconds += event.seconds if isinstance(event, PhaseFinished) else 0.0
    builder.add(RunFinished(end=end, requests=sent, seconds=seconds, note=note))
    return builder.report()


def _events(played: Sequence[Played], contract: Contract, rows: Collection[str]) -> Iterator[Event]:
    """Yield what happened, as a run tells it: a scenario is a phase."""
    usually = any(one.succeeded for one in played if one.scenario.name == "happy")
    number = 0
    for one in played:
        phase, count = one.scenario.name, sum(map(len, one.intents))
        yield PhaseStarted(phase=phase, requests=count)
        interactions = {}
        for received in (each for each in one.received if each.is_create):
            number += 1
            interactions[received.number] = replace(_interaction(received, contract), number=number, phase=phase)
        yield from _judged(Play(played=one, contract=contract, interactions=interactions, usually=usually), rows)
        lasted = one.received[-1].ended - one.received[0].began if one.received else 0.0
        yield PhaseFinished(phase=phase, requests=count, seconds=lasted)


def _judged(play: Play, rows: Collection[str]) -> Iterator[Event]:
    """Yield each create with what it shows; a finding belongs to the last of its evidence, all else to the last."""
    if not play.interactions:
        return
    last = [*play.interactions.values()][-1].number
    shown: defaultdict[int, list[Observation]] = defaultdict(list)
    for check in CHECKS:
        for one in check(play):
            if one.requirement in rows:
                shown[one.evidence[-1].number if isinstance(one, Finding) else last].append(one)
    for interaction in play.interactions.values():
        yield Judged(interaction=interaction, observations=tuple(shown[interaction.number]))


def _interaction(one: Received, contract: Contract) -> Interaction:
    """Return a create as an interaction."""
    answer = _LOST if one.status is None else response(one.status, _lower(one.answer_headers), one.answer)
    exchange = Exchange(
        method=one.method,
        path=one.path,
        headers=one.headers,
        body=one.body,
        answer=answer,
        began=one.began,
        ended=one.ended,
    )
    return interaction_of(exchange, contract)


def _lower(headers: Headers) -> Headers:
    return tuple((name.lower(), value) for name, value in headers)
