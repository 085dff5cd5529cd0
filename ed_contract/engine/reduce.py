"""Makes a finding smaller: the same requirement broken by the same fault, with as little as possible.

Every step towards the smaller case is sent and judged again: what is shown at the end was really seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias

from ed_contract.case import Burst, Case, Expectation, Params, Step, encode
from ed_contract.engine.sender import CapReached, TimeIsUp
from ed_contract.engine.simpler import Move, at, cut, part_moves, text_places, whole_moves
from ed_contract.finding import Finding
from ed_contract.interaction import Interaction

TRIALS = 40  # sequences sent for one finding at most

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


def reduce(
    finding: Finding, attempt: Try, *, wider: Iterable[Sequence[Interaction]] = (), trials: int = TRIALS
) -> Finding:
    """Return the smallest finding of the same identity that was reached, with the parameters that matter.

    Where not even the evidence as it is shows the fault again, more of what was sent before may: each of `wider` holds
    that evidence and more. If none shows it, the finding says that it does not repeat. If the run may send no more in
    between, it says nothing of that. So many trials are made to make it smaller.
    """
    reducer = _Reducer(finding, attempt, trials)
    try:
        return reducer.settled(finding, wider)
    except (CapReached, TimeIsUp):
        return reducer.reached


def seen_again(
    finding: Finding, attempt: Try, *, wider: Iterable[Sequence[Interaction]] = (), tries: int = 1
) -> Finding:
    """Return the finding as it is, but for whether it repeats: its evidence was sent again, so many times at most.

    Where that does not show it, one of `wider` may, as in `reduce`.
    """
    steps = steps_of(finding.evidence)
    if any(attempt(steps) is not None for _ in range(tries)):
        return replace(finding, repeats=True)
    for more in wider:
        if (again := attempt(steps_of(more))) is not None:
            return replace(again, repeats=True)
    return replace(finding, repeats=False)


class _Reducer:
    """Sends smaller and smaller steps, as long as they show the finding and there are trials left."""

    def __init__(self, finding: Finding, attempt: Try, trials: int) -> None:
        self.reached = finding  # the smallest that was seen
        self._attempt, self._trials = attempt, trials
        self._steps: Steps = ()  # that show it

    def settled(self, finding: Finding, wider: Iterable[Sequence[Interaction]]) -> Finding:
        """Return what was reached, having seen it once more."""
        self.reached, self._steps = finding, steps_of(finding.evidence)
        if not self._plain() and self._attempt(self._steps) is None and not self._widened(wider):
            return replace(finding, repeats=False)
        begun, steps = self.reached, self._steps
        self._fewer()
        reduced = self._smaller()
        # What shows once in a while may have shown by chance on the way: it is to show twice.
        if self._attempt(steps_of(reduced.evidence)) is not None:
            return replace(reduced, repeats=True)
        if self._steps != steps and self._attempt(steps) is not None:
            return replace(begun, repeats=True)
        return replace(finding, repeats=False)

    def _widened(self, wider: Iterable[Sequence[Interaction]]) -> bool:
        """Begin with the first of `wider` that shows the finding, if there is one."""
        for steps in map(steps_of, wider):
            if (again := self._attempt(steps)) is not None:
                self.reached, self._steps = again, steps
                return True
        return False

    def _plain(self) -> bool:
        """Make plain, in all steps at once, whatever is alike in them."""
        differing = _differing(self._steps)
        return self._moved([move for move in whole_moves() if not move.touches & differing])

    def _fewer(self) -> None:
        """Leave out steps, but for the last, the more at once the better."""
        size = len(self._steps) - 1
        while size and self._steps[1:-1]:  # of a first and a last, both are needed
            start = 0
            while start < len(self._steps) - 1:
                end = min(start + size, len(self._steps) - 1)
                if not self._tried((*self._steps[:start], *self._steps[end:])):
                    start = end
            size //= 2

    def _smaller(self) -> Finding:
        """Make the steps smaller, and return what was reached, with the parameters that matter."""
        moves = whole_moves()
        for move in moves:
            self._moved([move])
        matters = _matters(self._steps, moves) if self._trials else ()  # of what was not tried, nothing can be said
        for move in part_moves(_params(self.reached)):
            self._moved([move])
        for place in () if _is_mutated(self._steps) else text_places(_params(self.reached)):
            _cut_text(place, self.reached, self._moved)
        return replace(self.reached, matters=matters)

    def _tried(self, smaller: Steps | None) -> bool:
        if smaller is None or self._trials <= 0:
            return False
        self._trials -= 1
        again = self._attempt(smaller)
        if again is None:
            return False
        self.reached, self._steps = again, smaller
        return True

    def _moved(self, moves: Sequence[Move]) -> bool:
        return self._tried(_moved(self._steps, moves))


def _differing(steps: Steps) -> frozenset[str]:
    """Return the top-level parameters in which the steps differ."""
    first, *others = [dict(step.case.params or {}) for step in _flat(steps)]
    missing = object()
    return frozenset(
        name for other in others for name in {*first, *other} if first.get(name, missing) != other.get(name, missing)
    )


def _is_mutated(steps: Steps) -> bool:
    return any(step.case.mutation is not None for step in _flat(steps))


def _params(finding: Finding) -> Params:
    return finding.evidence[-1].case.params or {}


def _cut_text(place: str, finding: Finding, tried: Callable[[Sequence[Move]], bool]) -> None:
    """Cut the text at `place` down to where it first shows the finding, from there on, and what lies within."""
    text = str(at(_params(finding), place))
    for part in (_head, _tail):
        text = _shortest(text, part, lambda shorter: tried([cut(place, shorter)]))
    for parts in (1, 2, 4):
        size = -(-(len(text) - 2) // parts)
        for start in range(1, len(text) - 1, max(size, 1)):
            shorter = text[:start] + text[min(start + size, len(text) - 1) :]
            if tried([cut(place, shorter)]):
                text = shorter
                break


def _head(text: str, length: int) -> str:
    return text[:length]


def _tail(text: str, length: int) -> str:
    return text[-length:]


def _shortest(text: str, part: Callable[[str, int], str], tried: Callable[[str], bool]) -> str:
    """Return the shortest part of the text that shows the finding, if longer ones do too."""
    shortest, longest = 1, len(text)
    while shortest < longest:
        length = (shortest + longest) // 2
        if tried(part(text, length)):
            longest = length
        else:
            shortest = length + 1
    return part(text, longest)


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
    """Return the top-level parameters that could not be made plain or left out, though that was tried."""
    stuck = {move.about for move in moves if _moved(steps, [move]) is not None}
    stuck |= {step.case.mutation.place for step in _flat(steps) if step.case.mutation is not None}
    return tuple(sorted(stuck))


def _flat(steps: Steps) -> list[Step]:
    return [one for step in steps for one in (step.steps if isinstance(step, Burst) else (step,))]
