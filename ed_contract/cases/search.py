"""The use of more requests: unusual, wrong and hardly different values, in states of a key, on all shapes of creates.

There are more combinations than any run can send. They come in rounds: in each round, every value is tried in one
state of a key on creates of one shape, and in the next round in another, until all are covered. The rounds
overlap: the tenth value has its third turn when the thirtieth has its first.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import islice
from operator import itemgetter
from typing import TypeAlias

from ed_contract.case import Case, CaseSequence, Expectation, Params, Step
from ed_contract.cases.boundaries import boundary_case, unusual_values
from ed_contract.cases.breaking import Row, rows_of
from ed_contract.cases.creates import Creates
from ed_contract.cases.mutating import mutated
from ed_contract.cases.near import changes
from ed_contract.cases.valid import valid_case
from ed_contract.contract import CONTRACT, Contract
from ed_contract.kinds import Value, kind_of
from ed_contract.kinds.choosing import round_robin
from ed_contract.kinds.sharing import shared

_MOST_TWINS = 400  # twins of a create to look at


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """A full create, to which something is done."""

    params: Params
    case: Case
    broken: Case | None  # the same with one fault, if one is possible


Use: TypeAlias = Callable[[Usual, Case, Case | None], tuple[Case, ...]]
"""Returns what to send under one key, given a usual create, one with a value in it, and a near twin, if there is one.

Nothing if the value cannot be used so.
"""


def _alone(_: Usual, one: Case, __: Case | None) -> tuple[Case, ...]:
    return (one,)


def _again(_: Usual, one: Case, __: Case | None) -> tuple[Case, ...]:
    return (one, one)


def _then_a_twin(_: Usual, one: Case, twin: Case | None) -> tuple[Case, ...]:
    return () if twin is None else (one, twin, one)


def _in_its_place(usual: Usual, one: Case, _: Case | None) -> tuple[Case, ...]:
    return (usual.case, one, usual.case)


def _before_it(usual: Usual, one: Case, _: Case | None) -> tuple[Case, ...]:
    return (one, usual.case)


def _after_a_refusal(usual: Usual, one: Case, _: Case | None) -> tuple[Case, ...]:
    return () if usual.broken is None else (usual.broken, one, one)


OF_UNUSUAL: Mapping[str, Use] = {
    "sent again": _again,
    "in place of a usual one": _in_its_place,
    "alone": _alone,
    "then a near twin": _then_a_twin,
    "after a refusal": _after_a_refusal,
    "then a usual one": _before_it,
}
OF_WRONG: Mapping[str, Use] = {
    "in place of a usual one": _in_its_place,
    "sent again": _again,
    "alone": _alone,
    "then a usual one": _before_it,
}
OF_TWINS: Mapping[str, Use] = {"in place of a usual one": _in_its_place, "then a usual one": _before_it}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A value, its uses under a key, and a function that makes the case with it and its near twin."""

    name: str
    uses: Mapping[str, Use]
    on: Callable[[int], tuple[Case | None, Case | None]]  # given the number of a shape


