"""Chooses from candidates: keeps what a catalogue or an operator proposes only if it answers the question."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import chain, islice
from typing import TypeAlias, TypeVar

from ed_contract.kinds.forms import is_same, mark
from ed_contract.kinds.lookup import kind_of
from ed_contract.kinds.spec import Json, Spec, Value, Wrong
from ed_contract.kinds.validity import faults, fits, is_usual, keeping

One = TypeVar("One")
Change: TypeAlias = Callable[[str], str]
Candidate: TypeAlias = tuple[str, Json]
"""A name and a value; an operator that does not apply yields nothing, or the value unchanged."""

EMPTY: tuple[Json, ...] = (None, "", [], {})
"""What an optional value may be and still count as absent."""

_TELLING = 8  # values of a catalogue before the empty values of other types; null comes third

ANYTHING = "anything"
"""The family of values that resemble no valid one: a server that accepts them accepts all other families too."""

_FAMILIES = {
    name: family
    for family, names in {
        ANYTHING: ("unrelated", "unrelated in the middle", "unrelated first", "unrelated last"),
        "the type is not looked at": (
            *("number", "number in the middle", "number first", "number last"),
            *("true", "false", "array", "object", "string", "list around it"),
        ),
        "case is folded": ("upper case", "capitalised", "lower case"),
        "blanks are trimmed": ("padded right", "padded left", "line feed after"),
        "a part is enough": ("prefix", "first segment", "last segment"),
    }.items()
    for name in names
}


def family_of(operator: str) -> str:
    """Return the family of an operator, whose values one bug lets through together, or ""."""
    return _FAMILIES.get(operator, "")


def usual(spec: Spec, candidates: Iterable[Json]) -> Iterator[Json]:
    """Yield the candidates that satisfy both schemas, each once."""
    return once((one for one in candidates if is_usual(spec, one)), mark)


def unusual(spec: Spec, candidates: Iterable[Value]) -> Iterator[Value]:
    """Yield those candidates that satisfy the documented schema: first the document's own.

    Usual ones are left out. Values that stand for an absent one come after the most telling ones.
    """
    own = (Value(name=name, value=value) for name, value in spec.unusual.items())
    # Candidates for objects are always unusual somewhere; making all usual objects would take long.
    common = {mark(one) for one in kind_of(spec).usual(spec)} if spec.kind != "object" else set()
    names: set[tuple[str, str]] = set()
    some = iter(candidates)
    of_other_types = (one for one in _not_given() if not is_of_kind(spec, one.value))
    in_order = chain(
        own, islice(some, 2), islice(_not_given(), 1), islice(some, _TELLING), of_other_types, some, _not_given()
    )
    seen = set(common)
    for one in in_order:
        if (marked := mark(one.value)) in seen:
            continue
        seen.add(marked)
        if (one.place, one.name) in names:
            continue
        if fits(spec, one.value) or may_mean_nothing(spec, one.value):
            names.add((one.place, one.name))
            yield one


def near(
    spec: Spec, value: Json, candidates: Iterable[Candidate], forms: Callable[[Json, Json], bool]
) -> Iterator[Value]:
    """Yield those candidates that are valid, as usual as `value`, and not one of its forms; each name once."""
    if not is_of_kind(spec, value):
        return
    keeps = keeping(spec, value)
    names: set[str] = set()
    changed = ((name, other) for name, other in candidates if not is_same(value, other))
    for name, other in once(changed, lambda one: mark(one[1])):
        if name not in names and not forms(value, other) and not forms(other, value) and keeps(other):
            names.add(name)
            yield Value(name=name, value=other)


def wrong(spec: Spec, candidates: Iterable[Candidate]) -> Iterator[Wrong]:
    """Yield those candidates that break exactly one keyword and cannot count as absent."""
    for operator, value in once(candidates, lambda one: one[0]):
        broken = faults(spec, value)
        if len(broken) == 1 and not may_mean_nothing(spec, value):
            ((place, keyword),) = broken
            yield Wrong(keyword=keyword, operator=operator, value=value, place=place, family=family_of(operator))


def smaller(spec: Spec, value: Json, candidates: Iterable[Json], weight: Callable[[Json], object]) -> Iterator[Json]:
    """Yield those candidates that weigh less, are valid and as usual as `value`; weights are well-ordered tuples."""
    if not is_of_kind(spec, value):
        return
    keeps, heaviest = keeping(spec, value), weight(value)
    for one in once(candidates, mark):
        if weight(one) < heaviest and keeps(one):  # type: ignore[operator]
            yield one


def kept(spec: Spec, value: Json, candidates: Iterable[Json]) -> Iterator[Json]:
    """Yield those candidates that are valid and as usual as `value`."""
    return filter(keeping(spec, value), once(candidates, mark))


def may_mean_nothing(spec: Spec, value: Json) -> bool:
    """Whether a server may treat `value` as absent: any empty one, if it is optional.

    An object without its required members may not be.
    """
    is_empty = spec.optional and any(is_same(value, empty) for empty in EMPTY)
    return is_empty and all(place == "" for place, _ in faults(spec, value))


_TYPES: dict[str, type | tuple[type, ...]] = {
    "boolean": bool,
    "enum": object,
    "list": list,
    "map": dict,
    "number": (int, float),
    "object": dict,
    "set": list,
}


_OF_KINDS: dict[str, Json] = {
    "boolean": True,
    "digits": "1",
    "list": [],
    "map": {},
    "number": 1,
    "object": {},
    "set": [],
    "timestamp": "2024-09-30T00:00:00Z",
    "url": "https://example.com/",
}
"""Values of the kinds, for documents that give none but null."""


def is_of_kind(spec: Spec, value: Json) -> bool:
    """Whether `value` has the type of this kind; null and other values that are allowed besides do not."""
    of_type = isinstance(value, _TYPES.get(spec.kind, str))
    return of_type and value is not None and (spec.kind != "number" or not isinstance(value, bool))


def sample(spec: Spec, value: Json) -> Json:
    """Return `value`, or the plainest of its kind if it is of another type that the document also allows."""
    if is_of_kind(spec, value):
        return value
    known = (kind_of(spec).plain(spec), *kind_of(spec).usual(spec), _OF_KINDS.get(spec.kind, "text"))
    return next(one for one in known if is_of_kind(spec, one))


def _not_given() -> Iterator[Value]:
    """Yield the values that a server may treat as absent, or that the schema allows besides others."""
    names = ("null", "an empty text", "an empty list", "an empty object")
    yield from (Value(name=name, value=value) for name, value in zip(names, EMPTY, strict=True))


def round_robin(*series: Iterable[One]) -> Iterator[One]:
    """Yield the first of each series, then the second of each, until all are exhausted."""
    waiting = deque(iter(one) for one in series)
    while waiting:
        turn = waiting.popleft()
        for one in turn:
            yield one
            waiting.append(turn)
            break


def once(values: Iterable[One], key: Callable[[One], Hashable]) -> Iterator[One]:
    """Yield only the first of the values with the same key."""
    seen: set[Hashable] = set()
    for one in values:
        marked = key(one)
        if marked not in seen:
            seen.add(marked)
            yield one
