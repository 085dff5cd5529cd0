"""The most telling requests, each touching many requirements: alone, the check after a deployment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from ed_contract.case import Case, CaseSequence, Expectation, Key, Params, Step, encode, single
from ed_contract.cases import clients
from ed_contract.cases.bodies import bodies
from ed_contract.cases.boundaries import telling_boundaries
from ed_contract.cases.breaking import Row, rows_of
from ed_contract.cases.bursts import authentication
from ed_contract.cases.creates import Creates, example_of, one_of_each
from ed_contract.cases.mutating import mutated
from ed_contract.cases.near import changes
from ed_contract.cases.sequences import reworded
from ed_contract.cases.valid import example_case, summary, valid_case
from ed_contract.contract import CONTRACT, Contract
from ed_contract.kinds.choosing import round_robin

MOST = 90
"""Requests."""
_MUTATIONS = 27
_CHANGES = 13  # of a create, under one key
_ROUNDS = 4  # of changes of each parameter that are looked at
_FURTHER = 6  # of a create of another choice
_NEAR_KEYS = {
    "a fresh key": "a-{fresh}",
    "a key with another first character": "b-{fresh}",
    "a key in upper case": "B-{FRESH}",
    "a key of 64 characters": "b-{fresh}" + "-" * 25 + "1",
    "a key with another last of 64 characters": "b-{fresh}" + "-" * 25 + "2",
}
_BODIES = {"empty body", "invalid UTF-8"}
_UNUSUAL = 30


def smoke(seed: int = 0, *, contract: Contract = CONTRACT) -> tuple[CaseSequence, ...]:
    """Return the page's example, and then the requests that most broken servers answer wrongly, those first."""
    found: list[CaseSequence] = []
    room = MOST
    for one in _Smoke(contract, seed).sequences():
        if len(one) <= room:
            found.append(one)
            room -= len(one)
    return tuple(found)


class _Smoke:
    """Writes the requests of one contract."""

    def __init__(self, contract: Contract, seed: int) -> None:
        self._contract = contract
        self._creates = Creates(contract, seed)

    def sequences(self) -> Iterator[CaseSequence]:
        """Yield them in a telling order."""
        first, *others = one_of_each(self._contract)
        yield single(example_case(self._contract))
        yield self._used_again(self._creates.rich(first))
        for shape in others:
            params = self._creates.rich(shape)
            yield single(self._valid(params))
        mutations = list(self._mutations())
        odd = list(map(single, islice(telling_boundaries(contract=self._contract), _UNUSUAL)))
        rest = [shape for shape in self._creates.shapes if shape not in one_of_each(self._contract)]
        full = [single(self._valid(self._creates.rich(shape))) for shape in rest]
        yield from (*odd[:1], *full[:1], *mutations[:2], *odd[1:2], *full[1:])
        yield from mutations[2 : _MUTATIONS // 3]
        yield from odd[2:3]
        yield from self._bodies()
        if not self._contract.parts.idempotency.required:
            yield self._without_key(self._creates.full(self._creates.shapes[-1]))
        seen: set[str] = set()
        yield self._changed(self._creates.rich(first), seen, _CHANGES)
        for shape in others:
            yield self._changed(self._creates.rich(shape), seen, _FURTHER)
        yield self._near_keys()
        yield from mutations[_MUTATIONS // 3 : max(_MUTATIONS, len(rows_of(self._contract, "request")))]
        yield from clients.with_key(self._contract)
        yield from authentication(contract=self._contract)[:4]
        yield from odd[3:]  # as many as there is room for

    def _valid(self, params: Params, name: str = "") -> Case:
        return valid_case(params, name, contract=self._contract)

    def _under_one_key(self, name: str, cases: Iterable[Case]) -> CaseSequence:
        return CaseSequence(name=name, steps=tuple(Step(case=one) for one in cases))

    def _used_again(self, params: Params) -> CaseSequence:
        said = f"everything that a create can have: {summary(params, contract=self._contract)}"
        names = (said, "the same again")
        other = self._valid(self._creates.unlike(params), "same key, everything different")
        reordered = reworded(self._contract, params, "in other words", backwards=True, spaced=True, escaped=True)
        return self._under_one_key(
            "a key used again", (*(self._valid(params, name) for name in names), other, reordered)
        )

    def _mutations(self) -> Iterator[CaseSequence]:
        """Yield the most telling operator of every requirement, each shape taking its turn, and then the next ones."""
        bases = [self._creates.rich(shape) for shape in self._creates.shapes]
        by_keyword: dict[str, list[Row]] = {"items": [], "required": [], "enum": []}
        for row in rows_of(self._contract, "request").values():
            by_keyword.setdefault(row.keyword, []).append(row)
        rows = list(round_robin(*by_keyword.values()))
        made = [
            [
                case
                for base in (*bases[turn % len(bases) :], *bases[: turn % len(bases)])
                for case in islice(mutated(self._contract, row, base), 2)
            ]
            for turn, row in enumerate(rows)
        ]
        for number in range(2):
            for cases in made:
                names = list(dict.fromkeys(one.name for one in cases))
                if len(names) > number:
                    yield single(next(one for one in cases if one.name == names[number]))

    def _bodies(self) -> Iterator[CaseSequence]:
        body = encode(example_of(self._contract))
        for name, text in {
            "truncated": body[: min(9, len(body) - 1)],
            "a list": b"[" + body + b"]",
            "trailing garbage": body + b"}",
        }.items():
            yield single(Case(name=name, body=text, params=None, expectation=Expectation.REJECT))
        yield from (single(one) for one in bodies(contract=self._contract) if one.name in _BODIES)

    def _without_key(self, params: Params) -> CaseSequence:
        """Return the create twice without a key; or the document's example as its clients send it that have none."""
        steps = clients.without_key(self._contract)
        if len(steps) < 2:  # noqa: PLR2004 - each has to make its own
            steps = tuple(Step(case=self._valid(params, name), key=None) for name in ("no key", "no key again"))
        return CaseSequence(name="without a key", steps=steps)

    def _changed(self, params: Params, seen: set[str], most: int) -> CaseSequence:
        """Return a create whose key is used with one parameter changed after the other, then with the first again.

        Parameters that have not been changed before come first; a further create has no others.
        """
        said = summary(params, contract=self._contract)
        some = islice(changes(self._contract, params), _ROUNDS * len(self._contract.request_spec.members))
        found = [one for one in some if self._valid(one.params).expectation is Expectation.ACCEPT]
        firsts = {one.place: one for one in reversed(found) if one.place not in seen}
        others = [one for one in found if firsts.get(one.place) is not one] if not seen else []
        chosen = [*dict(reversed(firsts.items())).values(), *others][:most]
        seen.update(firsts)
        return self._under_one_key(
            f"each parameter changed in turn: {said}",
            (
                self._valid(params, said),
                *(self._valid(one.params, f"same key, {one}") for one in chosen),
                self._valid(params, f"{said}: again"),
            ),
        )

    def _near_keys(self) -> CaseSequence:
        """Return creates of several shapes under keys each of which resembles the one before."""
        shapes = self._creates.shapes
        steps = tuple(
            Step(case=self._valid(self._creates.full(shapes[number % len(shapes)]), name), key=Key(template=template))
            for number, (name, template) in enumerate(_NEAR_KEYS.items())
        )
        return CaseSequence(name="keys that resemble each other", steps=steps)