class Search:
    """Writes the sequences of one contract."""

    def __init__(self, contract: Contract, seed: int) -> None:
        self.contract = contract
        creates = Creates(contract, seed)
        self.usual = tuple(self._usual(creates.rich(shape), number) for number, shape in enumerate(creates.shapes))

    def _usual(self, params: Params, number: int) -> Usual:
        rows = list(rows_of(self.contract, "request").values())
        turned = (*rows[number % max(len(rows), 1) :], *rows)
        broken = (one for row in turned for one in islice(mutated(self.contract, row, params), 1))
        return Usual(params=params, case=valid_case(params, contract=self.contract), broken=next(broken, None))

    @cached_property
    def trials(self) -> tuple[Trial, ...]:
        """The values to try: of each sort in turn, the larger sorts more often."""
        return tuple(shared(self._unusual(), self._wrong(), self._twins()))

    @property
    def size(self) -> int:
        """How many combinations of a value, a state of a key and a shape there are."""
        return len(self.usual) * sum(len(one.uses) for one in self.trials)

    def sequences(self) -> Iterator[CaseSequence]:
        """Yield all sequences: telling values have their next round before less telling ones have their first."""
        rounds = (self._round(turn) for turn in range(len(self.usual) * len(OF_UNUSUAL)))
        for _, trial, use, shape in heapq.merge(*rounds, key=itemgetter(0)):
            yield from self._tried(trial, use, shape)

    def _round(self, turn: int) -> Iterator[tuple[int, Trial, str, int]]:
        """Yield a use and a shape for each value, with its position among all rounds."""
        shapes = len(self.usual)
        for number, trial in enumerate(self.trials):
            uses = tuple(trial.uses)
            if turn < shapes * len(uses):
                shape = (number + turn + turn // len(uses)) % shapes
                yield (number + 1) * (turn + 1), trial, uses[(number + turn) % len(uses)], shape

    def _tried(self, trial: Trial, name: str, shape: int) -> Iterator[CaseSequence]:
        one, twin = trial.on(shape)
        found = () if one is None else trial.uses[name](self.usual[shape], one, twin)
        if found:
            yield CaseSequence(name=f"{trial.name}: {name}", steps=tuple(Step(case=case) for case in found))

    def _unusual(self) -> Iterator[Trial]:
        for name, value in unusual_values(self.contract):
            yield Trial(name=f"{value.place} {value.name}", uses=OF_UNUSUAL, on=self._with(name, value))

    def _with(self, name: str, value: Value) -> Callable[[int], tuple[Case | None, Case | None]]:
        spec = self.contract.request_spec.members[name]

        def on(shape: int) -> tuple[Case | None, Case | None]:
            base = self.usual[shape].params
            if name not in base or name not in value.value:
                return None, None
            one = self._boundary(value, {**base, name: value.value[name]})
            near = (twin.value for twin in kind_of(spec).near(spec, value.value[name]))
            changed = (self._boundary(value, {**base, name: other}) for other in islice(near, 1))
            return one, next(changed, None)

        return on

    def _boundary(self, value: Value, params: Params) -> Case | None:
        return next(boundary_case(self.contract, replace(value, value=params)), None)

    def _wrong(self) -> Iterator[Trial]:
        def of_row(row: Row) -> Iterator[Trial]:
            on_shapes = [{one.name: one for one in mutated(self.contract, row, each.params)} for each in self.usual]
            for name in dict.fromkeys(name for some in on_shapes for name in some):
                yield Trial(name=name, uses=OF_WRONG, on=_named(name, on_shapes.__getitem__))

        return round_robin(*map(of_row, rows_of(self.contract, "request").values()))

    def _twins(self) -> Iterator[Trial]:
        @cache
        def on_shape(shape: int) -> Mapping[str, Case]:
            some = islice(changes(self.contract, self.usual[shape].params), _MOST_TWINS)
            made = ((str(one), valid_case(one.params, f"{one}", contract=self.contract)) for one in some)
            return {name: one for name, one in made if one.expectation is not Expectation.REJECT}

        for name in dict.fromkeys(name for shape in range(len(self.usual)) for name in on_shape(shape)):
            yield Trial(name=name, uses=OF_TWINS, on=_named(name, on_shape))


def _named(name: str, on_shape: Callable[[int], Mapping[str, Case]]) -> Callable[[int], tuple[Case | None, None]]:
    return lambda shape: (on_shape(shape).get(name), None)


@cache
def _search(contract: Contract, seed: int) -> Search:
    return Search(contract, seed)


def search(seed: int = 0, *, contract: Contract = CONTRACT) -> Iterable[CaseSequence]:
    """Yield sequences of values in states of a key that the other phases do not send."""
    return _search(contract, seed).sequences()


def size_of_search(seed: int = 0, *, contract: Contract = CONTRACT) -> int:
    """Return how many combinations of a value, a state of a key and a shape of creates there are."""
    return _search(contract, seed).size
