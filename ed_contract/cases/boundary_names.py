"""Names of boundary cases, and their families: those that one bug breaks together."""

from __future__ import annotations

from ed_contract.kinds import Spec, Value, maps


def named(place: str, what: str) -> str:
    """Return the name of a case: an identifier, which waivers contain."""
    if not place:
        return f"with {what}"
    if what == "null" or what.startswith(("null where ", "twice, ", "where ", "left ")):
        return f"{place} {what}"
    return f"{place} {'of' if what[0] in '0123456789{' else 'with'} {what}"


def family_of(spec: Spec, place: str, one: Value) -> str:
    """Return the family of a case: cases that differ only in size, or in which text it is, share one."""
    if one.family:
        return named(place, one.family) if place else one.family
    places = place.replace(" and ", ", ").split(", ")
    of_texts = all(name in spec.members and holds_texts(spec.members[name]) for name in places)
    return f"texts with {one.name}" if of_texts else named(place, one.name)


def holds_texts(spec: Spec) -> bool:
    """Whether a value is a text, or a map of texts."""
    return spec.kind == "text" or is_map_of_texts(spec)


def is_map_of_texts(spec: Spec) -> bool:
    """Whether a value is a map of texts."""
    return spec.kind == "map" and maps.item_of(spec).kind == "text"
