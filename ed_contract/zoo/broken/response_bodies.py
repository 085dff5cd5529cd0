"""Servers whose answers are wrong as a whole: status, media type, body, and JSON that parsers read differently."""

from __future__ import annotations

import json
from collections.abc import Callable

from werkzeug.wrappers import Response

from ed_contract.reference import PATH, Create, Destination, Json, Reference, RefusedError
from ed_contract.zoo.altering import answering_replays
from ed_contract.zoo.specimen import Mutant, mutant, mutants_in, mutants_of


def answering(change: Callable[[Response], Response]) -> type[Reference]:
    """Return the server that changes the answer to each successful create."""

    class Answers(Reference):
        def created_response(self, destination: Destination, create: Create) -> Response:
            return change(super().created_response(destination, create))

    return Answers


def _status(status: int, body: bytes | None = None, **headers: str) -> Callable[[Response], Response]:
    def change(response: Response) -> Response:
        response.status_code = status
        response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
        if body is not None:
            response.set_data(body)
        return response

    return change


def _body(change: Callable[[bytes], bytes]) -> Callable[[Response], Response]:
    def answer(response: Response) -> Response:
        response.set_data(change(response.get_data()))
        return response

    return answer


def _media(media_type: str | None) -> Callable[[Response], Response]:
    def change(response: Response) -> Response:
        if media_type is None:
            del response.headers["Content-Type"]
        else:
            response.headers["Content-Type"] = media_type
        return response

    return change


# A create that returned no destination does not count as a first: another under its key is not a conflict.
_REPLAYS = ("idempotency/replay", "request/valid")
STATUSES = mutants_of(
    "response/status",
    (
        (
            "redirects",
            "Answers a create with a redirect to the destination.",
            answering(_status(303, Location=f"{PATH}/ed_1")),
        ),
        ("found-elsewhere", "Answers a create with 302 and the destination.", answering(_status(302, Location=PATH))),
        ("multiple-choices", "Answers a create with 300.", answering(_status(300))),
    ),
    also=_REPLAYS,
)

BODIES = mutants_of(
    "response/body",
    (
        ("no-content", "Answers a create with 204 and no body.", answering(_status(204, b"")), "response/media-type"),
        (
            "location-only",
            "Answers a create with 201, a `Location` header and an empty body.",
            answering(_status(201, b"", Location=f"{PATH}/ed_1")),
        ),
        ("body-in-a-list", "Returns the destination in an array.", answering(_body(lambda body: b"[%s]" % body))),
        (
            "body-encoded-twice",
            "Encodes its JSON a second time, as a JSON string.",
            answering(_body(lambda body: json.dumps(body.decode()).encode())),
        ),
        ("body-cut", "Cuts the last byte off its answers.", answering(_body(lambda body: body[:-1]))),
        (
            "body-guarded",
            "Writes `)]}',` before the JSON, as a guard against script inclusion.",
            answering(_body(lambda body: b")]}',\n" + body)),
        ),
        (
            "body-after-a-warning",
            "Writes a PHP warning before the JSON.",
            answering(_body(lambda body: b"Warning: undefined index\n" + body)),
        ),
        (
            "body-with-single-quotes",
            "Writes a Python dict instead of JSON.",
            answering(_body(lambda body: repr(json.loads(body)).encode())),
        ),
        ("body-with-nan", "Writes NaN into the JSON.", answering(_body(lambda body: b'{"score": NaN, ' + body[1:]))),
        ("body-null", "Returns null instead of the destination.", answering(_body(lambda _: b"null"))),
        ("body-ok", "Returns OK instead of the destination.", answering(_body(lambda _: b"OK"))),
        ("body-twice", "Writes the destination twice.", answering(_body(lambda body: body * 2))),
    ),
    also=_REPLAYS,
)

MEDIA_TYPES = mutants_of(
    "response/media-type",
    (
        ("text-plain", "Labels its JSON as plain text.", answering(_media("text/plain; charset=utf-8"))),
        ("text-html", "Labels its JSON as HTML.", answering(_media("text/html"))),
        ("octet-stream", "Labels its JSON as a byte stream.", answering(_media("application/octet-stream"))),
        ("no-media-type", "Sends no `Content-Type` header.", answering(_media(None))),
    ),
)


NOT_MODIFIED = Mutant(
    name="replay-not-modified",
    breaks="response/status",
    sentence="Answers a replay with 304.",
    make=answering_replays(304),
    also=(
        "idempotency/replay",
        "idempotency/conflict/keeps-first",
        "idempotency/same-parameters",
        "idempotency/remembers",
        "idempotency/burst/one-destination",
    ),
)


@mutant(breaks="response/status", also=("auth/no-key", "auth/empty-key", "auth/other-scheme", "auth/unknown-key"))
class RedirectsToTheLogin(Reference):
    """Redirects unauthenticated requests to a login page."""

    def refusal_response(self, refusal: RefusedError) -> Response:
        if refusal.status != 401:
            return super().refusal_response(refusal)
        return Response(status=302, headers={"Location": "/login"})


@mutant(breaks="response/well-formed")
class ByteOrderMark(Reference):
    """Begins each answer with a byte order mark."""

    def encode(self, document: Json) -> bytes:
        return b"\xef\xbb\xbf" + super().encode(document)


@mutant(breaks="response/well-formed")
class LivemodeTwice(Reference):
    """Writes the member `livemode` twice."""

    def encode(self, document: Json) -> bytes:
        return super().encode(document).replace(b'"livemode": false', b'"livemode": false, "livemode": false')


@mutant(breaks="response/well-formed")
class MetadataOverItsDefault(Reference):
    """Writes `metadata` twice: first empty, then as it is."""

    def encode(self, document: Json) -> bytes:
        return super().encode(document).replace(b'"metadata": ', b'"metadata": {}, "metadata": ')


@mutant(breaks="response/well-formed")
class UrlTwiceWithin(Reference):
    """Writes the URL of a webhook endpoint twice."""

    def encode(self, document: Json) -> bytes:
        return super().encode(document).replace(b'"url": ', b'"url": null, "url": ')


MUTANTS = (*STATUSES, *BODIES, *MEDIA_TYPES, NOT_MODIFIED, *mutants_in(globals()))
