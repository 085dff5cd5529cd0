"""The kind `map`: keys and values that the caller chooses."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from ed_contract.kinds import choosing, map_catalogue, sizes
from ed_contract.kinds.choosing import Candidate, round_robin
from ed_contract.kinds.forms import is_normalised, is_same, written
from ed_contract.kinds.lookup import kind_of
from ed_contract.kinds.other_types import for_object
from ed_contract.kinds.sharing import shared
from ed_contract.kinds.spec import Json, NoValueError, Spec, Value, Wrong
from ed_contract.kinds.text_near import last_letter_in_other_case, two_letters_swapped
from ed_contract.kinds.validity import fits

_ANY = Spec(kind="text", schema={"type": "string"})
_LENGTHS = "{} characters"  # the family of texts; lengths have different names here
_TELLING = 20  # the most troublesome entries of the catalogue, with half as many sizes among them
_COUNTS = (51, 9, 17, 100)  # common limits that such a map exceeds
_MOST = 20  # entries that are changed one by one


def item_of(spec: Spec) -> Spec:
    """Return the spec of a value: any text, if the document says nothing."""
    return spec.item or _ANY


def plain(spec: Spec) -> Json:
    """Return the plainest map, with one entry if that is enough."""
    return usual(spec)[0]


@lru_cache(maxsize=1024)
def usual(spec: Spec) -> tuple[Json, ...]:
    """Return maps of one to eight entries, the document's own first.

    Raises:
        NoValueError: no map was found that satisfies the schemas.
    """
    item = item_of(spec)
    readable = map_catalogue.READABLE if item.kind == "text" else ()
    found = tuple(choosing.usual(spec, (*map(dict, spec.values), *readable, *_made(spec))))
    found = found or tuple(one for one in (*spec.values, *readable, *_made(spec), {}) if fits(spec, one))[:1]
    if not found:
        raise NoValueError(f"no map was found that satisfies {dict(spec.schema)} and {dict(spec.realistic)}")
    return found


def _made(spec: Spec) -> Iterator[dict[str, Json]]:
    """Yield maps of usual values, with one entry, a few, and as many as required."""
    item = item_of(spec)
    values = kind_of(item).usual(item)
    least = max((0, *sizes.limits_of(spec.schema, "minProperties"), *sizes.limits_of(spec.realistic, "minProperties")))
    for start, size in ((0, max(least, 1)), (1, max(least, 4)), (5, max(least, 2)), (3, max(least, 8))):
        keys = [*map_catalogue.KEYS, *(f"key_{number}" for number in range(size))][:size]
        yield {key: values[(start + place) % len(values)] for place, key in enumerate(keys)}


def unusual(spec: Spec) -> Iterator[Value]:
    """Yield maps with odd keys, odd values, no entries, and many."""
    return choosing.unusual(spec, _unusual(spec))


def _unusual(spec: Spec) -> Iterator[Value]:
    item = item_of(spec)
    value = kind_of(item).plain(item)

    def entry(key: str) -> dict[str, Json]:
        return {key: "v" if item.kind == "text" else value}

    stated = {**spec.realistic, **spec.schema}
    most = sizes.limits_of(stated, "maxProperties")
    own = (*sizes.limits_of(stated, "minProperties"), *most)
    counts = dict.fromkeys((*(size + 1 for size in most), *_COUNTS, *sizes.around(own), *sizes.around(sizes.COUNTS)))
    of_sizes = round_robin(
        sizes.series("{} entries", (count for count in counts if count > 1), lambda count: _of_size(item, count)),
        sizes.series(
            "a value of {} characters",
            sizes.around((500, *sizes.COLUMNS), first=(501, 500)),
            lambda size: {"note": "v" * size},
        )
        if item.kind == "text"
        else (),
        sizes.series(
            "a key of {} characters",
            sizes.around((40, 50, 64, 100, 128, 255, 1024, 65_536), first=(41, 40)),
            lambda size: entry("k" * size),
        ),
    )
    of_table = _of_table(map_catalogue.ENTRIES, item, value)
    yield from shared(islice(of_table, _TELLING), islice(of_sizes, _TELLING // 2))
    yield Value(name="0 entries", value={})
    of_items = (
        Value(
            name=one.name,
            value={"note": one.value},
            place=one.place and f"note.{one.place}",
            family=one.family,
            size=one.size,
        )
        for one in kind_of(item).unusual(item)
        if one.family != _LENGTHS
    )
    yield from round_robin(
        of_table,
        round_robin(of_sizes, _of_table(map_catalogue.of_words(), item, value)),
        of_items,
    )


def _of_table(
    table: Iterator[tuple[str, dict[str, Json]]] | tuple[tuple[str, dict[str, Json]], ...], item: Spec, value: Json
) -> Iterator[Value]:
    """Yield named maps; if values are not texts, only those about keys, with `value` in each entry."""
    for name, entries in table:
        if item.kind == "text":
            yield Value(name=name, value=dict(entries))
        elif "key" in name:
            yield Value(name=name, value=dict.fromkeys(entries, value))


def _of_size(item: Spec, count: int) -> dict[str, Json]:
    values = kind_of(item).usual(item)
    numbered = item.kind == "text" and fits(item, "value 0")
    return {f"key_{number}": f"value {number}" if numbered else values[number % len(values)] for number in range(count)}


def near(spec: Spec, value: Json) -> Iterator[Value]:
    """Yield maps that differ in a value, in a key, in their pairing, or in one entry."""
    return choosing.near(spec, value, _twins(spec, value), forms)


def _twins(spec: Spec, entries: dict[str, Json]) -> Iterator[Candidate]:
    pairs = list(entries.items())
    if not pairs:
        yield "one entry more", {"added": kind_of(item_of(spec)).plain(item_of(spec))}
        return
    (key, value), *rest = pairs
    others = dict(rest)
    texts = isinstance(value, str)
    yield "another value", {key: f"{value}2" if texts else _other(spec, value), **others}
    yield "another key", {f"{key[:-1] or key}_": value, **others}
    if rest:
        second, other = rest[0]
        yield "two values swapped", {**entries, key: other, second: value}
    yield "one entry more", {**entries, "added": "later" if texts else _other(spec, value)}
    yield "one entry fewer", dict(pairs[:-1]) if rest else entries
    yield "a key in other case", {last_letter_in_other_case(key): value, **others}
    yield "a value's blank lost", _first_text(entries, lambda text: text.replace(" ", "", 1))
    yield "two letters of a key swapped", {two_letters_swapped(key): value, **others}
    last, at_end = pairs[-1]
    yield "another last value", {**entries, last: f"{at_end}2" if isinstance(at_end, str) else _other(spec, at_end)}
    yield "another last key", {**dict(pairs[:-1]), f"{last[:-1] or last}_": at_end}
    yield "a key one letter longer", {f"{key}s": value, **others}
    yield "a key one letter shorter", {key[:-1] or key: value, **others}
    yield "the first entry fewer", others if rest else entries
    yield "another separator in a key", {key.translate(str.maketrans("_-", "-_")): value, **others}
    if texts:
        yield "key and value swapped", {value: key, **others}
        yield "a letter moved from key to value", {key[:-1] or key: f"{key[-1:]}{value}", **others}
        yield "a letter moved from value to key", {f"{key}{value[:1]}": value[1:], **others}
    if rest and texts and isinstance(other, str):
        yield "a letter moved to the next value", {**entries, key: value[:-1], second: f"{value[-1:]}{other}"}
        for name, equals, separator in _WRITINGS:
            yield (
                f"two entries in one, as in {name}",
                {key: f"{value}{separator}{second}{equals}{other}", **dict(rest[1:])},
            )
    yield from _in_values(spec, entries)


_WRITINGS = (("a form", "=", "&"), ("a list of pairs", ":", ","), ("JSON", '":"', '","'), ("a cookie", "=", ";"))
"""Naive serialisations of a map, with the separators of key and value and of entries."""


def _other(spec: Spec, value: Json) -> Json:
    item = item_of(spec)
    return next((one for one in kind_of(item).usual(item) if not is_same(one, value)), value)


def _first_text(entries: dict[str, Json], change: choosing.Change) -> dict[str, Json]:
    """Apply a change to the first text that it alters."""
    for key, value in entries.items():
        if isinstance(value, str) and change(value) != value:
            return {**entries, key: change(value)}
    return entries


def _in_values(spec: Spec, entries: dict[str, Json]) -> Iterator[Candidate]:
    """Yield maps in which the last or the first value is replaced by a near twin."""
    places = {"last": next(reversed(entries)), "first": next(iter(entries))}
    yield from round_robin(
        *(_in_value(item_of(spec), entries, f"{position} value", key) for position, key in places.items())
    )


def _in_value(item: Spec, entries: dict[str, Json], position: str, key: str) -> Iterator[Candidate]:
    if fits(item, entries[key]):
        for twin in kind_of(item).near(item, entries[key]):
            yield f"{position}: {f'{twin.place} ' if twin.place else ''}{twin.name}", {**entries, key: twin.value}


def wrong(spec: Spec, value: Json) -> Iterator[Wrong]:
    """Yield values that are not objects, and maps that break the document's rules for keys, values or their number."""
    value = choosing.sample(spec, value)
    return round_robin(
        choosing.wrong(spec, for_object(value)),
        choosing.wrong(spec, _bad_values(item_of(spec), value)),
        choosing.wrong(spec, _bad_entries(spec, value)),
    )


