"""Chooses the transport of a target."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ed_contract.transport import transports
from ed_contract.transport.base import Transport
from ed_contract.transport.credentials import refuse_live
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
        return transports.NodesTransport(nodes)
    if target.app is None:
        return transports.HttpTransport(target)
    if target.app.is_async:
        return transports.AsgiTransport(target, target.app)
    return transports.WsgiTransport(target, target.app)
