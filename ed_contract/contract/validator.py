"""Validates values as a document means them, and as the kinds of values read schemas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jsonschema.validators import extend

from ed_contract.contract.variants import exact
from ed_contract.kinds.predicates import Checked
from ed_contract.kinds.validity import FORMATS, VALIDATOR


def validator(schema: Mapping[str, Any], *, formats: Any = None, points: bool = True) -> Checked:  # noqa: ANN401 - jsonschema's
    """Return the validator of a schema without references.

    Args:
        schema: JSON Schema 2020-12.
        formats: a format checker; by default, the formats that are rules are checked.
        points: whether 100.0 is an integer, as in JSON Schema; some real servers refuse it.
    """
    types = VALIDATOR.TYPE_CHECKER
    if not points:
        types = types.redefine("integer", lambda _, value: type(value) is int)
    made = extend(VALIDATOR, type_checker=types)  # type: ignore[no-untyped-call] # jsonschema's own has no types
    return Checked(made(exact(schema), format_checker=formats or FORMATS))