def _bad_values(item: Spec, entries: dict[str, Json]) -> Iterator[Candidate]:
    key = next(reversed(entries), "team")
    good = entries[key] if entries else kind_of(item).plain(item)
    for one in kind_of(item).wrong(item, good):
        operator = f"{one.place} {one.keyword} {one.operator}" if one.place else one.operator
        yield operator, {**entries, key: one.value}


def _bad_entries(spec: Spec, entries: dict[str, Json]) -> Iterator[Candidate]:
    item = item_of(spec)
    value = kind_of(item).plain(item)
    for limit in sizes.limits_of(spec.schema, "maxProperties"):
        yield "one entry more than allowed", _of_size(item, limit + 1)
    for limit in sizes.limits_of(spec.schema, "minProperties"):
        yield "one entry fewer than allowed", dict(islice(entries.items(), limit - 1))
    names = spec.schema.get("propertyNames")
    if isinstance(names, dict):
        for limit in sizes.limits_of(names, "maxLength"):
            yield "a key one character longer than allowed", {**entries, "k" * (limit + 1): value}
        yield "an empty key", {**entries, "": value}
        yield "a key with brackets", {**entries, "a[b]": value}
        yield "a key with a blank", {**entries, "team name": value}
        yield "a key in capitals", {**entries, "TEAM": value}
        yield "a key beyond ASCII", {**entries, "\u00e9quipe": value}


