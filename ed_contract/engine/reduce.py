"""Makes a finding smaller: the same requirement broken by the same fault, with as little as possible.

Every step towards the smaller case is sent and judged again: what is shown at the end was really seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias

from ed_contract.case import Burst, Case, Expectation, Params, Step, encode
from ed_contract.engine.simpler import Move, at, cut, part_moves, text_places, whole_moves
from ed_contract.finding import Finding
from ed_contract.interaction import Interaction

TRIALS = 40  # sequences sent for one finding at most
WIDEST = 20  # requests that are sent again when the evidence alone shows nothing

Steps: TypeAlias = tuple[Step | Burst, ...]
Try: TypeAlias = Callable[[Steps], Finding | None]
"""Sends the steps under fresh keys, and returns the finding if they show it again."""


def steps_of(interactions: Iterable[Interaction]) -> Steps:
    """Return the steps that send `interactions` again, bursts as bursts."""
    steps: list[Step | Burst] = []
    burst: int | None = None
    for one in interactions:
        step = _step(one)
        if one.burst is not None and one.burst == burst:
            last = steps[-1]
            steps[-1] = Burst(steps=(*last.steps, step)) if isinstance(last, Burst) else last
        else:
            steps.append(step if one.burst is None else Burst(steps=(step,)))
        burst = one.burst
    return tuple(steps)


def _step(interaction: Interaction) -> Step:
    form = interaction.form
    if form is not None and interaction.key is not None:
        # Labels hold within a sequence alone, and the evidence may be of several.
        form = replace(form, label=form.fresh_in(interaction.key) or form.label)
    return Step(case=interaction.case, key=form, credential=interaction.request.credential)


def reducible(finding: Finding) -> bool:
    """Whether the evidence is made of params that can be made smaller: no raw bytes, no bodies in another form."""
    cases = [one.case for one in finding.evidence]
    return all(one.params is not None and one.body == encode(one.params) for one in cases)


def reduce(finding: Finding, attempt: Try, *, wider: Sequence[Interaction] = ()) -> Finding:
    """Return the smallest finding of the same identity that was reached, with the parameters that matter.

    Where not even the evidence as it is shows the fault again, more of what was sent before may: `wider` holds that
    evidence and more. If that shows it no better, the finding says that it does not repeat.
    """
    reduced = _reduced(finding, steps_of(finding.evidence), attempt)
    # What shows once in a while may have shown by chance on the way: it is to show twice.
    if reduced.repeats and attempt(steps_of(reduced.evidence)) is not None:
        return reduced
    if attempt(steps_of(finding.evidence)) is not None:
        return replace(finding, matters=() if reduced.repeats else reduced.matters, repeats=True)
    if len(finding.evidence) < len(wider) <= WIDEST and (again := attempt(steps_of(wider))) is not None:
        return replace(_reduced(again, steps_of(wider), attempt), repeats=True)
    return replace(finding, repeats=False)


def _reduced(finding: Finding, steps: Steps, attempt: Try) -> Finding:
    """Return the smallest finding that was reached from `steps`; it repeats if any was."""
    trials = 0
    smallest = finding

    def tried(smaller: Steps | None) -> bool:
        nonlocal trials, smallest, steps
        if smaller is None or trials >= TRIALS:
            return False
        trials += 1
        again = attempt(smaller)
        if again is None:
            return False
        smallest, steps = again, smaller
        return True

    def moved(moves: Sequence[Move]) -> bool:
        return tried(_moved(steps, moves))

    for between in reversed(range(len(steps) - 1)) if len(steps) > 2 else ():  # noqa: PLR2004 - a first and a last
        tried((*steps[:between], *steps[between + 1 :]))
    moves = whole_moves()
    if not moved(moves):
        for move in moves:
            moved([move])
    for move in part_moves(_params(smallest)):
        moved([move])
    for place in () if _is_mutated(steps) else text_places(_params(smallest)):
        _cut_text(place, smallest, moved)
    return replace(smallest, matters=_matters(steps, moves), repeats=smallest is not finding)


def _is_mutated(steps: Steps) -> bool:
    return any(step.case.mutation is not None for step in _flat(steps))


def _params(finding: Finding) -> Params:
    return finding.evidence[-1].case.params or {}


def _cut_text(place: str, finding: Finding, tried: Callable[[Sequence[Move]], bool]) -> None:
    """Cut the text at `place` down to a part, halves first, as long as the finding stays."""
    text = str(at(_params(finding), place))
    size = len(text) // 2
    while size:
        start = 0
        while start < len(text) and len(text) > 1:
            shorter = text[:start] + text[start + size :]
            if shorter and tried([cut(place, shorter)]):
                text = shorter
            else:
                start += size
        size //= 2


def _moved(steps: Steps, moves: Sequence[Move]) -> Steps | None:
    """Return the steps with the moves done to all of them, or None if that changes nothing or is not allowed."""
    moved = tuple(
        Burst(steps=tuple(_move(one, moves) for one in step.steps)) if isinstance(step, Burst) else _move(step, moves)
        for step in steps
    )
    return None if moved == steps else moved


def _move(step: Step, moves: Sequence[Move]) -> Step:
    params, expectation = step.case.params, step.case.expectation
    if params is None:
        return step
    mutated = step.case.mutation.place.partition(".")[0] if step.case.mutation else None
    for move in moves:
        if mutated in move.touches:
            continue  # what was mutated stays, or the case would not be broken any more
        smaller = move.change(params)
        if smaller is not None:
            params = smaller
            if move.cuts_text and expectation is Expectation.ACCEPT:
                expectation = Expectation.EITHER
    return replace(step, case=_with_params(step.case, params, expectation))


def _with_params(case: Case, params: Params, expectation: Expectation) -> Case:
    if params == case.params:
        return case
    return replace(case, params=params, body=encode(params), expectation=expectation)


def _matters(steps: Steps, moves: Sequence[Move]) -> tuple[str, ...]:
    """Return the top-level parameters that could not be made plain or left out."""
    params = [step.case.params for step in _flat(steps) if step.case.params is not None]
    stuck = {move.about for move in moves if any(move.change(one) is not None for one in params)}
    stuck |= {step.case.mutation.place for step in _flat(steps) if step.case.mutation is not None}
    return tuple(sorted(stuck))


def _flat(steps: Steps) -> list[Step]:
    return [one for step in steps for one in (step.steps if isinstance(step, Burst) else (step,))]
