"""Servers whose answers go wrong as a whole: status, media type, body, timestamps, ids."""

# ruff: noqa: D102 - an overriding method is described by the one that it overrides

from __future__ import annotations

import itertools
import json
import secrets
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from werkzeug.wrappers import Response

from ed_contract.mutants.seams import altered, rendering
from ed_contract.mutants.words import Mutant, mutant, mutants_in
from ed_contract.reference import PATH, Create, Destination, Document, Json, Params, Reference

_MOMENT: tuple[tuple[str, str, str, Callable[[datetime], str]], ...] = (
    ("created", "without-offset", "without an offset", lambda moment: moment.replace(tzinfo=None).isoformat()),
    ("created", "date-only", "as a date", lambda moment: moment.date().isoformat()),
    ("created", "rfc1123", "as mail and HTTP write it", lambda moment: format_datetime(moment, usegmt=True)),
    ("created", "unix-text", "as a Unix time in a string", lambda moment: str(int(moment.timestamp()))),
    ("created", "offset-and-z", "with an offset and a Z behind it", lambda moment: f"{moment.isoformat()}Z"),
    (
        "created",
        "offset-without-colon",
        "with an offset that lacks its colon",
        lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S%z}",
    ),
    (
        "created",
        "comma",
        "with a comma before the fraction",
        lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S},{moment.microsecond // 1000:03}Z",
    ),
    (
        "updated",
        "without-offset",
        "in local time without an offset",
        lambda moment: moment.astimezone().replace(tzinfo=None).isoformat(timespec="milliseconds"),
    ),
    ("updated", "line-feed", "with a line feed behind it", lambda moment: f"{moment:%Y-%m-%dT%H:%M:%SZ}\n"),
    ("updated", "date-only", "as a date", lambda moment: moment.date().isoformat()),
    ("updated", "basic", "in ISO 8601's basic form", lambda moment: f"{moment:%Y%m%dT%H%M%SZ}"),
    ("updated", "named-zone", "with the name of its zone", lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S} UTC"),
    ("updated", "empty", "as an empty string", lambda moment: f"{moment:}"[:0]),
    ("updated", "without-seconds", "without seconds", lambda moment: f"{moment:%Y-%m-%dT%H:%MZ}"),
    ("updated", "ctime", "as C's ctime does", datetime.ctime),
)


def _formatted(write: Callable[[datetime], str]) -> Callable[[str], str]:
    return lambda text: write(datetime.fromisoformat(text))


FORMATS = tuple(
    Mutant(
        name=f"{place}-{name}",
        breaks=f"response/{place}/format",
        sentence=f"Writes `{place}` {how}.",
        make=rendering(altered(place, _formatted(write))),
    )
    for place, name, how, write in _MOMENT
)

SEPARATORS = tuple(
    Mutant(
        name=f"{place}-with-a-space",
        breaks="response/timestamp-separator",
        sentence=f"Writes a space between the date and the time of `{place}`.",
        make=rendering(altered(place, lambda text: text.replace("T", " "))),
    )
    for place in ("created", "updated")
)


def updated_by(moved: timedelta, place: str = "updated") -> type[Reference]:
    """Return the server that moves a timestamp of each new destination."""

    class Moves(Reference):
        def make(self, account: str, params: Params) -> Destination:
            destination = super().make(account, params)
            moment = destination.created + moved
            return replace(destination, created=moment) if place == "created" else replace(destination, updated=moment)

    return Moves


ORDER = tuple(
    Mutant(name=name, breaks="response/updated/not-before-created", sentence=sentence, make=updated_by(moved, place))
    for name, sentence, place, moved in (
        (
            "updated-a-second-early",
            "Updates destinations a second before it creates them.",
            "updated",
            timedelta(seconds=-1),
        ),
        (
            "created-an-hour-ahead",
            "Takes the time of creation from a clock in another zone.",
            "created",
            timedelta(hours=1),
        ),
        (
            "updated-at-the-epoch",
            "Answers the epoch as the update of what was never updated.",
            "updated",
            datetime(1970, 1, 1, tzinfo=UTC) - datetime.now(UTC),
        ),
        (
            "updated-ten-milliseconds-early",
            "Updates destinations ten milliseconds before it creates them.",
            "updated",
            timedelta(milliseconds=-10),
        ),
    )
)