def forms(sent: Json, got: Json) -> bool:
    """Whether `got` has the same entries, each in one of its forms, except those that are empty after trimming."""
    return isinstance(sent, dict) and is_normalised(sent, got)


def smaller(spec: Spec, value: Json) -> Iterator[Json]:
    """Yield the plainest map, halves, maps without one entry, and maps with a simpler value or key."""
    return choosing.once(_smaller(spec, value), written)


def _smaller(spec: Spec, value: dict[str, Json]) -> Iterator[Json]:
    if not choosing.is_of_kind(spec, value) or is_same(value, plain(spec)):
        return
    yield plain(spec)
    pairs = list(value.items())
    half = len(pairs) // 2
    fewer = (
        *(dict(part) for part in (pairs[:half], pairs[half:])),
        *(dict([pair]) for pair in pairs[:_MOST] if len(pairs) > 1),
        *(dict((*pairs[:place], *pairs[place + 1 :])) for place in range(min(len(pairs), _MOST))),
    )
    yield from choosing.smaller(spec, value, fewer, len)
    item = item_of(spec)
    simpler = ({**value, key: one} for key, part in pairs[:_MOST] for one in kind_of(item).smaller(item, part))
    yield from choosing.kept(spec, value, simpler)
    yield from choosing.kept(spec, value, _shorter_keys(value))


def _shorter_keys(entries: dict[str, Json]) -> Iterator[dict[str, Json]]:
    """Yield maps in which one key is halved, unless that is another key."""
    for key in list(entries)[:_MOST]:
        for part in (key[: len(key) // 2], key[len(key) // 2 :]):
            if part != key and part not in entries:
                yield {part if one == key else one: value for one, value in entries.items()}
