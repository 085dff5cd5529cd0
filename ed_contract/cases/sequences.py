"""Written sequences about idempotency keys. They carry no roles: the checks know what each key was used for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from ed_contract.case import Case, CaseSequence, Credential, Expectation, Key, Params, Step, case
from ed_contract.cases import key_states
from ed_contract.cases.bodies import bodies
from ed_contract.cases.breaking import rows_of
from ed_contract.cases.clients import from_another, in_lower_case
from ed_contract.cases.creates import Creates, one_of_each
from ed_contract.cases.mutating import mutated
from ed_contract.cases.near import Change, changes
from ed_contract.cases.valid import expectation_of, summary, valid_case
from ed_contract.contract import CONTRACT, Contract
from ed_contract.kinds import Spec, kind_of
from ed_contract.kinds.object_near import TOGETHER

_KEY = Key()
_LOOKED_AT = 40  # changes of a create: by then each parameter has had its turns
_MOST_CHANGES = (3.7, 0.85)  # of each field of the first create whose key is used again, and of each further one


class Keys:
    """Writes the sequences about keys of one contract."""

    def __init__(self, contract: Contract = CONTRACT, seed: int = 0) -> None:
        self.contract = contract
        self.creates = Creates(contract, seed)

    def step(self, params: Params, name: str, key: Key | None = _KEY) -> Step:
        """Return the step that sends valid params."""
        said = f"{summary(params, contract=self.contract)}: {name}"
        return Step(case=valid_case(params, said, contract=self.contract), key=key)

    def broken(self, params: Params, number: int) -> Iterator[Case]:
        """Yield the create with something wrong with it, something else for each number, if anything can be."""
        rows = list(rows_of(self.contract, "request").values())
        turned = rows[number % len(rows) :] + rows[: number % len(rows)] if rows else []
        every = (one for row in turned for one in islice(mutated(self.contract, row, params), 1))
        yield from islice(every, 1)

    def every(self) -> Iterator[CaseSequence]:
        """Yield all of them, in a telling order."""
        yield from self.replays()
        yield from self.independent_keys()
        yield from self.refused_between()
        yield from self.without_key()
        yield from self.absent_or_empty()
        yield from self.types_alone()
        yield from key_states.refused(self.creates.seed, contract=self.contract)
        yield from key_states.owners(contract=self.contract)
        yield from key_states.in_other_case(contract=self.contract)
        yield from key_states.odd_keys(contract=self.contract)
        yield from key_states.odd_twins(contract=self.contract)
        yield from key_states.in_other_forms(contract=self.contract)
        yield from self.conflicts()
        yield from self.same_parameters()

    def replays(self) -> Iterator[CaseSequence]:
        """Yield creates that are sent three times under one key, but for the first shape: smoke has that.

        At the end the key is used for a create that is invalid: it is no less wrong for that, and the key no less used.
        """
        shapes = self.creates.shapes
        for number, shape in enumerate(shapes[1:] or shapes):
            params = self.creates.full(shape)
            names = ("first", "the same again", "the same a third time")
            first, again, third = (self.step(params, name) for name in names)
            if number == 0:  # once: who takes it in lower case there does so everywhere
                how = self.contract.headers
                third = replace(third, case=replace(third.case, headers=in_lower_case(how.ours, how.key)))
            wrong = (Step(case=one) for one in self.broken(params, 3 * number))
            last = self.step(params, "the same after it was refused")
            yield self._sequence("a replay", params, (first, again, third, *wrong, last))

    def conflicts(self) -> Iterator[CaseSequence]:
        """Yield creates whose key is used again with one change after the other, then with everything different.

        The first is sent once more at the end of each: it must still be replayed. What was changed on one create is
        not changed on the next in the same way. Then plain creates are changed by what they have not, and in what
        they choose. A change that may be refused for what it is comes alone: some servers repeat the refusal for
        whatever comes after it.
        """
        seen: set[str] = set()
        for number, shape in enumerate(self.creates.shapes):
            params = self.creates.rich(shape)
            steps = self._changed(params, seen, int(_MOST_CHANGES[number > 0] * _fields(self.contract.request_spec)))
            other = self.step(self.creates.unlike(params), "same key, everything different")
            yield self._conflicts(params, (*steps, other) if number == 0 else steps)
        for shape in one_of_each(self.contract):
            params = self.creates.plain(shape)
            some = islice(changes(self.contract, params), _LOOKED_AT)
            others = [one for one in some if one.how in {"added", TOGETHER}]
            if others:
                yield self._conflicts(params, [self._change(one) for one in others])
        params = self.creates.rich(self.creates.shapes[0])
        for one in islice(changes(self.contract, params), _LOOKED_AT):
            change = self._change(one)
            if change.case.expectation is Expectation.EITHER:
                yield self._sequence("a conflict that may be refused", params, (self.step(params, "first"), change))

    def _conflicts(self, params: Params, steps: Iterable[Step]) -> CaseSequence:
        return self._sequence(
            "conflicts", params, (self.step(params, "first"), *steps, self.step(params, "first again"))
        )

    def _changed(self, params: Params, seen: set[str], most: int) -> tuple[Step, ...]:
        new = ((str(one), self._change(one)) for one in changes(self.contract, params) if str(one) not in seen)
        some = dict(islice(((how, step) for how, step in new if step.case.expectation is Expectation.ACCEPT), most))
        seen.update(some)
        return tuple(some.values())

    def _change(self, change: Change) -> Step:
        return self.step(change.params, f"same key, {change}")

    def absent_or_empty(self) -> Iterator[CaseSequence]:
        """Yield creates without an optional field, and then with an empty one under the same key."""
        shapes = one_of_each(self.contract)
        spec = self.contract.request_spec
        optional = [name for name, one in spec.members.items() if one.optional and one.kind in {"text", "map"}]
        for number, name in enumerate(optional):
            params = self.creates.plain(shapes[number % len(shapes)])
            empty: Any = "" if spec.members[name].kind == "text" else {}
            steps = (
                self.step(params, f"no {name}"),
                Step(case=case(f"same key, {name} empty", {**params, name: empty}, Expectation.EITHER)),
            )
            yield self._sequence(f"{name} absent, then empty", params, steps)

    def types_alone(self) -> Iterator[CaseSequence]:
        """Yield creates with every selected object whose choice alone changes: the page does not forbid either."""
        choice, spec = self.contract.parts.choice, self.contract.request_spec
        if choice is None:
            return
        objects = {name: kind_of(spec.members[name]).plain(spec.members[name]) for name in choice.objects.values()}
        values = list(choice.objects)
        for one, other in zip(values, (*values[1:], *values[:1]), strict=True):
            shape = next((shape for shape in self.creates.shapes if shape.get(choice.place) == one), {})
            params = {**objects, **self.creates.plain(shape), choice.place: one}
            changed = self.step({**params, choice.place: other}, f"same key, {choice.place} alone")
            yield self._sequence("a conflict by one choice alone", params, (self.step(params, "every object"), changed))

    def same_parameters(self) -> Iterator[CaseSequence]:
        """Yield creates that are sent again in other words: member order, white space, escapes, another client's."""
        for shape in one_of_each(self.contract)[:2]:
            params = self.creates.rich(shape)
            others = (
                reworded(self.contract, params, "members backwards", backwards=True),
                reworded(self.contract, params, "white space", spaced=True),
                reworded(self.contract, params, "escapes", escaped=True),
                from_another(self.contract, params),
            )
            steps = (self.step(params, "first"), *(Step(case=one) for one in others))
            yield self._sequence("the same parameters in other words", params, steps)

    def independent_keys(self) -> Iterator[CaseSequence]:
        """Yield different creates under keys that differ a little; of the most of them then the first again."""
        most = max(map(len, _NEAR_KEYS.values()))
        for how, templates in _NEAR_KEYS.items():
            keyed = [(self.creates.plain(self.creates.shapes[0]), Key(template=template)) for template in templates]
            made = [self.step(params, f"a key that differs {how}", key) for params, key in keyed]
            again = [replace(one, case=replace(one.case, name="the first again")) for one in made[: len(made) == most]]
            yield CaseSequence(name=f"keys that differ {how}", steps=(*made, *again))

    def refused_between(self) -> Iterator[CaseSequence]:
        """Yield the create that is sent again after others were refused: no JSON, invalid, nobody's credential."""
        params = self.creates.plain(self.creates.shapes[0])
        nobodys = case("under nobody's credential", params, Expectation.EITHER)
        refused = (
            Step(case=bodies(contract=self.contract)[0], key=Key(label="b")),
            *(Step(case=one, key=Key(label="c")) for one in self.broken(params, 0)),
            Step(case=nobodys, key=key_states.STRANGERS_KEY, credential=Credential.UNKNOWN),
        )
        steps = (self.step(params, "first"), *refused, self.step(params, "the same again"))
        yield CaseSequence(name="others are refused in between", steps=steps)

    def without_key(self) -> Iterator[CaseSequence]:
        """Yield creates that are sent twice without a key: each makes an object. Then one that is invalid."""
        shapes = () if self.contract.parts.idempotency.required else one_of_each(self.contract)[:2]
        for number, shape in enumerate(shapes):
            params = self.creates.plain(shape)
            wrong = (Step(case=one, key=None) for one in self.broken(params, 4 * number))
            steps = (*(self.step(params, name, None) for name in ("no key", "no key again")), *wrong)
            yield self._sequence("without a key", params, steps)

    def _sequence(self, name: str, params: Params, steps: Iterable[Step]) -> CaseSequence:
        return CaseSequence(name=f"{name}: {summary(params, contract=self.contract)}", steps=tuple(steps))


