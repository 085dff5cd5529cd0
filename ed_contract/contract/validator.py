"""Validates values as a document means them, and as the kinds of values read schemas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ed_contract.contract.variants import exact
from ed_contract.kinds.broken import Dialect, Predicate
from ed_contract.kinds.predicates import Checked
from ed_contract.kinds.validity import FORMATS


def validator(
    schema: Mapping[str, Any], *, formats: Mapping[str, Predicate] | None = None, points: bool = True
) -> Checked:
    """Return the validator of a schema without references.

    Args:
        schema: JSON Schema 2020-12.
        formats: the formats that are rules, each with what strings must satisfy; by default those of the kinds.
        points: whether 100.0 is an integer, as in JSON Schema; some real servers refuse it.
    """
    return Checked(exact(schema), Dialect(formats=FORMATS if formats is None else formats, points=points))
