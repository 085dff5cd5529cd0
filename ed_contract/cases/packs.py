"""Creates in which much is unusual at once: whoever takes one shows as much as in several cases of one thing each.

What is refused in them is sent alone too. A bug that shows in both is told by the one thing alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from typing import Any, TypeAlias
from unicodedata import category

from ed_contract.case import Case, Expectation, Fault, Params, case
from ed_contract.cases.boundary_names import family_of, holds_texts, named
from ed_contract.cases.creates import Creates, asking, one_of_each, selected_by
from ed_contract.contract import CONTRACT, Contract
from ed_contract.expecting import expected
from ed_contract.kinds import Spec, Value, kind_of
from ed_contract.kinds.choosing import EMPTY

Odd: TypeAlias = dict[str, Value]
"""What is unusual in a create, by the dotted names of the values."""

ENTRY = "note"
"""The key of the entry of a map that holds an unusual text."""
_FAMILY = "much is unusual at once"
_CONTROLS = {"Cc", "Cs"}  # categories of Unicode
_APART = 8  # values between what is unusual about one text and about the next
_IN_MAPS = 16  # texts that each map holds
_TRIED = 20  # texts that come later in maps: they may well be refused, and are tried in other places


def everything_odd(*, contract: Contract = CONTRACT) -> Iterator[Case]:
    """Yield full creates of each choice in which every value is unusual."""
    for number, odd in _packs(contract):
        chosen = selected_by(contract, one_of_each(contract)[number % len(one_of_each(contract))])
        yield from _cases(contract, f"everything unusual, {number + 1}{chosen and f': {chosen}'}", number, odd)


def odd_texts(*, contract: Contract = CONTRACT) -> Iterator[Case]:
    """Yield full creates of each choice in which something is unusual about each text, and about each map.

    Maps hold further unusual texts. None is about a length: the shortest limit would hide the rest.
    """
    spec = contract.request_spec
    if sum(map(holds_texts, spec.members.values())) > 1:
        for number, odd in _packs(contract, is_tame, of=holds_texts, apart=_APART):
            places: dict[str, list[str]] = {}
            for place, one in odd.items():
                places.setdefault(one.name, []).append(place)
            told = ", ".join(named(" and ".join(some), what) for what, some in places.items())
            yield from _cases(contract, told, number, odd, _further(spec, number))


def _further(spec: Spec, number: int) -> tuple[Value, ...]:
    """Return the unusual texts that the maps of a create hold."""
    texts = next((_values(one, is_tame) for one in spec.members.values() if one.kind == "text"), ())
    start = _IN_MAPS * number
    return texts[number : number + 1] + texts[_TRIED + start : _TRIED + start + _IN_MAPS]


def is_tame(one: Value) -> bool:
    """Whether a text, or a map of texts, may be refused for nothing but what it says.

    Not so for its length, for characters that are none, or because a value of the map is no text.
    """
    if one.family:
        return False
    if isinstance(one.value, dict):
        return all(isinstance(value, str) for value in one.value.values())
    return not isinstance(one.value, str) or (bool(one.value.strip()) and not _CONTROLS & set(map(category, one.value)))


def _packs(
    contract: Contract,
    wanted: Callable[[Value], bool] = bool,
    *,
    of: Callable[[Spec], bool] = bool,
    apart: int = 0,
) -> Iterator[tuple[int, Odd]]:
    """Yield what is unusual in each create: every field has its next value, and those of objects when it is there.

    Each text is so many values further than the text before it.
    """
    spec, shapes = contract.request_spec, one_of_each(contract)
    texts = [name for name, one in spec.members.items() if one.kind == "text"]
    for number in count():
        fields = [(place, one) for place, one in _fields(spec, _base(contract, number)) if of(one)]
        turns = (
            (place, one, (number if place in spec.members else number // len(shapes)) + _ahead(texts, place, apart))
            for place, one in fields
        )
        odd = {place: value for place, one, turn in turns for value in _values(one, wanted)[turn : turn + 1]}
        if not odd:
            return
        yield number, odd


def _ahead(texts: list[str], place: str, apart: int) -> int:
    return apart * texts.index(place) if place in texts else 0


def _fields(spec: Spec, base: Params) -> Iterator[tuple[str, Spec]]:
    """Yield the places of a create whose values can be unusual, and those in its objects."""
    for name, one in spec.members.items():
        if one.members and isinstance(base.get(name), dict):
            yield from ((f"{name}.{inner}", two) for inner, two in one.members.items() if inner in base[name])
        elif name in base and one.kind != "enum":
            yield name, one


@cache
def _values(spec: Spec, wanted: Callable[[Value], bool]) -> tuple[Value, ...]:
    return tuple(one for one in kind_of(spec).unusual(spec) if wanted(one) and one.value not in EMPTY)


@cache
def _base(contract: Contract, number: int) -> Params:
    """Return a full create."""
    creates, shapes = Creates(contract), one_of_each(contract)
    return creates.of(creates.options.fullest(shapes[number % len(shapes)]))


def _entries(entries: Params, further: tuple[Value, ...]) -> dict[str, Any]:
    """Return further entries of a map, whose keys are numbers where all others are: some take such a map for a list."""
    numbered = all(map(str.isdigit, entries))
    keys = (str(len(entries) + place) if numbered else f"{ENTRY} {place}".removesuffix(" 0") for place in count())
    return dict(zip(keys, (one.value for one in further), strict=False))


def _cases(contract: Contract, name: str, number: int, odd: Odd, further: tuple[Value, ...] = ()) -> Iterator[Case]:
    """Yield the case, unless the document forbids it."""
    params: dict[str, Any] = dict(_base(contract, number))
    for place, one in odd.items():
        head = next(name for name in params if place == name or place.startswith(f"{name}."))
        inner = place[len(head) + 1 :]
        value = {**one.value, **_entries(one.value, further)} if isinstance(one.value, dict) else one.value
        params[head] = {**params[head], inner: value} if inner else value
    params = dict(asking(contract, params))
    if expected(contract, params)[0] is not Expectation.REJECT:
        parts = [family_of(contract.request_spec, place, one) for place, one in odd.items()]
        parts += (f"texts with {one.name}" for one in further)
        fault = Fault(text=name, family=_FAMILY, size=number, parts=tuple(dict.fromkeys(parts)))
        yield case(name, params, Expectation.EITHER, special=fault)