def _fields(spec: Spec) -> int:
    """Return how many values a create can have, those in its objects and in the elements of its lists among them."""
    inner = [*spec.members.values(), *([spec.item] if spec.item is not None else [])]
    return sum(map(_fields, inner)) or 1


def replays(seed: int = 0, *, contract: Contract = CONTRACT) -> tuple[CaseSequence, ...]:
    """Return creates that are sent three times under one key, and then something invalid."""
    return tuple(Keys(contract, seed).replays())


def conflicts(seed: int = 0, *, contract: Contract = CONTRACT) -> tuple[CaseSequence, ...]:
    """Return creates whose key is used again with one change after the other."""
    return tuple(Keys(contract, seed).conflicts())


def independent_keys(seed: int = 0, *, contract: Contract = CONTRACT) -> tuple[CaseSequence, ...]:
    """Return creates under keys that differ a little."""
    return tuple(Keys(contract, seed).independent_keys())


def refused_between(seed: int = 0, *, contract: Contract = CONTRACT) -> tuple[CaseSequence, ...]:
    """Return the create that is sent again after others were refused."""
    return tuple(Keys(contract, seed).refused_between())


def without_key(seed: int = 0, *, contract: Contract = CONTRACT) -> tuple[CaseSequence, ...]:
    """Return creates that are sent twice without a key."""
    return tuple(Keys(contract, seed).without_key())


