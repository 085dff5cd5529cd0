"""Right servers that speak HTTP in another manner."""

# ruff: noqa: D102 - an overriding method is described by the one that it overrides

from __future__ import annotations

import gzip
from collections.abc import Mapping

from werkzeug.wrappers import Request, Response

from ed_contract.mutants.hosts import on_closing, on_http10
from ed_contract.mutants.words import right, right_in
from ed_contract.reference import Document, Reference


@right(sockets=True, host=on_http10)
class Http10(Reference):
    """Speaks HTTP/1.0, one request after the other, each on a connection of its own."""


@right(sockets=True, host=on_closing)
class ClosesConnections(Reference):
    """Closes the connection after each answer."""


@right(sockets=True)
class Chunked(Reference):
    """Sends its answers in chunks, and does not say how long they are."""

    def respond(self, status: int, document: Document, headers: Mapping[str, str] | None = None) -> Response:
        body = self.encode(document)
        chunks = (body[start : start + 100] for start in range(0, len(body), 100))
        return Response(chunks, status=status, headers=headers, mimetype="application/json")


@right()
class Compresses(Reference):
    """Compresses its answers for clients that take that."""

    def handle(self, request: Request) -> Response:
        response = super().handle(request)
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            response.set_data(gzip.compress(response.get_data()))
            response.headers["Content-Encoding"] = "gzip"
            response.headers["Vary"] = "Accept-Encoding"
        return response


@right()
class SetsCookies(Reference):
    """Sets a cookie, and sends the headers that proxies add."""

    def handle(self, request: Request) -> Response:
        response = super().handle(request)
        response.headers.extend(
            {
                "Set-Cookie": "session=1; Path=/",
                "Cache-Control": "no-store",
                "Strict-Transport-Security": "max-age=1",
                "X-Content-Type-Options": "nosniff",
                "Via": "1.1 proxy",
            }
        )
        return response


RIGHT = right_in(globals())
