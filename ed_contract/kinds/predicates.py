"""Compiles schemas into functions that say whether a value satisfies them, and what is wrong with one that does not.

It says what jsonschema says, many times faster, and looks closely only at the parts of a value that are wrong. A schema
with a keyword that nothing is compiled for is left to jsonschema as a whole, which is loaded then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ed_contract.kinds import late
from ed_contract.kinds.broken import ANYTHING, NOTHING, Broken, Dialect, Part, Predicate
from ed_contract.kinds.keywords import APART, TOGETHER, are_unique, compiled, equal, foreign, is_multiple, repeated
from ed_contract.kinds.spec import Json


class Checked:
    """A schema without references to other places of a document, compiled."""

    def __init__(self, schema: Any, dialect: Dialect) -> None:  # noqa: ANN401 - a schema is an object, true or false
        self.schema, self.dialect = schema, dialect
        self._part = _compiled(schema, dialect)
        self.is_valid = self._part.holds

    def broken(self, value: Json) -> Iterator[Broken]:
        """Yield what is wrong with a value, in the order of the schema."""
        return iter(()) if self.is_valid(value) else self._part.broken(value)


@dataclass(frozen=True, slots=True)
class _At:
    """A keyword of a schema, with what is said under it."""

    keyword: str
    said: Any
    schema: Mapping[str, Any]  # that it stands in
    dialect: Dialect

    def part(self, holds: Predicate) -> Part:
        """Return a part whose values are wrong as a whole."""
        return Part(holds, self._whole)

    def _whole(self, value: Json) -> Iterator[Broken]:
        yield Broken(self.keyword, self.said, value, (), (self.keyword,))

    def compiled(self, schema: Any) -> Part:  # noqa: ANN401 - a schema
        return _compiled(schema, self.dialect)


_UNKNOWN_TO_US = frozenset(
    (
        *("$ref", "$dynamicRef", "$id", "$schema", "contains", "dependentSchemas", "patternProperties"),
        *("unevaluatedItems", "unevaluatedProperties"),
    )
)
"""The keywords that nothing is compiled for."""


def _compiled(schema: Any, dialect: Dialect) -> Part:  # noqa: ANN401 - a schema
    if schema is True or schema == {}:
        return ANYTHING
    if schema is False:
        return NOTHING
    if not _UNKNOWN_TO_US.isdisjoint(schema):
        return _left_to_jsonschema(schema, dialect)
    found: list[Part] = []
    for keyword, said in schema.items():
        make = _COMPILERS.get(keyword)
        made = None if make is None else make(_At(keyword, said, schema, dialect))
        if made is not None:
            found.append(made)
        elif make is not None:
            return _left_to_jsonschema(schema, dialect)
    if len(found) == 1:
        return found[0]
    some = tuple(found)
    return Part(_all_of(tuple(one.holds for one in some)), lambda value: _all_broken(some, value))


def _all_broken(parts: Iterable[Part], value: Json) -> Iterator[Broken]:
    for one in parts:
        if not one.holds(value):
            yield from one.broken(value)


def _all_of(found: tuple[Predicate, ...]) -> Predicate:
    match found:
        case ():
            return ANYTHING.holds
        case (one,):
            return one
        case (one, two):
            return lambda value: one(value) and two(value)
        case (one, two, three):
            return lambda value: one(value) and two(value) and three(value)

    def holds(value: Json) -> bool:
        for one in found:  # noqa: SIM110 - a loop takes half the time
            if not one(value):
                return False
        return True

    return holds


def _left_to_jsonschema(schema: Any, dialect: Dialect) -> Part:  # noqa: ANN401 - a schema
    made: list[Any] = []

    def validator() -> Any:  # noqa: ANN401 - jsonschema's
        if not made:
            made.append(late.jsonschemas.validator(schema, dialect))
        return made[0]

    def broken(value: Json) -> Iterator[Broken]:
        for error in validator().iter_errors(value):
            path, words = tuple(error.relative_path), tuple(error.relative_schema_path)
            yield Broken(error.validator or "", error.validator_value, error.instance, path, words)

    return Part(lambda value: bool(validator().is_valid(value)), broken)


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_TYPES: Mapping[str, Predicate] = {
    "string": lambda value: isinstance(value, str),
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": _is_number,
    "integer": lambda value: _is_number(value) and (isinstance(value, int) or value.is_integer()),
}


def _type(at: _At) -> Part | None:
    def of(name: str) -> Predicate | None:
        if name == "integer" and not at.dialect.points:
            return lambda value: type(value) is int
        return _TYPES.get(name)

    found = tuple(of(name) for name in ([at.said] if isinstance(at.said, str) else at.said))
    some = tuple(one for one in found if one is not None)
    if len(some) < len(found):
        return None
    return at.part(some[0] if len(some) == 1 else lambda value: any(one(value) for one in some))


def _enum(at: _At) -> Part:
    said = at.said
    if not all(isinstance(one, str) or one is None for one in said):
        return at.part(lambda value: any(equal(one, value) for one in said))
    listed, null = frozenset(one for one in said if one is not None), None in said
    return at.part(lambda value: value in listed if isinstance(value, str) else null and value is None)


def _const(at: _At) -> Part:
    said = at.said
    return at.part(lambda value: equal(said, value))


def _required(at: _At) -> Part:
    names = tuple(at.said)

    def holds(value: Json) -> bool:
        if isinstance(value, dict):
            for name in names:
                if name not in value:
                    return False
        return True

    def broken(value: Json) -> Iterator[Broken]:
        whole = Broken("required", at.said, value, (), ("required",))
        return (whole for name in names if name not in value)  # one for each

    return Part(holds, broken)


def _properties(at: _At) -> Part:
    members = {name: at.compiled(one) for name, one in at.said.items()}
    told = tuple((name, one.holds) for name, one in members.items() if one is not ANYTHING)

    def holds(value: Json) -> bool:
        if isinstance(value, dict):
            for name, one in told:
                if name in value and not one(value[name]):
                    return False
        return True

    def broken(value: Json) -> Iterator[Broken]:
        for name, one in members.items():
            if name in value and not one.holds(value[name]):
                yield from one.broken_within(value[name], name, "properties", name)

    return Part(holds, broken)


def _additional(at: _At) -> Part:
    known, other = frozenset(at.schema.get("properties", ())), at.compiled(at.said)
    if other is NOTHING:
        return at.part(lambda value: not isinstance(value, dict) or known.issuperset(value))

    def holds(value: Json) -> bool:
        return not isinstance(value, dict) or all(name in known or other.holds(one) for name, one in value.items())

    def broken(value: Json) -> Iterator[Broken]:
        for name, one in value.items():
            if name not in known and not other.holds(one):
                yield from other.broken_within(one, name, "additionalProperties")

    return Part(holds, broken)


def _names(at: _At) -> Part:
    one = at.compiled(at.said)

    def broken(value: Json) -> Iterator[Broken]:
        for name in value:
            if not one.holds(name):
                yield from one.broken_within(name, None, "propertyNames")

    return Part(lambda value: not isinstance(value, dict) or all(map(one.holds, value)), broken)


def _items(at: _At) -> Part:
    one, start = at.compiled(at.said), len(at.schema.get("prefixItems", ()))
    if at.said is False:
        return at.part(lambda value: not isinstance(value, list) or len(value) <= start)

    def broken(value: Json) -> Iterator[Broken]:
        for number, part in enumerate(value):
            if number >= start and not one.holds(part):
                yield from one.broken_within(part, number, "items")

    return Part(
        lambda value: not isinstance(value, list) or all(map(one.holds, value[start:] if start else value)), broken
    )


def _prefix(at: _At) -> Part:
    some = tuple(map(at.compiled, at.said))

    def holds(value: Json) -> bool:
        return not isinstance(value, list) or all(one.holds(part) for one, part in zip(some, value, strict=False))

    def broken(value: Json) -> Iterator[Broken]:
        for number, (one, part) in enumerate(zip(some, value, strict=False)):
            if not one.holds(part):
                yield from one.broken_within(part, number, "prefixItems", number)

    return Part(holds, broken)


def _all(at: _At) -> Part:
    some = tuple(map(at.compiled, at.said))

    def broken(value: Json) -> Iterator[Broken]:
        for number, one in enumerate(some):
            if not one.holds(value):
                yield from one.broken_within(value, None, "allOf", number)

    return Part(_all_of(tuple(one.holds for one in some)), broken)


def _counted(holds: Callable[[Iterator[bool]], bool]) -> Callable[[_At], Part]:
    """Return what compiles a keyword about how many of several schemas a value satisfies."""

    def made(at: _At) -> Part:
        some = tuple(at.compiled(one).holds for one in at.said)
        return at.part(lambda value: holds(one(value) for one in some))

    return made


def _not(at: _At) -> Part:
    one = at.compiled(at.said).holds
    return at.part(lambda value: not one(value))


def _if(at: _At) -> Part:
    asked = at.compiled(at.said).holds
    then, otherwise = (at.compiled(at.schema.get(word, True)) for word in ("then", "else"))

    def broken(value: Json) -> Iterator[Broken]:
        word, one = ("then", then) if asked(value) else ("else", otherwise)
        return one.broken(value) if one is NOTHING else one.broken_within(value, None, word)

    return Part(lambda value: then.holds(value) if asked(value) else otherwise.holds(value), broken)


def _said_of(kind: type[Any], holds: Callable[[Any, Any], bool]) -> Callable[[_At], Part]:
    """Return what compiles a keyword about values of a type, by what must hold of one and of what is said."""

    def made(at: _At) -> Part:
        said = at.said
        return at.part(lambda value: not isinstance(value, kind) or holds(value, said))

    return made


def _of_numbers(holds: Callable[[Any, Any], bool]) -> Callable[[_At], Part]:
    def made(at: _At) -> Part:
        said = at.said
        return at.part(lambda value: not _is_number(value) or holds(value, said))

    return made


def _dependent(at: _At) -> Part:
    asked = {name: tuple(others) for name, others in at.said.items()}

    def missing(value: dict[str, Json]) -> Iterator[str]:
        return (other for name, others in asked.items() if name in value for other in others if other not in value)

    def broken(value: Json) -> Iterator[Broken]:
        whole = Broken(at.keyword, at.said, value, (), (at.keyword,))
        return (whole for _ in missing(value))

    return Part(lambda value: not isinstance(value, dict) or not any(True for _ in missing(value)), broken)


def _pattern(at: _At) -> Part:
    read = compiled(at.said)
    return ANYTHING if read is None else at.part(lambda value: not isinstance(value, str) or bool(read.search(value)))


def _format(at: _At) -> Part:
    form = at.dialect.formats.get(at.said)
    return ANYTHING if form is None else at.part(lambda value: not isinstance(value, str) or form(value))


def _together(at: _At) -> Part:
    worlds = [{place: frozenset(known) for place, known in world.items()} for world in at.said]

    def broken(value: Json) -> Iterator[Broken]:
        for place in foreign(worlds, value):
            head = place.partition(".")[0].partition("[")[0]
            yield Broken(TOGETHER, at.said, value, (), (TOGETHER, "properties", head))

    return Part(lambda value: not foreign(worlds, value), broken)


def _apart(at: _At) -> Part:
    names = tuple(at.said)

    def broken(value: Json) -> Iterator[Broken]:
        whole = Broken(APART, at.said, value, (), (APART,))
        return (whole for _ in repeated(names, value))

    return Part(lambda value: not repeated(names, value), broken)


_COMPILERS: Mapping[str, Callable[[_At], Part | None]] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "required": _required,
    "properties": _properties,
    "additionalProperties": _additional,
    "propertyNames": _names,
    "items": _items,
    "prefixItems": _prefix,
    "minItems": _said_of(list, lambda value, least: len(value) >= least),
    "maxItems": _said_of(list, lambda value, most: len(value) <= most),
    "minLength": _said_of(str, lambda value, least: len(value) >= least),
    "maxLength": _said_of(str, lambda value, most: len(value) <= most),
    "minProperties": _said_of(dict, lambda value, least: len(value) >= least),
    "maxProperties": _said_of(dict, lambda value, most: len(value) <= most),
    "minimum": _of_numbers(lambda value, least: value >= least),
    "maximum": _of_numbers(lambda value, most: value <= most),
    "exclusiveMinimum": _of_numbers(lambda value, limit: value > limit),
    "exclusiveMaximum": _of_numbers(lambda value, limit: value < limit),
    "multipleOf": _of_numbers(is_multiple),
    "uniqueItems": _said_of(list, lambda value, said: not said or are_unique(value)),
    "dependentRequired": _dependent,
    "pattern": _pattern,
    "format": _format,
    "allOf": _all,
    "anyOf": _counted(any),
    "oneOf": _counted(lambda some: sum(some) == 1),
    "not": _not,
    "if": _if,
    TOGETHER: _together,
    APART: _apart,
}
"""What is compiled; any other keyword says nothing of what is valid, or is read with another one."""
