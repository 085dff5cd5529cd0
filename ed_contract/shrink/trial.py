"""Tries whether steps show a finding: they are sent and judged by what is handed in, as long as there is room."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

from ed_contract.finding import Finding, Observation
from ed_contract.interaction import Interaction, NoAnswer, NotSent
from ed_contract.record.steps import Steps, flat
from ed_contract.runner.dedup import Identity
from ed_contract.runner.limits import CapReached, NoMore
from ed_contract.shrink.shrinker import TRIALS

Send: TypeAlias = Callable[[Steps], Iterator[Sequence[Interaction]]]
"""Sends steps under fresh keys one by one, and yields what came of each; raises NoMore if no more may be sent."""
Judge: TypeAlias = Callable[[Sequence[Interaction]], Iterable[Observation]]
"""Returns what the interactions of one step show."""


class Trial:
    """Sends steps, and says whether they show a finding."""

    def __init__(self, send: Send, judge: Judge, vague: Iterable[Identity], limit: int) -> None:
        """Begin; this many requests may be sent, and of the `vague` identities the requirement says enough."""
        self._send, self._judge, self._vague = send, judge, frozenset(vague)
        self.left = limit  # requests that may still be sent
        self.cut: NoMore | None = None  # why nothing more may be sent
        self._in_vain: set[Identity] = set()  # of which a step is not sent any more: wrong credentials are bounded

    def __call__(self, identity: Identity, steps: Steps) -> Finding | None:
        """Send a sequence, and return its finding of the identity, if it has one, with all that was sent."""
        sent: list[Interaction] = []
        if identity in self._in_vain:
            return None
        for came in self._sent(steps):
            sent += came
            if any(isinstance(one.answer, NotSent) for one in came):
                self._in_vain.add(identity)
                return None
            for one in self._judge(came):
                if isinstance(one, Finding) and self._is_alike(one.identity, identity) and _is_shown(one, by=sent):
                    return replace(one, evidence=tuple(sent))
            if isinstance(sent[-1].answer, NoAnswer):
                return None
        return None

    def share(self, finding: Finding, to_do: int) -> int:
        """Return how many trials there are for one of this many findings, so that there is room for all."""
        return max(1, min(TRIALS, self.left // (to_do * len(finding.evidence)) - 1))  # one more, to see it again

    def _sent(self, steps: Steps) -> Iterator[Sequence[Interaction]]:
        try:
            if size_of(steps) > self.left:
                raise CapReached
            for came in self._send(steps):
                self.left -= sum(one.attempts for one in came)
                yield came
        except NoMore as cut:
            self.cut = cut
            raise

    def _is_alike(self, one: Identity, other: Identity) -> bool:
        """Whether two identities are the same; where the fault is vague, the requirement says enough."""
        return one == other or (other in self._vague and one[0] == other[0])


def size_of(steps: Steps) -> int:
    """Return how many requests some steps are."""
    return len(flat(steps))


def _is_shown(finding: Finding, *, by: Iterable[Interaction]) -> bool:
    """Whether all that the finding takes was sent just now, and nothing that lies further back."""
    numbers = {one.number for one in by}
    return all(one.number in numbers for one in finding.evidence)
