"""The steps that send recorded interactions again: the same requests, under keys that relate as theirs did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeAlias

from ed_contract.case import Burst, Step
from ed_contract.interaction import CONFLICT, Interaction

Steps: TypeAlias = tuple[Step | Burst, ...]


def steps_of(interactions: Iterable[Interaction]) -> Steps:
    """Return the steps that send `interactions` again, bursts as bursts."""
    steps: list[Step | Burst] = []
    burst: int | None = None
    for one in interactions:
        step = _step(one)
        if one.burst is not None and one.burst == burst:
            last = steps[-1]
            steps[-1] = replace(last, steps=(*last.steps, step)) if isinstance(last, Burst) else last
        else:
            steps.append(step if one.burst is None else Burst(steps=(step,), schedule=one.request.schedule))
        burst = one.burst
    return tuple(steps)


def rescheduled(steps: Steps) -> Steps:
    """Return the steps, with each burst under another schedule than it was."""
    return tuple(replace(step, schedule=None) if isinstance(step, Burst) else step for step in steps)


def flat(steps: Iterable[Step | Burst]) -> list[Step]:
    """Return the single requests of some steps, in order."""
    return [one for step in steps for one in (step.steps if isinstance(step, Burst) else (step,))]


def _step(interaction: Interaction) -> Step:
    form = interaction.form
    if form is not None and interaction.key is not None:
        # Labels are valid within one sequence only, and the interactions may come from several.
        form = replace(form, label=form.fresh_in(interaction.key) or form.label)
    # A key in use was retried; the answers of a report's interactions are unknown.
    waited = interaction.attempts > 1 and interaction.status in {CONFLICT, None}
    request = interaction.request
    return Step(
        case=interaction.case,
        key=form,
        credential=request.credential,
        patient=waited,
        hangs_up=request.hangs_up,
        node=request.node,
    )
