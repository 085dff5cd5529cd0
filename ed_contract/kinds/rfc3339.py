"""Reads dates and timestamps as RFC 3339 writes them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

_DATE_TIME = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]"
    r"(?P<clock>(?:[01][0-9]|2[0-3]):[0-5][0-9]):(?P<second>[0-5][0-9]|60)(?:\.(?P<fraction>[0-9]+))?"
    r"(?P<offset>[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def is_date_time(text: str) -> bool:
    """Whether `text` is a timestamp with an offset; a blank is accepted for the `T`."""
    read = _DATE_TIME.fullmatch(text)
    return read is not None and is_date(read["date"])


def is_date(text: str) -> bool:
    """Whether `text` is an existing date, such as `2024-02-29`."""
    try:
        return _ISO_DATE.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


def moment(text: str) -> tuple[datetime, str] | None:
    """Return the second of a timestamp, in UTC, and its fractional digits without trailing zeros.

    None if the text is not a timestamp, or has no datetime: a leap second, a time before the year 1 or after 9999.
    """
    read = _DATE_TIME.fullmatch(text)
    if read is None:
        return None
    offset = "+00:00" if read["offset"] in {"Z", "z"} else read["offset"]
    try:
        second = datetime.fromisoformat(f"{read['date']}T{read['clock']}:{read['second']}{offset}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return second, (read["fraction"] or "").rstrip("0")


def shifted(text: str, by: timedelta) -> str | None:
    """Return a shifted timestamp with the offset and digits of `text`; None if `text` cannot be read."""
    read = _DATE_TIME.fullmatch(text)
    if read is None:
        return None
    try:
        local = datetime.fromisoformat(f"{read['date']}T{read['clock']}:{read['second']}") + by
    except (ValueError, OverflowError):
        return None
    fraction = f".{read['fraction']}" if read["fraction"] else ""
    return f"{local.isoformat(timespec='seconds')}{fraction}{read['offset']}"
