"""The strategies named after the page's fields: creates of event destinations, and values of each field.

A pool starts with its plainest value, since strategies shrink towards it. Values that the page leaves open (lengths,
blanks, exotic characters, unlisted values) do not belong here.
"""

from __future__ import annotations

import warnings
from collections.abc import Collection
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument
from hypothesis.strategies import SearchStrategy

from ed_contract.cases.options import options_of
from ed_contract.contract import CONTRACT, Contract
from ed_contract.kinds import Spec, kind_of
from ed_contract.kinds.validity import is_usual
from ed_contract.strategies.drawing import filled, sampled, texts, values_of
from ed_contract.strategies.params import creates
from ed_contract.strategies.readable import shown_as

_OPTIONS = options_of(CONTRACT)
_MEMBERS = CONTRACT.request_spec.members
TYPES: tuple[str, ...] = _OPTIONS.dimensions["type"]
EVENT_PAYLOADS: tuple[str, ...] = _OPTIONS.dimensions["event_payload"]
_MOST_EVENTS = 8  # events of a list
_MOST_ENTRIES = 8  # entries of metadata
_VISIBLE = "".join(map(chr, range(ord("!"), ord("~") + 1)))


def create_params(
    *,
    types: Collection[str] | None = None,
    event_payloads: Collection[str] | None = None,
    include_unspecified: bool = False,
    silent: bool | None = None,
    names: SearchStrategy[str] | None = None,
    descriptions: SearchStrategy[str | None] | None = None,
    enabled_events: SearchStrategy[list[str]] | None = None,
    events_from: SearchStrategy[list[str] | None] | None = None,
    include: SearchStrategy[list[str] | None] | None = None,
    metadata: SearchStrategy[dict[str, str] | None] | None = None,
    snapshot_api_versions: SearchStrategy[str | None] | None = None,
    webhook_urls: SearchStrategy[str] | None = None,
    aws_account_ids: SearchStrategy[str] | None = None,
    aws_regions: SearchStrategy[str] | None = None,
    contract: Contract = CONTRACT,
) -> SearchStrategy[dict[str, Any]]:
    """Params of creates that any strict right server accepts: every type, both payloads, every enum value.

    A strategy for a field replaces ours. One for an optional field is always drawn from, and leaves the field out by
    drawing None; `snapshot_api_versions` is drawn from only for snapshot payloads, and `include` only for webhook
    endpoints, unless `include_unspecified`.

    Args:
        types: the types to choose from.
        event_payloads: the payloads to choose from.
        include_unspecified: also draw what the page does not forbid but real servers are reported to refuse: `include`
            on EventBridge, and both `events_from` values with snapshot events. `expectation_of` tells them apart.
        silent: the old name of `include_unspecified`.
        names: names.
        descriptions: descriptions, or None.
        enabled_events: lists of events for any payload; ours match the payload.
        events_from: lists of sources, or None.
        include: lists of members to include, or None.
        metadata: maps of strings, or None.
        snapshot_api_versions: versions of the API, or None.
        webhook_urls: URLs.
        aws_account_ids: ids of AWS accounts.
        aws_regions: AWS regions.
        contract: of another edition of the page; the arguments above apply to all editions.

    Raises:
        InvalidArgument: a type or payload is unknown, or none is given.
    """
    if silent is not None:
        warnings.warn("silent is deprecated: use include_unspecified", DeprecationWarning, stacklevel=2)
        include_unspecified = silent
    options = options_of(contract)
    shapes = [
        shape
        for shape in options.shapes
        if shape["type"] in _chosen("types", types, options.dimensions["type"])
        and shape["event_payload"] in _chosen("event_payloads", event_payloads, options.dimensions["event_payload"])
    ]
    given = {
        "names": ("name", names),
        "descriptions": ("description", descriptions),
        "enabled_events": ("enabled_events", enabled_events),
        "events_from": ("events_from", events_from),
        "include": ("include", include),
        "metadata": ("metadata", metadata),
        "snapshot_api_versions": ("snapshot_api_version", snapshot_api_versions),
        "webhook_urls": ("webhook_endpoint.url", webhook_urls),
        "aws_account_ids": ("amazon_eventbridge.aws_account_id", aws_account_ids),
        "aws_regions": ("amazon_eventbridge.aws_region", aws_regions),
    }
    return creates(
        contract,
        shapes=shapes,
        fields={place: strategy for place, strategy in given.values() if strategy is not None},
        unspecified=include_unspecified,
        shown={
            "types": None if types is None else list(types),
            "event_payloads": None if event_payloads is None else list(event_payloads),
            "include_unspecified": include_unspecified or None,
            **{argument: strategy for argument, (_, strategy) in given.items()},
            "contract": None if contract is CONTRACT else contract.edition,
        },
    )


