"""The kind `timestamp`: points in time as RFC 3339 writes them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache

from ed_contract.kinds import choosing, text
from ed_contract.kinds.choosing import Candidate, round_robin
from ed_contract.kinds.forms import is_normalised
from ed_contract.kinds.other_types import for_text
from ed_contract.kinds.rfc3339 import moment, shifted
from ed_contract.kinds.spec import Json, Spec, Value, Wrong
from ed_contract.kinds.text_characters import named

_READABLE = (
    "2024-09-30T12:00:00Z",
    "2024-10-22T16:20:09.931Z",
    "2024-07-01T08:30:00+02:00",
    "2024-02-29T23:59:59Z",
    "2025-12-31T23:59:59.999Z",
    "2024-11-05T06:07:08-07:00",
    "2031-01-01T00:00:00Z",
    "2023-03-26T02:30:00+01:00",
    "1999-12-31T23:59:59Z",
)
_DAY = 10  # characters of a date


def plain(spec: Spec) -> Json:
    """Return the plainest valid timestamp."""
    return usual(spec)[0]


@lru_cache(maxsize=1024)
def usual(spec: Spec) -> tuple[Json, ...]:
    """Return timestamps with and without an offset and a fraction, those of the document first."""
    return text.written(spec, _READABLE)


_UNUSUAL = (
    ("six places of a second", "2024-09-30T12:00:00.123456Z"),
    ("nine places of a second", "2024-09-30T12:00:00.123456789Z"),
    ("one place of a second", "2024-09-30T12:00:00.5Z"),
    ("zeros as places of a second", "2024-09-30T12:00:00.000000Z"),
    ("thirty places of a second", "2024-09-30T12:00:00.123456789012345678901234567890Z"),
    ("a leap second", "2016-12-31T23:59:60Z"),
    ("an offset of half an hour", "2024-09-30T12:00:00+05:30"),
    ("an offset of a quarter", "2024-09-30T12:00:00+05:45"),
    ("an offset of fourteen hours", "2024-09-30T12:00:00+14:00"),
    ("the largest offset", "2024-09-30T12:00:00-23:59"),
    ("an offset of nothing", "2024-09-30T12:00:00+00:00"),
    ("an unknown offset", "2024-09-30T12:00:00-00:00"),
    ("small letters", "2024-09-30t12:00:00z"),
    ("a blank for the T", "2024-09-30 12:00:00Z"),
    ("the year 0", "0000-01-01T00:00:00Z"),
    ("the year 1", "0001-01-01T00:00:00Z"),
    ("the year 9999", "9999-12-31T23:59:59Z"),
    ("a year before 1970", "1969-12-31T23:59:59Z"),
    ("the first second of Unix", "1970-01-01T00:00:00Z"),
    ("a second before 2038 is over", "2038-01-19T03:14:07Z"),
    ("a second beyond 32 bits", "2038-01-19T03:14:08Z"),
    ("a year before the calendar", "1582-10-10T00:00:00Z"),
    ("an hour that does not exist everywhere", "2024-03-31T02:30:00+01:00"),
    ("a day of a leap year", "2024-02-29T00:00:00Z"),
    ("a century that leaps", "2000-02-29T00:00:00Z"),
    ("midnight", "2024-09-30T00:00:00Z"),
)
_NO_MOMENTS = (
    ("a date alone", "2024-09-30"),
    ("no offset", "2024-09-30T12:00:00"),
    ("no seconds", "2024-09-30T12:00Z"),
    ("an offset without a colon", "2024-09-30T12:00:00+0200"),
    ("the basic form", "20240930T120000Z"),
    ("a week", "2024-W40-1T12:00:00Z"),
    ("a day of a year", "2024-274T12:00:00Z"),
    ("a comma for the point", "2024-09-30T12:00:00,5Z"),
    ("an impossible day", "2024-02-30T12:00:00Z"),
    ("hour 24", "2024-09-30T24:00:00Z"),
    ("a time zone", "2024-09-30T12:00:00[Europe/Berlin]"),
    ("a number", "1727697600"),
    ("a padded timestamp", " 2024-09-30T12:00:00Z "),
    ("a word", "now"),
    ("no characters", ""),
)


def unusual(spec: Spec) -> Iterator[Value]:
    """Yield rare offsets, precisions and years, and, if no format forbids it, texts that are not timestamps."""
    return choosing.unusual(spec, (*named(_UNUSUAL), *named(_NO_MOMENTS)))


_SHIFTS = (
    ("a second later", timedelta(seconds=1)),
    ("a minute later", timedelta(minutes=1)),
    ("a day later", timedelta(days=1)),
    ("an hour earlier", timedelta(hours=-1)),
    ("a second earlier", timedelta(seconds=-1)),
    ("a year later", timedelta(days=365)),
    ("twelve hours later", timedelta(hours=12)),
)


def near(spec: Spec, value: Json) -> Iterator[Value]:
    """Yield timestamps a little later or earlier, and the same local time with another offset."""
    return choosing.near(spec, value, _twins(spec, value), forms)


def _twins(spec: Spec, stamp: str) -> Iterator[Candidate]:
    for name, by in _SHIFTS:
        later = shifted(stamp, by)
        if later is not None:
            yield name, later
    if moment(stamp) is not None:
        clock, offset = (stamp[:-1], "Z") if stamp[-1] in "zZ" else (stamp[:-6], stamp[-6:])
        yield "another offset", f"{clock}{'+01:00' if offset != '+01:00' else '+02:00'}"
        fraction = clock.partition(".")[2]
        yield (
            "a millisecond later",
            f"{clock[:19]}.{int((fraction + '000')[:3]) + 1 if fraction[:3] != '999' else 0:03d}{offset}",
        )
    else:
        yield from text.near_candidates(spec, stamp)
    yield "another", next((one for one in usual(spec) if one != stamp), stamp)


def wrong(spec: Spec, value: Json) -> Iterator[Wrong]:
    """Yield values that are not text, and texts that are not timestamps."""
    value = choosing.sample(spec, value)
    broken = (
        ("unix time", "1727740800"),
        ("without its offset", value[:19]),
        ("date alone", value[:_DAY]),
        ("as in a header", "Mon, 30 Sep 2024 00:00:00 GMT"),
        ("impossible day", f"2024-02-30{value[_DAY:]}"),
        ("empty string", ""),
        ("without seconds", f"{value[:16]}Z"),
        ("offset without a colon", f"{value[:19]}+0200"),
        ("offset of hours", f"{value[:19]}+02"),
        ("month 13", f"2024-13-01{value[_DAY:]}"),
        ("hour 24", f"{value[:_DAY]}T24:00:00Z"),
        ("minute 60", f"{value[:_DAY]}T12:60:00Z"),
        ("basic form", "20240930T120000Z"),
        ("comma for the point", f"{value[:19]},5Z"),
        ("slashes", f"{value[:_DAY].replace('-', '/')}{value[_DAY:]}"),
        ("two digits of a year", value[2:]),
        ("name of a zone", f"{value[:19]} UTC"),
        ("padded right", f"{value} "),
        ("line feed after", f"{value}\n"),
        ("other digits", f"\u0662\u0660\u0662\u0664{value[4:]}"),
        ("a word", "now"),
    )
    return choosing.wrong(spec, round_robin(for_text(value), broken))


def forms(sent: Json, got: Json) -> bool:
    """Whether `got` is the same moment, with another offset or other trailing zeros."""
    if not isinstance(sent, str) or not isinstance(got, str):
        return False
    one, other = moment(sent), moment(got)
    return is_normalised(sent, got) or (one is not None and one == other)


def smaller(spec: Spec, value: Json) -> Iterator[Json]:
    """Yield the plainest timestamp, and the same one without its fraction or its offset."""
    return choosing.smaller(spec, value, _simpler(spec, value), lambda stamp: (stamp != plain(spec), len(stamp)))


def _simpler(spec: Spec, stamp: str) -> Iterator[str]:
    yield plain(spec)
    yield from (f"{stamp[:19]}Z", f"{stamp[:_DAY]}T00:00:00Z", stamp[: len(stamp) // 2], stamp[1:], stamp[:-1])
