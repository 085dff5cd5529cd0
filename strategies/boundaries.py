"""Values on which the page is silent: any server may refuse them, and one that takes them must echo them truly.

They are what the kinds know of their unusual values, at every place of a create. Each is a named case of expectation
EITHER. What is unusual about a text is tried in all texts at once, and then in fewer: a server that refuses it in one
place may take it in another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from hypothesis import strategies as st

from ed_contract.case import Case, Expectation, Fault, Key, Params, Sequence, Step, case, single
from ed_contract.contract import CONTRACT, Contract
from ed_contract.expecting import expected
from ed_contract.kinds import Spec, Value, kind_of, maps, objects
from ed_contract.kinds.choosing import round_robin
from ed_contract.kinds.object_repair import complete
from ed_contract.kinds.sharing import shared
from ed_contract.strategies.creates import asking, example_of
from ed_contract.strategies.readable import shown_as

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


def boundaries(*, contract: Contract = CONTRACT) -> tuple[Case, ...]:
    """Return all boundary cases: what the page is silent about, one thing a case, the telling ones first."""
    return _boundaries(contract)


@cache
def _boundaries(contract: Contract) -> tuple[Case, ...]:
    odd = _Odd(contract.request_spec)
    alone = dict(odd.of_kinds())
    of_texts = round_robin(odd.in_other_texts(), *alone.pop("text", ()))
    return _cases(
        contract,
        shared(odd.in_all_texts(), odd.about_the_whole(), *(round_robin(*some) for some in alone.values()), of_texts),
    )


def telling_boundaries(*, contract: Contract = CONTRACT) -> tuple[Case, ...]:
    """Return those boundary cases in which more than one thing is unusual, of each sort in turn."""
    odd = _Odd(contract.request_spec)
    return _cases(contract, round_robin(odd.in_all_texts(), odd.about_the_whole(), *odd.of_kinds().get("map", ())))


def _cases(contract: Contract, values: Iterable[Value]) -> tuple[Case, ...]:
    found: dict[str, Case] = {}
    for one in values:
        made = _case(contract, one)
        if made is not None:
            found.setdefault(made.name, made)
    return tuple(found.values())


class _Odd:
    """What can be unusual about creates.

    What is unusual about a text is sent in all texts, then in all but the first, and then in that alone. What is
    unusual about its length is not sent in all: the shortest limit would hide the others.
    """

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._members = {name: list(objects.unusual_of(spec, name)) for name in spec.members}
        self._texts = {
            name: {value.name: value for value in self._members[name]}
            for name, one in spec.members.items()
            if one.kind == "text" or _is_map_of_texts(one)
        }
        self._first = self._texts[next(iter(self._texts))] if len(self._texts) > 1 else {}

    def in_all_texts(self) -> Iterator[Value]:
        """Yield creates in which the same is unusual about every text."""
        for what, one in self._first.items():
            if not one.family:
                yield from self._packed(list(self._texts), what)

    def in_other_texts(self) -> Iterator[Value]:
        """Yield creates in which the same is unusual about every text but the first."""
        for what in self._first:
            yield from self._packed(list(self._texts)[1:], what)

    def about_the_whole(self) -> Iterator[Value]:
        """Yield creates with parameters too many, too few, or holding nothing."""
        return objects.unusual_whole(self._spec)

    def of_kinds(self) -> dict[str, list[list[Value]]]:
        """Return by the kind of a field what is unusual about each field alone."""
        fields: dict[tuple[str, str], list[Value]] = {}
        for name, values in self._members.items():
            for one in values:
                if one.name not in self._first or name not in list(self._texts)[1:]:
                    fields.setdefault(_field(self._spec, name, one), []).append(one)
        of_kinds: dict[str, list[list[Value]]] = {}
        for (kind, _), values in fields.items():
            of_kinds.setdefault(kind, []).append(values)
        return of_kinds

    def _packed(self, places: list[str], what: str) -> Iterator[Value]:
        """Yield the create in which the same is unusual about all those texts of which it can be."""
        odd = {name: self._texts[name][what] for name in places if what in self._texts[name]}
        if not odd:
            return
        base = _with_texts(self._spec, tuple(odd))
        value = {**base, **{name: one.value[name] for name, one in odd.items()}}
        (one, *_) = odd.values()
        yield Value(name=what, value=value, place=_and(list(odd)), family=one.family, size=one.size)


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
    name, family = _named(one.place, one.name), one.family and _named(one.place, one.family)
    return case(
        name, params, Expectation.EITHER, special=Fault(text=name, family=family, size=one.size) if family else None
    )


def _named(place: str, what: str) -> str:
    """Return the name of a case: an identifier, which waivers hold."""
    if not place:
        return f"with {what}"
    if what.startswith(("null", "twice, ", "where ", "left ")):
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


def boundaries_phase(*, contract: Contract = CONTRACT) -> tuple[Sequence, ...]:
    """Return all boundary cases, and among them the creates under unusual keys."""
    return tuple(shared(map(single, boundaries(contract=contract)), unusual_keys(contract=contract)))


def boundary_cases(*, contract: Contract = CONTRACT) -> st.SearchStrategy[Case]:
    """Generate boundary cases; they shrink towards the first of the catalogue, texts with quotes."""
    return shown_as("boundary_cases", st.sampled_from(boundaries(contract=contract)))
