"""Writes creates without Hypothesis: a seed always gives the same ones, and each field takes its values in turn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from ed_contract.case import Params
from ed_contract.cases.options import Row, options_of
from ed_contract.contract import Contract
from ed_contract.contract.schemas import member
from ed_contract.kinds import Spec, kind_of, objects
from ed_contract.kinds.forms import is_same
from ed_contract.kinds.object_repair import complete

_TRIES = 6  # creates to try for one that differs in every field


class Creates:
    """Realistic creates of a contract, each with different values from the one before."""

    def __init__(self, contract: Contract, seed: int = 0) -> None:
        self.contract = contract
        self.options = options_of(contract)
        self.shapes = self.options.shapes
        self.seed = seed
        self._turn = self._rich = 0

    def of(self, row: Row) -> dict[str, Any]:
        """Return the create with the options of a row."""
        self._turn += 1
        return self.options.create(row, self._turn, seed=self.seed)

    def plain(self, shape: Row, **options: Any) -> dict[str, Any]:  # noqa: ANN401 - values of options
        """Return a create of a shape with the required fields and these options."""
        return self.of({**shape, **options})

    def full(self, shape: Row, **options: Any) -> dict[str, Any]:  # noqa: ANN401 - values of options
        """Return a create of a shape with every field that a realistic one can have."""
        return self.of(self.options.fullest({**shape, **options}))

    def rich(self, shape: Row, **options: Any) -> dict[str, Any]:  # noqa: ANN401 - values of options
        """Return a full create with the most telling values, many parts of which can be changed."""
        row = self.options.fullest({**shape, **options})
        self._rich += 1
        return self.options.create(row, self._rich - 1, seed=self.seed, telling=True)

    def unlike(self, params: Params) -> dict[str, Any]:
        """Return a full create that shares as few values as possible with `params`."""
        shapes = sorted(self.shapes, key=lambda shape: _alike(shape, params))
        made = (self.full(shapes[0]) for _ in range(_TRIES))
        return min(made, key=lambda one: _alike(one, params))


def _alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> int:
    return sum(is_same(value, other.get(name)) for name, value in one.items())


@cache
def one_of_each(contract: Contract) -> tuple[Row, ...]:
    """Return one shape for each value of the choice, with the other options varying."""
    shapes, choice = options_of(contract).shapes, contract.parts.choice
    if choice is None:
        return shapes[:2]
    chosen: dict[Any, Row] = {}
    for shape in shapes:
        chosen.setdefault(shape.get(choice.place), shape)
    return tuple(chosen.values())


def selected_by(contract: Contract, shape: Mapping[str, Any]) -> str:
    """Return the object that goes with a shape, or ""."""
    choice = contract.parts.choice
    return "" if choice is None else choice.objects.get(str(shape.get(choice.place)), "")


def asking(contract: Contract, params: Params) -> Params:
    """Return params that also ask for their fields that answers show only on request."""
    wanted = [one for one in contract.parts.on_request if member(params, one.place) is not None]
    lists = {one.asked_in for one in wanted} - params.keys()
    return {**params, **{name: [one.place for one in wanted if one.asked_in == name] for name in sorted(lists)}}


@cache
def plainest(contract: Contract) -> tuple[dict[str, Any], ...]:
    """Return the creates that findings shrink to: each text that can has a plain value.

    The plainest comes first, then one for each other value of a required option, which differs only in that value
    and in what goes with it.
    """
    spec = contract.request_spec
    return tuple(_plainest(spec, fixed) for fixed in ({}, *_further(spec)))


def _further(spec: Spec) -> Iterator[dict[str, Any]]:
    for name, one in spec.members.items():
        if name in spec.required and one.kind == "enum":
            yield from ({name: value} for value in kind_of(one).usual(one)[1:])


def _plainest(spec: Spec, fixed: dict[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = (complete(spec, fixed) if fixed else None) or objects.plain(spec)
    for name, one in spec.members.items():
        if name not in plain and one.kind in {"text", "token", "digits", "url"}:
            plain = complete(spec, {**plain, name: kind_of(one).plain(one)}) or plain
    return {name: plain[name] for name in spec.members if name in plain}


def example_of(contract: Contract) -> Params:
    """Return the document's own example of a create, or else a plain one."""
    return contract.example or objects.plain(contract.request_spec)
