"""Servers that write timestamps in the wrong format, or in the wrong order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from ed_contract.reference import Destination, Json, Params, Reference
from ed_contract.zoo.altering import altered, rendering, rendering_when, replaying
from ed_contract.zoo.predicates import FROM_SELF, THIN, WEBHOOK, every_one, has
from ed_contract.zoo.specimen import Mutant, mutants_of

_MOMENT: tuple[tuple[str, str, str, Callable[[datetime], str]], ...] = (
    ("created", "without-offset", "without an offset", lambda moment: moment.replace(tzinfo=None).isoformat()),
    ("created", "date-only", "as a date", lambda moment: moment.date().isoformat()),
    ("created", "rfc1123", "in the date format of mail and HTTP", lambda moment: format_datetime(moment, usegmt=True)),
    ("created", "unix-text", "as a Unix time in a string", lambda moment: str(int(moment.timestamp()))),
    ("created", "offset-and-z", "with both an offset and a Z", lambda moment: f"{moment.isoformat()}Z"),
    (
        "created",
        "offset-without-colon",
        "with an offset without a colon",
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
    ("updated", "line-feed", "with a line feed at the end", lambda moment: f"{moment:%Y-%m-%dT%H:%M:%SZ}\n"),
    ("updated", "date-only", "as a date", lambda moment: moment.date().isoformat()),
    ("updated", "basic", "in the basic format of ISO 8601", lambda moment: f"{moment:%Y%m%dT%H%M%SZ}"),
    ("updated", "named-zone", "with the name of a time zone", lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S} UTC"),
    ("updated", "empty", "as an empty string", lambda moment: f"{moment:}"[:0]),
    ("updated", "without-seconds", "without seconds", lambda moment: f"{moment:%Y-%m-%dT%H:%MZ}"),
    ("updated", "ctime", "in the format of C's ctime", datetime.ctime),
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
    """Return the server that shifts a timestamp of each new destination."""

    class Moves(Reference):
        def make(self, account: str, params: Params) -> Destination:
            destination = super().make(account, params)
            moment = destination.created + moved
            return replace(destination, created=moment) if place == "created" else replace(destination, updated=moment)

    return Moves


ORDER = mutants_of(
    "response/updated/not-before-created",
    (
        (
            "updated-a-second-early",
            "Returns an `updated` that is a second before `created`.",
            updated_by(timedelta(seconds=-1), "updated"),
        ),
        (
            "created-an-hour-ahead",
            "Takes `created` from a clock that is an hour ahead.",
            updated_by(timedelta(hours=1), "created"),
        ),
        (
            "updated-at-the-epoch",
            "Returns the Unix epoch as `updated` for a destination that was never updated.",
            updated_by(datetime(1970, 1, 1, tzinfo=UTC) - datetime.now(UTC), "updated"),
        ),
        (
            "updated-ten-milliseconds-early",
            "Returns an `updated` that is ten milliseconds before `created`.",
            updated_by(timedelta(milliseconds=-10), "updated"),
        ),
    ),
)


def _earlier(moment: Json) -> Json:
    return (datetime.fromisoformat(str(moment)) - timedelta(days=1)).isoformat()


SOMETIMES = (
    Mutant(
        name="webhook-thin-url-self-created",
        breaks="response/created/format",
        sentence="Writes `created` without an offset for thin webhooks from `self` if only the URL is asked for.",
        make=rendering_when(
            every_one(WEBHOOK, THIN, FROM_SELF, has("include", ["webhook_endpoint.url"])),
            altered("created", lambda text: text.rstrip("Z")),
        ),
    ),
    Mutant(
        name="replay-updated-before",
        breaks="response/updated/not-before-created",
        sentence="Moves `updated` back by a day in replays.",
        make=replaying(altered("updated", _earlier)),
    ),
)

MUTANTS = (*FORMATS, *SEPARATORS, *ORDER, *SOMETIMES)
