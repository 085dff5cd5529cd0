"""Says of parameters and bodies whether they are of some kind; either may be invalid.

Knows nothing of requirements, nor of what is done with such a request.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from ed_contract.reference import Json, Params

Test: TypeAlias = Callable[[Params], bool]
"""Says whether parameters are of some kind."""

JSON_KINDS: dict[str, Callable[[Json], bool]] = {
    "nulls": lambda value: value is None,
    "numbers": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "booleans": lambda value: isinstance(value, bool),
    "strings": lambda value: isinstance(value, str),
    "arrays": lambda value: isinstance(value, list),
    "objects": lambda value: isinstance(value, dict),
}


def has(name: str, *values: object) -> Test:
    """Return whether a parameter has one of these values."""
    return lambda params: params.get(name) in values


def given(name: str) -> Test:
    """Return whether a parameter is sent, and not empty."""
    return lambda params: bool(params.get(name))


def missing(name: str) -> Test:
    """Return whether a parameter is empty, or not sent."""
    return lambda params: not params.get(name)


def every_one(*tests: Test) -> Test:
    """Return whether parameters are of all these kinds."""
    return lambda params: all(test(params) for test in tests)


TYPES = {"amazon_eventbridge", "azure_event_grid", "webhook_endpoint"}
MEMBERS = {"webhook_endpoint.signing_secret", "webhook_endpoint.url"}


def sources(params: Params) -> Sequence[Json]:
    """Return the values of `events_from`, none where it is no array."""
    values = params.get("events_from")
    return values if isinstance(values, list) else ()


def any_source(test: Callable[[str], bool]) -> Test:
    """Return whether any text of `events_from` is of some kind."""
    return lambda params: any(isinstance(one, str) and test(one) for one in sources(params))


def unknown_type(params: Params) -> bool:
    """Return whether a type is none of those that any edition of the page names."""
    chosen = params.get("type")
    return isinstance(chosen, str) and chosen not in TYPES


def unknown_include(params: Params) -> bool:
    """Return whether a member is included that no edition of the page names."""
    include = params.get("include")
    return isinstance(include, list) and any(isinstance(one, str) and one not in MEMBERS for one in include)


EVENTBRIDGE, WEBHOOK = has("type", "amazon_eventbridge"), has("type", "webhook_endpoint")
THIN, SNAPSHOT = has("event_payload", "thin"), has("event_payload", "snapshot")
FROM_OTHERS, FROM_SELF = has("events_from", ["other_accounts"]), has("events_from", ["self"])
FROM_BOTH = has("events_from", ["other_accounts", "self"], ["self", "other_accounts"])


def strings_in(value: Json) -> Iterable[str]:
    """Yield all strings of a JSON value, the names of members too."""
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
    """Return how deep the brackets of a body are nested."""
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
    """Return whether the page lists every field at the top level."""
    return _KNOWN.issuperset(params)


def surrogates(params: Params) -> bool:
    """Return whether a lone surrogate is in the parameters."""
    return any(re.search("[\ud800-\udfff]", text) for text in strings_in(dict(params)))