def answering(change: Callable[[Response], Response]) -> type[Reference]:
    """Return the server that changes the answer to each create that made a destination."""

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


# A create that gave no destination is no first create: another one under its key is no conflict.
_REPLAYS = ("idempotency/replay", "request/valid")
_WHOLE: tuple[tuple[str, str, str, Callable[[Response], Response], tuple[str, ...]], ...] = (
    (
        "redirects",
        "response/status",
        "Answers a create with a redirection to the destination.",
        _status(303, Location=f"{PATH}/ed_1"),
        _REPLAYS,
    ),
    (
        "found-elsewhere",
        "response/status",
        "Answers a create with 302 and the destination.",
        _status(302, Location=PATH),
        _REPLAYS,
    ),
    ("multiple-choices", "response/status", "Answers a create with 300.", _status(300), _REPLAYS),
    (
        "no-content",
        "response/body",
        "Answers a create with 204 and nothing.",
        _status(204, b""),
        ("response/media-type", *_REPLAYS),
    ),
    (
        "location-only",
        "response/body",
        "Answers a create with 201, its location, and an empty body.",
        _status(201, b"", Location=f"{PATH}/ed_1"),
        _REPLAYS,
    ),
    (
        "body-in-a-list",
        "response/body",
        "Answers a list of one destination.",
        _body(lambda body: b"[%s]" % body),
        _REPLAYS,
    ),
    (
        "body-encoded-twice",
        "response/body",
        "Answers JSON in a string of JSON.",
        _body(lambda body: json.dumps(body.decode()).encode()),
        _REPLAYS,
    ),
    ("body-cut", "response/body", "Cuts the last byte off its answers.", _body(lambda body: body[:-1]), _REPLAYS),
    (
        "body-guarded",
        "response/body",
        "Writes a guard against scripts before the JSON.",
        _body(lambda body: b")]}',\n" + body),
        _REPLAYS,
    ),
    (
        "body-after-a-warning",
        "response/body",
        "Writes a warning before the JSON.",
        _body(lambda body: b"Warning: undefined index\n" + body),
        _REPLAYS,
    ),
    (
        "body-with-single-quotes",
        "response/body",
        "Writes a dict of Python for JSON.",
        _body(lambda body: repr(json.loads(body)).encode()),
        _REPLAYS,
    ),
    (
        "body-with-nan",
        "response/body",
        "Writes NaN into the JSON.",
        _body(lambda body: b'{"score": NaN, ' + body[1:]),
        _REPLAYS,
    ),
    ("body-null", "response/body", "Answers null.", _body(lambda _: b"null"), _REPLAYS),
    ("body-ok", "response/body", "Answers OK instead of the destination.", _body(lambda _: b"OK"), _REPLAYS),
    ("body-twice", "response/body", "Writes the destination twice.", _body(lambda body: body * 2), _REPLAYS),
    ("text-plain", "response/media-type", "Calls its JSON plain text.", _media("text/plain; charset=utf-8"), ()),
    ("text-html", "response/media-type", "Calls its JSON HTML.", _media("text/html"), ()),
    (
        "octet-stream",
        "response/media-type",
        "Calls its JSON a stream of bytes.",
        _media("application/octet-stream"),
        (),
    ),
    ("no-media-type", "response/media-type", "Does not say what its answers are.", _media(None), ()),
)

WHOLE = tuple(
    Mutant(name=name, breaks=breaks, sentence=sentence, make=answering(change), also=also)
    for name, breaks, sentence, change, also in _WHOLE
)

_REQUIRED = ("object", "name", "type", "event_payload", "enabled_events", "livemode", "status", "created", "updated")
_ALL_GONE = (
    *(f"response/{name}/required" for name in _REQUIRED),
    *(f"echo/{name}" for name in ("description", "events_from", "metadata", "snapshot_api_version")),
    "response/config-matches-type",
    "include/secret-elsewhere",
    "idempotency/replay",
    "idempotency/same-parameters",
    "idempotency/conflict/keeps-first",
    "idempotency/burst/one-destination",
    "idempotency/remembers",
)


@mutant(breaks="response/id/required", also=_ALL_GONE)
class WrappedInData(Reference):
    """Wraps the destination in a member `data`."""

    def created_response(self, destination: Destination, create: Create) -> Response:
        document = self.render(destination, self.included(create.params))
        return self.respond(self.created_status, {"data": document})


