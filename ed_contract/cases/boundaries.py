"""Values on which the page is silent: any server may refuse them, and one that takes them must echo them truly.

They are what the kinds know of their unusual values, at every place of a create. Each is a named case of expectation
EITHER. First come creates in which much is unusual. What is unusual about a text is then tried in all texts at once,
and then in fewer: a server that refuses it in one place may take it in another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain, islice, repeat

from ed_contract.case import Case, CaseSequence, Expectation, Fault, Key, Params, Step, case, single
from ed_contract.cases.boundary_names import family_of, holds_texts, named
from ed_contract.cases.creates import asking, example_of
from ed_contract.cases.packs import ENTRY, everything_odd, is_tame, odd_texts
from ed_contract.contract import CONTRACT, Contract
from ed_contract.expecting import expected
from ed_contract.kinds import Spec, Value, kind_of, objects
from ed_contract.kinds.choosing import round_robin
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


_PACKS = 40
"""Cases in which more than one thing is unusual."""
_FIRST_PACKS = 24  # before what the document names, and the first of each kind


def boundaries(most: int | None = None, *, contract: Contract = CONTRACT) -> tuple[Case, ...]:
    """Return boundary cases, all or so many: what the page is silent about, one thing a case, the telling first."""
    return _boundaries(contract, most)


@cache
def _boundaries(contract: Contract, most: int | None) -> tuple[Case, ...]:
    odd = _Odd(contract.request_spec)
    alone = {kind: list(round_robin(*some)) for kind, some in odd.of_kinds().items()}
    named_there, of_texts = alone.pop("", []), alone.pop("text", [])
    packs = list(islice(_packs(contract), _PACKS))
    packed = odd.packed
    in_all = sorted(odd.in_all_texts(), key=lambda one: one.name in packed)  # what was in packs comes in the end
    series = [
        list(round_robin(in_all, odd.in_other_texts(), of_texts)),
        list(odd.about_the_whole()),
        *alone.values(),
    ]
    left_out = (one for one in series[1] if one.name == objects.LEFT_OUT)
    firsts = _cases(contract, (*named_there, *left_out, *(one[0] for one in series if one)))
    singles = _cases(contract, shared(*series))
    return tuple(islice(_distinct(chain(packs[:_FIRST_PACKS], firsts, packs[_FIRST_PACKS:], singles)), most))


def _packs(contract: Contract) -> Iterator[Case]:
    return round_robin(everything_odd(contract=contract), odd_texts(contract=contract))


def telling_boundaries(*, contract: Contract = CONTRACT) -> Iterator[Case]:
    """Yield those boundary cases in which more than one thing is unusual, of each sort in turn."""
    odd = _Odd(contract.request_spec)
    firsts = round_robin(islice(odd.in_all_texts(), 1), islice(odd.about_the_whole(), 2))
    return _distinct(chain(_cases(contract, firsts), _packs(contract)))


def _cases(contract: Contract, values: Iterable[Value]) -> Iterator[Case]:
    return (made for one in values for made in boundary_case(contract, one))


def _distinct(cases: Iterable[Case]) -> Iterator[Case]:
    found: set[str] = set()
    for one in cases:
        if one.name not in found:
            found.add(one.name)
            yield one


class _Odd:
    """What can be unusual about creates.

    What is unusual about a text is sent in all texts, then in all but the first, and then in that alone. What is
    unusual about its length is not sent in all: the shortest limit would hide the others.
    """

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._texts = [name for name, one in spec.members.items() if holds_texts(one)]
        first = spec.members[self._texts[0]] if len(self._texts) > 1 else None
        self._odd_texts = () if first is None else tuple(kind_of(first).unusual(first))

    @property
    def packed(self) -> frozenset[str]:
        """What is unusual about texts in packs."""
        tame = (one.name for one in self._odd_texts if is_tame(one))
        return frozenset(islice(tame, _PACKS // 2))

    def in_all_texts(self) -> Iterator[Value]:
        """Yield creates in which the same is unusual about every text."""
        return (one for odd in self._odd_texts if not odd.family for one in self._packed(self._texts, odd))

    def in_other_texts(self) -> Iterator[Value]:
        """Yield creates in which the same is unusual about every text but the first."""
        return (one for odd in self._odd_texts for one in self._packed(self._texts[1:], odd))

    def about_the_whole(self) -> Iterator[Value]:
        """Yield creates with parameters too many, too few, or holding nothing."""
        return objects.unusual_whole(self._spec)

    def of_member(self, name: str) -> Iterator[Value]:
        """Yield what is unusual about one member alone."""
        packed = {one.name for one in self._odd_texts} if self._spec.members[name].kind == "text" else set()
        if name in self._texts[1:] and not packed:  # of a map: what has a size is not sent with the other texts
            packed = {one.name for one in self._odd_texts if not one.family}
        return (
            one for one in objects.unusual_of(self._spec, name) if name not in self._texts[1:] or one.name not in packed
        )

    def of_kinds(self) -> dict[str, list[list[Value]]]:
        """Return by the kind of a field what is unusual about each field alone; under "" what the document names."""
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
        of_maps = {} if odd.family else {name: {ENTRY: odd.value} for name in places if name not in texts}
        values = {name: one for name, one in (texts | of_maps).items() if fits(self._spec.members[name], one)}
        if values:
            told = _and([name for name in places if name in values])
            value = {**_with_texts(self._spec, tuple(values)), **values}
            yield Value(name=odd.name, value=value, place=told, family=odd.family, size=odd.size)


def unusual_values(contract: Contract) -> Iterator[tuple[str, Value]]:
    """Yield what is unusual about one member alone, each with the name of that, the kinds of members in turn."""
    spec = contract.request_spec
    by_kind: dict[str, list[Iterator[tuple[str, Value]]]] = {}
    for name, member in spec.members.items():
        by_kind.setdefault(member.kind, []).append(zip(repeat(name), objects.unusual_of(spec, name)))
    yield from round_robin(*(round_robin(*some) for some in by_kind.values()))


def _field(spec: Spec, name: str, one: Value) -> tuple[str, str]:
    """Return the kind and the place of the field that an unusual value is about."""
    member = spec.members[name]
    inner = member.members.get(one.place.partition(".")[2], member)
    of_document = one.name in inner.unusual or (inner.item is not None and one.name in inner.item.unusual)
    return "" if of_document else inner.kind, name if inner is member else one.place


@cache
def _with_texts(spec: Spec, places: tuple[str, ...]) -> Params:
    """Return a plain create in which these texts are there."""
    plain = {name: kind_of(spec.members[name]).plain(spec.members[name]) for name in places}
    return complete(spec, plain) or {**objects.plain(spec), **plain}


def _and(names: list[str]) -> str:
    *some, last = names
    return f"{', '.join(some)} and {last}" if some else last


def boundary_case(contract: Contract, one: Value) -> Iterator[Case]:
    """Yield the case, unless the document forbids the params; what is no object, where it allows that, is a body."""
    if not isinstance(one.value, dict):
        return
    params = asking(contract, one.value)
    if expected(contract, params)[0] is not Expectation.REJECT:
        name = named(one.place, one.name)
        yield case(name, params, Expectation.EITHER, special=_fault(contract.request_spec, one, name))


def _fault(spec: Spec, one: Value, name: str) -> Fault | None:
    """Return what is special about a case, where its name is not all of that: of what differs in size the smallest.

    The same in fewer texts is smaller.
    """
    family = family_of(spec, one.place, one)
    if one.family:
        return Fault(text=name, family=family, size=one.size)
    places = one.place.replace(" and ", ", ").split(", ")
    return Fault(text=name, family=family, size=len(places)) if family != name else None


def unusual_keys(*, contract: Contract = CONTRACT) -> tuple[CaseSequence, ...]:
    """Return creates under unusual keys, each once: whether such a key is one at all is the server's choice."""
    params = example_of(contract)
    return tuple(
        CaseSequence(
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


def boundaries_phase(most: int | None = None, *, contract: Contract = CONTRACT) -> tuple[CaseSequence, ...]:
    """Return the boundary cases, all or so many, and among them the creates under unusual keys."""
    return tuple(shared(map(single, boundaries(most, contract=contract)), unusual_keys(contract=contract)))
