"""Several nodes that are one service: what they are, and the transport that brings each request to its own."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ed_contract.exceptions import UsageError
from ed_contract.interaction import Request, Response
from ed_contract.transport.base import Lost
from ed_contract.transport.target import Target


def nodes_of(target: Target, replicas: Iterable[str]) -> dict[str, Target]:
    """Return the nodes of a service by their base URLs, the target first; none where there are no replicas.

    Each is asked as the target is: with the same credentials and headers, below the same path.

    Raises:
        UsageError: a URL cannot be used, or is there twice; or the target is an application in process.
    """
    nodes: dict[str, Target] = {_base(target.url): target}
    for url in replicas:
        if target.app is not None:
            raise UsageError("--replica is of no use with an application in process\nleave one of the two out.")
        try:
            node = replace(target, url=url)
        except UsageError as error:
            raise UsageError(f"--replica: {error}") from error
        if any(node.endpoint == one.endpoint for one in nodes.values()):
            raise UsageError(f"--replica: {url} is given already\ngive the URL of another node of the same service.")
        nodes[_base(url)] = node
    return nodes if len(nodes) > 1 else {}


def _base(url: str) -> str:
    return url.rstrip("/")


class Nodes:
    """Sends each request to the node that it names.

    Raises what an `HttpTransport` raises.
    """

    def __init__(self, nodes: Mapping[str, Target]) -> None:
        """Open the transports to nodes that are given by their base URLs."""
        from ed_contract.transport.http import HttpTransport  # noqa: PLC0415 - httpx is loaded when it is needed

        self._transports = {url: HttpTransport(target) for url, target in nodes.items()}

    def send(self, request: Request, *, until: float = math.inf) -> Response:
        """Send `request` to its node, and return the answer."""
        return self._transports[request.node].send(request, until=until)

    def burst(self, requests: Sequence[Request], *, until: float = math.inf) -> list[Response | Lost]:
        """Send all `requests`, each to its node, so that they arrive at once."""
        from ed_contract.transport.http import together  # noqa: PLC0415 - httpx is loaded when it is needed

        return together([(self._transports[request.node], request) for request in requests], until=until)

    def disconnect(self) -> None:
        """Close the connections that are kept alive."""
        for transport in self._transports.values():
            transport.disconnect()

    def close(self) -> None:
        """Close the connections."""
        for transport in self._transports.values():
            transport.close()
