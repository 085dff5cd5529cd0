"""Values on which the page is silent: any server may refuse them, and one that takes them must echo them truly.

They are what the kinds know of their unusual values, at every place of a create. Each is a named case of expectation
EITHER. What is unusual about a text is tried in all texts at once, and then in fewer: a server that refuses it in one
place may take it in another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain, islice
from typing import Any

from ed_contract.case import Case, Expectation, Fault, Key, Params, Sequence, Step, case, single
from ed_contract.cases.creates import Creates, asking, example_of, one_of_each, selected_by
from ed_contract.contract import CONTRACT, Contract
from ed_contract.expecting import expected
from ed_contract.kinds import Spec, Value, kind_of, maps, objects
from ed_contract.kinds.choosing import EMPTY, round_robin
from ed_contract.kinds.object_repair import complete
from ed_contract.kinds.sharing import shared
from ed_contract.kinds.validity import fits

KEYS: tuple[tuple[str, str], ...] = (
    ("65 characters", "{fresh}" + "-" * 29),
    ("255 characters", "{fresh}" + "-" * 219),
    ("256 characters", "{fresh}" + "-" * 220),
    ("2,000 characters", "{fresh}" + "-" * 1964),
    ("one character", "k"),
    ("a blank inside", "{fresh} again"),
    ("quotes", '"{fresh}"'),
    ("a comma", "{fresh},more"),
    ("markup", "<b>{fresh}</b>"),
    ("letters beyond ASCII", "{fresh}-\u00e9"),
    ("no characters", ""),
)
"""Idempotency keys that are not 1 to 64 visible ASCII characters, or look like something else."""
_SIZES = {
    what: Fault(text=f"key with {what}", family="key with {:,} characters", size=size)
    for what, size in zip((what for what, _ in KEYS[:4]), (65, 255, 256, 2000), strict=True)
}


def boundaries(most: int | None = None, *, contract: Contract = CONTRACT) -> tuple[Case, ...]:
    """Return boundary cases, all or so many: what the page is silent about, one thing a case, the telling first."""
    return _boundaries(contract, most)


@cache
def _boundaries(contract: Contract, most: int | None) -> tuple[Case, ...]:
    odd = _Odd(contract.request_spec)
    alone = dict(odd.of_kinds())
    of_texts = round_robin(odd.in_other_texts(), *alone.pop("text", ()))
    series = (
        odd.in_all_texts(),
        odd.about_the_whole(),
        everything_odd(contract),
        *(round_robin(*some) for some in alone.values()),
        of_texts,
    )
    return tuple(islice(_cases(contract, shared(*series)), most))


def telling_boundaries(*, contract: Contract = CONTRACT) -> Iterator[Case]:
    """Yield those boundary cases in which more than one thing is unusual, of each sort in turn."""
    odd = _Odd(contract.request_spec)
    firsts = round_robin(islice(odd.in_all_texts(), 1), islice(odd.about_the_whole(), 2))
    return _cases(contract, chain(firsts, everything_odd(contract)))


_AT_ONCE = 24  # creates in which everything is unusual: what is refused in them is sent alone too


def everything_odd(contract: Contract) -> Iterator[Value]:
    """Yield full creates of each choice in which every value is unusual: who takes anything shows much at once."""
    creates, shapes = Creates(contract), one_of_each(contract)
    spec = contract.request_spec
    for number in range(_AT_ONCE // len(shapes)):
        for shape in shapes:
            row = creates.options.fullest(shape)  # but for lists of options: how these combine is tried elsewhere
            base = creates.of({one: said for one, said in row.items() if one in shape or said is True})
            odd = {name: _nth(spec.members[name], value, number) for name, value in base.items() if name not in shape}
            told = next((one for one in odd.values() if one), "")
            kind = selected_by(contract, shape)
            name = f"everything unusual: {told and told[0]}{kind and f', {kind}'}"
            value = {**base, **{one: found[1] for one, found in odd.items() if found}}
            yield Value(name=name, value=value, family=_in_texts(told and told[0]), size=len(spec.members))


def _nth(spec: Spec, value: Any, number: int) -> tuple[str, Any] | None:  # noqa: ANN401 - any JSON
    """Return the nth unusual value with its name, without those that stand for none; of an object, in each member."""
    if spec.members and isinstance(value, dict):
        found = {name: _nth(spec.members[name], one, number) for name, one in value.items() if name in spec.members}
        return "an object", {**value, **{name: one[1] for name, one in found.items() if one}}
    if spec.kind == "enum" or (spec.item is not None and spec.item.kind == "enum"):
        return None
    some = (one for one in kind_of(spec).unusual(spec) if one.value not in EMPTY)
    return next(((one.name, one.value) for one in islice(some, number, number + 1)), None)


def _cases(contract: Contract, values: Iterable[Value]) -> Iterator[Case]:
    found: set[str] = set()
    for one in values:
        made = _case(contract, one)
        if made is not None and made.name not in found:
            found.add(made.name)
            yield made


class _Odd:
    """What can be unusual about creates.

    What is unusual about a text is sent in all texts, then in all but the first, and then in that alone. What is
    unusual about its length is not sent in all: the shortest limit would hide the others.
    """

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._texts = [name for name, one in spec.members.items() if _holds_texts(one)]
        self._first = spec.members[self._texts[0]] if len(self._texts) > 1 else None

    def in_all_texts(self) -> Iterator[Value]:
        """Yield creates in which the same is unusual about every text."""
        return (one for odd in self._odd_texts() if not odd.family for one in self._packed(self._texts, odd))

    def in_other_texts(self) -> Iterator[Value]:
        """Yield creates in which the same is unusual about every text but the first."""
        return (one for odd in self._odd_texts() for one in self._packed(self._texts[1:], odd))

    def _odd_texts(self) -> Iterator[Value]:
        return iter(()) if self._first is None else kind_of(self._first).unusual(self._first)

    def about_the_whole(self) -> Iterator[Value]:
        """Yield creates with parameters too many, too few, or holding nothing."""
        return objects.unusual_whole(self._spec)

    def of_member(self, name: str) -> Iterator[Value]:
        """Yield what is unusual about one member alone."""
        packed = {one.name for one in self._odd_texts()} if self._spec.members[name].kind == "text" else set()
        if name in self._texts[1:] and not packed:  # of a map: what has a size is not sent with the other texts
            packed = {one.name for one in self._odd_texts() if not one.family}
        return (
            one for one in objects.unusual_of(self._spec, name) if name not in self._texts[1:] or one.name not in packed
        )

    def of_kinds(self) -> dict[str, list[list[Value]]]:
        """Return by the kind of a field what is unusual about each field alone."""
        fields: dict[tuple[str, str], list[Value]] = {}
        for name in self._spec.members:
            for one in self.of_member(name):
                fields.setdefault(_field(self._spec, name, one), []).append(one)
        of_kinds: dict[str, list[list[Value]]] = {}
        for (kind, _), values in fields.items():
            of_kinds.setdefault(kind, []).append(values)
        return of_kinds

    def _packed(self, places: list[str], odd: Value) -> Iterator[Value]:
        """Yield the create in which all those texts are unusual that can be."""
        texts = {name: odd.value for name in places if self._spec.members[name].kind == "text"}
        of_maps = {} if odd.family else {name: {_ENTRY: odd.value} for name in places if name not in texts}
        values = {name: one for name, one in (texts | of_maps).items() if fits(self._spec.members[name], one)}
        if values:
            told = _and([name for name in places if name in values])
            value = {**_with_texts(self._spec, tuple(values)), **values}
            yield Value(name=odd.name, value=value, place=told, family=odd.family, size=odd.size)


_ENTRY = "note"
"""The key of the entry of a map that is unusual."""


def _field(spec: Spec, name: str, one: Value) -> tuple[str, str]:
    """Return the kind and the place of the field that an unusual value is about."""
    member = spec.members[name]
    inner = member.members.get(one.place.partition(".")[2])
    return (member.kind, name) if inner is None else (inner.kind, one.place)


def _is_map_of_texts(spec: Spec) -> bool:
    return spec.kind == "map" and maps.item_of(spec).kind == "text"


@cache
def _with_texts(spec: Spec, places: tuple[str, ...]) -> Params:
    """Return a plain create in which these texts are there."""
    plain = {name: kind_of(spec.members[name]).plain(spec.members[name]) for name in places}
    return complete(spec, plain) or {**objects.plain(spec), **plain}


def _and(names: list[str]) -> str:
    *some, last = names
    return f"{', '.join(some)} and {last}" if some else last


def _case(contract: Contract, one: Value) -> Case | None:
    """Return the case; None if the document forbids the params."""
    params = asking(contract, one.value)
    if expected(contract, params)[0] is Expectation.REJECT:
        return None
    name = _named(one.place, one.name)
    return case(name, params, Expectation.EITHER, special=_fault(contract.request_spec, one, name))


def _fault(spec: Spec, one: Value, name: str) -> Fault | None:
    """Return what is special about a case, where its name is not all of that: of what differs in size the smallest.

    The same in fewer texts is smaller.
    """
    if one.family:
        return Fault(text=name, family=_named(one.place, one.family) if one.place else one.family, size=one.size)
    places = one.place.replace(" and ", ", ").split(", ")
    of_texts = all(place in spec.members and _holds_texts(spec.members[place]) for place in places)
    return Fault(text=name, family=_in_texts(one.name), size=len(places)) if of_texts else None


def _in_texts(what: str) -> str:
    return f"texts with {what}"


def _holds_texts(spec: Spec) -> bool:
    return spec.kind == "text" or _is_map_of_texts(spec)


def _named(place: str, what: str) -> str:
    """Return the name of a case: an identifier, which waivers hold."""
    if not place:
        return what if what.startswith("everything unusual") else f"with {what}"
    if what == "null" or what.startswith(("null where ", "twice, ", "where ", "left ")):
        return f"{place} {what}"
    return f"{place} {'of' if what[0] in '0123456789{' else 'with'} {what}"


def unusual_keys(*, contract: Contract = CONTRACT) -> tuple[Sequence, ...]:
    """Return creates under unusual keys, each once: whether such a key is one at all is the server's choice."""
    params = example_of(contract)
    return tuple(
        Sequence(
            name=f"key with {what}",
            steps=(
                Step(
                    case=case(f"key with {what}", params, Expectation.EITHER, special=_SIZES.get(what)),
                    key=Key(template=template),
                ),
            ),
        )
        for what, template in KEYS
    )


def boundaries_phase(most: int | None = None, *, contract: Contract = CONTRACT) -> tuple[Sequence, ...]:
    """Return the boundary cases, all or so many, and among them the creates under unusual keys."""
    return tuple(shared(map(single, boundaries(most, contract=contract)), unusual_keys(contract=contract)))
