"""HTTP over one pool of connections that are kept alive. The only module that knows httpx.

Where httpx2 is installed, which is the same client under another name, that is used.
"""

from __future__ import annotations

import math
import ssl
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import quote

from ed_contract.case import HangUp
from ed_contract.exceptions import UsageError
from ed_contract.interaction import Headers, Request, Response, response
from ed_contract.parsing import LARGEST_BODY, LARGEST_OF_BURST
from ed_contract.transport.base import Dropped, HungUp, Lost, OutOfTime, TimedOut, Unreached, Unsendable
from ed_contract.transport.credentials import shows_credential
from ed_contract.transport.decoding import body_of
from ed_contract.transport.glimpses import LONGEST, identifier_in
from ed_contract.transport.proxies import Route, invalid, route_of
from ed_contract.transport.target import Target
from ed_contract.transport.timed import NAME, Backend, Clock, Stream, keeping_to, reset_when_closed
from ed_contract.transport.tls import show_certificate, trusting

if TYPE_CHECKING:
    import httpx
else:
    try:
        import httpx2 as httpx
    except ImportError:
        import httpx

LONGEST_GATE = 5.0  # seconds for all requests of a burst to arrive at their last byte
UNREAD = {HangUp.SENT: 0.0, HangUp.UNDER_WAY: 0.01}
"""Seconds from the end of a request until we hang up, where nothing of its answer is read; less if it comes before."""
_ASCII = "".join(map(chr, range(33, 127)))


class _Gate:
    """Opens when all requests of a burst have arrived at their last byte.

    The thread that comes last sends the last bytes of all, one right after the other: threads that have to wake up
    first would seldom come together, least of all where every core is busy.
    """

    def __init__(self, missing: int) -> None:
        self._missing = missing
        self._held: list[tuple[Stream, bytes]] = []
        self._lock = threading.Lock()
        self._open = threading.Event()
        self._failed = False

    def held_back(self, body: bytes, clock: Clock) -> Iterator[bytes]:
        """Yield the body but for its last byte, and that one, which is sent by then, when the gate opens."""
        yield body[:-1]
        stream, last = clock.stream, body[-1:]
        stream.flush()
        with self._lock:
            self._held.append((stream, last))
            if len(self._held) == self._missing and not self._failed:
                for each, byte in self._held:
                    each.send_ahead(byte)
                self._open.set()
        self._open.wait(clock.gate(LONGEST_GATE))
        with self._lock:  # whoever came last may be sending
            is_sent = self._open.is_set() and not self._failed
            self._failed = self._failed or not is_sent
        if not is_sent:
            clock.gate(LONGEST_GATE)
            # A server with a short queue may not let all of them in at once: no fault of its.
            raise Unsendable("not all requests of the burst could be sent up to their last byte")
        clock.progress()
        clock.released = stream.sent_at
        yield last

    def give_up(self) -> None:
        """Let the others go if one request of the burst will never arrive."""
        with self._lock:
            if not self._open.is_set():
                self._failed = True
                self._open.set()


class _Connections(httpx.HTTPTransport):
    """A pool of connections that keep to a clock."""

    def __init__(self, clock: Clock, *, tls: ssl.SSLContext, proxy: httpx.Proxy | None, handshakes: int) -> None:
        super().__init__(
            verify=tls,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=None),  # one for each worker
            proxy=proxy,
        )
        # What opens connections cannot be given from outside. It is asked for these methods alone.
        self._pool._network_backend = Backend(self._pool._network_backend, clock, handshakes)  # type: ignore[assignment]  # noqa: SLF001


