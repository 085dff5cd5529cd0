"""The most telling requests, each touching many requirements: alone, the check after a deployment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ed_contract.case import Case, Expectation, Key, Params, Sequence, Step, case, encode, single
from ed_contract.strategies.boundaries import boundaries
from ed_contract.strategies.bursts import authentication
from ed_contract.strategies.changes import changes, everything
from ed_contract.strategies.mutations import mutations
from ed_contract.strategies.params import EVENTBRIDGE, PAGE_EXAMPLE, SNAPSHOT, THIN, WEBHOOK, summary, valid_case
from ed_contract.strategies.rotation import Rotation
from ed_contract.strategies.sequences import reworded

# The values in which most servers that change values change them: scripts, `&` and `+`, an apostrophe, letters
# beyond the first plane, escapes, an order that is not the alphabet's, leading zeros, text like other types.
_WEBHOOK: Params = {
    "name": "Tom & Jerry's Café – 注文 + возврат 📦 (2nd_Level, EU only)",
    "type": WEBHOOK,
    "event_payload": THIN,
    "enabled_events": [
        "v2.money_management.outbound_payment.posted",
        "v1.billing.meter.error_report_triggered",
        "v2.core.account.created",
    ],
    "webhook_endpoint": {"url": "https://example.com/Hooks/a%20b?team=Billing&next=%2Fx&retry=true"},
    "description": "Erhält Rechnungen – до 10 лет, 100 % sicher + sofort: see O'Neill & Co.",
    "events_from": ["self", "other_accounts"],
    "include": ["webhook_endpoint.url", "webhook_endpoint.signing_secret"],
    "metadata": {
        "order_id": "6735",
        "Owner": "Jürgen & Søren",
        "reviewed": "true",
        "retries": "0",
        "cost-center": "0047",
        "a_key_of_exactly_forty_characters_long_1": "Ask the billing team first; look at the dashboard then, and "
        "only if it is red, pause the destination. Write down why you did it.",
    },
}
_EVENTBRIDGE: Params = {
    "name": "Ledger 2: Île-de-France",
    "type": EVENTBRIDGE,
    "event_payload": SNAPSHOT,
    "enabled_events": ["invoice.paid", "customer.created"],
    "amazon_eventbridge": {"aws_account_id": "001234567890", "aws_region": "eu-west-1"},
    "description": "Feeds the ledger: one row an event, never two",
    "events_from": ["self"],
    "metadata": {"team": "billing", "region": "東京"},
    "snapshot_api_version": "2024-09-30.acacia",
}
_COMMON = (
    "request/name/required [removed]",
    "request/enabled_events/items [number in the middle]",
    "request/include/items [unrelated in the middle]",
    "request/name/type [number]",
    "request/events_from/items [unrelated in the middle]",
    "request/type/enum [unrelated]",
    "request/enabled_events/type [string]",
    "request/amazon_eventbridge.aws_account_id/type [number]",
    "request/event_payload/enum [unrelated]",
    "request/webhook_endpoint.url/required [removed]",
    "request/amazon_eventbridge.aws_region/required [removed]",
)
"""What servers forget most often."""
_LESS_COMMON = (
    "request/type/required [removed]",
    "request/event_payload/required [removed]",
    "request/enabled_events/required [removed]",
    "request/amazon_eventbridge.aws_account_id/required [removed]",
    "request/metadata/type [string]",
    "request/description/type [number]",
    "request/events_from/type [string]",
    "request/include/type [string]",
    "request/snapshot_api_version/type [number]",
    "request/webhook_endpoint/type [string]",
    "request/webhook_endpoint.url/type [number]",
    "request/amazon_eventbridge/type [string]",
    "request/amazon_eventbridge.aws_region/type [number]",
    "request/name/type [null]",
    "request/type/enum [upper case]",
    "request/event_payload/enum [upper case]",
    "request/events_from/items [upper case]",
    "request/include/items [upper case]",
    "request/webhook_endpoint.url/type [null]",
    "request/enabled_events/type [null]",
    "request/amazon_eventbridge.aws_account_id/type [null]",
    "request/type/enum [null]",
    "request/event_payload/enum [null]",
    "request/amazon_eventbridge.aws_region/type [null]",
)
"""Every other requirement of the request, and then the next telling operators."""
_UNUSUAL = {
    "name, description and metadata with digits only",
    "name, description and metadata with a no-break space",
    "name with percent and braces",
    "description and metadata with a newline",
    "metadata with keys in many styles",
    "metadata with a key with a dot",
    "metadata with the key __proto__",
    "URL with rare characters",
}
"""The boundary cases that show most."""
_TRIES = 8  # creates to look at: some operators need two elements in a list
_STRANGERS = {"none", "a used key, credential: none"}
_NO_OBJECTS = {
    "truncated": b'{"name":',
    "empty": b"",
    "a list": b"[" + encode(PAGE_EXAMPLE) + b"]",
    "trailing garbage": encode(PAGE_EXAMPLE) + b"}",
}


def smoke(seed: int = 0) -> tuple[Sequence, ...]:
    """Return the page's example, and then the requests that most broken servers answer wrongly, those first."""
    return tuple(_smoke(Rotation(seed)))


