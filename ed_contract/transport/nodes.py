"""Several nodes that are one service: what they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ed_contract.exceptions import UsageError
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
            raise UsageError("--replica cannot be used with an application in process\nleave out one of the two.")
        try:
            node = replace(target, url=url)
        except UsageError as error:
            raise UsageError(f"--replica: {error}") from error
        if any(node.endpoint == one.endpoint for one in nodes.values()):
            raise UsageError(f"--replica: {url} is already given\ngive the URL of another node of the same service.")
        nodes[_base(url)] = node
    return nodes if len(nodes) > 1 else {}


def _base(url: str) -> str:
    return url.rstrip("/")
