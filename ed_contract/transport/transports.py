"""The transports, each loaded when the first of its targets is opened: httpx and asyncio are slow to import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ed_contract.first_use import loading

if TYPE_CHECKING:
    from ed_contract.transport.asgi import AsgiTransport
    from ed_contract.transport.http import HttpTransport
    from ed_contract.transport.to_nodes import NodesTransport
    from ed_contract.transport.wsgi import WsgiTransport

__all__ = ["AsgiTransport", "HttpTransport", "NodesTransport", "WsgiTransport"]
__getattr__ = loading(
    __name__,
    {
        "AsgiTransport": "ed_contract.transport.asgi:AsgiTransport",
        "HttpTransport": "ed_contract.transport.http:HttpTransport",
        "NodesTransport": "ed_contract.transport.to_nodes:NodesTransport",
        "WsgiTransport": "ed_contract.transport.wsgi:WsgiTransport",
    },
)
