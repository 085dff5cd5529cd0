"""Chooses the transport of a target."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ed_contract.transport.base import Transport
from ed_contract.transport.credentials import refuse_live
from ed_contract.transport.nodes import Nodes
from ed_contract.transport.target import Target


def open_transport(target: Target, nodes: Mapping[str, Target] = MappingProxyType({})) -> Transport:
    """Return the transport to a target: over HTTP, or in process to its application; to several nodes, if it has any.

    Whatever door a target came through, it is opened here: a live key is refused here too.

    Raises:
        UsageError: it would be sent a live key, without `allow_live`.
        TargetError: the application fails at its start-up.
    """
    refuse_live(target)
    if nodes:
        return Nodes(nodes)
    if target.app is None:
        from ed_contract.transport.http import HttpTransport  # noqa: PLC0415 - httpx is loaded when it is needed

        return HttpTransport(target)
    if target.app.is_async:
        from ed_contract.transport.asgi import AsgiTransport  # noqa: PLC0415 - the same of asyncio

        return AsgiTransport(target, target.app)
    from ed_contract.transport.wsgi import WsgiTransport  # noqa: PLC0415 - beside the others

    return WsgiTransport(target, target.app)
