"""Shrinks one finding: the same requirement broken by the same fault, with as little as possible.

Every step towards the smaller case is sent and judged again: what is shown at the end was really seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias

from ed_contract.case import Burst, Case, Expectation, Params, Step, encode
from ed_contract.contract.schemas import head_of
from ed_contract.finding import Finding
from ed_contract.record.steps import Steps, flat, rescheduled, steps_of
from ed_contract.runner.limits import NoMore
from ed_contract.shrink.moves import Expects, Move, Moves, cut

TRIALS = 40  # sequences sent for one finding at most

Try: TypeAlias = Callable[[Steps], Finding | None]
"""Sends the steps under fresh keys, and returns the finding if they show it again."""


def shrinkable(finding: Finding) -> bool:
    """Whether the evidence is made of params that can be shrunk: no raw bytes, no bodies in another form."""
    cases = [one.case for one in finding.evidence]
    return all(one.params is not None and one.body == encode(one.params) for one in cases)


def shrink(
    finding: Finding, attempt: Try, moves: Moves, *, wider: Iterable[Steps] = (), trials: int = TRIALS
) -> Finding:
    """Return the smallest finding of the same identity that was reached, with the parameters that matter.

    Where not even the evidence as it is shows the fault again, more of what was sent before may: each of `wider` holds
    what sends that evidence and more. If none shows it, the finding says that it does not repeat. If the run may send
    no more in between, it says nothing of that. So many trials are made to shrink it.
    """
    shrinker = _Shrinker(finding, attempt, moves, trials)
    try:
        return shrinker.settled(finding, wider)
    except NoMore:
        return shrinker.reached


def seen_again(finding: Finding, attempt: Try, *, wider: Iterable[Steps] = (), tries: int = 1) -> Finding:
    """Return the finding as it is, but for whether it repeats: its evidence was sent again, at most this many times.

    The first time a burst is sent under the schedule that it had, if any, later under others. Where that does not show
    it, one of `wider` may, as in `shrink`.
    """
    steps = steps_of(finding.evidence)
    if any(attempt(rescheduled(steps) if number else steps) is not None for number in range(tries)):
        return replace(finding, repeats=True)
    again = next((found for more in wider if (found := attempt(more)) is not None), None)
    return replace(finding, repeats=False) if again is None else replace(again, repeats=True)


class _Shrinker:
    """Sends smaller and smaller steps, as long as they show the finding and there are trials left."""

    def __init__(self, finding: Finding, attempt: Try, moves: Moves, trials: int) -> None:
        self.reached = finding  # the smallest that was seen
        self._attempt, self._moves, self._trials = attempt, moves, trials
        self._steps: Steps = ()  # that show it

    def settled(self, finding: Finding, wider: Iterable[Steps]) -> Finding:
        """Return what was reached, having seen it once more."""
        self.reached, self._steps = finding, steps_of(finding.evidence)
        if not self._plain() and self._attempt(self._steps) is None and not self._widened(wider):
            return replace(finding, repeats=False)
        begun, steps = self.reached, self._steps
        self._fewer()
        shrunk = self._smaller()
        # What shows once in a while may have shown by chance on the way: it is to show twice.
        if self._attempt(steps_of(shrunk.evidence)) is not None:
            return replace(shrunk, repeats=True)
        if self._steps != steps and self._attempt(steps) is not None:
            return replace(begun, repeats=True)
        return replace(finding, repeats=False)

    def _widened(self, wider: Iterable[Steps]) -> bool:
        """Begin with the first of `wider` that shows the finding, if there is one."""
        for steps in wider:
            if (again := self._attempt(steps)) is not None:
                self.reached, self._steps = again, steps
                return True
        return False

    def _plain(self) -> bool:
        """Make plain, in all steps together, whatever is alike in them."""
        differing = _differing(self._steps)
        return self._moved([move for move in self._moves.whole if not move.touches & differing])

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
        for move in self._moves.whole:
            self._moved([move])
        matters = self._matters() if self._trials else ()  # of what was not tried, nothing can be said
        for move in self._moves.parts_of(params_of(self.reached)):
            self._moved([move])
        for name in () if _is_mutated(self._steps) else self._moves.texts_of(params_of(self.reached)):
            _cut_text(name, str(params_of(self.reached)[name]), self._moved)
        return replace(self.reached, matters=matters)

    def _matters(self) -> tuple[str, ...]:
        """Return the top-level parameters that could not be made plain or left out, though that was tried."""
        stuck = {
            move.about for move in self._moves.whole if _moved(self._steps, [move], self._moves.expects) is not None
        }
        stuck |= {step.case.mutation.place for step in flat(self._steps) if step.case.mutation is not None}
        return tuple(sorted(stuck))

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
        return self._tried(_moved(self._steps, moves, self._moves.expects))


def params_of(finding: Finding) -> Params:
    """Return the params of the request that shows a finding."""
    return finding.evidence[-1].case.params or {}


def _differing(steps: Steps) -> frozenset[str]:
    """Return the top-level parameters in which the steps differ."""
    first, *others = [dict(step.case.params or {}) for step in flat(steps)]
    missing = object()
    return frozenset(
        name for other in others for name in {*first, *other} if first.get(name, missing) != other.get(name, missing)
    )


def _is_mutated(steps: Steps) -> bool:
    return any(step.case.mutation is not None for step in flat(steps))


def _cut_text(name: str, text: str, tried: Callable[[Sequence[Move]], bool]) -> None:
    """Cut a text down to where it first shows the finding, from there on, and what lies within."""
    for of_length in (lambda text, length: text[:length], lambda text, length: text[-length:]):
        text = _shortest(text, of_length, lambda shorter: tried([cut(name, shorter)]))
    for parts in (1, 2, 4):
        size = -(-(len(text) - 2) // parts)
        for start in range(1, len(text) - 1, max(size, 1)):
            shorter = text[:start] + text[min(start + size, len(text) - 1) :]
            if tried([cut(name, shorter)]):
                text = shorter
                break


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


def _moved(steps: Steps, moves: Sequence[Move], expects: Expects) -> Steps | None:
    """Return the steps with the moves done to all of them, or None if that changes nothing or is not allowed."""
    moved = tuple(
        replace(step, steps=tuple(_move(one, moves, expects) for one in step.steps))
        if isinstance(step, Burst)
        else _move(step, moves, expects)
        for step in steps
    )
    return None if moved == steps else moved


def _move(step: Step, moves: Sequence[Move], expects: Expects) -> Step:
    params, expectation = step.case.params, step.case.expectation
    if params is None:
        return step
    mutated = head_of(step.case.mutation.place) if step.case.mutation else None
    cuts = False
    for move in moves:
        if mutated in move.touches:
            continue  # what was mutated stays, or the case would not be broken any more
        smaller = move.change(params)
        if smaller is not None:
            params, cuts = smaller, cuts or move.cuts_text
    was, now = expects(step.case.params or {}), expects(params)
    if was is not now and (Expectation.REJECT in {was, now} or not (cuts or now is Expectation.ACCEPT)):
        return step
    if cuts and expectation is Expectation.ACCEPT:
        expectation = Expectation.EITHER
    return replace(step, case=_with_params(step.case, params, expectation))


def _with_params(case: Case, params: Params, expectation: Expectation) -> Case:
    if params == case.params:
        return case
    return replace(case, params=params, body=encode(params), expectation=expectation)
