"""The kind `object`: members that the document names, each with its own kind."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

from ed_contract.kinds import choosing
from ed_contract.kinds.choosing import round_robin
from ed_contract.kinds.forms import is_normalised, is_same, is_same_url, mark, written
from ed_contract.kinds.lookup import kind_of
from ed_contract.kinds.object_near import ALONE, twins
from ed_contract.kinds.object_repair import chosen, complete, odd_options, options, repaired, with_member
from ed_contract.kinds.other_types import for_object
from ed_contract.kinds.spec import Json, NoValueError, Spec, Value, Wrong
from ed_contract.kinds.validity import faults, fits, is_usual, keeping

_MOST = 40  # usual objects: enough for each member to have had all its values
_ANNOTATIONS = {"title", "description", "example", "examples", "default", "deprecated", "readOnly", "writeOnly"}
_OF_MEMBERS = {"type", "properties", "required"}


@lru_cache(maxsize=1024)
def plain(spec: Spec) -> Json:
    """Return the plainest usual object, without optional members if that is usual."""
    return next(_usual(spec))


@lru_cache(maxsize=1024)
def usual(spec: Spec) -> tuple[Json, ...]:
    """Return objects whose members take their usual values in turn: the plainest, one with all members, then others.

    Raises:
        NoValueError: no object was found that satisfies the schemas.
    """
    return tuple(_usual(spec))


def _usual(spec: Spec) -> Iterator[Json]:
    """Yield usual objects lazily: the first costs no more than one."""
    most = max((len(kind_of(member).usual(member)) for member in spec.members.values()), default=0)
    turns = range(min(most + 1, _MOST))
    made = (complete(spec, fixed, turn=turn, full=turn > 0) for turn in turns for fixed in _variants(spec))
    found = 0
    for one in choosing.usual(spec, chain(spec.values, (one for one in made if one is not None))):
        found += 1
        yield one
    if not found:
        every = {name: kind_of(member).plain(member) for name, member in spec.members.items()}
        least = {name: value for name, value in every.items() if name in spec.required}
        more = ({**least, name: value} for name, value in every.items() if name not in least)
        known = (one for one in (least, *spec.values, *more, every) if fits(spec, one))
        if (one := next(known, None)) is None:
            raise NoValueError(f"no object was found that satisfies {dict(spec.schema)} and {dict(spec.realistic)}")
        yield one


@lru_cache(maxsize=1024)
def _variants(spec: Spec) -> tuple[dict[str, Json], ...]:
    """Return what defines each variant of an object: its options, or the fewest members that only it has."""
    wholes = [whole for name in spec.members if name in spec.of_variants and (whole := with_member(spec, name))]
    told = {written(one): one for one in ({name: one[name] for name in options(spec) if name in one} for one in wholes)}
    if len(told) > 1:
        return tuple(told.values())
    own = {frozenset(spec.of_variants & whole.keys()): whole for whole in wholes}
    fewest = [names for names in own if not any(others < names for others in own)]
    return tuple({name: own[names][name] for name in spec.members if name in names} for names in fewest) or ({},)


def of_variant(spec: Spec, turn: int) -> tuple[Json, ...]:
    """Return the usual objects of one variant, a different variant in each turn."""
    meant = _variants(spec)[turn % len(_variants(spec))]
    return tuple(one for one in usual(spec) if all(is_same(one.get(name), value) for name, value in meant.items()))


def unusual(spec: Spec) -> Iterator[Value]:
    """Yield objects with one unusual member, each member in turn, and objects with extra or missing members."""
    own = tuple(unusual_whole(spec))
    names = {(one.place, one.name) for one in own}
    of_members = (unusual_of(spec, name) for name in spec.members)
    series = ((one for one in some if (one.place, one.name) not in names) for some in of_members)
    yield from choosing.once(round_robin(own, *series), lambda one: mark(one.value))


def unusual_whole(spec: Spec) -> Iterator[Value]:
    """Yield objects with unknown members, members that do not go together, or missing members."""
    return choosing.unusual(spec, _own(spec))


def _base(spec: Spec, name: str) -> dict[str, Json]:
    """Return the plainest object that a member belongs in; if there is none, the plainest with the member added."""
    common: dict[str, Json] = plain(spec)
    if name in common:
        return common
    member = spec.members[name]
    return with_member(spec, name) or {**common, name: kind_of(member).plain(member)}


def unusual_of(spec: Spec, name: str) -> Iterator[Value]:
    """Yield the plainest object that a member belongs in, with each of its unusual values."""
    member, base = spec.members[name], _base(spec, name)
    for one in kind_of(member).unusual(member):
        value = {**base, name: one.value}
        place = f"{name}{one.place}" if one.place.startswith("[]") else f"{name}.{one.place}".rstrip(".")
        if _only_members(spec) or fits(spec, value) or fits(member, None):
            yield Value(name=one.name, value=value, place=place, family=one.family, size=one.size)


def _only_members(spec: Spec) -> bool:
    """Whether the documented schema has no rule about members that go together."""
    return spec.schema.keys() <= _OF_MEMBERS | _ANNOTATIONS


EMPTY: dict[str, Json] = {"text": "", "list": [], "set": [], "map": {}}
"""The empty value of each kind."""
_UNKNOWN: tuple[tuple[str, dict[str, Json]], ...] = (
    ("an unknown parameter", {"colour": "blue"}),
    ("an id", {"id": "mine"}),
    ("a response attribute", {"created": "2020-01-01T00:00:00Z", "status": "disabled", "updated": None}),
    ("an unknown parameter that is null", {"colour": None}),
    ("an unknown object", {"colours": {"first": "blue", "others": ["red", {"name": "green"}]}}),
    ("the member __proto__", {"__proto__": {"colour": "blue"}}),
    ("the member constructor", {"constructor": {"prototype": {"colour": "blue"}}}),
    ("an unknown parameter beyond ASCII", {"größe": 1}),
    ("a member without a name", {"": "blue"}),
    ("a member with a dot", {"colour.name": "blue"}),
    ("a member with brackets", {"colours[0]": "blue"}),
    ("a member with a dollar sign", {"$where": "1", "$ref": "#/colour"}),
    ("a member with NUL", {"col\0our": "blue"}),
    ("an unknown parameter of 256 characters", {"colour" + "s" * 250: "blue"}),
    ("a hundred unknown parameters", {f"colour_{number}": number for number in range(100)}),
)


def _own(spec: Spec) -> Iterator[Value]:
    common: dict[str, Json] = plain(spec)
    named = {*spec.members, *spec.schema.get("properties", ())}
    if not spec.required:
        yield Value(name="no members", value={})
    optional = [name for name, member in spec.members.items() if member.optional and name not in common]
    if optional:
        yield Value(name="every optional parameter null", value={**common, **dict.fromkeys(optional)})
        empty = {name: EMPTY[spec.members[name].kind] for name in optional if spec.members[name].kind in EMPTY}
        yield Value(name="every optional parameter empty", value={**common, **empty})
    unknown = (Value(name=name, value={**common, **more}) for name, more in _UNKNOWN if not named & more.keys())
    in_reverse = Value(name="members in reverse", value=dict(reversed(_fullest(spec).items())))
    yield from _left_out(spec)
    yield from round_robin(unknown, _foreign(spec, common), _in_other_case(spec), [in_reverse])


LEFT_OUT = "left out where it belongs"
"""The name of an object that lacks a member which goes with the others."""


def _left_out(spec: Spec) -> Iterator[Value]:
    for name in spec.members:
        without = {one: value for one, value in _base(spec, name).items() if one != name}
        if name not in spec.required and not is_usual(spec, without):
            yield Value(name=LEFT_OUT, value=without, place=name)


def _foreign(spec: Spec, common: dict[str, Json]) -> Iterator[Value]:
    for name, member in spec.members.items():
        for value in kind_of(member).usual(member)[: name not in common]:
            foreign = {**common, name: value}
            if not is_usual(spec, foreign):
                yield Value(name="where it does not belong", value=foreign, place=name)
                yield Value(name="null where it does not belong", value={**common, name: None}, place=name)


def _in_other_case(spec: Spec) -> Iterator[Value]:
    for name in spec.members:
        base = _base(spec, name)
        changed = name.swapcase() if name.swapcase() != name else f"{name}_"
        yield Value(name="twice, once in other case", value={**base, changed: base[name]}, place=name)


def _fullest(spec: Spec) -> dict[str, Json]:
    return complete(spec, {}, turn=1, full=True) or dict(plain(spec))


def near(spec: Spec, value: Json) -> Iterator[Value]:
    """Yield the near twins of each member, and those with parts moved from one to another; the place says which.

    A member that decides which others there are changes twice: with what goes with it, and by itself, which makes
    the object valid but less usual than `value`.
    """
    if not choosing.is_of_kind(spec, value):
        return
    seen = {mark(value)}
    for twin in twins(spec, value):
        marked = mark(twin.value)
        if marked not in seen and not forms(value, twin.value):
            seen.add(marked)
            yield twin


def wrong(spec: Spec, value: Json) -> Iterator[Wrong]:
    """Yield values that are not objects, objects without a required member, and with one bad member, each in turn."""
    value = choosing.sample(spec, value)
    yield from round_robin(
        *(_wrong_member(spec, value, name) for name in spec.members),
        (
            one
            for name in spec.members
            for one in choosing.wrong(spec, _without(spec, _holder(spec, value, name), name))
        ),
        choosing.wrong(spec, for_object(value)),
        choosing.wrong(spec, (("an unknown parameter", {**value, "colour": "blue"}),)),
        choosing.wrong(spec, _of_size(spec, value)),
    )


def _of_size(spec: Spec, value: dict[str, Json]) -> Iterator[choosing.Candidate]:
    """Yield objects with more or fewer members than the document allows, if it limits them."""
    if "minProperties" in spec.schema:
        fewer = sorted(value, key=spec.required.__contains__, reverse=True)[: spec.schema["minProperties"] - 1]
        yield "too few members", {name: value[name] for name in fewer}
    if "maxProperties" in spec.schema:
        full = _fullest(spec)
        others = {f"colour_{number}": "blue" for number in range(spec.schema["maxProperties"] + 1 - len(full))}
        yield "too many members", {**full, **others}


def _without(spec: Spec, value: dict[str, Json], name: str) -> Iterator[choosing.Candidate]:
    if name in spec.required or name in spec.of_variants:
        yield "removed", {one: kept for one, kept in value.items() if one != name}


def _holder(spec: Spec, value: dict[str, Json], name: str) -> dict[str, Json]:
    """Return `value`, or the plainest object that has the member if that belongs to another variant."""
    return value if name in value or name not in spec.of_variants else with_member(spec, name) or value


def _wrong_member(spec: Spec, value: dict[str, Json], name: str) -> Iterator[Wrong]:
    """Yield the object with each wrong value of a member; an absent member is added, if it belongs there."""
    member, value = spec.members[name], _holder(spec, value, name)
    good = value.get(name)
    if good is None:
        good = kind_of(member).plain(member)
        if not keeping(spec, value)({**value, name: good}):
            return
    for one in kind_of(member).wrong(member, good):
        broken = {**value, name: one.value}
        place = _below(name, one)
        if _only_members(spec) or faults(spec, broken) == {(place, one.keyword)}:
            yield Wrong(keyword=one.keyword, operator=one.operator, value=broken, place=place, family=one.family)


def _below(name: str, one: Wrong) -> str:
    return name if not one.place else f"{name}{one.place}" if one.place.startswith("[]") else f"{name}.{one.place}"


def forms(sent: Json, got: Json) -> bool:
    """Whether `got` has the same members, each in one of its forms."""
    if not isinstance(sent, dict) or not isinstance(got, dict):
        return False
    if is_normalised(sent, got):
        return True
    return sent.keys() == got.keys() and all(_in_form(one, got[name]) for name, one in sent.items())


def _in_form(sent: Json, got: Json) -> bool:
    return is_normalised(sent, got) or is_same_url(sent, got) or forms(sent, got)


def smaller(spec: Spec, value: Json) -> Iterator[Json]:
    """Yield the plainest object, and objects with plainer options, fewer members, or a simpler member."""
    return choosing.once(_smaller(spec, value), mark)


def _smaller(spec: Spec, value: dict[str, Json]) -> Iterator[Json]:
    if not choosing.is_of_kind(spec, value) or is_same(value, plain(spec)):
        return
    yield plain(spec)
    odd = odd_options(spec, value)
    plainer = (
        repaired(spec, {**value, name: kind_of(spec.members[name]).plain(spec.members[name])}, keep={name})
        for name in sorted(chosen(spec, value))
    )
    yield from (one for one in plainer if one is not None and odd_options(spec, one) < odd)
    fewer = ({one: kept for one, kept in value.items() if one != name} for name in value if name not in spec.required)
    yield from choosing.kept(spec, value, fewer)
    simpler = (
        {**value, name: one}
        for name, part in value.items()
        if name in spec.members and part is not None
        for one in kind_of(spec.members[name]).smaller(spec.members[name], part)
    )
    yield from choosing.kept(spec, value, simpler)


__all__ = ["ALONE", "complete", "forms", "near", "plain", "smaller", "unusual", "usual", "with_member", "wrong"]
