"""Compiles schemas into functions that say whether a value satisfies them, many times faster than jsonschema.

jsonschema stays the judge of what is wrong: it explains, and reads every keyword that nothing is compiled for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from jsonschema import FormatChecker, ValidationError
from jsonschema.protocols import Validator

from ed_contract.kinds.spec import Json

Predicate: TypeAlias = Callable[[Json], bool]
Compiler: TypeAlias = Callable[[Any, Mapping[str, Any], Validator], "Predicate | None"]

_PLAIN_TYPES: Mapping[str, Predicate] = {
    "string": lambda value: isinstance(value, str),
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
}


class Checked:
    """A validator that looks closely at a value only where something is wrong with it."""

    def __init__(self, validator: Validator) -> None:
        self._validator = validator
        self.is_valid = predicate(validator.schema, validator)

    def iter_errors(self, value: Json) -> Iterator[ValidationError]:
        """Yield what is wrong with a value, as jsonschema does."""
        return iter(()) if self.is_valid(value) else self._validator.iter_errors(value)


def predicate(schema: Any, validator: Validator) -> Predicate:  # noqa: ANN401 - a schema, or a boolean
    """Return what says whether a value satisfies a schema.

    Args:
        schema: without references to other places of a document.
        validator: of jsonschema, whose types, formats and further keywords are meant.
    """
    if schema is True or schema == {}:
        return lambda _: True
    if schema is False:
        return lambda _: False
    slow = validator.evolve(schema=schema)
    found: list[Predicate] = []
    for keyword, said in schema.items():
        if keyword in {"$ref", "$dynamicRef", "$id", "$schema"}:
            return lambda value: bool(slow.is_valid(value))
        if keyword not in validator.VALIDATORS or keyword in _WITH_ANOTHER:
            continue  # it says nothing of what is valid, or is read with another keyword
        make = _COMPILERS.get(keyword)
        made = None if make is None else make(said, schema, validator)
        if made is None:
            return lambda value: bool(slow.is_valid(value))
        found.append(made)
    return _all_of(found)


def _all_of(found: list[Predicate]) -> Predicate:
    match found:
        case []:
            return lambda _: True
        case [one]:
            return one
        case [one, two]:
            return lambda value: one(value) and two(value)
        case [one, two, three]:
            return lambda value: one(value) and two(value) and three(value)
    some = tuple(found)
    return lambda value: all(one(value) for one in some)


def _generated(keyword: str) -> Compiler:
    """Return what compiles a keyword by asking jsonschema's own function."""

    def made(said: Any, schema: Mapping[str, Any], validator: Validator) -> Predicate:  # noqa: ANN401 - any JSON
        errors = validator.VALIDATORS[keyword]
        return lambda value: next(iter(errors(validator, said, value, schema) or ()), None) is None

    return made


def _type(said: Any, _: Mapping[str, Any], validator: Validator) -> Predicate:  # noqa: ANN401 - a name, or several
    def of(name: str) -> Predicate:
        return _PLAIN_TYPES.get(name) or (lambda value: validator.is_type(value, name))

    if isinstance(said, str):
        return of(said)
    some = tuple(map(of, said))
    return lambda value: any(one(value) for one in some)


def _enum(said: Any, _: Mapping[str, Any], __: Validator) -> Predicate | None:  # noqa: ANN401 - any list
    if not all(isinstance(one, str) or one is None for one in said):
        return None
    listed, null = frozenset(one for one in said if one is not None), None in said
    return lambda value: value in listed if isinstance(value, str) else null and value is None


def _const(said: Any, _: Mapping[str, Any], __: Validator) -> Predicate | None:  # noqa: ANN401 - any JSON
    if isinstance(said, str):
        return lambda value: isinstance(value, str) and value == said
    return (lambda value: value is said) if said is None or isinstance(said, bool) else None


def _required(said: Any, _: Mapping[str, Any], __: Validator) -> Predicate:  # noqa: ANN401 - names
    names = tuple(said)
    return lambda value: not isinstance(value, dict) or all(name in value for name in names)


def _properties(said: Any, _: Mapping[str, Any], validator: Validator) -> Predicate:  # noqa: ANN401 - schemas by name
    members = {name: predicate(one, validator) for name, one in said.items() if one is not True}

    def satisfied(value: Json) -> bool:
        if not isinstance(value, dict):
            return True
        return all(one(value[name]) for name, one in members.items() if name in value)

    return satisfied


