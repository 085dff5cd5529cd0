"""What the documented schema says of params: that they break one requirement, several, or none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from ed_contract.case import Expectation, Mutation, Params
from ed_contract.contract import CONTRACT, row_of

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

OPERATOR = "as given"
"""What was done to params that others made: nothing that we know of."""


@cache
def _validator() -> Draft202012Validator:
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - heavy

    return Draft202012Validator(CONTRACT.request_schema)


def documented(params: Params) -> tuple[Expectation | None, Mutation | None]:
    """Return REJECT with the one requirement that is broken, EITHER where several are, or None where none is.

    A null may stand for what is not given, so that params with one are EITHER as soon as anything is broken.
    """
    errors = list(_validator().iter_errors(params))
    if not errors:
        return None, None
    if len(errors) > 1 or any(value is None for _, value in leaves(params)):
        return Expectation.EITHER, None
    (error,) = errors
    missing = ""
    if error.validator == "required":
        missing = next(name for name in error.validator_value if name not in error.instance)
    row = row_of("request", tuple(error.relative_schema_path), missing=missing)
    place = row.removeprefix("request/").rpartition("/")[0]
    return Expectation.REJECT, Mutation(requirement=row, operator=OPERATOR, place=place)


def leaves(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any JSON
    """Yield each place with its value; those of arrays share one."""
    yield place, value
    if isinstance(value, Mapping):
        for name, child in value.items():
            yield from leaves(child, f"{place}.{name}" if place else name)
    elif isinstance(value, list | tuple):
        for child in value:
            yield from leaves(child, place)