def _chosen(argument: str, given: Collection[str] | None, known: Collection[str]) -> Collection[str]:
    """Return the given values, or all known ones; raise InvalidArgument if they are unknown or empty."""
    if given is None:
        return known
    if isinstance(given, str) or not given or not set(given) <= set(known):
        raise InvalidArgument(f"invalid {argument}={given!r}: expected a collection of {' or '.join(known)}")
    return given


def names() -> SearchStrategy[str]:
    """Readable names of at most 60 characters, in many scripts."""
    return shown_as("names", values_of(_MEMBERS["name"]))


def descriptions() -> SearchStrategy[str]:
    """Readable descriptions of at most 100 characters, in many scripts."""
    return shown_as("descriptions", values_of(_MEMBERS["description"]))


def enabled_events(event_payload: str = "thin", *, max_size: int = _MOST_EVENTS) -> SearchStrategy[list[str]]:
    """Lists of 1 to `max_size` events for one payload, without duplicates and in any order.

    The names of thin events begin with `v1.` or `v2.`, those of snapshot events do not.
    """
    if event_payload not in EVENT_PAYLOADS:
        raise InvalidArgument(f"invalid event_payload={event_payload!r}: expected {' or '.join(EVENT_PAYLOADS)}")
    fitting = _OPTIONS.fitting("enabled_events", {"event_payload": event_payload})
    lists = [one for one in fitting if len(one) <= max_size]
    if not lists:
        raise InvalidArgument(f"invalid max_size={max_size!r}: expected at least 1")
    return shown_as("enabled_events", sampled(lists), event_payload=event_payload, max_size=max_size)


def aws_account_ids() -> SearchStrategy[str]:
    """Ids of 12 digits, some with leading zeros."""
    return values_of(_member("amazon_eventbridge", "aws_account_id"))


def aws_regions() -> SearchStrategy[str]:
    """Existing AWS regions."""
    return values_of(_member("amazon_eventbridge", "aws_region"))


def webhook_urls() -> SearchStrategy[str]:
    """Https URLs on hosts that are reserved for examples, with paths and queries."""
    return shown_as("webhook_urls", values_of(_member("webhook_endpoint", "url")))


def _member(holder: str, name: str) -> Spec:
    return _MEMBERS[holder].members[name]


def metadata(*, min_size: int = 1, max_size: int = _MOST_ENTRIES) -> SearchStrategy[dict[str, str]]:
    """Maps of `min_size` to `max_size` entries, at most 8, with short keys and non-empty values."""
    if not 0 <= min_size <= max_size <= _MOST_ENTRIES:
        raise InvalidArgument(
            f"invalid {min_size=}, {max_size=}: expected 0 <= min_size <= max_size <= {_MOST_ENTRIES}"
        )
    spec = _MEMBERS["metadata"]
    written = [one for one in kind_of(spec).usual(spec) if min_size <= len(one) <= max_size]
    made = st.builds(filled, st.integers(min_size, max_size), texts(40))
    made = made.filter(partial(is_usual, spec)) if min_size else made
    drawn = sampled(written) | made if written and min_size else made
    return shown_as("metadata", drawn)


def api_versions() -> SearchStrategy[str]:
    """Existing versions of the API, with and without a release name."""
    return values_of(_MEMBERS["snapshot_api_version"])


def events_from() -> SearchStrategy[list[str]]:
    """Every list of the documented values without duplicates, in both orders."""
    return values_of(_MEMBERS["events_from"])


def includes() -> SearchStrategy[list[str]]:
    """Every list of the documented values without duplicates, in both orders."""
    return values_of(_MEMBERS["include"])


def idempotency_keys(*, max_size: int = 64) -> SearchStrategy[str]:
    """Keys of 1 to `max_size` visible ASCII characters."""
    if max_size < 1:
        raise InvalidArgument(f"invalid {max_size=}: expected at least 1")
    return st.text(_VISIBLE, min_size=1, max_size=max_size)
