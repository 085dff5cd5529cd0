"""Brings each request to the node that it names, of the several that are one service."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from ed_contract.interaction import Request, Response
from ed_contract.transport.base import Lost
from ed_contract.transport.http import HttpTransport, together
from ed_contract.transport.target import Target


class NodesTransport:
    """Sends each request to the node that it names.

    Raises what an `HttpTransport` raises.
    """

    def __init__(self, nodes: Mapping[str, Target]) -> None:
        """Open the transports to nodes that are given by their base URLs."""
        self._transports = {url: HttpTransport(target) for url, target in nodes.items()}

    def send(self, request: Request, *, until: float = math.inf) -> Response:
        """Send `request` to its node, and return the answer."""
        return self._transports[request.node].send(request, until=until)

    def burst(self, requests: Sequence[Request], *, until: float = math.inf) -> list[Response | Lost]:
        """Send all `requests`, each to its node, so that they arrive together."""
        return together([(self._transports[request.node], request) for request in requests], until=until)

    def disconnect(self) -> None:
        """Close the connections that are kept alive."""
        for transport in self._transports.values():
            transport.disconnect()

    def close(self) -> None:
        """Close the connections."""
        for transport in self._transports.values():
            transport.close()
