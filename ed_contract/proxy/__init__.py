"""A plain reverse proxy on loopback: bytes go through it unchanged, and what passed is handed on as exchanges.

It judges nothing. What it changes of a request is the value of Host, and the path where the target's URL has one.
"""

from ed_contract.proxy.server import Proxy

__all__ = ["Proxy"]
