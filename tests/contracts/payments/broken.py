"""Servers of payments with one bug each, and the requirement that should name it."""

from __future__ import annotations

import itertools
import struct
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from contracts.payments.server import ACCOUNTS, Behaviour, Json, in_canonical_form, rfc_3339
from contracts.payments.validating import CENTS_AT_MOST, Rule, flag, percentage, text, whole

EVERY = "idempotency/conflict/every-parameter"
CRASH = "robustness/no-server-error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A server with one bug."""

    name: str
    sentence: str
    breaks: str  # the id of the requirement that names it
    does: Behaviour
    only_annotated: bool = False  # nothing of it can be seen with the bare document


def either(*rules: Rule) -> Rule:
    """Take what one of several rules takes."""
    return lambda value: "" if any(not rule(value) for rule in rules) else "is wrong"


def number(value: Any) -> str:
    """Take any number."""
    return "" if type(value) in {int, float} else "is not a number"


def digits(value: Any) -> str:
    """Take digits in a text."""
    return "" if isinstance(value, str) and value.isascii() and value.isdecimal() else "is not a number"


def each_line(change: Callable[[Json], Any]) -> Callable[[Json], Json]:
    """Change the line items of a body."""

    def changed(body: Json) -> Json:
        return {**body, "lineItems": [{**line, **change(line)} for line in body["lineItems"]]}

    return changed


def member(name: str, change: Callable[[Any], Any]) -> Callable[[Json], Json]:
    """Change a member, where it has a value."""
    return lambda body: body if body.get(name) is None else {**body, name: change(body[name])}


def without(*names: str) -> Callable[[Json], Any]:
    """Compare bodies without some members."""
    return lambda body: in_canonical_form({name: one for name, one in body.items() if name not in names})


def lines_by(key: Callable[[Json], Any]) -> Callable[[Json], Any]:
    """Compare of the line items only what `key` says."""
    return lambda body: in_canonical_form({**body, "lineItems": key(body["lineItems"])})


def unaccented(value: str) -> str:
    """Return a text without accents."""
    split = unicodedata.normalize("NFD", value)
    return unicodedata.normalize("NFC", "".join(one for one in split if not unicodedata.combining(one)))


def rounded_rate(line: Json) -> Json:
    """Return the tax of a line with a rate of two decimals."""
    tax = line.get("tax")
    return {} if tax is None else {"tax": {**tax, "rate": round(tax["rate"], 2)}}


def in_32_bits(value: Any) -> str:
    """Take whole numbers, and raise for those that the column has no room for."""
    if type(value) is int:
        struct.pack(">i", value)
    return whole(1, CENTS_AT_MOST)(value)


def is_taxed(line: Json) -> Json:
    """Look into the tax of a line without a look at whether it is there."""
    return {} if "tax" not in line else {"tax": {**line["tax"]}}


def in_the_basic_plane(value: str) -> str:
    """Return a text, and raise for what an old column cannot hold."""
    if any(ord(one) > 0xFFFF for one in value):
        raise ValueError(value)
    return value


def numbered() -> Callable[[Json], str]:
    """Return what numbers payments, and begins again at ten."""
    numbers = itertools.count(1)
    return lambda _: f"pay_{next(numbers) % 10}"


VALIDATION = (
    ("description-number", "Takes a number as the description, and makes a text of it.", "request/description/type",
        Behaviour(rules={"description": either(text(), number)}, keep=member("description", str))),
    ("amount-text", "Takes digits as the amount.", "request/amount/type",
        Behaviour(rules={"amount": either(whole(1, CENTS_AT_MOST), digits)}, keep=member("amount", int))),
    ("amount-negative", "Takes amounts below zero.", "request/amount/minimum",
        Behaviour(rules={"amount": whole(-CENTS_AT_MOST, CENTS_AT_MOST)})),
    ("amount-cut", "Takes an amount with a fraction, and cuts the fraction off.", "request/amount/type",
        Behaviour(rules={"amount": lambda value: number(value) or whole(1, CENTS_AT_MOST)(int(value))},
            keep=member("amount", int))),
    ("currency-any", "Takes any text as the currency.", "request/currency/enum",
        Behaviour(rules={"currency": text(1, 10)})),
    ("line-without-price", "Takes a line item without a price, and makes it free.",
        "request/lineItems[].unitPrice/required",
        Behaviour(may_be_absent={"lineItems[].unitPrice"},
            keep=each_line(lambda line: {"unitPrice": line.get("unitPrice", 0)}))),
    ("quantity-zero", "Takes line items of quantity 0.", "request/lineItems[].quantity/minimum",
        Behaviour(rules={"lineItems[].quantity": whole(0, 999)})),
    ("tax-rate-rounded", "Rounds a rate of more than two decimals.", "request/lineItems[].tax.rate/multipleOf",
        Behaviour(rules={"lineItems[].tax.rate": lambda value: number(value) or percentage(round(value, 2))},
            keep=each_line(rounded_rate))),
    ("due-date-any", "Takes any text as a date.", "request/dueDate/format", Behaviour(rules={"dueDate": text()})),
    ("card-without-token", "Takes a card without a token.", "request/card.token/required",
        Behaviour(may_be_absent={"card.token"})),
    ("capture-word", "Takes words for booleans.", "request/capture/type",
        Behaviour(rules={"capture": either(flag, text())},
            keep=member("capture", lambda one: one not in (False, "false")))),
    ("expand-any", "Ignores members that cannot be asked for.", "request/expand/items",
        Behaviour(rules={"expand": lambda value: "" if isinstance(value, list) else "is not a list"})),
)  # fmt: skip

