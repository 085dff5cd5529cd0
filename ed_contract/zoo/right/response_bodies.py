"""Right servers that write whole answers in another way: status, headers, JSON and manner of HTTP."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping

from werkzeug.wrappers import Request, Response

from ed_contract.reference import Create, Destination, Document, Json, Reference
from ed_contract.zoo.hosts import on_closing, on_http10
from ed_contract.zoo.specimen import right, right_in, right_of


@right()
class Answers201(Reference):
    """Answers both a create and its replay with 201."""

    created_status = 201
    replayed_status = 201


@right()
class Replays200After201(Reference):
    """Answers a create with 201 and its replay with 200."""

    created_status = 201


@right()
class NamesTheLocation(Reference):
    """Answers a create with 201 and a `Location` header."""

    def created_response(self, destination: Destination, create: Create) -> Response:
        headers = {"Location": f"/v2/core/event_destinations/{destination.id}"}
        return self.respond(201, self.render(destination, self.included(create.params)), headers)


@right()
class CountsIn5000Digits(Reference):
    """Adds an integer of 5,000 digits to its answers."""

    def encode(self, document: Json) -> bytes:
        return super().encode(document)[:-1] + b', "revision": ' + b"7" * 5000 + b"}"


@right()
class NestsDeep(Reference):
    """Adds an array nested 20,000 levels deep to its answers."""

    def encode(self, document: Json) -> bytes:
        return super().encode(document)[:-1] + b', "trail": ' + b"[" * 20_000 + b"]" * 20_000 + b"}"


def encoding(encode: Callable[[Json], bytes]) -> type[Reference]:
    """Return the server that writes JSON in another way."""

    class Encodes(Reference):
        def encode(self, document: Json) -> bytes:
            return encode(document)

    return Encodes


def _shuffled(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _shuffled(value[name]) for name in sorted(value, key=lambda name: (name[::-1], name))}
    return value


def _as_utf8(document: Json) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode(errors="surrogatepass")


def _all_escaped(document: Json) -> bytes:
    text = json.dumps(document)
    return text.replace("/", "\\/").replace("<", "\\u003c").replace("&", "\\u0026").encode()


ENCODED = right_of(
    (
        (
            "json-indented",
            "Indents its JSON.",
            encoding(lambda document: json.dumps(document, indent=2).encode() + b"\n"),
        ),
        (
            "json-compact",
            "Writes JSON without whitespace.",
            encoding(lambda one: json.dumps(one, separators=(",", ":")).encode()),
        ),
        (
            "json-shuffled",
            "Writes members in a different order.",
            encoding(lambda document: json.dumps(_shuffled(document)).encode()),
        ),
        ("json-escaped", "Escapes slashes, ampersands and angle brackets in JSON.", encoding(_all_escaped)),
        ("json-in-utf-8", "Writes non-ASCII characters unescaped in JSON.", encoding(_as_utf8)),
    )
)


def calling_itself(media_type: str) -> type[Reference]:
    """Return the server that labels its JSON with another media type."""

    class Calls(Reference):
        def respond(self, status: int, document: Document, headers: Mapping[str, str] | None = None) -> Response:
            response = super().respond(status, document, headers)
            response.headers["Content-Type"] = media_type
            return response

    return Calls


MEDIA_TYPES = right_of(
    (name, f"Answers with the media type `{media_type}`.", calling_itself(media_type))
    for name, media_type in (
        ("media-type-with-charset", "application/json; charset=utf-8"),
        ("media-type-in-capitals", "Application/JSON;charset=UTF-8"),
        ("media-type-of-its-own", "application/vnd.example.v2+json"),
    )
)


@right(sockets=True, host=on_http10)
class Http10(Reference):
    """Speaks HTTP/1.0, one request at a time, each on its own connection."""


@right(sockets=True, host=on_closing)
class ClosesConnections(Reference):
    """Closes the connection after each answer."""


@right(sockets=True)
class Chunked(Reference):
    """Sends its answers in chunks, without a `Content-Length`."""

    def respond(self, status: int, document: Document, headers: Mapping[str, str] | None = None) -> Response:
        body = self.encode(document)
        chunks = (body[start : start + 100] for start in range(0, len(body), 100))
        return Response(chunks, status=status, headers=headers, mimetype="application/json")


@right()
class Compresses(Reference):
    """Compresses its answers for clients that accept gzip."""

    def handle(self, request: Request) -> Response:
        response = super().handle(request)
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            response.set_data(gzip.compress(response.get_data()))
            response.headers["Content-Encoding"] = "gzip"
            response.headers["Vary"] = "Accept-Encoding"
        return response


@right()
class SetsCookies(Reference):
    """Sets a cookie and sends the headers that proxies add."""

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


RIGHT = (*right_in(globals()), *ENCODED, *MEDIA_TYPES)
