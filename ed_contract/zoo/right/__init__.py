"""The right servers, each in the module for the area in which it behaves unusually."""

from ed_contract.zoo.right import (
    auth,
    echo,
    edition_2026_03,
    edition_2026_04,
    edition_2026_07,
    edition_2026_09,
    idempotency,
    idempotency_replicas,
    include,
    request,
    response,
    response_bodies,
    response_timestamps,
    robustness,
)
from ed_contract.zoo.specimen import RightServer

MODULES = (
    request,
    response,
    response_bodies,
    response_timestamps,
    echo,
    include,
    idempotency,
    idempotency_replicas,
    robustness,
    auth,
    edition_2026_03,
    edition_2026_04,
    edition_2026_07,
    edition_2026_09,
)
"""In the order of the contract's areas, then those of later editions."""

RIGHT: tuple[RightServer, ...] = tuple(one for module in MODULES for one in module.RIGHT)
"""All right servers, by area."""