@mutant(breaks="response/id/required", also=_ALL_GONE)
class AnswersAnEmptyObject(Reference):
    """Answers an empty object."""

    def created_response(self, destination: Destination, create: Create) -> Response:  # noqa: ARG002 - answers nothing
        return self.respond(self.created_status, {})


@mutant(breaks="response/id/required", also=("response/object/required", "response/livemode/required"))
class EchoesTheRequest(Reference):
    """Answers with the parameters of the create and its times, and nothing of its own."""

    def render(self, destination: Destination, include: Collection[str]) -> Document:
        document = super().render(destination, include)
        for name in ("id", "object", "livemode"):
            del document[name]
        return document


def identifying(identify: Callable[[itertools.count[int], Destination], str]) -> type[Reference]:
    """Return the server that gives out other ids; `identify` is handed a count and the destination."""

    class Identifies(Reference):
        def set_up(self) -> None:
            self._count = itertools.count(1)
            self._shown: dict[str, str] = {}

        def make(self, account: str, params: Params) -> Destination:
            destination = super().make(account, params)
            self._shown[destination.id] = identify(self._count, destination)
            return destination

        def render_id(self, destination: Destination) -> Json:
            return self._shown.get(destination.id, destination.id)

    return Identifies


def _every_40th(count: itertools.count[int], destination: Destination) -> str:
    return "ed_test_again" if next(count) % 40 == 0 else destination.id


_IDS: tuple[tuple[str, str, Callable[[itertools.count[int], Destination], str]], ...] = (
    ("id-constant", "Gives all destinations one id.", lambda _, __: "ed_test_1"),
    ("id-of-the-name", "Makes the id from the name.", lambda _, destination: f"ed_{hash(destination.name):x}"),
    ("id-of-the-second", "Makes the id from the second.", lambda _, made: f"ed_{int(made.created.timestamp())}"),
    ("id-of-one-byte", "Draws the id from 256.", lambda _, __: f"ed_{secrets.randbelow(256)}"),
    ("id-wraps-at-100", "Counts ids from 0 to 99, and from 0 again.", lambda count, _: f"ed_{next(count) % 100}"),
    ("id-twice", "Gives each id to two destinations.", lambda count, _: f"ed_{next(count) // 2}"),
    ("id-reused-every-40th", "Gives every 40th destination the same id.", _every_40th),
    (
        "id-of-the-account",
        "Makes the id from the account and the type.",
        lambda _, made: f"ed_{made.account}_{made.type}",
    ),
)

IDS = tuple(
    Mutant(
        name=name,
        breaks="response/id/unique",
        sentence=sentence,
        make=identifying(identify),
        also=("idempotency/account-scoped",),
    )
    for name, sentence, identify in _IDS
)


@mutant(
    breaks="echo/description",
    also=("response/id/unique", "idempotency/account-scoped"),
)
class OneIdAndNoDescription(Reference):
    """Gives all destinations one id, and loses the description of EventBridge destinations."""

    def render_id(self, destination: Destination) -> Json:  # noqa: ARG002 - the fault
        return "ed_test_1"

    def render(self, destination: Destination, include: Collection[str]) -> Document:
        document = super().render(destination, include)
        return document if destination.type == "webhook_endpoint" else {**document, "description": None}


@mutant(
    breaks="response/id/unique",
    also=(
        "idempotency/keys-independent",
        "idempotency/no-key",
        "idempotency/account-scoped",
        "idempotency/conflict/status",
        "idempotency/burst/one-body",
        "echo/name",
        "echo/type",
    ),
)
class OneAnswerForAll(Reference):
    """Answers each create that is valid with the destination that was made first."""

    def set_up(self) -> None:
        self._first: Destination | None = None

    def answer_once(self, create: Create, key: str) -> Response:  # noqa: ARG002 - not looked up
        return self.answer_always(create)

    def answer_always(self, create: Create) -> Response:
        self._first = self._first or self.make(create.account, create.params)
        return self.created_response(self._first, create)


MUTANTS = (*FORMATS, *SEPARATORS, *ORDER, *WHOLE, *IDS, *mutants_in(globals()))
