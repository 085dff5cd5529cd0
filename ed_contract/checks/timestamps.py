"""Reads timestamps as RFC 3339 writes them."""

from __future__ import annotations

from datetime import datetime

from rfc3339_validator import validate_rfc3339

_SEPARATOR = 10  # where the T stands


def is_rfc3339(text: str) -> bool:
    """Whether `text` is a timestamp with an offset; a space for the `T` is let through (it is a SHOULD row)."""
    return bool(validate_rfc3339(_normal(text)))


def has_separator(text: str) -> bool:
    """Whether date and time are separated by `T`."""
    return text[_SEPARATOR : _SEPARATOR + 1] in {"T", "t"}


def compare(one: str, other: str) -> int | None:
    """Return -1, 0 or 1 as `one` is before, at or after `other`, at the coarser of their precisions.

    None if one of them cannot be read (a leap second, for example, has no datetime).
    """
    digits = min(_precision(one), _precision(other))
    try:
        first, second = (_rounded(datetime.fromisoformat(_normal(text)), digits) for text in (one, other))
        return (first > second) - (first < second)
    except (ValueError, TypeError):
        return None


def _normal(text: str) -> str:
    return (
        f"{text[:_SEPARATOR]}T{text[_SEPARATOR + 1 :]}".upper() if text[_SEPARATOR : _SEPARATOR + 1] in "Tt " else text
    )


def _precision(text: str) -> int:
    fraction = text.partition(".")[2]
    return min(6, len(fraction) - len(fraction.lstrip("0123456789")))


def _rounded(moment: datetime, digits: int) -> datetime:
    unit = 10 ** (6 - digits)
    return moment.replace(microsecond=moment.microsecond // unit * unit)
