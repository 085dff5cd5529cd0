"""What a document says of one value, and what a kind answers. Knows no field, no request and no server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

Json: TypeAlias = Any
"""Any JSON value: None, bool, int, float, str, list, or dict with names of members as keys."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spec:
    """What a document says of one value.

    Two specs are equal only if they are one object, so that what follows from a spec can be kept beside it.
    """

    kind: str  # a name of `KINDS`
    schema: Mapping[str, Json] = field(default_factory=dict)  # the documented JSON Schema, without references
    realistic: Mapping[str, Json] = field(default_factory=dict)  # the narrower one; {} where nothing narrower is said
    values: tuple[Json, ...] = ()  # realistic values, plainest first
    unusual: Mapping[str, Json] = field(default_factory=dict)  # named values beyond those that the kind knows
    later: tuple[Json, ...] = ()  # values that later editions allow
    item: Spec | None = None  # of the elements of a list or set, of the values of a map
    places: tuple[Spec, ...] = ()  # of the first elements of a list, where each has a meaning of its own
    members: Mapping[str, Spec] = field(default_factory=dict)  # of an object, in the order of the document
    required: frozenset[str] = frozenset()  # names of members that an object must have
    of_variants: frozenset[str] = frozenset()  # names of members that depend on what other members say
    worlds: int = 1  # the number of examples of which a value takes after one
    optional: bool = False  # may be left out, so that null is allowed too


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value, with what sets it apart in a few words: users read the name, and waivers hold it."""

    name: str
    value: Json
    place: str = ""  # a dotted name: where in an object the name applies
    family: str = ""  # a series of values that differ in size only
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """A value that breaks exactly one keyword of the documented schema."""

    keyword: str  # e.g. "type"; at an object's member, "required" if it is the member that is missing
    operator: str  # what was done in a few words: an identifier as the name of a `Value` is
    value: Json
    place: str = ""  # a dotted name of the member whose keyword is broken; `[]` stands for an element
    family: str = ""  # operators that one bug lets through together


class Kind(Protocol):
    """The seven questions that the module of each kind answers, about values as one document describes them.

    What is returned is kept and given again: whoever changes a list or an object changes a copy.
    """

    def plain(self, spec: Spec) -> Json:
        """Return the plainest valid value: what findings shrink to."""

    def usual(self, spec: Spec) -> tuple[Json, ...]:
        """Return realistic values, plainest first, such as any strict server takes.

        The first few already show most faults.
        """

    def unusual(self, spec: Spec) -> Iterator[Value]:
        """Yield valid values of which a document says nothing, readable ones first."""

    def near(self, spec: Spec, value: Json) -> Iterator[Value]:
        """Yield values that differ from `value` as little as can be, the most telling first.

        Each is valid, as usual as `value` is, and not one of its forms.
        """

    def wrong(self, spec: Spec, value: Json) -> Iterator[Wrong]:
        """Yield what breaks exactly one keyword of the documented schema, the most telling first."""

    def forms(self, sent: Json, got: Json) -> bool:
        """Whether `got` is `sent`, or another form in which a server may keep it."""

    def smaller(self, spec: Spec, value: Json) -> Iterator[Json]:
        """Yield simpler values of the same kind: each valid, and as usual as `value` is.

        Whoever goes from one to the next comes to an end.
        """


class NoValueError(ValueError):
    """No value was found that satisfies what a document says of it: the document, or our search, is to blame."""
