"""Sends the sequences of a plan beside each other, where a run has several workers.

Only requests are sent by workers. All else is done by the thread of the run, one answer after the other in the order in
which they come, which is that of the record: it is recorded, asked about and judged as if nothing else were under way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import repeat

from ed_contract.case import CaseSequence, Step
from ed_contract.judging import Judged
from ed_contract.record.steps import flat
from ed_contract.runner.limits import NoMore
from ed_contract.runner.planned_phases import Drawn, PlannedPhase
from ed_contract.runner.reserve import Reserve
from ed_contract.runner.retry import Delivery
from ed_contract.runner.sender import Ready, Sender
from ed_contract.runner.stretches import Queue, is_by_itself, longest_first, shared, stretches
from ed_contract.runner.turns import Turns
from ed_contract.runner.workers import Workers


@dataclass(slots=True, kw_only=True, eq=False)
class _Begun:
    """A sequence under way."""

    phase: PlannedPhase
    steps: Iterator[Step]
    shares: frozenset[str]
    values: dict[str, str] = field(default_factory=dict)


class Overlapping:
    """What is under way, and what waits for it."""

    def __init__(
        self,
        sender: Sender,
        turns: Turns,
        reserve: Reserve,
        phases: Sequence[PlannedPhase],
        *,
        by_itself: Callable[[CaseSequence, PlannedPhase], Iterator[Judged]],
        drawn: Callable[[PlannedPhase], Iterator[CaseSequence]],
        answered: Callable[[Iterator[Judged]], Iterator[Judged]],
    ) -> None:
        """Begin.

        Args:
            sender: sends the requests.
            turns: records and judges what comes of them.
            reserve: keeps requests for later, and counts what is sent.
            phases: all that is planned.
            by_itself: sends a sequence when nothing else is under way.
            drawn: yields the sequences of a phase that are drawn as they are sent.
            answered: yields the judgements of a step, and what follows from them.
        """
        self._sender, self._turns, self._reserve = sender, turns, reserve
        self._by_itself, self._answered = by_itself, answered
        self._workers: Workers[tuple[_Begun, Ready], Delivery] = Workers(sender.workers)
        self._begun: list[_Begun] = []
        self._ended = Counter[int]()  # sequences, by the phase's id
        self._ahead = Counter[int]()  # requests of phases that have not begun, likewise
        self._begins = 0  # the id of the phase that has
        self._queues: dict[int, Queue] = {}
        for number, stretch in enumerate(stretches(phases)):
            planned = longest_first(stretch, begins=not number)
            if isinstance(stretch[0].sequences, Drawn):
                planned = zip(repeat(stretch[0]), drawn(stretch[0]), strict=False)
            self._queues |= dict.fromkeys(map(id, stretch), Queue(planned))

    @property
    def ahead(self) -> int:
        """How many requests were sent of phases that have not begun."""
        return self._ahead.total()

    @property
    def under_way(self) -> bool:
        """Whether any sequence is."""
        return bool(self._begun)

    def sent(self, phase: PlannedPhase) -> Iterator[Judged]:
        """Send the sequences of a phase, and of those that follow it what may begin meanwhile.

        Once the run may send no more, what is under way comes to its end.
        """
        self._begins = id(phase)
        del self._ahead[self._begins]
        queue = self._queues[self._begins]
        over: NoMore | None = None
        while over is None and not self._is_over(phase, queue):
            try:
                yield from self._filled(queue)
                yield from self._next()
            except NoMore as error:
                over = error
        while over is not None and self._workers.under_way:
            try:
                yield from self._next(goes_on=False)
            except NoMore:
                continue
        if over is not None:
            raise over

    def _is_over(self, phase: PlannedPhase, queue: Queue) -> bool:
        if isinstance(phase.sequences, Drawn):
            return not self._begun and queue.first() is None
        return self._ended[id(phase)] == len(phase.sequences)

    def _filled(self, queue: Queue) -> Iterator[Judged]:
        """Begin what may be under way beside the rest, as long as there are workers for it."""
        while self._workers.is_free and (planned := queue.first()) is not None:
            phase, sequence = planned
            steps, shares = flat(sequence.steps), shared(sequence)
            if not self._turns.met or is_by_itself(sequence):
                if self._begun:
                    return
                queue.take()
                yield from self._by_itself(sequence, phase)
                self._ended[id(phase)] += 1
                continue
            if any(shares & one.shares for one in self._begun):
                return
            queue.take()
            begun = _Begun(phase=phase, steps=iter(steps), shares=shares)
            self._sender.fill(steps, begun.values)
            self._begun.append(begun)
            self._begin(begun)

    def _begin(self, begun: _Begun) -> None:
        """Begin the next step of a sequence; it is over if there is none."""
        step = next(begun.steps, None)
        if step is None:
            self._begun.remove(begun)
            self._ended[id(begun.phase)] += 1
            return
        self._reserve.begin(1, of=begun.phase)
        ready = self._turns.begin(step, begun.values)
        self._workers.begin((begun, ready), partial(self._sender.delivered, ready))

    def _next(self, *, goes_on: bool = True) -> Iterator[Judged]:
        """Wait for an answer, judge it, and go on with its sequence."""
        if not self._workers.under_way:
            return
        (begun, ready), came = self._workers.next()
        if isinstance(came, BaseException):
            self._begun.remove(begun)
            raise came
        if id(begun.phase) != self._begins:
            self._ahead[id(begun.phase)] += came.attempts
        yield from self._answered(self._turns.end(ready, came, begun.phase.name, begun.values))
        if goes_on:
            self._begin(begun)

    def leave(self) -> None:
        """Wait for what is under way when a run ends, and record it: nobody asks any more what it is about."""
        self._sender.dismiss()
        self._begun.clear()
        while self._workers.under_way:
            (begun, ready), came = self._workers.next()
            if not isinstance(came, BaseException):
                self._turns.leave([self._sender.interaction(ready, came, phase=begun.phase.name)])

    def close(self) -> None:
        """Let the workers end, whatever they are at."""
        self._sender.dismiss()
        self._workers.close()
