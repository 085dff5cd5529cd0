"""HTTP over one kept-alive client. The only module that knows httpx."""

from __future__ import annotations

import time
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from ed_contract.interaction import Request, Response, response
from ed_contract.transport.base import Dropped, TimedOut, Unreached, Unsendable
from ed_contract.transport.target import Target

SHORTEST_SECRET = 8  # characters; a shorter key occurs in answers by chance
LARGEST_BODY = 16 * 1024 * 1024  # bytes; an answer to a create is some hundred


class HttpTransport:
    """Sends requests to `target` over one pool of connections; redirects are not followed, cookies not kept."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._origin = httpx.URL(target.endpoint)
        keys = (target.api_key, target.second_api_key)
        self._credentials = [key.encode() for key in keys if key and len(key) >= SHORTEST_SECRET]
        self._timeout = httpx.Timeout(target.request_timeout).as_dict()
        self._client = httpx.Client(
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=4),
            follow_redirects=False,
        )

    def send(self, request: Request) -> Response:
        """Send `request` and return the answer, decoded and read to its end; raise Lost if there is none."""
        headers = list(request.headers)
        authorization = self._target.authorization(request.credential)
        if authorization is not None:
            headers.append(("Authorization", authorization))
        deadline = time.monotonic() + self._target.request_timeout
        try:
            sent = httpx.Request(
                request.method,
                self._origin,
                headers=headers,
                content=request.body,
                extensions={"timeout": self._timeout},
            )
            answer = self._client.send(sent, stream=True)
            try:
                body = self._read(answer, deadline)
            finally:
                answer.close()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            raise Unreached(str(error) or type(error).__name__) from error
        except httpx.TimeoutException as error:
            raise TimedOut(f"no answer within {self._target.request_timeout:g} s") from error
        except (httpx.LocalProtocolError, httpx.UnsupportedProtocol, httpx.InvalidURL, UnicodeEncodeError) as error:
            raise Unsendable(str(error)) from error
        except httpx.DecodingError as error:
            raise Dropped(f"the answer's content encoding does not decode: {error}") from error
        except httpx.TransportError as error:
            raise Dropped(str(error) or type(error).__name__) from error
        fields = tuple((name.lower(), value) for name, value in answer.headers.multi_items())
        shown = any(credential in body for credential in self._credentials)
        return response(answer.status_code, fields, body, shows_credential=shown)

    def _read(self, answer: httpx.Response, deadline: float) -> bytes:
        """Return the body; a server that drips for ever meets the deadline, which bounds the whole answer."""
        chunks = []
        size = 0
        for chunk in answer.iter_bytes():
            chunks.append(chunk)
            size += len(chunk)
            if size > LARGEST_BODY:
                raise Dropped(f"the answer is longer than {LARGEST_BODY} bytes")
            if time.monotonic() > deadline:
                raise TimedOut(f"no complete answer within {self._target.request_timeout:g} s")
        return b"".join(chunks)

    def close(self) -> None:
        """Close all connections."""
        self._client.close()