def _additional(said: Any, schema: Mapping[str, Any], validator: Validator) -> Predicate | None:  # noqa: ANN401 - a schema
    if "patternProperties" in schema:
        return None
    known, other = frozenset(schema.get("properties", ())), predicate(said, validator)
    return lambda value: not isinstance(value, dict) or all(name in known or other(one) for name, one in value.items())


def _names(said: Any, _: Mapping[str, Any], validator: Validator) -> Predicate:  # noqa: ANN401 - a schema
    one = predicate(said, validator)
    return lambda value: not isinstance(value, dict) or all(map(one, value))


def _items(said: Any, schema: Mapping[str, Any], validator: Validator) -> Predicate:  # noqa: ANN401 - a schema
    one, start = predicate(said, validator), len(schema.get("prefixItems", ()))
    return lambda value: not isinstance(value, list) or all(map(one, value[start:] if start else value))


def _prefix(said: Any, _: Mapping[str, Any], validator: Validator) -> Predicate:  # noqa: ANN401 - schemas
    some = tuple(predicate(one, validator) for one in said)
    return lambda value: not isinstance(value, list) or all(one(part) for one, part in zip(some, value, strict=False))


def _sized(kind: type[str | list[Any] | dict[str, Any]], holds: Callable[[int, Any], bool]) -> Compiler:
    def made(said: Any, _: Mapping[str, Any], __: Validator) -> Predicate:  # noqa: ANN401 - a number
        return lambda value: not isinstance(value, kind) or holds(len(value), said)

    return made


def _dependent(said: Any, _: Mapping[str, Any], __: Validator) -> Predicate:  # noqa: ANN401 - names by name
    asked = {name: tuple(others) for name, others in said.items()}
    return lambda value: (
        not isinstance(value, dict)
        or all(other in value for name, others in asked.items() if name in value for other in others)
    )


def _several(join: Callable[[tuple[Predicate, ...]], Predicate]) -> Compiler:
    def made(said: Any, _: Mapping[str, Any], validator: Validator) -> Predicate:  # noqa: ANN401 - schemas
        return join(tuple(predicate(one, validator) for one in said))

    return made


def _not(said: Any, _: Mapping[str, Any], validator: Validator) -> Predicate:  # noqa: ANN401 - a schema
    one = predicate(said, validator)
    return lambda value: not one(value)


def _if(said: Any, schema: Mapping[str, Any], validator: Validator) -> Predicate:  # noqa: ANN401 - a schema
    parts = (said, schema.get("then", True), schema.get("else", True))
    asked, then, otherwise = (predicate(one, validator) for one in parts)
    return lambda value: then(value) if asked(value) else otherwise(value)


def _format(said: Any, _: Mapping[str, Any], validator: Validator) -> Predicate:  # noqa: ANN401 - a name
    checker: FormatChecker | None = getattr(validator, "format_checker", None)
    if checker is None or said not in checker.checkers:
        return lambda _: True
    return lambda value: bool(checker.conforms(value, said))


_WITH_ANOTHER = {"then", "else"}
_COMPILERS: Mapping[str, Compiler] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "required": _required,
    "properties": _properties,
    "additionalProperties": _additional,
    "propertyNames": _names,
    "items": _items,
    "prefixItems": _prefix,
    "minItems": _sized(list, lambda length, least: length >= least),
    "maxItems": _sized(list, lambda length, most: length <= most),
    "minLength": _sized(str, lambda length, least: length >= least),
    "maxLength": _sized(str, lambda length, most: length <= most),
    "minProperties": _sized(dict, lambda length, least: length >= least),
    "maxProperties": _sized(dict, lambda length, most: length <= most),
    "dependentRequired": _dependent,
    "allOf": _several(lambda some: lambda value: all(one(value) for one in some)),
    "anyOf": _several(lambda some: lambda value: any(one(value) for one in some)),
    "oneOf": _several(lambda some: lambda value: sum(one(value) for one in some) == 1),
    "not": _not,
    "if": _if,
    "format": _format,
    **{
        keyword: _generated(keyword)
        for keyword in (
            "pattern",
            "multipleOf",
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "uniqueItems",
            "$together",
            "$apart",
        )
    },
}
"""Keywords that are compiled; a schema with another one is left to jsonschema as a whole."""
