"""Which parts of a plan may overlap where several workers send it, and in which order they then begin.

A sequence has keys of its own, so that it says the same whatever is sent beside it. What does not is sent by itself:
the first of a run, a burst, and what names a node. Phases that look back, and those after which a probe asks about all
that was sent in them, begin when all before them was answered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from typing import TypeAlias

from ed_contract.case import Burst, CaseSequence, Credential
from ed_contract.record.steps import flat
from ed_contract.runner.planned_phases import Drawn, PlannedPhase

Planned: TypeAlias = tuple[PlannedPhase, CaseSequence]
"""A sequence, and the phase that it is part of."""


def stretches(phases: Sequence[PlannedPhase]) -> Iterator[tuple[PlannedPhase, ...]]:
    """Yield the phases in stretches whose sequences may overlap."""
    for apart, some in groupby(phases, _is_apart):
        together = tuple(some)
        yield from ((phase,) for phase in together) if apart else (together,)


def _is_apart(phase: PlannedPhase) -> bool:
    return phase.apart or phase.hostile or phase.lists or phase.restarts or isinstance(phase.sequences, Drawn)


def longest_first(stretch: Sequence[PlannedPhase], *, begins: bool) -> Iterator[Planned]:
    """Yield the sequences of a stretch, the longest ones first, so that none is waited for at its end.

    What is sent by itself keeps its place, as the first one does where the run begins with it. What shares something
    with others stands among the plain creates, whose order stays.
    """
    planned = ((phase, sequence) for phase in stretch for sequence in phase.sequences)
    if begins:
        yield from islice(planned, 1)
    for _, some in groupby(planned, lambda one: is_by_itself(one[1])):
        yield from sorted(some, key=_length, reverse=True)


def is_by_itself(sequence: CaseSequence) -> bool:
    """Whether a sequence is sent when nothing else is under way."""
    return any(isinstance(step, Burst) or step.node for step in sequence.steps)


def _length(planned: Planned) -> int:
    _, sequence = planned
    return 1 if is_by_itself(sequence) or shared(sequence) else len(sequence)


def shared(sequence: CaseSequence) -> frozenset[str]:
    """Return what names what a sequence shares with others, so that the order of these says something.

    That is a key which is kept for the whole run, or is not fresh, and a credential other than the first: what is
    refused under it under a fresh key comes before what is refused under a used one.
    """
    steps = flat(sequence.steps)
    keys = [step.key for step in steps if step.key is not None]
    kept = {key.label for key in keys if key.label.startswith("@")}
    fixed = {key.template for key in keys if "{fresh}" not in key.template.lower()}
    return frozenset(kept | fixed | {step.credential for step in steps if step.credential is not Credential.FIRST})


class Queue:
    """Sequences in order, of which the first can be looked at."""

    def __init__(self, planned: Iterator[Planned]) -> None:
        self._planned = planned
        self._first: Planned | None = None

    def first(self) -> Planned | None:
        """Return the first, if there is any."""
        if self._first is None:
            self._first = next(self._planned, None)
        return self._first

    def take(self) -> None:
        """Take the first away."""
        self._first = None