def _smoke(rotation: Rotation) -> Iterator[Sequence]:
    yield single(case("the page's example", PAGE_EXAMPLE))
    yield _under_one_key(
        "a key used again",
        ("every field of a webhook endpoint", _WEBHOOK),
        ("the same again", _WEBHOOK),
        ("the same a third time", _WEBHOOK),
        ("same key, everything different", everything(_WEBHOOK, rotation)),
    )
    yield single(case("every field of an EventBridge", _EVENTBRIDGE))
    snapshot = single(valid_case(rotation.create(WEBHOOK, SNAPSHOT)))
    yield single(valid_case(rotation.create(WEBHOOK, THIN, include=(_SECRET,), events_from=("other_accounts",))))
    common = [_mutated(name, rotation) for name in _COMMON]
    yield from (common[0], snapshot, *common[1:])
    yield from (single(_no_object(name, body)) for name, body in _NO_OBJECTS.items())
    yield _without_key(rotation.full(EVENTBRIDGE, THIN))
    yield _changed_in_turn(rotation.rich(WEBHOOK, THIN, include=("webhook_endpoint.url",)), rotation)
    yield _changed_in_turn(rotation.rich(EVENTBRIDGE, SNAPSHOT, events_from=()), rotation, only=_OF_EVENTBRIDGE)
    yield _near_keys(rotation)
    yield from (_mutated(name, rotation) for name in _LESS_COMMON)
    yield from (one for one in authentication() if one.name in _STRANGERS)
    yield from (single(one) for one in boundaries() if one.name in _UNUSUAL)


def _under_one_key(name: str, *named: tuple[str, Params], last: Case | None = None) -> Sequence:
    cases = [valid_case(params, step) for step, params in named]
    return Sequence(name=name, steps=tuple(Step(case=one) for one in (*cases, *([last] if last else []))))


def _without_key(params: Params) -> Sequence:
    steps = tuple(Step(case=valid_case(params, name), key=None) for name in ("no key", "no key again"))
    return Sequence(name="without a key", steps=steps)


_OF_EVENTBRIDGE = frozenset(
    {
        "amazon_eventbridge.aws_account_id",
        "amazon_eventbridge.aws_region",
        "snapshot_api_version",
        "type",
        "events_from",
    }
)
"""The parameters that a webhook endpoint with thin events has not, one that is added, and the type itself."""


def _changed_in_turn(params: Params, rotation: Rotation, *, only: frozenset[str] | None = None) -> Sequence:
    """Return a create whose key is used with each parameter changed in turn, and then with the first again.

    Of what is most often compared in part (the last event, the letters of a name, the words of a description) there
    are more changes than one.
    """
    each: dict[str, tuple[str, Any]] = {}
    for change in changes(params, rotation):
        if change.place in only if only is not None else change.place != "type":
            named = f"{change.place} {change.how}"
            each.setdefault(named if named in _IN_PART else change.place, (f"same key, {named}", change.params))
    said = summary(params)
    return _under_one_key(
        f"each parameter changed in turn: {said}",
        (said, params),
        *each.values(),
        (f"{said}: again", params),
        last=reworded(params, "in other words", backwards=True, spaced=True, escaped=True),
    )


_IN_PART = frozenset(
    {
        "name two letters swapped",
        "enabled_events another first",
        "description without a blank",
        "description another letter beyond ASCII",
        "description other punctuation",
    }
)
_NEAR_KEYS = {
    "a fresh key": "a-{fresh}",
    "a key with another first character": "b-{fresh}",
    "a key in upper case": "B-{FRESH}",
    "a key of 64 characters": "b-{fresh}" + "-" * 25 + "1",
    "a key with another last of 64 characters": "b-{fresh}" + "-" * 25 + "2",
}
_SECRET = "webhook_endpoint.signing_secret"  # noqa: S105 - the name of a place


def _near_keys(rotation: Rotation) -> Sequence:
    """Return creates of several shapes under keys each of which resembles the one before."""
    shapes: tuple[dict[str, Any], ...] = (
        {"include": ("webhook_endpoint.url", _SECRET), "events_from": ("self",)},
        {"metadata": True, "version": True},
        {"include": (_SECRET,), "version": True, "description": True},
        {"events_from": ("other_accounts",), "version": True},
        {"include": (_SECRET, "webhook_endpoint.url"), "events_from": ("other_accounts",)},
    )
    steps = tuple(
        Step(case=valid_case(rotation.create(WEBHOOK, SNAPSHOT, **shape), name), key=Key(template=template))
        for (name, template), shape in zip(_NEAR_KEYS.items(), shapes, strict=True)
    )
    return Sequence(name="keys that resemble each other", steps=steps)


def _no_object(name: str, body: bytes) -> Case:
    return Case(name=name, body=body, params=None, expectation=Expectation.REJECT)


def _mutated(name: str, rotation: Rotation) -> Sequence:
    """Return the mutation of this name, of a create that has what it takes."""
    requirement = name.partition(" ")[0]
    kind = EVENTBRIDGE if "amazon_eventbridge" in requirement else WEBHOOK
    payload = SNAPSHOT if "snapshot_api_version" in requirement else THIN
    bases = (rotation.full(kind, payload) for _ in range(_TRIES))
    return next(single(one) for params in bases for one in mutations(params, requirement) if one.name == name)
