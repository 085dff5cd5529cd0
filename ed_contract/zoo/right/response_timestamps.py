"""Right servers that write timestamps in another form of RFC 3339, or whose clock is off."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from ed_contract.reference import Destination, Document, Json, Params, Reference
from ed_contract.zoo.specimen import right, right_in, right_of


def writing(write: Callable[[datetime], str]) -> type[Reference]:
    """Return the server that writes its timestamps in another way."""

    class Writes(Reference):
        def format_timestamp(self, moment: datetime) -> Json:
            return write(moment)

    return Writes


_EAST, _WEST = timezone(timedelta(hours=2)), timezone(-timedelta(hours=9, minutes=30))

TIMESTAMPS = right_of(
    (f"timestamps-{name}", f"Writes timestamps {how}.", writing(write))
    for name, how, write in (
        ("in-seconds", "without a fraction", lambda moment: f"{moment:%Y-%m-%dT%H:%M:%SZ}"),
        (
            "of-one-digit",
            "with one fractional digit",
            lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 100_000}Z",
        ),
        ("in-microseconds", "with six fractional digits", lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}"),
        ("in-nanoseconds", "with nine fractional digits", lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S.%f}123Z"),
        (
            "as-python-does",
            "as Python does, with an offset of +00:00 and no fraction if it is zero",
            lambda moment: moment.isoformat(),
        ),
        ("east", "with the offset +02:00", lambda moment: moment.astimezone(_EAST).isoformat()),
        ("west", "with the offset -09:30", lambda moment: moment.astimezone(_WEST).isoformat(timespec="milliseconds")),
        ("in-small-letters", "with a lower-case t and z", lambda moment: f"{moment:%Y-%m-%dt%H:%M:%S}z"),
        (
            "without-trailing-zeros",
            "with as few fractional digits as possible",
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
    """Returns an `updated` that is six milliseconds after `created`."""

    def make(self, account: str, params: Params) -> Destination:
        destination = super().make(account, params)
        return replace(destination, updated=destination.created + timedelta(milliseconds=6))


@right()
class ClockBehind(Reference):
    """Has a clock that is a day behind."""

    def now(self) -> datetime:
        return datetime.now(UTC) - timedelta(days=1)


@right()
class LeapSeconds(Reference):
    """Returns a leap second as every timestamp."""

    def format_timestamp(self, moment: datetime) -> Json:
        return "2016-12-31T23:59:60Z"


RIGHT = (*right_in(globals()), *TIMESTAMPS)
