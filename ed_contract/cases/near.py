"""Creates that differ from another in one documented parameter, at any depth: under a used key, a conflict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ed_contract.case import Params
from ed_contract.contract import Contract
from ed_contract.kinds import objects


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Params that differ from others at one place, and how."""

    place: str  # a dotted name
    how: str  # in a few words, e.g. "removed"
    params: Params

    def __str__(self) -> str:
        """Return the place and the change, for the end of a step's name."""
        return f"{self.place} {self.how}"


def changes(contract: Contract, params: Params) -> Iterator[Change]:
    """Yield the creates that differ from `params` in one parameter, each in turn, its most telling change first."""
    for twin in objects.near(contract.request_spec, dict(params)):
        yield Change(place=twin.place, how=twin.name, params=twin.value)
