"""Validates values as a document means them: `$` is the very end, and 19.99 is a multiple of 0.01."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError


def validator(schema: Mapping[str, Any], *, formats: Any = None, points: bool = True) -> Draft202012Validator:  # noqa: ANN401 - jsonschema's
    """Return what validates values by a schema without references.

    Args:
        schema: JSON Schema 2020-12.
        formats: a checker of formats; without one, those that are rules are checked.
        points: whether 100.0 is an integer, as it is to JSON Schema; some real servers refuse it.
    """
    from jsonschema import Draft202012Validator, validators  # noqa: PLC0415 - heavy

    from ed_contract.kinds.validity import FORMATS  # noqa: PLC0415 - the same

    types = Draft202012Validator.TYPE_CHECKER
    if not points:
        types = types.redefine("integer", lambda _, value: type(value) is int)
    words = {"multipleOf": _multiple_of, "pattern": _pattern}
    made = validators.extend(Draft202012Validator, words, type_checker=types)  # type: ignore[no-untyped-call]
    found: Draft202012Validator = made(schema, format_checker=formats or FORMATS)
    return found


def _multiple_of(_: object, step: float, value: object, __: object) -> Iterator[ValidationError]:
    from jsonschema.exceptions import ValidationError  # noqa: PLC0415 - heavy

    if not isinstance(value, int | float) or isinstance(value, bool):
        return
    whole = isinstance(value, int)  # of 4,000 digits too, of which no text is made
    if not (whole or math.isfinite(value)) or (Fraction(value if whole else repr(value)) / Fraction(repr(step))) % 1:
        yield ValidationError(f"{value!r} is not a multiple of {step!r}")


def _pattern(_: object, pattern: str, value: object, __: object) -> Iterator[ValidationError]:
    from jsonschema.exceptions import ValidationError  # noqa: PLC0415 - heavy

    from ed_contract.kinds.validity import compiled  # noqa: PLC0415 - the same

    read = compiled(pattern)
    if isinstance(value, str) and read is not None and not read.search(value):
        yield ValidationError(f"{value[:80]!r} does not match {pattern!r}")
