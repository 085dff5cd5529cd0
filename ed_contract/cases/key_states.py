"""What the second request under a key must get, by what became of the first: refused, made of unusual values, a twin.

The states of a key in which the first create was made of usual values are in `sequences`, bursts in `bursts`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any, TypeAlias

from ed_contract.case import Case, CaseSequence, Credential, Expectation, Key, Params, Step, case
from ed_contract.cases.breaking import rows_of, with_at
from ed_contract.cases.creates import Creates, one_of_each
from ed_contract.cases.mutating import mutated
from ed_contract.cases.options import Row
from ed_contract.cases.valid import summary, valid_case
from ed_contract.contract import CONTRACT, Contract
from ed_contract.contract.schemas import member
from ed_contract.kinds import Spec, kind_of, lists
from ed_contract.kinds.choosing import round_robin
from ed_contract.kinds.text_near import another

STRANGERS_KEY = Key(label="@stranger")
"""The key that a caller with an unknown credential uses first."""
_KEY = Key()
_REFUSED = 12  # creates that are refused and sent again, each for something else
_MENDED = 3  # of each so many of them one is then sent as it should be
_LONG = (257, 6000)  # characters
_JOINED = ("a letter moved to the next", "two joined", "two joined by a comma")
_FORMS = (("Caf\u00e9", "Cafe\u0301"), ("Orders and returns", "Orders  and  returns"))
"""Two forms each of a text: decomposed, and with more blanks."""


def refused(seed: int = 0, *, contract: Contract = CONTRACT) -> tuple[CaseSequence, ...]:
    """Return creates that are refused and sent again under their keys, some of them then without what was wrong.

    Each is refused for another field, of another shape: servers check some fields when they have noted the key.
    """
    found = []
    for number, (broken, params) in enumerate(islice(_broken(contract, seed), _REFUSED)):
        steps = [Step(case=broken), Step(case=broken, patient=True)]
        if number % _MENDED == 0:
            mended = valid_case(params, "the same key, nothing wrong", contract=contract)
            again = replace(mended, name="the same key, nothing wrong, again")
            steps += [Step(case=mended), Step(case=again)]
        found.append(CaseSequence(name=f"refused, then again: {broken.name}", steps=tuple(steps)))
    return tuple(found)


def _broken(contract: Contract, seed: int) -> Iterator[tuple[Case, Params]]:
    """Yield creates with something wrong, of each field in turn; and what they were made of."""
    creates, shapes = Creates(contract, seed), one_of_each(contract)
    bases = [creates.full(shape) for shape in shapes]
    by_field: dict[str, list[tuple[Case, Params]]] = {}
    rows = sorted(
        rows_of(contract, "request").values(), key=lambda row: (row.keyword == "required", "." not in row.place)
    )
    for number, row in enumerate(rows):
        turned = (*bases[number % len(bases) :], *bases[: number % len(bases)])
        made = ((one, params) for params in turned for one in islice(mutated(contract, row, params), 1))
        by_field.setdefault(row.head, []).extend(islice(made, 1))
    return round_robin(*by_field.values())


def owners(*, contract: Contract = CONTRACT) -> tuple[CaseSequence, ...]:
    """Return creates under keys that a caller with an unknown credential used before: they are still their owner's.

    The first of the keys was used before, in another sequence.
    """
    if not contract.headers.secured:
        return ()
    found = []
    for number, shape in enumerate(one_of_each(contract)[:2]):
        mine = valid_case(Creates(contract).plain(shape), "a key that a stranger used first", contract=contract)
        theirs = case("under nobody's credential", mine.params or {}, Expectation.EITHER)
        steps = [Step(case=mine, key=_KEY if number else STRANGERS_KEY, patient=True)]
        if number:
            steps.insert(0, Step(case=theirs, credential=Credential.UNKNOWN))
        found.append(
            CaseSequence(name=f"{summary(mine.params or {}, contract=contract)}: {mine.name}", steps=tuple(steps))
        )
    return tuple(found)


def _plainest(contract: Contract) -> Row:
    """Return the plainest shape."""
    return one_of_each(contract)[0]


_NEAR_KEYS = {
    "in the last of 130 characters": ("{fresh}" + "-" * 93 + "1", "{fresh}" + "-" * 93 + "2"),
    "in the last of 255 characters": ("{fresh}" + "-" * 218 + "1", "{fresh}" + "-" * 218 + "2"),
    "in zeros before a number": ("{fresh}-007", "{fresh}-7"),
    "in an escape": ("{fresh}-1", "{fresh}%2D1"),
    "behind a comma": ("{fresh},1", "{fresh},2"),
    "in a blank": ("{fresh}+1", "{fresh} 1"),
}
"""Keys that resemble each other, and that not every server takes."""


def in_other_case(*, contract: Contract = CONTRACT) -> tuple[CaseSequence, ...]:
    """Return one create under two keys of which one is in upper case.

    Who folds keys gives the first again. Of another create it would be a conflict, which may look as if the server did
    not take keys in upper case.
    """
    one = valid_case(
        Creates(contract).plain(_plainest(contract)), "one create under keys in both cases", contract=contract
    )
    steps = tuple(Step(case=one, key=Key(template=template)) for template in ("{fresh}-a", "{FRESH}-a"))
    return (CaseSequence(name=one.name, steps=steps),)


def odd_keys(*, contract: Contract = CONTRACT) -> tuple[CaseSequence, ...]:
    """Return pairs of different creates under keys that differ a little; whether such a key is one is left open."""
    creates, shapes = Creates(contract, seed=5), one_of_each(contract)
    found = []
    for how, templates in _NEAR_KEYS.items():
        keyed = [(creates.plain(shapes[0]), Key(template=template)) for template in templates]
        cases = [(case(f"a key that differs {how}", params, Expectation.EITHER), key) for params, key in keyed]
        steps = tuple(Step(case=one, key=key) for one, key in cases)
        found.append(CaseSequence(name=f"keys that differ {how}", steps=steps))
    return tuple(found)


def odd_twins(*, contract: Contract = CONTRACT) -> tuple[CaseSequence, ...]:
    """Return creates whose keys are used again with something that no fingerprint may take for the same.

    What differs is at the end of long values; or it is unusual, as lists are whose elements were joined.
    """
    usual = Creates(contract).rich(_plainest(contract))
    firsts = [(usual, list(_joined(usual)), "elements joined")]
    for place, spec in _texts(contract.request_spec, usual):
        longer = (with_at(usual, place.split("."), value) for value in _long(spec))
        firsts += [(params, [_with_another_end(params, place)], f"a long {place}") for params in longer]
    found = []
    for params, twins, what in firsts:
        first = valid_case(params, f"{what}: first", contract=contract)
        kept = (valid_case(one, f"same key, {how}", contract=contract) for how, one in twins)
        changed = [one for one in kept if one.expectation is not Expectation.REJECT and one.params != params]
        if changed and first.expectation is not Expectation.REJECT:
            steps = tuple(Step(case=_left_open(one)) for one in (first, *changed))
            found.append(CaseSequence(name=f"conflicts of unusual values: {what}", steps=steps))
    return tuple(found)


Twin: TypeAlias = tuple[str, dict[str, Any]]
"""A create that differs from another, with how it does."""


def _left_open(one: Case) -> Case:
    """Return a case of values that are not usual, although the realistic schema may take them."""
    return replace(one, usual=False, expectation=Expectation.EITHER)


def _long(spec: Spec) -> Iterator[Any]:
    """Yield a value that is longer than columns often are, if the kind knows one."""
    sizes = (one for one in kind_of(spec).unusual(spec) if one.family and "characters" in one.name)
    yield from islice((one.value for one in sizes if _LONG[0] <= one.size <= _LONG[1]), 1)


def _texts(spec: Spec, params: Params) -> Iterator[tuple[str, Spec]]:
    for name, one in spec.members.items():
        if "." in name:
            continue  # it would be taken for a place in an object
        if one.kind in {"text", "url", "map"} and name in params:
            yield name, one
        elif one.members and isinstance(params.get(name), Mapping):
            yield from ((f"{name}.{inner}", two) for inner, two in _texts(one, params[name]))


def _with_another_end(params: Params, place: str) -> Twin:
    """Return the create whose text at a place, or the longest one of the map there, has another last character."""
    path, value = place.split("."), member(params, place)
    if isinstance(value, dict):
        path.append(max(value, key=lambda name: len(str(value[name]))))
        value = value[path[-1]]
    return f"{'.'.join(path)} with another last character", with_at(params, path, value[:-1] + another(value[-1]))


def _joined(params: Params) -> Iterator[Twin]:
    """Yield creates in whose lists elements are joined, or a letter is moved from one to the next."""
    for name, value in params.items():
        if isinstance(value, list):
            twins = dict(lists.joined(value))
            yield from ((f"{name}: {how}", {**params, name: twins[how]}) for how in _JOINED if how in twins)


def in_other_forms(*, contract: Contract = CONTRACT) -> tuple[CaseSequence, ...]:
    """Return a create in two forms of its texts, each under a fresh key; then each text alone in the second form.

    A server that shows both as they were sent tells them apart, and so must its keys.
    """
    params = Creates(contract).full(_plainest(contract))
    texts = [name for name, spec in contract.request_spec.members.items() if spec.kind == "text" and name in params]
    one, other = ({name: _FORMS[number % 2][form] for number, name in enumerate(texts)} for form in range(2))
    sent = [
        ("texts in one form", {**params, **one}, _KEY),
        ("texts in another form", {**params, **other}, Key(label="b")),
        *((f"same key, {name} in another form", {**params, **one, name: other[name]}, _KEY) for name in texts),
    ]
    cases = [(replace(valid_case(each, name, contract=contract), usual=False), key) for name, each, key in sent]
    if not texts or any(case.expectation is Expectation.REJECT for case, _ in cases):
        return ()
    steps = tuple(Step(case=case, key=key) for case, key in cases)
    return (CaseSequence(name="two forms of the same texts", steps=steps),)