ECHO = (
    ("metadata-of-transfers-lost", "Loses the metadata of bank transfers.", "echo/metadata",
        Behaviour(keep=lambda body: {**body, "metadata": body.get("metadata") if body.get("card") else None})),
    ("lines-sorted", "Shows line items sorted by their sku.", "echo/lineItems",
        Behaviour(keep=member("lineItems", lambda lines: sorted(lines, key=lambda line: line["sku"])))),
    ("amount-shown-as-text", "Shows the amount as a text.", "response/amount/type",
        Behaviour(show=member("amount", str))),
    ("accents-lost", "Loses the accents of a description.", "echo/description",
        Behaviour(keep=member("description", unaccented))),
    ("capture-never-false", "Takes a capture of false for one that was not given.", "echo/capture",
        Behaviour(keep=lambda body: {**body, "capture": body.get("capture") or True})),
)  # fmt: skip

INCLUDE = (
    ("secret-always", "Always shows the client secret.", "include/clientSecret",
        Behaviour(shown=lambda body: {"clientSecret", *(body.get("expand") or ())})),
    ("secret-never", "Never shows the client secret.", "include/clientSecret",
        Behaviour(shown=lambda body: set(body.get("expand") or ()) - {"clientSecret"})),
    ("return-url-always", "Shows the return URL without being asked for it.", "include/returnUrl",
        Behaviour(shown=lambda body: {"returnUrl", *(body.get("expand") or ())})),
)  # fmt: skip

IDEMPOTENCY = (
    ("replay-makes-another", "Makes another payment for the same request.", "idempotency/replay",
        Behaviour(replays=lambda _: None)),
    ("prices-not-compared", "Compares line items without their prices.", EVERY,
        Behaviour(fingerprint=lines_by(
            lambda lines: [{name: one for name, one in line.items() if name != "unitPrice"} for line in lines]))),
    ("order-of-lines-not-compared", "Compares line items whatever their order.", EVERY,
        Behaviour(fingerprint=lines_by(lambda lines: sorted(map(in_canonical_form, lines))))),
    ("capture-not-compared", "Compares requests without `capture`.", EVERY, Behaviour(fingerprint=without("capture"))),
    ("session-not-compared", "Compares only what it shows.", EVERY, Behaviour(fingerprint=without("sessionId"))),
    ("conflict-409", "Answers a conflict with 409, as a request in flight.", "idempotency/conflict/status",
        Behaviour(conflict=409)),
    ("key-ignored-for-transfers", "Looks at the key of card payments only.", "idempotency/replay",
        Behaviour(key=lambda key, body: key if body["method"] == "card" else None)),
    ("keys-folded", "Takes keys that differ in case for one.", "idempotency/keys-independent",
        Behaviour(key=lambda key, _: key.lower())),
    ("refusals-kept", "Gives a refusal again to whatever comes under its key.", "request/valid",
        Behaviour(burns_keys=True)),
    ("race", "Looks a key up, and takes it a moment later.", "idempotency/burst/one-destination",
        Behaviour(gap=lambda: time.sleep(0.02))),
    ("keys-of-all-accounts", "Takes the keys of all accounts for one account's.", "idempotency/account-scoped",
        Behaviour(accounts=lambda key: "shop" if key in ACCOUNTS else None)),
)  # fmt: skip

RESPONSE = (
    ("created-without-offset", "Writes moments without an offset.", "response/createdAt/format",
        Behaviour(moment=lambda moment: rfc_3339(moment).removesuffix("Z"))),
    ("status-missing", "Shows no status.", "response/status/required",
        Behaviour(show=lambda shown: {name: one for name, one in shown.items() if name != "status"})),
    ("object-in-capitals", "Writes what it shows as `Payment`.", "response/object/const",
        Behaviour(show=member("object", str.capitalize))),
    ("line-quantity-missing", "Shows line items without their quantity.", "response/lineItems[].quantity/required",
        Behaviour(show=member("lineItems", lambda lines: [
            {name: one for name, one in line.items() if name != "quantity"} for line in lines]))),
    ("id-reused", "Numbers payments from 1 to 10, and begins again.", "response/id/unique",
        Behaviour(new_id=numbered())),
    ("created-200", "Answers a create with 200.", "response/status", Behaviour(created=200)),
)  # fmt: skip

ROBUSTNESS = (
    ("crash-on-astral-text", "Raises for a description with characters of four bytes.", CRASH,
        Behaviour(keep=member("description", in_the_basic_plane))),
    ("crash-on-nested-null", "Raises for a tax that is null.", CRASH, Behaviour(keep=each_line(is_taxed))),
    ("crash-on-large-number", "Raises for an amount that does not fit into 32 bits.", CRASH,
        Behaviour(rules={"amount": in_32_bits})),
    ("no-credential", "Takes requests without a credential.", "auth/no-key",
        Behaviour(accounts=lambda key: "nobody" if key is None else ACCOUNTS.get(key))),
)  # fmt: skip

BROKEN = tuple(
    Broken(
        name=name,
        sentence=sentence,
        breaks=breaks,
        does=does,
        only_annotated=breaks.startswith(("echo/", "include/")),
    )
    for name, sentence, breaks, does in (*VALIDATION, *ECHO, *INCLUDE, *IDEMPOTENCY, *RESPONSE, *ROBUSTNESS)
)
