"""Finds a create that a requirement is about, for people who want to see one. Sends nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, TypeAlias

from ed_contract.contract import Contract, Discouraged
from ed_contract.contract.schemas import head_of
from ed_contract.contract.validator import validator
from ed_contract.expecting import AS_GIVEN, expected
from ed_contract.kinds import kind_of
from ed_contract.kinds.object_repair import complete

Create: TypeAlias = dict[str, Any]
"""Params of a create."""


def example(contract: Contract, row: str) -> Create | None:
    """Return a create that a requirement is about, as plain as possible, or None where it is about more than one.

    Of `request/…` it breaks that requirement and no other; of what is said of a member of the answer, the answer to
    it has that member.
    """
    area, _, rest = row.partition("/")
    if row == "request/valid":
        found: Iterable[Create] = _plain(contract)
    elif area == "request":
        prose = (one for one in contract.parts.discouraged if one.id == rest)
        found = chain.from_iterable(_discouraged(contract, one) for one in prose)
        found = chain(found, _breaking(contract, row, rest.rpartition("/")[0]))
    elif area in {"response", "echo", "include"}:
        found = _showing(contract, rest.partition("/")[0])
    else:
        found = ()
    return next(iter(found), None)


def _plain(contract: Contract) -> Iterator[Create]:
    """Yield the plainest create of each choice, that of the plainest first."""
    spec, choice = contract.request_spec, contract.parts.choice
    yield kind_of(spec).plain(spec)
    for value in () if choice is None else choice.objects:
        one = complete(spec, {choice.place: value}, turn=0) if choice is not None else None
        if one is not None:
            yield one


def _breaking(contract: Contract, row: str, place: str) -> Iterator[Create]:
    """Yield creates that break one requirement and no other."""
    place = place.replace("[]", "")
    spec, parent = contract.request_spec, place.rpartition(".")[0]
    for params in chain(_plain(contract), kind_of(spec).usual(spec)):
        for one in kind_of(spec).wrong(spec, params):
            if one.place.replace("[]", "") in {place, parent}:
                _, mutation = expected(contract, one.value)
                if mutation is not None and (mutation.requirement, mutation.operator) == (row, AS_GIVEN):
                    yield one.value


def _discouraged(contract: Contract, one: Discouraged) -> Iterator[Create]:
    """Yield creates that should be refused although the schema takes them."""
    conditions, spec = validator(one.when), contract.request_spec
    members = {name: kind_of(part).plain(part) for name, part in spec.members.items()}
    with_more = ({**params, name: value} for params in _plain(contract) for name, value in members.items())
    odd = (value.value for value in kind_of(spec).unusual(spec))
    yield from (params for params in chain(with_more, odd) if conditions.is_valid(params))


def _showing(contract: Contract, place: str) -> Iterator[Create]:
    """Yield creates in whose answers a member has something to show."""
    spec, head = contract.request_spec, head_of(place)
    asked_in = {one.place: one.asked_in for one in contract.parts.on_request}
    for params in chain(_plain(contract), kind_of(spec).usual(spec)):
        if place in asked_in:
            if head in params:
                yield {**params, asked_in[place]: [place]}
        elif head not in contract.request_schema["properties"] or head in params:
            yield params
