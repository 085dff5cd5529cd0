"""The right servers: each stands in the module of the area whose latitude it uses."""

from ed_contract.zoo.right import (
    auth,
    echo,
    idempotency,
    include,
    request,
    response,
    response_bodies,
    response_timestamps,
    robustness,
)
from ed_contract.zoo.specimen import RightServer

MODULES = (request, response, response_bodies, response_timestamps, echo, include, idempotency, robustness, auth)
"""In the order of the areas of the contract."""

RIGHT: tuple[RightServer, ...] = tuple(one for module in MODULES for one in module.RIGHT)
"""All right servers, by the latitude they use."""
