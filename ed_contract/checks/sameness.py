"""Whether two answers show the same destination. Knows objects, not requests."""

from __future__ import annotations

from collections.abc import Mapping, Sized
from typing import Any

from ed_contract.contract import Contract
from ed_contract.contract.schemas import member
from ed_contract.record.values import same


def is_the_same_destination(contract: Contract, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two objects with one id are one destination: created at the same time with the same name."""
    return all(same(member(one, place), member(other, place)) for place in contract.telling)


def looks_like(other: Mapping[str, Any], one: Mapping[str, Any]) -> bool:
    """Whether an object has most members of another: one that is wrapped in something, or cut, does not."""
    shared: Sized = one.keys() & other.keys()
    return 2 * len(shared) >= len(one)
