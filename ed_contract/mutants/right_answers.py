"""Right servers that write their answers in another way."""

# ruff: noqa: D102 - an overriding method is described by the one that it overrides

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from werkzeug.wrappers import Response

from ed_contract.mutants.seams import altered, rendering
from ed_contract.mutants.words import RightServer, right, right_in
from ed_contract.reference import Create, Destination, Document, Json, Params, Reference


@right()
class Answers201(Reference):
    """Answers a create with 201, and its replay too."""

    created_status = 201
    replayed_status = 201


@right()
class Replays200After201(Reference):
    """Answers a create with 201, and its replay with 200."""

    created_status = 201


@right()
class NamesTheLocation(Reference):
    """Answers a create with 201 and says in a header where the destination is."""

    def created_response(self, destination: Destination, create: Create) -> Response:
        headers = {"Location": f"/v2/core/event_destinations/{destination.id}"}
        return self.respond(201, self.render(destination, self.included(create.params)), headers)


@right()
class CountsIn5000Digits(Reference):
    """Adds a revision to its answers that is an integer of 5,000 digits."""

    def encode(self, document: Json) -> bytes:
        return super().encode(document)[:-1] + b', "revision": ' + b"7" * 5000 + b"}"


@right()
class NestsDeep(Reference):
    """Adds a trail to its answers that is 20,000 levels deep."""

    def encode(self, document: Json) -> bytes:
        return super().encode(document)[:-1] + b', "trail": ' + b"[" * 20_000 + b"]" * 20_000 + b"}"


_NULLABLE = (
    "amazon_eventbridge",
    "description",
    "events_from",
    "metadata",
    "snapshot_api_version",
    "status_details",
    "webhook_endpoint",
)


def _without_nulls(document: Document) -> None:
    for name in _NULLABLE:
        if document[name] is None:
            del document[name]
    for name in ("signing_secret", "url"):
        if name in document.get("webhook_endpoint", {}) and document["webhook_endpoint"][name] is None:
            del document["webhook_endpoint"][name]


def _other_configuration(document: Document) -> None:
    if document["webhook_endpoint"] is None:
        document["webhook_endpoint"] = {"signing_secret": None, "url": None}
    else:
        arn, status = "aws_event_source_arn", "aws_event_source_status"
        document["amazon_eventbridge"] = {"aws_account_id": None, arn: None, status: None}


def _endpoint_only_if_asked(document: Document) -> None:
    if not any((document["webhook_endpoint"] or {}).values()):
        document["webhook_endpoint"] = None


def _endpoint_absent(document: Document) -> None:
    if not any((document["webhook_endpoint"] or {}).values()):
        del document["webhook_endpoint"]


def _more(document: Document) -> None:
    document.update(azure_event_grid=None, api_version=3, _links={"self": "/"}, tags=[], created_by=None)
    for config in (document["webhook_endpoint"], document["amazon_eventbridge"]):
        if config is not None:
            config["healthy"] = True


_RENDERED: tuple[tuple[str, str, Callable[[Document], object]], ...] = (
    ("nulls-left-out", "Leaves out members that are null.", _without_nulls),
    (
        "description-empty",
        "Answers an empty description when there is none.",
        altered("description", lambda value: value or ""),
    ),
    ("metadata-null", "Answers null for empty metadata.", altered("metadata", lambda value: value or None)),
    (
        "metadata-left-out",
        "Leaves empty metadata out.",
        lambda document: document["metadata"] or document.pop("metadata"),
    ),
    ("events-from-in-order", "Answers `events_from` in the order of the alphabet.", altered("events_from", sorted)),
    (
        "empty-other-configuration",
        "Answers the other type's configuration as an object of nulls.",
        _other_configuration,
    ),
    ("endpoint-null", "Answers null for a webhook endpoint of which nothing was asked for.", _endpoint_only_if_asked),
    ("endpoint-left-out", "Leaves out a webhook endpoint of which nothing was asked for.", _endpoint_absent),
    ("more-members", "Answers members that the page does not list.", _more),
    ("live-mode", "Is in live mode.", altered("livemode", lambda _: True)),
    (
        "source-active",
        "Answers active for the state of the AWS event source.",
        altered("amazon_eventbridge.aws_event_source_status", lambda _: "active"),
    ),
    (
        "source-unknown",
        "Answers unknown for the state of the AWS event source.",
        altered("amazon_eventbridge.aws_event_source_status", lambda _: "unknown"),
    ),
    (
        "source-deleted",
        "Answers deleted for the state of the AWS event source.",
        altered("amazon_eventbridge.aws_event_source_status", lambda _: "deleted"),
    ),
    (
        "arn-of-another-form",
        "Answers an ARN of another form.",
        altered("amazon_eventbridge.aws_event_source_arn", lambda _: "arn:aws-cn:events:cn-north-1:1:event-bus/x"),
    ),
    (
        "arn-empty",
        "Answers an empty ARN as long as there is no source.",
        altered("amazon_eventbridge.aws_event_source_arn", lambda _: ""),
    ),
    (
        "disabled-by-user",
        "Answers every destination as disabled by its user.",
        lambda document: document.update(status="disabled", status_details={"disabled": {"reason": "user"}}),
    ),
    (
        "disabled-without-source",
        "Answers every destination as disabled, since its AWS event source does not exist.",
        lambda document: document.update(
            status="disabled", status_details={"disabled": {"reason": "no_aws_event_source_exists"}}
        ),
    ),
    (
        "disabled-without-details",
        "Answers every destination as disabled, without details.",
        lambda document: document.update(status="disabled", status_details=None),
    ),
    (
        "details-of-nothing",
        "Answers details about the status in which nothing is disabled.",
        lambda document: document.update(status_details={"disabled": None}),
    ),
    ("details-empty", "Answers empty details about the status.", lambda document: document.update(status_details={})),
    (
        "secret-of-another-form",
        "Makes secrets without a prefix.",
        altered("webhook_endpoint.signing_secret", lambda value: value and value[6:]),
    ),
)

