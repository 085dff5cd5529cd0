"""What a payment has to look like, written by hand from the prose of the documentation, not from its schemas.

A rule takes a value and returns what is wrong with it, or "". Each has the name of the field that it is about, so that
a variation of the server can put another in its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

Rule = Callable[[Any], str]

CURRENCIES = ("EUR", "USD", "GBP", "JPY", "CHF")
METHODS = ("card", "bankTransfer")
COUNTRIES = ("DE", "FR", "NL", "ES")
EXPANDABLE = ("clientSecret", "returnUrl")
CENTS_AT_MOST = 99_999_999


def whole(least: int, most: int) -> Rule:
    """Take whole numbers without a point."""

    def rule(value: Any) -> str:
        if type(value) is not int:
            return "is not a whole number"
        return "" if least <= value <= most else f"is not between {least} and {most}"

    return rule


def percentage(value: Any) -> str:
    """Take numbers from 0 to 100 with two decimals at most."""
    if type(value) not in {int, float}:
        return "is not a number"
    if not 0 <= value <= 100:
        return "is not between 0 and 100"
    return "" if (Decimal(repr(value)) * 100) % 1 == 0 else "has more than two decimals"


def flag(value: Any) -> str:
    """Take true and false."""
    return "" if isinstance(value, bool) else "is not a boolean"


def one_of(*choices: str) -> Rule:
    """Take some words."""
    return lambda value: "" if isinstance(value, str) and value in choices else f"is none of {', '.join(choices)}"


def text(least: int = 0, most: int = 500, pattern: str = "") -> Rule:
    """Take texts of a length and a form."""

    def rule(value: Any) -> str:
        if not isinstance(value, str):
            return "is not a text"
        if not least <= len(value) <= most:
            return f"does not have {least} to {most} characters"
        return "" if not pattern or re.fullmatch(pattern, value) else "does not have the form of one"

    return rule


def day(value: Any) -> str:
    """Take days of the calendar, e.g. 2031-05-28."""
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return "is not a day"
    try:
        date.fromisoformat(value)
    except ValueError:
        return "is not a day of the calendar"
    return ""


def secure_url(value: Any) -> str:
    """Take URLs that begin with https."""
    if not isinstance(value, str):
        return "is not a text"
    return "" if re.match(r"https://[^/?#\s]", value, re.IGNORECASE) else "is not an https URL"


def texts_by_name(value: Any) -> str:
    """Take objects of texts."""
    if not isinstance(value, dict):
        return "is not an object"
    if len(value) > 20:
        return "has more than 20 entries"
    return "" if all(not text()(one) for one in value.values()) else "has a value that is not a short text"


def words(*choices: str) -> Rule:
    """Take lists of some words."""

    def rule(value: Any) -> str:
        if not isinstance(value, list):
            return "is not a list"
        return "" if all(not one_of(*choices)(one) for one in value) else f"asks for more than {', '.join(choices)}"

    return rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What judges a whole body."""

    instead: Mapping[str, Rule]  # other rules, by the name of the field, e.g. `lineItems[].sku`
    may_be_absent: Collection[str]  # names of required fields that need not be there
    nulls: bool  # whether an optional field may be null
    unknown: bool  # whether there may be fields that nobody knows

    def wrong(self, body: dict[str, Any]) -> str:
        """Return what is wrong with a body, or ""."""
        required = {
            "amount": whole(1, CENTS_AT_MOST),
            "currency": one_of(*CURRENCIES),
            "method": one_of(*METHODS),
            "lineItems": self._lines,
        }
        optional = {
            "capture": flag,
            "description": text(),
            "dueDate": day,
            "metadata": texts_by_name,
            "returnUrl": secure_url,
            "sessionId": text(pattern="[A-Za-z0-9-]{8,64}"),
            "expand": words(*EXPANDABLE),
            "card": partial(
                self._object, "card.", {"token": text(pattern="tok_[A-Za-z0-9]{16}")}, {"threeDSecure": flag}
            ),
            "bankTransfer": partial(self._object, "bankTransfer.", {"country": one_of(*COUNTRIES)}, {}),
        }
        return self._object("", required, optional, body)

    def _lines(self, value: Any) -> str:
        if not isinstance(value, list) or not 1 <= len(value) <= 100:
            return "is not a list of 1 to 100 items"
        required = {"sku": text(1, 64), "quantity": whole(1, 999), "unitPrice": whole(0, CENTS_AT_MOST)}
        tax = partial(self._object, "lineItems[].tax.", {"rate": percentage}, {"included": flag})
        problems = (self._object("lineItems[].", required, {"tax": tax}, one) for one in value)
        return next(filter(None, problems), "")

    def _object(self, place: str, required: Mapping[str, Rule], optional: Mapping[str, Rule], value: Any) -> str:
        if not isinstance(value, dict):
            return "is not an object"
        for name in required:
            if name not in value and f"{place}{name}" not in self.may_be_absent:
                return f"{place}{name} is missing"
        if not self.unknown and (more := value.keys() - required.keys() - optional.keys()):
            return f"{place}{min(more)} is unknown"
        for name, rule in {**required, **optional}.items():
            if name not in value or (self.nulls and name in optional and value[name] is None):
                continue
            if problem := self.instead.get(f"{place}{name}", rule)(value[name]):
                return problem if problem.startswith(f"{place}{name}") else f"{place}{name} {problem}"
        return ""
