"""What a value breaks of a schema, and what a compiled schema answers about a value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ed_contract.kinds.spec import Json

Predicate: TypeAlias = Callable[[Json], bool]


@dataclass(frozen=True, slots=True)
class Broken:
    """A keyword that a value breaks."""

    keyword: str  # "" for a schema that is false
    said: Any  # what the schema says with it
    value: Json  # the part of the value that breaks it
    path: tuple[str | int, ...]  # of that part, from the whole value
    words: tuple[str | int, ...]  # of the keyword, from the whole schema


@dataclass(frozen=True, slots=True)
class Part:
    """A schema, or a keyword of one, compiled."""

    holds: Predicate
    broken: Callable[[Json], Iterator[Broken]]  # asked only about values for which it does not hold

    def broken_within(self, part: Json, step: str | int | None, *words: str | int) -> Iterator[Broken]:
        """Yield what is wrong with part of a value, seen from the whole.

        Args:
            part: that part.
            step: leads to it from the whole value; None if it is the whole.
            words: lead to this schema from the whole one; for a schema that is false jsonschema keeps the first only.
        """
        if self is NOTHING:
            yield Broken("", None, part, (), words[:1])
            return
        path = () if step is None else (step,)
        for one in self.broken(part):
            yield Broken(one.keyword, one.said, one.value, (*path, *one.path), (*words, *one.words))


ANYTHING = Part(lambda _: True, lambda _: iter(()))
NOTHING = Part(lambda _: False, lambda value: iter((Broken("", None, value, (), ()),)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How schemas are read beyond their keywords."""

    formats: Mapping[str, Predicate]  # that are rules; any other is only an annotation
    points: bool = True  # whether 100.0 is an integer, as in JSON Schema; some real servers refuse it
