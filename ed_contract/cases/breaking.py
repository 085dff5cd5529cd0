"""Documents that break one requirement of a schema: the same idea for requests and answers.

The operators come from the kinds of values, so a new field of a document needs no new code.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from ed_contract.contract import Contract
from ed_contract.contract.schemas import head_of, member
from ed_contract.kinds import Spec, Wrong, kind_of, objects
from ed_contract.kinds.choosing import family_of
from ed_contract.kinds.keywords import values_at

_ITSELF = {"", "[]"}  # the places of a value, and of its elements, within it


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A document that breaks one requirement."""

    operator: str  # what was done, e.g. "removed": users read it in findings and write it in waivers
    family: str  # shared by operators that one bug lets through together
    document: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A requirement of a schema, with the place whose value can break it."""

    requirement: str
    place: str  # a dotted name
    keyword: str
    spec: Spec  # of the value at the place, or of the list that has the place in its elements
    whole: Spec
    varies: bool  # whether the place is in one of several variants of an object
    below: str = ""  # the place within the list's elements, if any

    @property
    def head(self) -> str:
        """The top-level member that contains the place."""
        return head_of(self.place)

    def broken(self, document: Mapping[str, Any], *, adding: bool) -> Iterator[Broken]:
        """Yield what each operator makes of a valid document, the most telling first.

        Args:
            document: not changed.
            adding: whether to add an absent member first.
        """
        if not self.place:
            yield from self._whole(document)
            return
        document = self._based(document)
        *parents, name = self.place.removesuffix(self.below).split(".")
        holder = member(document, ".".join(parents)) if parents else document
        if not isinstance(holder, Mapping):
            return
        if self.keyword == "required" and not self.below:
            if name in holder:
                without = {one: value for one, value in holder.items() if one != name}
                yield Broken(operator="removed", family="", document=with_at(document, parents, without))
            return
        value = holder.get(name)
        if value is None and not adding:
            return
        if value is None and self.below:
            value = kind_of(self.spec).plain(self.spec)
        if value is None:  # a single bad element is more telling than one beside newly added good ones
            value = [] if self.keyword == "items" else kind_of(self.spec).plain(self.spec)
        seen, places = set(), {self.below} if self.below else _ITSELF
        for wrong in _wrong(self.spec, json.dumps(value)):
            text = json.dumps(wrong.value)
            if wrong.keyword == self.keyword and wrong.place in places and text not in seen:
                seen.add(text)
                changed = with_at(document, parents, {**holder, name: wrong.value})
                operator = wrong.operator.removeprefix(f"{self.below.removeprefix('[].')} {self.keyword} ")
                yield Broken(operator=operator, family=wrong.family or family_of(operator), document=changed)

    def _whole(self, document: Mapping[str, Any]) -> Iterator[Broken]:
        """Yield documents that break a keyword of the whole."""
        for wrong in _wrong(self.spec, json.dumps(document)):
            if (wrong.place, wrong.keyword) == ("", self.keyword):
                yield Broken(operator=wrong.operator, family=wrong.family, document=wrong.value)

    def _based(self, document: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the document, or the plainest one with the place if that belongs to another variant."""
        if not self.varies or _has(document, self.place.removesuffix(self.below)):
            return document
        known = (one for one in objects.usual(self.whole) if _has(one, self.place.removesuffix(self.below)))
        return next(known, document)


def _has(document: object, place: str) -> bool:
    return next(values_at(document, place), None) is not None


def with_at(document: Mapping[str, Any], path: list[str], value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a copy of a document with another value at a path."""
    if not path:
        return value
    name, *rest = path
    return {**document, name: with_at(document[name], rest, value)}


@lru_cache(maxsize=1024)
def _wrong(spec: Spec, value: str) -> tuple[Wrong, ...]:
    """Return the wrong values for a value, given as JSON; cached, since all rows of a list's elements share them."""
    return tuple(kind_of(spec).wrong(spec, json.loads(value)))


@cache
def rows_of(contract: Contract, area: str) -> Mapping[str, Row]:
    """Return the breakable rows of a contract's schema, by the id of the requirement, in the order of the contract.

    Args:
        contract: whose schema.
        area: "request" or "response".
    """
    whole = contract.request_spec if area == "request" else contract.response_spec
    rows = {}
    for identifier in contract.requirements:
        of, _, rest = identifier.partition("/")
        place, _, keyword = rest.rpartition("/")
        above, mark, below = place.partition("[]")
        spec, own = (_at(whole, above), _at(whole, place)) if of == area else (None, None)
        if of == area and not place:
            spec = own = whole
        if spec is not None and own is not None and (keyword == "required" or keyword in own.schema):
            rows[identifier] = Row(
                requirement=identifier,
                place=place,
                keyword=keyword,
                spec=spec,
                whole=whole,
                varies=_varies(whole, above),
                below=f"{mark}{below}",
            )
    return rows


def _varies(spec: Spec | None, place: str) -> bool:
    """Whether a dotted place, or an object around it, belongs to one of several variants of an object."""
    for name in place.split("."):
        if spec is None or name in spec.of_variants:
            return spec is not None
        spec = spec.members.get(name)
    return False


def _at(spec: Spec, place: str) -> Spec | None:
    """Return the spec of the value at a place; `[]` stands for the elements of a list."""
    for step in place.replace("[]", ".[]").split("."):
        found = spec.item if step == "[]" else spec.members.get(step)
        if found is None:
            return None
        spec = found
    return spec
