"""Has jsonschema read schemas as the compiled ones are read. Loaded for schemas that nothing is compiled for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from ed_contract.kinds.broken import Dialect, Predicate
from ed_contract.kinds.keywords import APART, TOGETHER, compiled, foreign, is_multiple, repeated
from ed_contract.kinds.spec import Json


def _pattern(_: Validator, pattern: str, value: object, __: object) -> Iterator[ValidationError]:
    read = compiled(pattern)
    if isinstance(value, str) and read is not None and not read.search(value):
        yield ValidationError(f"{value[:80]!r} does not match {pattern!r}")


def _multiple_of(_: Validator, step: float, value: object, __: object) -> Iterator[ValidationError]:
    if isinstance(value, int | float) and not isinstance(value, bool) and not is_multiple(value, step):
        yield ValidationError(f"not a multiple of {step!r}")


def _together(_: Validator, worlds: Json, value: Json, __: object) -> Iterator[ValidationError]:
    for place in foreign([{name: set(known) for name, known in world.items()} for world in worlds], value):
        head = place.partition(".")[0].partition("[")[0]
        yield ValidationError(f"{place} is of another example", schema_path=("properties", head))


def _apart(_: Validator, names: Json, value: Json, __: object) -> Iterator[ValidationError]:
    for name in repeated(names, value):
        yield ValidationError(f"two elements have the same {name}")


VALIDATOR: type[Validator] = extend(  # type: ignore[no-untyped-call] # jsonschema's own has no types
    Draft202012Validator, {"pattern": _pattern, "multipleOf": _multiple_of, TOGETHER: _together, APART: _apart}
)
"""Reads patterns as ECMA-262 does, and knows that 19.99 is a multiple of 0.01."""


def checker(formats: Mapping[str, Predicate]) -> FormatChecker:
    """Return what checks the formats that are rules."""
    made = FormatChecker(formats=())
    for name, holds in formats.items():
        made.checks(name)(lambda value, holds=holds: not isinstance(value, str) or holds(value))
    return made


def validator(schema: Any, dialect: Dialect) -> Any:  # noqa: ANN401 - a schema; a validator of some version
    """Return the validator of a schema without references."""
    types = VALIDATOR.TYPE_CHECKER
    if not dialect.points:
        types = types.redefine("integer", lambda _, value: type(value) is int)
    made = extend(VALIDATOR, type_checker=types)  # type: ignore[no-untyped-call] # the same
    return made({}, format_checker=checker(dialect.formats)).evolve(schema=schema)
