"""Objects that differ from another in one member, or in what moved between two: a fingerprint may miss that."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from ed_contract.kinds.choosing import round_robin
from ed_contract.kinds.forms import is_same
from ed_contract.kinds.lookup import kind_of
from ed_contract.kinds.object_repair import chosen, repaired
from ed_contract.kinds.spec import Json, Spec, Value
from ed_contract.kinds.text_near import is_tidy
from ed_contract.kinds.validity import fits, keeping

ALONE = "alone"
"""The twin in which a member changes and what goes with it does not: valid but less usual."""
TOGETHER = "with what goes with it"


def twins(spec: Spec, value: dict[str, Json]) -> Iterator[Value]:
    """Yield the near twins of an object: those of each member in turn, and those with parts moved between members."""
    yield from round_robin(
        *(_of_member(spec, value, name) for name in spec.members if name in value),
        _between(spec, value),
        (one for name in spec.members if name in value for one in _removed(spec, value, name)),
        (one for name in spec.members if name not in value for one in _added(spec, value, name)),
    )


def _of_member(spec: Spec, value: dict[str, Json], name: str) -> Iterator[Value]:
    member, keeps, told = spec.members[name], keeping(spec, value), False
    if not fits(member, value[name]) or value[name] is None:
        return
    for twin in kind_of(member).near(member, value[name]):
        changed = {**value, name: twin.value}
        if keeps(changed):
            yield Value(name=twin.name, value=changed, place=f"{name}.{twin.place}".rstrip("."))
        elif not told and fits(spec, changed):
            told = True  # others would show the same
            yield Value(name=ALONE, value=changed, place=name)
            together = repaired(spec, changed, keep={name, *chosen(spec, value)})
            if together is not None:
                yield Value(name=TOGETHER, value=together, place=name)


def _removed(spec: Spec, value: dict[str, Json], name: str) -> Iterator[Value]:
    """Yield the object without a member, unless the member has its default value."""
    without = {one: kept for one, kept in value.items() if one != name}
    if name not in spec.required and not _is_default(spec, value, name) and keeping(spec, value)(without):
        yield Value(name="removed", value=without, place=name)


def _added(spec: Spec, value: dict[str, Json], name: str) -> Iterator[Value]:
    """Yield the object with an added member, if that goes with the others."""
    member, keeps = spec.members[name], keeping(spec, value)
    for one in kind_of(member).usual(member)[:4]:
        added = {**value, name: one}
        if not _is_default(spec, added, name) and keeps(added):
            yield Value(name="added", value=added, place=name)
            return


def _is_default(spec: Spec, value: dict[str, Json], name: str) -> bool:
    """Whether the document gives this value as the default of a member."""
    stated = {**spec.members[name].schema, **spec.members[name].realistic}
    return "default" in stated and is_same(stated["default"], value[name])


def _between(spec: Spec, value: dict[str, Json]) -> Iterator[Value]:
    """Yield the objects that naive serialisation, which joins values without their names, confuses with this one."""
    present = [name for name in spec.members if name in value]
    texts = [name for name in present if spec.members[name].kind == "text" and value[name]]
    lists = [name for name in present if spec.members[name].kind in {"list", "set"} and value[name]]
    maps = [name for name in present if spec.members[name].kind == "map" and value[name]]
    changes = (
        *(change for one, other in pairwise(texts) for change in _of_letters(value, one, other)),
        *(change for one, other in zip(texts[-1:], maps[:1], strict=False) for change in _into_map(value, one, other)),
        *(change for one, other in combinations(lists, 2) for change in _of_elements(value, one, other)),
        *(change for one, other in combinations(present, 2) for change in _swapped(spec, value, one, other)),
    )
    keeps = keeping(spec, value)
    for place, name, changed in changes:
        untidy = [one for one in texts if is_tidy(value[one]) and not is_tidy(changed[one])]
        if not untidy and not is_same(changed, value) and keeps(changed):
            yield Value(name=name, value=changed, place=place)


def _of_letters(value: dict[str, Json], one: str, other: str) -> Iterator[tuple[str, str, Json]]:
    first, second = value[one], value[other]
    if len(first) > 1:
        yield one, f"a letter moved to {other}", {**value, one: first[:-1], other: first[-1] + second}
    if len(second) > 1:
        yield other, f"a letter moved to {one}", {**value, one: first + second[0], other: second[1:]}
    words = first.split(" ")
    if len(words) > 1:
        moved = {**value, one: " ".join(words[:-1]), other: f"{words[-1]} {second}"}
        yield one, f"a word moved to {other}", moved


def _into_map(value: dict[str, Json], one: str, other: str) -> Iterator[tuple[str, str, Json]]:
    key, first = next(iter(value[other].items()))
    if isinstance(first, str) and len(value[one]) > 1:
        entries = {**value[other], key: value[one][-1] + first}
        yield one, f"a letter moved to {other}", {**value, one: value[one][:-1], other: entries}


def _of_elements(value: dict[str, Json], one: str, other: str) -> Iterator[tuple[str, str, Json]]:
    for giver, taker in ((one, other), (other, one)):
        if len(value[giver]) > 1:
            moved = {**value, giver: value[giver][:-1], taker: [value[giver][-1], *value[taker]]}
            yield giver, f"an element moved to {taker}", moved


def _swapped(spec: Spec, value: dict[str, Json], one: str, other: str) -> Iterator[tuple[str, str, Json]]:
    there = value[one] is not None and value[other] is not None
    if there and spec.members[one].kind == spec.members[other].kind and spec.members[one].kind not in {"enum", "token"}:
        yield one, f"swapped with {other}", {**value, one: value[other], other: value[one]}
