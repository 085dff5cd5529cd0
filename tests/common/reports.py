"""Reports made of literal events, for tests of the fold and of the writers."""

from __future__ import annotations

from collections.abc import Iterable

from ed_contract.checks import judged
from ed_contract.contract import CONTRACT
from ed_contract.finding import Observation
from ed_contract.interaction import Interaction
from ed_contract.phases import SHRINK
from ed_contract.report import Report, ReportBuilder
from ed_contract.requirement import Need
from ed_contract.runner.events import End, Judged, PhaseFinished, PhaseStarted, RunFinished, RunStarted
from ed_contract.waivers import Waivers

URL = "http://127.0.0.1:8000/v2/core/event_destinations"


def report_of(
    judged_interactions: Iterable[tuple[Interaction, Iterable[Observation]]],
    *,
    only: Iterable[str] = (),
    strict: bool = False,
    end: End = End.FINISHED,
    note: str = "",
    waivers: Waivers | None = None,
    whole: bool = True,
    shrunk: bool = False,
    left_out: Iterable[str] = (),
    met: Iterable[Need] = (),
    fail_on_incomplete: bool = False,
) -> Report:
    """Return the report of a run of one phase, on a contract with the selected and the excluded requirements."""
    selected = {row.id for row in CONTRACT.select(only)}
    builder = ReportBuilder(
        CONTRACT.select(only),
        judged=judged(CONTRACT),
        strict=strict,
        waivers=waivers,
        whole=whole,
        left_out=CONTRACT.select(left_out) if left_out else (),
        fail_on_incomplete=fail_on_incomplete,
    )
    interactions = list(judged_interactions)
    phases = (("smoke", len(interactions)),)
    builder.add(RunStarted(target=URL, seed=7, phases=phases, at_most=900, met=frozenset(met)))
    builder.add(PhaseStarted(phase="smoke", requests=len(interactions)))
    for interaction, observations in interactions:
        builder.add(
            Judged(
                interaction=interaction, observations=tuple(one for one in observations if one.requirement in selected)
            )
        )
    builder.add(PhaseFinished(phase="smoke", requests=len(interactions), seconds=0.5))
    if shrunk:
        builder.add(PhaseStarted(phase=SHRINK, requests=0))
    builder.add(RunFinished(end=end, requests=len(interactions), seconds=0.5, note=note))
    return builder.report()
