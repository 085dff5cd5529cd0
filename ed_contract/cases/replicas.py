"""Sequences of creates under one key at several nodes of a service."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from ed_contract.case import Burst, CaseSequence, Expectation, Params, Step
from ed_contract.cases.creates import Creates, asking, one_of_each
from ed_contract.cases.near import changes
from ed_contract.cases.valid import summary, valid_case
from ed_contract.contract import CONTRACT, Contract

TOGETHER = 6  # requests of a burst that is spread over the nodes
_LOOKED_AT = 40  # changes of a create to try; the first that any server accepts is sent


def replicas(nodes: Sequence[str], *, contract: Contract = CONTRACT) -> tuple[CaseSequence, ...]:
    """Return sequences that create at one node and repeat or change the create at another, and bursts at all nodes.

    Args:
        nodes: base URLs, the target's first.
        contract: documents the creates.
    """
    return tuple(_Replicas(nodes, contract).every())


class _Replicas:
    """Writes the sequences about several nodes."""

    def __init__(self, nodes: Sequence[str], contract: Contract) -> None:
        creates, shapes = Creates(contract, seed=4), one_of_each(contract)
        self._target, *self._others = self._nodes = tuple(nodes)
        self._contract = contract
        self._bases = [asking(contract, creates.plain(shapes[number % len(shapes)])) for number in range(2)]

    def every(self) -> Iterator[CaseSequence]:
        """Yield all sequences: both directions for each replica, then the bursts."""
        for other in self._others:
            yield self._there_and_here(self._bases[0], self._target, other)
            yield self._there_and_here(self._bases[1], other, self._target)
        for base in self._bases:
            yield self._at_once(base)

    def _step(self, params: Params, name: str, node: str, *, patient: bool = False) -> Step:
        said = f"{summary(params, contract=self._contract)}: {name}"
        return Step(case=valid_case(params, said, contract=self._contract), node=node, patient=patient)

    def _there_and_here(self, params: Params, one: str, other: str) -> CaseSequence:
        """Return a create at one node, its repetition at another, and a changed one at both."""
        changed = list(islice(self._changed(params), 1))
        steps = (
            self._step(params, "made at one node", one),
            self._step(params, "sent to another node", other),
            *(self._step(change, "changed at the first node", one) for change in changed),
            *(self._step(change, "changed at the other node", other) for change in changed),
        )
        return CaseSequence(name=f"made at {one}, asked at {other}", steps=steps)

    def _changed(self, params: Params) -> Iterator[Params]:
        """Yield ACCEPT params that differ in one place: a refusal can only mean that they differ."""
        for change in islice(changes(self._contract, params), _LOOKED_AT):
            if valid_case(change.params, "", contract=self._contract).expectation is Expectation.ACCEPT:
                yield change.params

    def _at_once(self, params: Params) -> CaseSequence:
        """Return a burst that is spread over the nodes, and a repetition at the last node afterwards."""
        turns = (self._nodes[number % len(self._nodes)] for number in range(max(TOGETHER, len(self._nodes))))
        burst = Burst(steps=tuple(self._step(params, "at several nodes at once", node) for node in turns))
        after = self._step(params, "after a burst at several nodes", self._nodes[-1], patient=True)
        return CaseSequence(name="at several nodes at once", steps=(burst, after))