class HttpTransport:
    """Sends requests to `target` over one pool of connections; redirects are not followed, cookies not kept.

    Raises UsageError for certificates that cannot be read, and for a proxy that cannot be used.
    """

    def __init__(self, target: Target) -> None:
        self._target = target
        try:
            self._origin = httpx.URL(target.endpoint)
        except httpx.InvalidURL as error:
            raise UsageError(f"invalid URL {target}: {error}\ngive the server's base URL.") from None
        self._clock = Clock()
        self._route = route_of(target)
        self._tls = _trusting(self._origin.scheme, target)
        show_certificate(self._tls, target)
        self._proxy = _proxy(self._route, target, self._clock)
        self._connections = self._opened()
        self._counting = threading.Lock()
        self._under_way = 0  # requests

    def _opened(self) -> _Connections:
        proxy = self._proxy
        handshakes = (self._origin.scheme, "" if proxy is None else proxy.url.scheme).count("https")
        return _Connections(self._clock, tls=self._tls, proxy=proxy, handshakes=handshakes)

    def send(self, request: Request, *, until: float = math.inf) -> Response:
        """Send `request` and return the answer, decoded and read to its end; raise Lost if there is none.

        A request at which we hang up has a connection of its own. Idle ones are closed first, as for a burst, unless
        other requests are under way.
        """
        if request.hangs_up is not None and self._route.proxy is not None:
            raise Unsendable("through a proxy, the connection to the target cannot be closed before its answer")
        with self._counting:
            self._under_way += 1
            if request.hangs_up is not None and self._under_way == 1:
                self.disconnect()
        try:
            if request.hangs_up is None:
                return self._exchange(request, request.body, until=until)
            with self._opened() as connections:
                return self._exchange(request, request.body, until=until, over=connections)
        finally:
            with self._counting:
                self._under_way -= 1

    def burst(self, requests: Sequence[Request], *, until: float = math.inf) -> list[Response | Lost]:
        """Send all `requests` so that they arrive together, and return their answers in the same order."""
        return together([(self, request) for request in requests], until=until)

    def held_back(self, request: Request, gate: _Gate, *, until: float) -> Response | Lost:
        """Send a request of a burst, its last byte when the gate opens, and return what came."""
        try:
            body = gate.held_back(request.body, self._clock)
            return self._exchange(request, body, until=until, alone=len(request.body))
        except Lost as lost:
            gate.give_up()
            return lost

    def _exchange(
        self,
        request: Request,
        content: bytes | Iterator[bytes],
        *,
        until: float,
        alone: int | None = None,
        over: _Connections | None = None,
    ) -> Response:
        """Send one request, over certain connections or those that are kept alive.

        `alone` is its length when it is to have a connection of its own among them.
        """
        self._clock.start(self._target.request_timeout, until)
        self._clock.unread = None if request.hangs_up is None else UNREAD.get(request.hangs_up)
        try:
            self._clock.left()
            return self._answer(
                self._made(request, content, alone),
                over or self._connections,
                LARGEST_BODY if alone is None else LARGEST_OF_BURST,
                hangs_up=request.hangs_up is HangUp.SEEN,
            )
        except TimedOut as late:
            raise self._opening(late, "timed out") from None
        except Lost:
            raise
        except httpx.TimeoutException as error:
            raise self._opening(self._clock.late(), str(error)) from error
        except (httpx.ConnectError, httpx.ProxyError) as error:
            raise Unreached(str(error) or type(error).__name__) from error
        except (httpx.LocalProtocolError, httpx.UnsupportedProtocol, httpx.InvalidURL, UnicodeError) as error:
            # What follows is the value itself, in Python's writing, and it may be a credential.
            raise Unsendable(str(error).partition(" b'")[0].partition(' b"')[0]) from None
        except (httpx.HTTPError, OSError) as error:
            why = str(error) or type(error).__name__
            raise self._opening(Dropped(why), why) from error
        except Exception as error:
            # Nobody knows whose fault that is, so nobody is accused.
            raise Unsendable(f"the client failed: {type(error).__name__}") from error

    def _opening(self, lost: Lost, why: str) -> Lost:
        """Return what `lost` is while the connection is being opened: it could not be made, for the reason `why`."""
        return Unreached(why) if self._clock.opening and not isinstance(lost, OutOfTime) else lost

    def _made(self, request: Request, content: bytes | Iterator[bytes], alone: int | None) -> httpx.Request:
        headers = [(name.encode(), value.encode()) for name, value in request.headers]
        authorization = self._target.authorization(request.credential)
        if authorization is not None:
            headers.append((self._target.credential_header.encode(), authorization.encode()))
        if alone is not None:
            headers += [(b"Content-Length", str(alone).encode()), (b"Connection", b"close")]
        return httpx.Request(request.method, self._url(request.path), headers=headers, content=content)

    def _answer(self, request: httpx.Request, connections: _Connections, largest: int, *, hangs_up: bool) -> Response:
        """Return the answer; `hangs_up` says that of a successful one no more is read than its id."""
        answer = connections.handle_request(request)
        fields = tuple((name.lower(), value) for name, value in answer.headers.multi_items())
        try:
            chunks = answer.iter_raw()
            if hangs_up and answer.is_success:
                chunks = self._until_seen(chunks, answer, fields)
            body = body_of(chunks, fields, self._clock.left, largest=largest)
        finally:
            answer.close()
        shown = shows_credential(body, self._target)
        stream = answer.extensions.get("network_stream")
        connection = "" if stream is None else str(stream.get_extra_info(NAME) or "")
        return response(
            answer.status_code,
            fields,
            body,
            shows_credential=shown,
            connection=connection,
            released=self._clock.released,
        )

    def _until_seen(self, chunks: Iterator[bytes], answer: httpx.Response, fields: Headers) -> Iterator[bytes]:
        """Yield the parts of a body, until they show the id."""
        came = b""
        for chunk in chunks:
            came += chunk if len(came) < LONGEST else b""
            identifier = identifier_in(body_of([came], fields), self._target.contract)
            if identifier is not None:
                reset_when_closed(answer.extensions["network_stream"])
                raise HungUp(answer.status_code, identifier)
            yield chunk

    def _url(self, path: str) -> httpx.URL:
        """Return the URL of a path; that of creates is parsed once."""
        raw = quote(path, safe=_ASCII).encode()
        return self._origin if raw == self._origin.raw_path else self._origin.copy_with(raw_path=raw)

    def disconnect(self) -> None:
        """Close the connections that are kept alive; the next request opens one."""
        self._connections.close()
        self._connections = self._opened()

    def close(self) -> None:
        """Close all connections."""
        self._connections.close()


