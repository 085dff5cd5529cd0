"""Makes objects whose members go together: leaves out what a choice forbids and adds what it requires."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice, product

from ed_contract.kinds.forms import is_same, written
from ed_contract.kinds.keywords import TOGETHER, values_at
from ed_contract.kinds.lookup import kind_of
from ed_contract.kinds.spec import Json, Spec
from ed_contract.kinds.validity import is_usual, troubles

_OPTIONS = {"enum", "boolean"}  # the kinds whose values decide which other members there are
_MOST_CHOICES = 16
_MOST_STEPS = 60


def usual_at(spec: Spec, turn: int) -> Json:
    """Return a usual value, a different one in each turn."""
    values = kind_of(spec).usual(spec)
    return values[turn % len(values)]


def options(spec: Spec) -> tuple[str, ...]:
    """Return the members whose values decide which other members there are."""
    return tuple(name for name, member in spec.members.items() if member.kind in _OPTIONS)


def complete(spec: Spec, fixed: Mapping[str, Json], *, turn: int = 0, full: bool = False) -> dict[str, Json] | None:
    """Return a usual object with these members and whatever goes with them, or None if none was found.

    Args:
        spec: of the object.
        fixed: members that stay as they are.
        turn: which of the usual values the others have.
        full: whether to include optional members; each turn but the first two leaves out a few.
    """
    for shift in range(spec.worlds):
        world = (turn + shift) % spec.worlds
        if all(of_world(spec, name, (value,), world) for name, value in fixed.items()):
            found = _complete(spec, fixed, turn + shift, full=full)
            if found is not None:
                return found
    return None


def of_world(spec: Spec, name: str, values: tuple[Json, ...], world: int) -> tuple[Json, ...]:
    """Return those values of a member that occur in one example, so that a whole object follows one example."""
    known = _worlds(spec)[world].get(name) if _worlds(spec) else None
    if not known:
        return values
    return tuple(one for one in values if all(_written(one, name, place) <= kept for place, kept in known.items()))


def _written(value: Json, name: str, place: str) -> set[str]:
    return set(map(written, values_at({name: value}, place)))


@lru_cache(maxsize=256)
def _worlds(spec: Spec) -> tuple[dict[str, dict[str, set[str]]], ...]:
    """Return the values of each example, by member and by place."""
    worlds = []
    for said in _together(spec.realistic):
        by_name: dict[str, dict[str, set[str]]] = {}
        for place, values in said.items():
            by_name.setdefault(place.partition(".")[0].partition("[")[0], {})[place] = set(values)
        worlds.append(by_name)
    return tuple(worlds)


def _together(schema: Json) -> list[dict[str, list[str]]]:
    if not isinstance(schema, dict):
        return []
    inner = (_together(one) for one in schema.get("allOf", ()))
    return list(schema.get(TOGETHER, ())) or next(filter(None, inner), [])


def knows_any(spec: Spec) -> bool:
    """Whether a usual object is found quickly: if not, others need not be searched for again and again."""
    made = (complete(spec, {}, full=full) for full in (False, True))
    return any(one is not None for one in made) or any(is_usual(spec, one) for one in spec.values)


def _complete(spec: Spec, fixed: Mapping[str, Json], turn: int, *, full: bool) -> dict[str, Json] | None:
    others = {name: member for name, member in spec.members.items() if name not in fixed}
    start = {}
    for place, (name, member) in enumerate(others.items()):
        values = of_world(spec, name, kind_of(member).usual(member), turn % spec.worlds)
        if name in spec.required or (values and full and (turn < 2 or (turn + place) % 4)):  # noqa: PLR2004 - one in four
            start[name] = values[turn % len(values)] if values else usual_at(member, turn)
    for choice in _choices(spec, fixed, turn):
        known = {name: value for name, value in choice.items() if name in start}
        found = repaired(spec, {**start, **known, **fixed}, keep={*fixed, *known}, turn=turn)
        if found is not None:
            return found
    return None


def _choices(spec: Spec, fixed: Mapping[str, Json], turn: int) -> Iterator[dict[str, Json]]:
    """Yield the combinations of options, beginning with a different one in each turn."""
    names = [name for name in options(spec) if name not in fixed]
    values = [kind_of(spec.members[name]).usual(spec.members[name]) for name in names]
    every = list(islice(product(*values), _MOST_CHOICES))
    for place in range(len(every)):
        yield dict(zip(names, every[(turn + place) % len(every)], strict=True))


@lru_cache(maxsize=1024)
def with_member(spec: Spec, name: str) -> dict[str, Json] | None:
    """Return the plainest usual object that has a member, or None if none has."""
    return complete(spec, {name: kind_of(spec.members[name]).plain(spec.members[name])})


def repaired(spec: Spec, start: Mapping[str, Json], *, keep: set[str], turn: int = 0) -> dict[str, Json] | None:
    """Return the usual object that `start` becomes when members other than those to keep are changed, or None."""
    repair = _Repair(spec, start, keep, turn)
    for _ in range(_MOST_STEPS):
        found = sorted(troubles(spec, repair.value))
        if not found:
            return _in_order(spec, repair.value) if is_usual(spec, repair.value) else None
        if not any(repair.step(place.partition(".")[0].removesuffix("[]"), keyword) for place, keyword in found):
            return None
    return None


class _Repair:
    """An object that is changed, one member at a time, until it is usual."""

    def __init__(self, spec: Spec, start: Mapping[str, Json], keep: set[str], turn: int) -> None:
        self.value = dict(start)
        self._spec = spec
        self._keep = keep
        self._turn = turn
        self._tried = Counter[str]()

    def step(self, name: str, keyword: str) -> bool:
        """Change the named member, "" for any, to resolve one trouble; return whether anything was changed."""
        member = self._spec.members.get(name)
        if not name:
            return self._drop(next((one for one in reversed(self.value) if self._is_free(one)), ""))
        if member is not None and name not in self.value:
            self.value[name] = usual_at(member, self._turn)
            return True
        if name in self._keep or name not in self.value:
            return False
        self._tried[name] += 1
        if member is None or keyword == "false" or self._tried[name] >= len(kind_of(member).usual(member)):
            return self._drop(name)
        self.value[name] = usual_at(member, self._turn + self._tried[name])
        return True

    def _is_free(self, name: str) -> bool:
        return name not in self._keep and name not in self._spec.required

    def _drop(self, name: str) -> bool:
        if not name or not self._is_free(name):
            return False
        del self.value[name]
        return True


def _in_order(spec: Spec, value: dict[str, Json]) -> dict[str, Json]:
    """Return the members in the order of the document, then any other."""
    return {name: value[name] for name in (*spec.members, *value) if name in value}


def chosen(spec: Spec, value: Mapping[str, Json]) -> set[str]:
    """Return the options that an object has."""
    return {name for name in options(spec) if name in value}


def odd_options(spec: Spec, value: Mapping[str, Json]) -> int:
    """Return how many options do not have their plainest value."""
    return sum(
        not is_same(value[name], kind_of(spec.members[name]).plain(spec.members[name])) for name in chosen(spec, value)
    )
