"""A plain reverse proxy on loopback: bytes go through it unchanged, and what passed is handed on as exchanges.

It judges nothing. Of a request it changes the value of Host, and the path where the target's URL has one; a target in
absolute form gets the target's scheme and host. Everything else, in both directions, is as it came. Decisions:

- A request that two readers could read in two ways is answered 400 and not passed on: Content-Length together with
  Transfer-Encoding or given twice, any coding but `chunked`, bare line feeds, folded headers, malformed chunks, a head
  above 64 KiB. CONNECT is answered 501. Nothing that follows on such a connection is passed on.
- An answer that cannot be followed goes on as it came until the connection ends, and is recorded as none: the client
  sees what it would have seen without us.
- A request that is refused is not recorded: it was never sent. One to a target that is down is recorded.
- Nobody is blamed for what the client broke off: the answer is then NotRead. So it is where a body is longer than is
  read, and the record holds no part of it.
- What an upgraded connection carries after 101 is passed on and not recorded.
"""

from ed_contract.proxy.server import Proxy

__all__ = ["Proxy"]
