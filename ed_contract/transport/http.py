"""HTTP over one kept-alive client. The only module that knows httpx."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from ed_contract.exceptions import UsageError
from ed_contract.interaction import Request, Response, response
from ed_contract.parsing import LARGEST_BODY, LARGEST_OF_BURST
from ed_contract.transport.base import Dropped, Lost, TimedOut, TooLong, Unreached, Unsendable
from ed_contract.transport.target import Target

SHORTEST_SECRET = 8  # characters; a shorter key occurs in answers by chance
LONGEST_GATE = 5.0  # seconds for all requests of a burst to arrive at their last byte


def _trusted(*, verify: bool | str) -> ssl.SSLContext | bool:
    """Return what certificates are checked with; raise UsageError for a file that holds none."""
    if verify is False:
        return False
    try:
        return ssl.create_default_context(cafile=verify) if isinstance(verify, str) else httpx.create_ssl_context()
    except OSError as error:
        why = "it holds no certificates" if isinstance(error, ssl.SSLError) else error.strerror
        raise UsageError(f"--tls-verify {verify}: {why}\ngive a file of certificates in PEM, or no.") from error


class _Gate:
    """Opens when all requests of a burst have arrived at their last byte."""

    def __init__(self, missing: int, timeout: float) -> None:
        self._missing = missing
        self._timeout = timeout
        self._lock = threading.Lock()
        self._open = threading.Event()
        self._failed = False

    def held_back(self, body: bytes) -> Iterator[bytes]:
        """Yield the body but for its last byte, and that one when the gate opens."""
        yield body[:-1]
        with self._lock:
            self._missing -= 1
            if not self._missing:
                self._open.set()
        if not self._open.wait(self._timeout) or self._failed:
            # A server with a short queue may not let all of them in at once: no fault of its.
            raise Unsendable("the requests of the burst did not all get through to their last byte")
        yield body[-1:]

    def give_up(self) -> None:
        """Let the others go if one request of the burst will never arrive."""
        with self._lock:
            if not self._open.is_set():
                self._failed = True
                self._open.set()


class HttpTransport:
    """Sends requests to `target` over one pool of connections; redirects are not followed, cookies not kept."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._origin = httpx.URL(target.endpoint)
        keys = (target.api_key, target.second_api_key)
        self._credentials = [key.encode() for key in keys if key and len(key) >= SHORTEST_SECRET]
        self._timeout = httpx.Timeout(target.request_timeout).as_dict()
        # Loading the certificates takes longer than a hundred requests, and plain HTTP needs none.
        self._verify = _trusted(verify=target.tls_verify) if self._origin.scheme == "https" else False
        self._client = self._opened()

    def _opened(self) -> httpx.Client:
        return httpx.Client(
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=4),
            follow_redirects=False,
            verify=self._verify,
            proxy=self._target.proxy,
        )

    def send(self, request: Request) -> Response:
        """Send `request` and return the answer, decoded and read to its end; raise Lost if there is none."""
        return self._exchange(request, request.body)

    def burst(self, requests: Sequence[Request]) -> list[Response | Lost]:
        """Send all `requests` so that they arrive at once, and return their answers in the same order.

        Each has a connection of its own and is sent but for its last byte; then all last bytes are released
        together. Idle connections are closed first, and each answer closes its own, so that a server with a
        single thread does not wait for one of them while another is to be served.
        """
        self.disconnect()
        gate = _Gate(len(requests), min(self._target.request_timeout, LONGEST_GATE))

        def one(request: Request) -> Response | Lost:
            try:
                return self._exchange(request, gate.held_back(request.body), alone=len(request.body))
            except Lost as lost:
                gate.give_up()
                return lost

        with ThreadPoolExecutor(max_workers=len(requests)) as pool:
            return list(pool.map(one, requests))

    def _exchange(self, request: Request, content: bytes | Iterator[bytes], *, alone: int | None = None) -> Response:
        """Send one request; `alone` is its length when it is to have a connection of its own."""
        headers = [(name.encode(), value.encode()) for name, value in request.headers]
        authorization = self._target.authorization(request.credential)
        if authorization is not None:
            headers.append((b"Authorization", authorization.encode()))
        if alone is not None:
            headers += [(b"Content-Length", str(alone).encode()), (b"Connection", b"close")]
        deadline = time.monotonic() + self._target.request_timeout
        try:
            sent = httpx.Request(
                request.method,
                self._url(request.path),
                headers=headers,
                content=content,
                extensions={"timeout": self._timeout},
            )
            answer = self._client.send(sent, stream=True)
            try:
                body = self._read(answer, deadline, LARGEST_BODY if alone is None else LARGEST_OF_BURST)
            finally:
                answer.close()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            raise Unreached(str(error) or type(error).__name__) from error
        except httpx.TimeoutException as error:
            raise TimedOut(f"no answer within {self._target.request_timeout:g} s") from error
        except (httpx.LocalProtocolError, httpx.UnsupportedProtocol, httpx.InvalidURL, UnicodeEncodeError) as error:
            # What follows is the value itself, in Python's writing, and it may be a credential.
            raise Unsendable(str(error).partition(" b'")[0].partition(' b"')[0]) from None
        except httpx.DecodingError as error:
            raise Dropped(f"the answer's content encoding does not decode: {error}") from error
        except httpx.TransportError as error:
            raise Dropped(str(error) or type(error).__name__) from error
        fields = tuple((name.lower(), value) for name, value in answer.headers.multi_items())
        shown = any(credential in body for credential in self._credentials)
        return response(answer.status_code, fields, body, shows_credential=shown)

    def _url(self, path: str) -> httpx.URL:
        """Return the URL of a path; that of creates is parsed once."""
        raw = path.encode()
        return self._origin if raw == self._origin.raw_path else self._origin.copy_with(raw_path=raw)

    def _read(self, answer: httpx.Response, deadline: float, largest: int) -> bytes:
        """Return the body; a server that drips for ever meets the deadline, which bounds the whole answer."""
        chunks = []
        size = 0
        for chunk in answer.iter_bytes():
            chunks.append(chunk)
            size += len(chunk)
            if size > largest:
                raise TooLong(f"the answer has more than {largest >> 20} MiB")
            if time.monotonic() > deadline:
                raise TimedOut(f"no complete answer within {self._target.request_timeout:g} s")
        return b"".join(chunks)

    def disconnect(self) -> None:
        """Close the connections that are kept alive; the next request opens one."""
        self._client.close()
        self._client = self._opened()

    def close(self) -> None:
        """Close all connections."""
        self._client.close()