RENDERED = tuple(RightServer(name=name, sentence=sentence, make=rendering(edit)) for name, sentence, edit in _RENDERED)


def writing(write: Callable[[datetime], str]) -> type[Reference]:
    """Return the server that writes its timestamps in another way."""

    class Writes(Reference):
        def format_timestamp(self, moment: datetime) -> Json:
            return write(moment)

    return Writes


_EAST, _WEST = timezone(timedelta(hours=2)), timezone(-timedelta(hours=9, minutes=30))

TIMESTAMPS = tuple(
    RightServer(name=f"timestamps-{name}", sentence=f"Writes timestamps {how}.", make=writing(write))
    for name, how, write in (
        ("in-seconds", "without a fraction", lambda moment: f"{moment:%Y-%m-%dT%H:%M:%SZ}"),
        (
            "of-one-digit",
            "with one digit of a fraction",
            lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 100_000}Z",
        ),
        ("in-microseconds", "with six digits of a fraction", lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}"),
        ("in-nanoseconds", "with nine digits of a fraction", lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S.%f}123Z"),
        (
            "as-python-does",
            "as Python does, with an offset of +00:00 and no fraction if it is zero",
            lambda moment: moment.isoformat(),
        ),
        ("east", "with the offset +02:00", lambda moment: moment.astimezone(_EAST).isoformat()),
        ("west", "with the offset -09:30", lambda moment: moment.astimezone(_WEST).isoformat(timespec="milliseconds")),
        ("in-small-letters", "with a small t and a small z", lambda moment: f"{moment:%Y-%m-%dt%H:%M:%S}z"),
        (
            "without-trailing-zeros",
            "with as few digits of a fraction as are needed",
            lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S.%f}".rstrip("0").rstrip(".") + "Z",
        ),
    )
)


@right()
class TimestampsDiffer(Reference):
    """Writes `created` in seconds and `updated` in microseconds."""

    def render(self, destination: Destination, include: Collection[str]) -> Document:
        created = f"{destination.created:%Y-%m-%dT%H:%M:%SZ}"
        return {**super().render(destination, include), "created": created, "updated": destination.updated.isoformat()}


@right()
class UpdatedLater(Reference):
    """Updates a destination six milliseconds after it created it."""

    def make(self, account: str, params: Params) -> Destination:
        destination = super().make(account, params)
        return replace(destination, updated=destination.created + timedelta(milliseconds=6))


@right()
class ClockBehind(Reference):
    """Has a clock that is a day behind."""

    def now(self) -> datetime:
        return datetime.now(UTC) - timedelta(days=1)


def identifying(identify: Callable[[], str]) -> type[Reference]:
    """Return the server that gives out ids of another form."""

    class Identifies(Reference):
        def new_id(self) -> str:
            return identify()

    return Identifies


IDS = tuple(
    RightServer(name=name, sentence=sentence, make=identifying(identify))
    for name, sentence, identify in (
        ("ids-are-uuids", "Gives out UUIDs as ids.", lambda: str(uuid.uuid4())),
        ("ids-are-digits", "Gives out integers in strings as ids.", lambda: str(uuid.uuid4().int)),
        ("ids-are-long", "Gives out ids of two hundred characters.", lambda: f"{uuid.uuid4().hex * 6}{'=' * 8}"),
    )
)


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


ENCODED = tuple(
    RightServer(name=name, sentence=sentence, make=encoding(encode))
    for name, sentence, encode in (
        ("json-indented", "Indents its JSON.", lambda document: json.dumps(document, indent=2).encode() + b"\n"),
        ("json-compact", "Writes JSON without blanks.", lambda one: json.dumps(one, separators=(",", ":")).encode()),
        (
            "json-shuffled",
            "Writes members in another order.",
            lambda document: json.dumps(_shuffled(document)).encode(),
        ),
        ("json-escaped", "Escapes slashes, ampersands and angles in JSON.", _all_escaped),
        ("json-in-utf-8", "Writes letters as they are in JSON.", _as_utf8),
    )
)


def calling_itself(media_type: str) -> type[Reference]:
    """Return the server that calls its JSON by another name."""

    class Calls(Reference):
        def respond(self, status: int, document: Document, headers: Mapping[str, str] | None = None) -> Response:
            response = super().respond(status, document, headers)
            response.headers["Content-Type"] = media_type
            return response

    return Calls


MEDIA_TYPES = tuple(
    RightServer(name=name, sentence=f"Answers with the media type {media_type}.", make=calling_itself(media_type))
    for name, media_type in (
        ("media-type-with-charset", "application/json; charset=utf-8"),
        ("media-type-in-capitals", "Application/JSON;charset=UTF-8"),
        ("media-type-of-its-own", "application/vnd.example.v2+json"),
    )
)


@right()
class HintsAtSecrets(Reference):
    """Shows the last signs of a secret beside the place where the whole of it is shown on request."""

    def render_webhook(self, destination: Destination, include: Collection[str]) -> Json:
        shown = super().render_webhook(destination, include)
        if isinstance(shown, dict) and destination.signing_secret is not None:
            shown["signing_secret_hint"] = f"whsec_***{destination.signing_secret[-4:]}"
        return shown


RIGHT = (
    *right_in(globals()),
    *RENDERED,
    *TIMESTAMPS,
    *IDS,
    *ENCODED,
    *MEDIA_TYPES,
)
