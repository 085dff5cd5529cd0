"""What a document says of one value, and what a kind answers. Knows no field, request or server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

Json: TypeAlias = Any
"""Any JSON value: None, bool, int, float, str, list, or a dict with strings as keys."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spec:
    """What a document says of one value.

    Two specs are equal only if they are the same object, so that results can be cached by spec.
    """

    kind: str  # a name of `KINDS`
    schema: Mapping[str, Json] = field(default_factory=dict)  # the documented JSON Schema, without references
    realistic: Mapping[str, Json] = field(default_factory=dict)  # the narrower one; {} if there is none
    values: tuple[Json, ...] = ()  # realistic values, plainest first
    unusual: Mapping[str, Json] = field(default_factory=dict)  # named values beyond those that the kind knows
    later: tuple[Json, ...] = ()  # values that later editions allow
    item: Spec | None = None  # of the elements of a list or set, of the values of a map
    places: tuple[Spec, ...] = ()  # of the first elements of a list, if each has its own meaning
    members: Mapping[str, Spec] = field(default_factory=dict)  # of an object, in the order of the document
    required: frozenset[str] = frozenset()  # names of members that an object must have
    of_variants: frozenset[str] = frozenset()  # names of members that depend on what other members say
    worlds: int = 1  # how many examples there are; a value follows one of them
    optional: bool = False  # may be left out, so that null is allowed too


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value, with a few words that describe it: users read the name, and waivers contain it."""

    name: str
    value: Json
    place: str = ""  # a dotted name: where in an object the name applies
    family: str = ""  # a series of values that differ only in size
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """A value that breaks exactly one keyword of the documented schema."""

    keyword: str  # e.g. "type"; at an object's member, "required" if it is the member that is missing
    operator: str  # what was done, in a few words; an identifier, as the name of a `Value` is
    value: Json
    place: str = ""  # a dotted name of the member whose keyword is broken; `[]` stands for an element
    family: str = ""  # operators that one bug lets through together


class Kind(Protocol):
    """The seven questions that the module of each kind answers, about values as one document describes them.

    Results are cached and returned again: callers must copy a list or an object before they change it.
    """

    def plain(self, spec: Spec) -> Json:
        """Return the plainest valid value, which findings shrink to."""

    def usual(self, spec: Spec) -> tuple[Json, ...]:
        """Return realistic values, plainest first, such as any strict server accepts.

        The first few already show most faults.
        """

    def unusual(self, spec: Spec) -> Iterator[Value]:
        """Yield valid but unusual values, readable ones first."""

    def near(self, spec: Spec, value: Json) -> Iterator[Value]:
        """Yield values that differ from `value` as little as possible, the most telling first.

        Each is valid, as usual as `value` is, and not one of its forms.
        """

    def wrong(self, spec: Spec, value: Json) -> Iterator[Wrong]:
        """Yield values that break exactly one keyword of the documented schema, the most telling first."""

    def forms(self, sent: Json, got: Json) -> bool:
        """Whether `got` is `sent`, or another form in which a server may store it."""

    def smaller(self, spec: Spec, value: Json) -> Iterator[Json]:
        """Yield simpler values of the same kind: each valid, and as usual as `value` is.

        Going from one to the next always ends.
        """


class NoValueError(ValueError):
    """No value was found that satisfies the schemas: the document, or our search, is at fault."""
