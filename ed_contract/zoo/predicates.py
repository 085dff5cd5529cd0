"""Predicates of parameters and bodies, which may be invalid.

Knows nothing of requirements, nor of what becomes of such a request.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from ed_contract.reference import Json, Params

Test: TypeAlias = Callable[[Params], bool]
"""A predicate of parameters."""

JSON_KINDS: dict[str, Callable[[Json], bool]] = {
    "nulls": lambda value: value is None,
    "numbers": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "booleans": lambda value: isinstance(value, bool),
    "strings": lambda value: isinstance(value, str),
    "arrays": lambda value: isinstance(value, list),
    "objects": lambda value: isinstance(value, dict),
}


def has(name: str, *values: object) -> Test:
    """Return the test whether a parameter has one of these values."""
    return lambda params: params.get(name) in values


def given(name: str) -> Test:
    """Return the test whether a parameter is sent and not empty."""
    return lambda params: bool(params.get(name))


def missing(name: str) -> Test:
    """Return the test whether a parameter is absent or empty."""
    return lambda params: not params.get(name)


def every_one(*tests: Test) -> Test:
    """Return the test whether all these tests hold."""
    return lambda params: all(test(params) for test in tests)


TYPES = {"amazon_eventbridge", "azure_event_grid", "webhook_endpoint"}
MEMBERS = {"webhook_endpoint.signing_secret", "webhook_endpoint.url"}


def sources(params: Params) -> Sequence[Json]:
    """Return the values of `events_from`, or none if it is not an array."""
    values = params.get("events_from")
    return values if isinstance(values, list) else ()


def any_source(test: Callable[[str], bool]) -> Test:
    """Return the test whether any string in `events_from` passes a test."""
    return lambda params: any(isinstance(one, str) and test(one) for one in sources(params))


def unknown_type(params: Params) -> bool:
    """Return whether no edition of the page lists the type."""
    chosen = params.get("type")
    return isinstance(chosen, str) and chosen not in TYPES


def unknown_include(params: Params) -> bool:
    """Return whether a member is included that no edition of the page lists."""
    include = params.get("include")
    return isinstance(include, list) and any(isinstance(one, str) and one not in MEMBERS for one in include)


EVENTBRIDGE, WEBHOOK = has("type", "amazon_eventbridge"), has("type", "webhook_endpoint")
THIN, SNAPSHOT = has("event_payload", "thin"), has("event_payload", "snapshot")
FROM_OTHERS, FROM_SELF = has("events_from", ["other_accounts"]), has("events_from", ["self"])
FROM_BOTH = has("events_from", ["other_accounts", "self"], ["self", "other_accounts"])


def strings_in(value: Json) -> Iterable[str]:
    """Yield all strings of a JSON value, including the names of members."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += [*one, *one.values()]
        elif isinstance(one, list):
            waiting += one


def depth(body: bytes) -> int:
    """Return how deeply the brackets of a body are nested."""
    steps = (1 if one in b"[{" else -1 for one in body if one in b"[{]}")
    return max(itertools.accumulate(steps), default=0)


def not_utf8(body: bytes) -> bool:
    """Return whether a body is not UTF-8."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return True
    return False


def not_json(body: bytes) -> bool:
    """Return whether a body is not JSON."""
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return True
    return False


_KNOWN = {
    "name",
    "description",
    "enabled_events",
    "event_payload",
    "events_from",
    "include",
    "metadata",
    "type",
    "snapshot_api_version",
    "webhook_endpoint",
    "amazon_eventbridge",
}


def is_known(params: Params) -> bool:
    """Return whether the page lists every top-level field."""
    return _KNOWN.issuperset(params)


def surrogates(params: Params) -> bool:
    """Return whether the parameters contain a lone surrogate."""
    return any(re.search("[\ud800-\udfff]", text) for text in strings_in(dict(params)))
