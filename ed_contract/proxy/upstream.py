"""Where the proxy passes requests on to: the connection, and how a head reads there."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

from ed_contract.proxy.heads import RequestHead
from ed_contract.proxy.lines import Line, LineLost, TlsLine
from ed_contract.transport.base import Unreached
from ed_contract.transport.target import Target

CONNECT_SECONDS = 10.0  # for one address, and for the handshake of TLS
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """The server that requests are passed on to."""

    scheme: str
    host: str
    port: int
    prefix: bytes  # of every path, without a slash at its end
    tls: ssl.SSLContext | None

    @classmethod
    def of(cls, url: str, tls: ssl.SSLContext | None = None) -> Upstream:
        """Return the server of a base URL, whose certificate is checked with `tls` or else as Python does.

        Raises:
            UsageError: it is not an http or https URL, or has a user, a query or a fragment.
        """
        parts = urlsplit(Target(url=url).url)
        host = parts.hostname or ""
        return cls(
            scheme=parts.scheme,
            host=host if host.isascii() else host.encode("idna").decode(),
            port=parts.port or _PORTS[parts.scheme],
            prefix=parts.path.rstrip("/").encode(),
            tls=None if parts.scheme == "http" else tls or ssl.create_default_context(),
        )

    @property
    def authority(self) -> bytes:
        """The host, with the port unless it is the scheme's own: the value of the header Host."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}").encode()

    def head_for(self, head: RequestHead) -> bytes:
        """Return a request's head as it is passed on: each value of Host is ours, and the path has our prefix.

        A target in absolute form gets our scheme and host in the place of its own; `*` stays as it is.
        """
        cut, put = head.target_start + head.origin_end, self.prefix
        if head.origin_end:
            put = self.scheme.encode() + b"://" + self.authority + self.prefix
        elif head.target == b"*":
            put = b""
        parts, at = [head.raw[: head.target_start], put], cut
        for field in head.fields:
            if field.name == b"host":
                parts += [head.raw[at : field.start], self.authority]
                at = field.start + len(field.value)
        return b"".join([*parts, head.raw[at:]])

    async def opened(self) -> Line:
        """Return a connection to it; raise Unreached with one sentence."""
        where = f"{self.scheme}://{self.authority.decode()}"
        try:
            connection = await self._connected()
        except TimeoutError:
            raise Unreached(f"{where} did not take a connection within {CONNECT_SECONDS:g} s") from None
        except OSError as error:
            raise Unreached(f"{where} cannot be reached: {_reason(error)}") from None
        if self.tls is None:
            return Line(connection)
        line = TlsLine(connection, self.tls, self.host)
        try:
            await asyncio.wait_for(line.agree(), CONNECT_SECONDS)
        except BaseException as error:
            line.close()
            if isinstance(error, ssl.SSLError | LineLost | TimeoutError):
                raise Unreached(f"{where} cannot be reached over TLS: {_why(error)}") from None
            raise
        return line

    async def _connected(self) -> socket.socket:
        """Return a connection to the first address that takes one; raise OSError."""
        loop = asyncio.get_running_loop()
        failed: OSError = OSError("it has no address")
        for family, kind, protocol, _, address in await loop.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM):
            connection = socket.socket(family, kind, protocol)
            connection.setblocking(False)
            try:
                await asyncio.wait_for(loop.sock_connect(connection, address), CONNECT_SECONDS)
            except OSError as error:  # a TimeoutError is one
                connection.close()
                failed = error
            except BaseException:
                connection.close()
                raise
            else:
                return connection
        raise failed


def _reason(error: OSError) -> str:
    """Return the system's words for an error: asyncio's repeat the address."""
    if isinstance(error, socket.gaierror) or not error.errno:
        return error.strerror or str(error)
    return os.strerror(error.errno)


def _why(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return str(error.verify_message).removesuffix(".")
    if isinstance(error, ssl.SSLError):
        return (error.reason or "it does not speak TLS").replace("_", " ").lower()
    return "the connection was reset" if isinstance(error, LineLost) else f"no handshake within {CONNECT_SECONDS:g} s"