def same_parameters(seed: int = 0, *, contract: Contract = CONTRACT) -> tuple[CaseSequence, ...]:
    """Return creates that are sent again in other words."""
    return tuple(Keys(contract, seed).same_parameters())


def absent_or_empty(seed: int = 0, *, contract: Contract = CONTRACT) -> tuple[CaseSequence, ...]:
    """Return creates without an optional field, and then with an empty one."""
    return tuple(Keys(contract, seed).absent_or_empty())


def types_alone(seed: int = 0, *, contract: Contract = CONTRACT) -> tuple[CaseSequence, ...]:
    """Return creates with every selected object whose choice alone changes."""
    return tuple(Keys(contract, seed).types_alone())


def idempotency(seed: int = 0, *, contract: Contract = CONTRACT) -> tuple[CaseSequence, ...]:
    """Return all written sequences about keys, in a telling order."""
    return tuple(Keys(contract, seed).every())


_NEAR_KEYS: dict[str, tuple[str, ...]] = {
    "in case": ("{fresh}", "{FRESH}"),
    "in the last of 64 characters": ("{fresh}" + "-" * 27 + "1", "{fresh}" + "-" * 27 + "2", "{fresh}" + "-" * 27),
    "in one character in the middle": ("{fresh}-a-order-created", "{fresh}-b-order-created"),
    "in the first character": ("a-{fresh}", "b-{fresh}"),
    "in one sign": ("{fresh}", "{fresh}-1", "{fresh}_1", "{fresh}.1", "{fresh}:1", "{fresh}1"),
}
"""Keys that resemble each other: what a server must not fold, cut or skip."""


def reworded(
    contract: Contract,
    params: Params,
    how: str,
    *,
    backwards: bool = False,
    spaced: bool = False,
    escaped: bool = False,
) -> Case:
    """Return the case that says `params` in other bytes: members in the opposite order, white space, or escapes."""
    body = json.dumps(
        _backwards(params) if backwards else params,
        ensure_ascii=escaped,
        indent=2 if spaced else None,
        separators=None if spaced else (",", ":"),
    )
    return Case(
        name=f"the same, {how}",
        # Only strings hold an `o` or a slash here, and no escape does.
        body=(body.replace("/", "\\/").replace("o", "\\u006f") if escaped else body).encode(),
        params=params,
        expectation=expectation_of(params, contract=contract),
    )


def _backwards(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a JSON value with the members of all objects in the opposite order."""
    if isinstance(value, Mapping):
        return {name: _backwards(inner) for name, inner in reversed(list(value.items()))}
    return value
