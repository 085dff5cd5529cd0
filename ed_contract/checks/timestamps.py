"""Reads RFC 3339 timestamps."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from ed_contract.kinds.rfc3339 import is_date_time

LONGEST = 10_000  # characters of a timestamp; the page does not limit the digits of a second
_SEPARATOR = 10  # the index of the T
_DATE, _TIME = r"\d{4}-\d{2}-\d{2}", r"\d{2}:\d{2}:\d{2}"
_WRONG = {  # what is wrong with a text, by its form
    r"\s.*|.*\s": "has leading or trailing white space",
    r"\d+(\.\d+)?": "is a number in a string, perhaps a Unix time",
    _DATE: "has no time of day",
    rf"{_DATE}[Tt ]\d{{2}}:\d{{2}}([Zz]|[+-].*)?": "has no seconds",
    rf"{_DATE}[Tt ]{_TIME}(\.\d+)?": "has no UTC offset",
    rf"{_DATE}[Tt ]{_TIME}(\.\d+)?[+-]\d{{2,4}}": "has a UTC offset without a colon",
    rf"{_DATE}[Tt ]{_TIME}(\.\d+)? .*": "has a space or a zone name instead of a UTC offset",
    rf"{_DATE}[Tt ]{_TIME},\d+.*": "has a comma before the fractional seconds",
    rf"{_DATE}[Tt ]{_TIME}(\.\d+)?([Zz]|[+-]\d{{2}}:\d{{2}})": "is a day or a time that does not exist",
}


def is_rfc3339(text: str) -> bool:
    """Whether `text` is a timestamp with an offset; a space instead of the `T` is allowed (that is a SHOULD row)."""
    return len(text) <= LONGEST and is_date_time(text)


def what_is_wrong(text: str) -> str:
    """Return what is wrong with a text that is not an RFC 3339 timestamp."""
    forms = _WRONG.items() if len(text) <= LONGEST else ()
    of_its_form = (said for form, said in forms if re.fullmatch(form, text, re.DOTALL | re.ASCII))
    return next(of_its_form, "is not an RFC 3339 timestamp")


def has_separator(text: str) -> bool:
    """Whether date and time are separated by `T`."""
    return text[_SEPARATOR : _SEPARATOR + 1] in {"T", "t"}


def compare(one: str, other: str) -> int | None:
    """Return -1, 0 or 1 as `one` is before, at or after `other`, at the coarser of their precisions.

    Where these differ, the coarser may be rounded or truncated. None if one of them cannot be read (a leap second,
    for example, has no datetime).
    """
    if is_same_moment(one, other):
        return 0
    apart = _apart(one, other)
    return None if apart is None else (apart > timedelta(0)) - (apart < timedelta(0))


def is_same_moment(one: str, other: str) -> bool:
    """Whether two timestamps are the same moment, each rounded or truncated to its precision."""
    apart, digits = _apart(one, other), sorted({_precision(one), _precision(other)})
    # At equal precision they must be equal; else the coarser is rounded or truncated, and so is the finer when read.
    most = timedelta(microseconds=10 ** max(0, 6 - digits[0])) if len(digits) > 1 else timedelta(0)
    return apart is not None and abs(apart) <= most


def _apart(one: str, other: str) -> timedelta | None:
    if len(one) > LONGEST or len(other) > LONGEST:
        return None
    try:
        return datetime.fromisoformat(_normal(one)) - datetime.fromisoformat(_normal(other))
    except (ValueError, TypeError, OverflowError):
        return None


def _normal(text: str) -> str:
    return (
        f"{text[:_SEPARATOR]}T{text[_SEPARATOR + 1 :]}".upper() if text[_SEPARATOR : _SEPARATOR + 1] in "Tt " else text
    )


def _precision(text: str) -> int:
    fraction = text.partition(".")[2]
    return len(fraction) - len(fraction.lstrip("0123456789"))
