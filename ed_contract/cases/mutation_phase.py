"""The most telling mutations of every requirement, on creates of every shape."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any

from ed_contract.case import Case, CaseSequence, Expectation, encode, single
from ed_contract.cases.breaking import Row, rows_of
from ed_contract.cases.creates import Creates, selected_by
from ed_contract.cases.mutating import is_excluded, mutated
from ed_contract.contract import CONTRACT, Contract
from ed_contract.contract.schemas import member
from ed_contract.expecting import expected
from ed_contract.kinds.sharing import BY_NUMBER, shared

_FOREIGN = 2  # operators that come before the first of them on a create in which the field is foreign
_LATER = 5  # operators that come before what the first of them does to creates of other shapes


def mutations_phase(seed: int = 0, *, contract: Contract = CONTRACT) -> tuple[CaseSequence, ...]:
    """Return every operator of every requirement of the request schema, the most telling first.

    What is required is removed from creates of each shape, some of them full and some plain: a server may look for it
    in some of them alone. Of the other requirements the first operator is tried with each value of the choice, and the
    others once, shapes and full and plain creates taking turns.
    """
    bases = _bases(contract, seed)
    columns = [list(_column(contract, row, bases)) for row in rows_of(contract, "request").values()]
    return tuple(map(single, shared(*columns, power=BY_NUMBER)))


def _bases(contract: Contract, seed: int) -> list[tuple[str, dict[str, Any]]]:
    """Return a full and a plain create of each shape, with the object that is selected."""
    creates = Creates(contract, seed)
    full = [(selected_by(contract, shape), creates.rich(shape)) for shape in creates.shapes]
    plain = [(selected_by(contract, shape), creates.plain(shape)) for shape in creates.shapes]
    turned = len(plain) // 2
    pairs = zip(full, (*plain[turned:], *plain[:turned]), strict=True)
    return [one for pair in pairs for one in pair]


def _column(contract: Contract, row: Row, bases: list[tuple[str, dict[str, Any]]]) -> Iterator[Case]:
    """Yield the cases of one requirement: some, then the first of them on other creates, then the others."""
    made = [(kind, {one.name: one for one in mutated(contract, row, params)}) for kind, params in bases]
    made = [(kind, cases) for kind, cases in made if cases]
    if row.keyword == "required":
        yield from (one for _, cases in made[: len(bases) // 2] for one in cases.values())
        return
    choice = contract.parts.choice.place if contract.parts.choice else ""
    turns, chosen, elsewhere = cycle([*range(1, len(made)), 0]), list[Case](), list[list[Case]]()
    for name in dict.fromkeys(name for _, cases in made for name in cases):
        with_it = [(kind, cases[name]) for kind, cases in made if name in cases]
        kind, case = with_it[next(turns) % len(with_it)]
        chosen.append(case)
        elsewhere.append(list({one: other for one, other in reversed(with_it) if one != kind}.values()))
    first, *others = elsewhere or [[]]
    in_order = [*chosen[:_FOREIGN], *_where_foreign(contract, row, bases), *chosen[_FOREIGN:_LATER], *first]
    in_order += chosen[_LATER:]
    if row.place == choice:  # what it is taken for decides what else there must be
        in_order.extend(case for some in others for case in some)
    yield from in_order
    sent = {_broken(row, one) for one in in_order}
    if row.keyword == "enum":  # what is done to one of its values is not what is done to another
        for case in (one for _, cases in made for one in cases.values()):
            if _broken(row, case) not in sent:
                sent.add(_broken(row, case))
                yield case


def _where_foreign(contract: Contract, row: Row, bases: list[tuple[str, dict[str, Any]]]) -> list[Case]:
    """Return what the row's first operator does to a create in which a realistic one does not have the field.

    Whether the field may be there is left open; that its value is none is not.
    """
    if contract.parts.choice is not None and row.head in contract.parts.choice.objects.values():
        return []
    foreign = [params for _, params in bases if is_excluded(contract, row, params)]
    made = (one for params in foreign[:1] for one in mutated(contract, row, params, foreign=True))
    return [one for one in islice(made, 1) if expected(contract, one.params or {})[0] is Expectation.REJECT]


def _broken(row: Row, case: Case) -> bytes:
    return encode({row.place: member(case.params, row.place)})
