"""The kind `list`: elements of one kind, in an order that matters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain

from ed_contract.kinds import choosing, enums, sizes
from ed_contract.kinds.choosing import Candidate, round_robin
from ed_contract.kinds.forms import is_normalised, is_same, written
from ed_contract.kinds.lookup import kind_of
from ed_contract.kinds.other_types import for_list, for_scalar
from ed_contract.kinds.spec import Json, NoValueError, Spec, Value, Wrong
from ed_contract.kinds.validity import fits, is_usual

_POOL = 20  # elements that lists are made of: lists of many are alike
_RUNS = ((3, -1), (1, 1), (5, 1), (2, 1), (8, -1))  # how many elements, and in which direction through the pool
_ANY = Spec(kind="text", schema={"type": "string"})


def item_of(spec: Spec) -> Spec:
    """Return the spec of an element: any text, if the document says nothing."""
    return spec.item or _ANY


def plain(spec: Spec) -> Json:
    """Return the shortest usual list of the plainest elements."""
    return usual(spec)[0]


@lru_cache(maxsize=1024)
def usual(spec: Spec) -> tuple[Json, ...]:
    """Return lists of a few elements without duplicates, in many orders, the plainest first.

    Raises:
        NoValueError: no list was found that satisfies the schemas.
    """
    pool = kind_of(item_of(spec)).usual(item_of(spec))[:_POOL]
    least = max((1, *sizes.limits_of(spec.schema, "minItems"), *sizes.limits_of(spec.realistic, "minItems")))
    shortest = [element for element, _ in zip(_endless(pool), range(least), strict=False)]
    of_places = tuple(_of_places(spec, pool, least))
    found = tuple(choosing.usual(spec, (*map(list, spec.values), *of_places, shortest, *_runs(spec, pool, least))))
    found = found or tuple(choosing.usual(spec, ([],)))
    found = found or tuple(one for one in (*spec.values, *of_places, shortest, []) if fits(spec, one))[:1]
    if not found:
        raise NoValueError(f"no {spec.kind} was found that satisfies {dict(spec.schema)} and {dict(spec.realistic)}")
    return found


def _of_places(spec: Spec, pool: Sequence[Json], least: int) -> Iterator[list[Json]]:
    """Yield lists whose first elements each have their own spec, if the document says so."""
    turns = max((len(kind_of(one).usual(one)) for one in spec.places), default=0)
    for turn in range(min(turns, _POOL)):
        first = [kind_of(one).usual(one)[turn % len(kind_of(one).usual(one))] for one in spec.places]
        yield [*first, *(element for element, _ in zip(_endless(pool), range(least - len(first)), strict=False))]


def _endless(pool: Sequence[Json]) -> Iterator[Json]:
    while pool:
        yield from pool


def _runs(spec: Spec, pool: Sequence[Json], least: int) -> Iterator[list[Json]]:
    """Yield, for each possible first element, lists of elements that go together with it."""
    for first in pool:
        together = [one for one in pool if is_same(one, first) or not spec.realistic or is_usual(spec, [first, one])]
        start = next(place for place, one in enumerate(together) if is_same(one, first))
        for size, step in _RUNS:
            size = min(max(size, least), len(together))  # noqa: PLW2901 - as long as the list may be
            yield [together[(start + step * place) % len(together)] for place in range(size)]


def unusual(spec: Spec) -> Iterator[Value]:
    """Yield lists with duplicates, with no or many elements, and with each unusual element."""
    return choosing.unusual(spec, unusual_candidates(spec))


def unusual_candidates(spec: Spec) -> Iterator[Value]:
    """Yield every unusual list, whatever the schema says of it."""
    item = item_of(spec)
    common = plain(spec)
    first = common[0] if common else kind_of(item).plain(item)
    other = next((one for one in kind_of(item).usual(item) if not is_same(one, first)), first)
    yield from (Value(name=name, value=[one]) for name, one in item.unusual.items())  # the document's own
    yield Value(name="twice the same", value=[first, first])
    yield Value(name="0 elements", value=[])
    yield from round_robin(
        sizes.series(
            "{} elements", (count for count in _counts(spec) if count > 1), lambda count: elements(spec, count)
        ),
        _with_separators(first, other) if isinstance(first, str) else (),
        (
            Value(
                name=one.name,
                value=[one.value],
                place=one.place and f"[].{one.place}",
                family=one.family,
                size=one.size,
            )
            for one in kind_of(item).unusual(item)
        ),
        (
            Value(name="an odd element in the middle", value=[first, one.value, other])
            for one in list(kind_of(item).unusual(item))[:1]
        ),
    )
    yield Value(name="twice the same, apart", value=[first, other, first])
    yield Value(name="a hundred times the same", value=[first] * 100)


def _counts(spec: Spec) -> tuple[int, ...]:
    stated = {**spec.realistic, **spec.schema}
    most = sizes.limits_of(stated, "maxItems")
    own = (*sizes.limits_of(stated, "minItems"), *most)
    told = (*(size + 1 for size in most), 11, 100, 21)
    if item_of(spec).kind in {"enum", "boolean"}:  # there are only few different ones
        return told[:1]
    return sizes.around(sizes.COUNTS, first=(*told, *sizes.around(own)))


def elements(spec: Spec, count: int) -> list[Json]:
    """Return `count` elements, all different if they can be numbered or there are enough."""
    item = item_of(spec)
    pool = kind_of(item).usual(item)
    if isinstance(pool[0], str) and fits(item, f"{pool[0]}_{count}"):
        return [f"{pool[0]}_{number}" for number in range(count)]
    if isinstance(pool[0], int) and not isinstance(pool[0], bool):
        return [pool[0] + number if fits(item, pool[0] + number) else pool[0] for number in range(count)]
    return [pool[number % len(pool)] for number in range(count)]


def _with_separators(first: str, other: str) -> Iterator[Value]:
    """Yield lists that naive serialisation confuses: it joins elements and splits them again."""
    for name, separator in SEPARATORS:
        yield Value(name=f"{name} in an element", value=[f"{first}{separator}{other}"])
    yield Value(name="brackets in an element", value=[f'["{first}"]'])
    yield Value(name="an empty element beside another", value=[first, ""])
    yield Value(name="an element in capitals beside one that is not", value=[first.upper(), first])
    yield Value(name="elements that differ at the end only", value=[f"{first}a", f"{first}b", f"{first} "])


SEPARATORS = (
    ("a comma", ","),
    ("a comma and a blank", ", "),
    ("a semicolon", ";"),
    ("a pipe", "|"),
    ("a blank", " "),
    ("a newline", "\n"),
    ("quotes and a comma", '","'),
    ("a tab", "\t"),
    ("NUL", "\0"),
)


def near(spec: Spec, value: Json) -> Iterator[Value]:
    """Yield lists that differ in one element, in how many there are, or in their order."""
    return choosing.near(spec, value, near_candidates(spec, value), forms)


def near_candidates(spec: Spec, listed: list[Json]) -> Iterator[Candidate]:
    """Yield near twins, whatever the schema says of them; for objects, in turn with those of the elements."""
    apart = (_of_lists(spec, listed), _in_elements(spec, listed))
    yield from round_robin(*apart) if item_of(spec).kind == "object" else chain(*apart)
    yield from _joined(spec, listed)


def _of_lists(spec: Spec, listed: list[Json]) -> Iterator[Candidate]:
    """Yield lists with different elements, more or fewer of them, or in a different order."""
    others = _others(spec, listed)
    one_more = next(others, None)
    if one_more is not None:
        yield "another", [*listed[:-1], one_more]
        yield "another first", [one_more, *listed[1:]] if len(listed) > 1 else listed
        yield "one more", [*listed, one_more]
    yield "one fewer", listed[1:] or listed
    yield "two swapped", [*listed[1::-1], *listed[2:]]
    if one_more is not None and len(listed) > 2:  # noqa: PLR2004 - it has a middle
        middle = len(listed) // 2
        yield "another in the middle", [*listed[:middle], one_more, *listed[middle + 1 :]]
    yield "the last fewer", listed[:-1] or listed
    yield "the last two swapped", [*listed[:-2], *listed[-2:][::-1]]
    yield "in reverse", listed[::-1]
    yield "the last in front", [*listed[-1:], *listed[:-1]]
    if one_more is not None:
        yield "one more in front", [one_more, *listed]
    yield "another only", next(([one] for one in others), listed)


def _others(spec: Spec, listed: list[Json]) -> Iterator[Json]:
    """Yield usual elements that are not in a list: those that go with its own, else any."""
    item = item_of(spec)
    known = set(map(written, listed))
    new = [one for one in kind_of(item).usual(item) if written(one) not in known]
    beside = [one for one in new if not spec.realistic or is_usual(spec, [*listed, one])]
    yield from beside or new


def _in_elements(spec: Spec, listed: list[Json]) -> Iterator[Candidate]:
    """Yield lists in which the last, the first, or one in between is replaced by a near twin."""
    places = {"last": len(listed) - 1, "first": 0, "middle": len(listed) // 2} if listed else {}
    of_each = [_in_element(item_of(spec), listed, f"{position} element", place) for position, place in places.items()]
    yield from chain(*of_each) if item_of(spec).kind == "object" else round_robin(*of_each)


def _in_element(item: Spec, listed: list[Json], position: str, place: int) -> Iterator[Candidate]:
    if fits(item, listed[place]):
        for twin in kind_of(item).near(item, listed[place]):
            name = f"{position}: {f'{twin.place} ' if twin.place else ''}{twin.name}"
            yield name, [*listed[:place], twin.value, *listed[place + 1 :]]


def _joined(spec: Spec, listed: list[Json]) -> Iterator[Candidate]:
    """Yield the lists that naive serialisation confuses with this one: elements joined, or one split."""
    if item_of(spec).kind in {"token", "enum"} and is_usual(spec, listed):
        return  # a joined text is not a name
    yield from joined(listed)


def joined(listed: list[Json]) -> Iterator[Candidate]:
    """Yield the lists that naive serialisation confuses with this one, whatever the schema says of them."""
    if len(listed) > 1 and all(isinstance(one, str) for one in listed):
        for name, separator in SEPARATORS:
            yield f"two joined by {name}", [separator.join(listed[:2]), *listed[2:]]
        yield "two joined", ["".join(listed[:2]), *listed[2:]]
        yield "a letter moved to the next", [listed[0][:-1], f"{listed[0][-1:]}{listed[1]}", *listed[2:]]
    for name, separator in SEPARATORS:
        if listed and isinstance(listed[0], str) and separator in listed[0]:
            yield f"the first split at {name}", [*listed[0].split(separator, 1), *listed[1:]]


def wrong(spec: Spec, value: Json) -> Iterator[Wrong]:
    """Yield values that are not lists, lists with one bad element, and with too few, too many or equal elements."""
    value = choosing.sample(spec, value)
    return round_robin(
        choosing.wrong(spec, for_list(value)),
        choosing.wrong(spec, _bad_elements(spec, value)),
        choosing.wrong(spec, _bad_counts(spec, value)),
    )


# The number of good elements from which on a position differs from the others.
_POSITIONS = {"in the middle": 2, "first": 1, "last": 0}


def _bad_elements(spec: Spec, good: list[Json]) -> Iterator[Candidate]:
    """Yield lists with one added bad element: of the most telling operator in each position, of others at the end.

    If the list is full, it replaces the last good one. A bad object is made from one that goes with the good ones,
    or replaces the last of them: a duplicate might be refused for being one.
    """
    item = item_of(spec)
    sample = good[0] if good else kind_of(item).plain(item)
    if item.kind == "object" and good:
        new = next((one for one in _others(spec, good) if is_usual(spec, [*good, one])), None)
        sample, good = (good[-1], good[:-1]) if new is None else (new, good)
    first, *others = _bad(item, sample) or (None,)
    if first is None:
        return
    if any(len(good) >= most for most in sizes.limits_of(spec.schema, "maxItems")):
        good = good[:-1]
    for position, least in _POSITIONS.items():
        if len(good) >= least:
            place = {"in the middle": len(good) // 2, "first": 0, "last": len(good)}[position]
            yield f"{first[0]} {position}", [*good[:place], first[1], *good[place:]]
    yield from ((operator, [*good, element]) for operator, element in others)


def _bad(item: Spec, sample: Json) -> list[Candidate]:
    """Return the bad values of one element; an element of an enum has fewer near misses than a field."""
    if item.kind == "enum" and isinstance(sample, str):
        misses = (one for one in enums.near_misses(item, sample) if one[0] not in enums.OF_ENUMS_ONLY)
        further = enums.further_misses(item, sample)
        return [one for one in (*round_robin(misses, for_scalar(sample)), *further) if not fits(item, one[1])]
    wrongs = kind_of(item).wrong(item, sample)
    return [(f"{one.place} {one.keyword} {one.operator}" if one.place else one.operator, one.value) for one in wrongs]


def _bad_counts(spec: Spec, good: list[Json]) -> Iterator[Candidate]:
    for limit in sizes.limits_of(spec.schema, "maxItems"):
        yield "one element more than allowed", elements(spec, limit + 1)
    for limit in sizes.limits_of(spec.schema, "minItems"):
        yield "one element fewer than allowed", good[: limit - 1]
        yield "empty", []
    if spec.schema.get("uniqueItems"):
        yield "twice the same", [*good[:1], *good]


def forms(sent: Json, got: Json) -> bool:
    """Whether `got` has the same elements in the same order, each in one of its forms, duplicates folded."""
    return isinstance(sent, list) and is_normalised(sent, got)


def smaller(spec: Spec, value: Json) -> Iterator[Json]:
    """Yield the plainest list, halves, lists without one element, and lists with a simpler element."""
    return choosing.once(_smaller(spec, value), written)


def _smaller(spec: Spec, value: list[Json]) -> Iterator[Json]:
    if not choosing.is_of_kind(spec, value) or is_same(value, plain(spec)):
        return
    yield plain(spec)
    shorter: Iterable[list[Json]] = (
        value[: len(value) // 2],
        value[len(value) // 2 :],
        *([one] for one in value[:20] if len(value) > 1),
        *([*value[:place], *value[place + 1 :]] for place in range(min(len(value), 20))),
    )
    yield from choosing.smaller(spec, value, shorter, len)
    item = item_of(spec)
    simpler = (
        [*value[:place], one, *value[place + 1 :]]
        for place, element in enumerate(value[:20])
        for one in kind_of(item).smaller(item, element)
    )
    yield from choosing.kept(spec, value, simpler)
