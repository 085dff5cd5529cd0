"""Chooses the requirements of a schema to break."""

from __future__ import annotations

from hypothesis.errors import InvalidArgument

from ed_contract.cases.breaking import Row, rows_of
from ed_contract.contract import Contract


def chosen_rows(contract: Contract, area: str, requirement: str | None) -> tuple[Row, ...]:
    """Return the row of a requirement, or all rows; raise InvalidArgument if there is none."""
    rows = rows_of(contract, area)
    if requirement is None:
        return tuple(rows.values())
    if requirement not in rows:
        known = ", ".join(rows)
        raise InvalidArgument(f"unknown requirement {requirement!r} of the {area} schema: expected one of {known}")
    return (rows[requirement],)
