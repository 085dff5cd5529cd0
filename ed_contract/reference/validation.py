"""Validates the parameters of a create against the page's table, place by place, and yields the problems.

Knows nothing of HTTP or storage. `Discretion` decides what the page leaves open; it is asked only about values
that the page allows, so that one fault gives one problem.
"""

from __future__ import annotations

from collections.abc import Iterator

from ed_contract.reference.destination import Json, Params
from ed_contract.reference.discretion import Discretion
from ed_contract.reference.fields import Kind
from ed_contract.reference.refusal import Problem


class Validation(Discretion):
    """Judges the parameters of a create."""

    def problems(self, params: Params) -> Iterator[Problem]:
        """Yield the problems, in the order of the page."""
        return self.check_place("", params)

    def required(self, place: str) -> bool:
        """Return whether the page requires the field."""
        return self.edition.fields[place].required

    def enum_values(self, place: str) -> tuple[str, ...]:
        """Return the values that the page lists for an enum, or for the items of an array of enums."""
        return self.edition.fields[place].values

    def not_given(self, place: str, value: object) -> bool:
        """Return whether a value counts as absent: null does, for an optional field."""
        return value is None and not self.required(place)

    def check_member(self, place: str, members: Params) -> Iterator[Problem]:
        """Yield the problems with one field of an object, present or not."""
        name = place.rpartition(".")[2]
        if name not in members:
            if self.required(place):
                yield Problem(place=place, rule="required", message="is required")
        elif not self.not_given(place, members[name]):
            yield from self.check_place(place, members[name])

    def check_place(self, place: str, value: Json) -> Iterator[Problem]:
        """Yield the page's objections to a value, or else our own."""
        faults = list(self.check_value(place, value))
        return iter(faults) if faults else self.discretion(place, value)

    def check_value(self, place: str, value: Json) -> Iterator[Problem]:
        """Yield the page's objections to a value."""
        match self.edition.fields[place].kind if place else Kind.OBJECT:
            case Kind.STRING:
                return self.check_string(place, value)
            case Kind.ENUM:
                return self.check_enum(place, value)
            case Kind.STRINGS | Kind.ENUMS:
                return self.check_array(place, value)
            case Kind.MAP:
                return self.check_map(place, value)
            case Kind.OBJECT:
                return self.check_object(place, value)

    def check_string(self, place: str, value: object) -> Iterator[Problem]:
        """Yield a problem unless the value is a string."""
        if not isinstance(value, str):
            yield Problem(place=place, rule="type", message="must be a string")

    def check_enum(self, place: str, value: object) -> Iterator[Problem]:
        """Yield a problem unless the value is listed."""
        if value not in self.enum_values(place):
            rule = "enum" if isinstance(value, str) else "type"
            yield Problem(place=place, rule=rule, message=self.must_be_listed(place))

    def check_array(self, place: str, value: object) -> Iterator[Problem]:
        """Yield a problem unless the value is an array of the right items."""
        if not isinstance(value, list):
            yield Problem(place=place, rule="type", message="must be an array")
            return
        for position, item in enumerate(value):
            yield from self.check_item(place, position, item)

    def check_item(self, place: str, position: int, item: object) -> Iterator[Problem]:
        """Yield a problem unless an item is right for its array."""
        if self.edition.fields[place].kind is Kind.ENUMS:
            if item not in self.enum_values(place):
                yield Problem(place=place, rule="items", message=self.must_be_listed(place), at=f"[{position}]")
        elif not isinstance(item, str):
            yield Problem(place=place, rule="items", message="must be a string", at=f"[{position}]")

    def check_map(self, place: str, value: object) -> Iterator[Problem]:
        """Yield a problem unless the value is a JSON object."""
        if not isinstance(value, dict):
            yield Problem(place=place, rule="type", message="must be an object")

    def check_object(self, place: str, value: object) -> Iterator[Problem]:
        """Yield the problems with the documented fields of an object."""
        if not isinstance(value, dict):
            yield Problem(place=place, rule="type", message="must be an object")
            return
        for inner in self.edition.members[place]:
            yield from self.check_member(inner, value)

    def must_be_listed(self, place: str) -> str:
        """Return what an enum demands."""
        return f"must be one of {', '.join(self.enum_values(place))}"