def together(requests: Sequence[tuple[HttpTransport, Request]], *, until: float) -> list[Response | Lost]:
    """Send requests, each over its transport, so that they arrive together, and return their answers in the same order.

    Each has a connection of its own and is sent but for its last byte; then all last bytes are released together. Idle
    connections are closed first, and each answer closes its own, so that a server with a single thread does not wait
    for one of them while another is to be served.
    """
    for transport in dict.fromkeys(transport for transport, _ in requests):
        transport.disconnect()
    gate = _Gate(len(requests))

    def one(sent: tuple[HttpTransport, Request]) -> Response | Lost:
        transport, request = sent
        return transport.held_back(request, gate, until=until)

    with ThreadPoolExecutor(max_workers=len(requests)) as pool:
        return list(pool.map(one, requests))


def _trusting(scheme: str, target: Target) -> ssl.SSLContext:
    """Return what a connection by `scheme` checks certificates with; plain HTTP checks none.

    Loading the certificates takes longer than a hundred requests.
    """
    return trusting(target.tls_verify if scheme == "https" else False) or httpx.create_ssl_context(trust_env=False)


def _proxy(route: Route, target: Target, clock: Clock) -> httpx.Proxy | None:
    if route.proxy is None:
        return None
    try:
        proxy = httpx.Proxy(route.proxy)
        if proxy.url.scheme == "https":
            proxy.ssl_context = keeping_to(clock, _trusting("https", target))
    except (httpx.InvalidURL, ValueError):
        raise UsageError(invalid(route.given_by)) from None
    return proxy
