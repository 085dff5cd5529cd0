"""Writes creates without Hypothesis: the same seed gives the same values, and each pool is gone through in turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from string import ascii_letters
from typing import Any

from ed_contract.strategies.params import CONFIGURATION, SNAPSHOT, THIN, WEBHOOK
from ed_contract.strategies.values import DESCRIPTIONS, EVENT_LISTS, METADATA, NAMES, POOLS, WEBHOOK_URLS

_STRIDE = 7919  # a prime beyond the length of any pool: each seed starts each pool at another place


def create(
    take: Callable[[str], Any],
    kind: str,
    payload: str,
    *,
    version: bool = False,
    events_from: Sequence[str] = (),
    include: Sequence[str] = (),
    description: bool = False,
    metadata: bool = False,
) -> dict[str, Any]:
    """Return the params of a create: those optional fields are set that are asked for; `take` gives their values."""
    params: dict[str, Any] = {
        "name": take("name"),
        "type": kind,
        "event_payload": payload,
        "enabled_events": take(payload),
        kind: {name: take(name) for name in CONFIGURATION[kind]},
    }
    if description:
        params["description"] = take("description")
    if events_from:
        params["events_from"] = list(events_from)
    if include:
        params["include"] = list(include)
    if metadata:
        params["metadata"] = take("metadata")
    if version:
        params["snapshot_api_version"] = take("snapshot_api_version")
    return params


class Rotation:
    """Turns through the pools of values."""

    def __init__(self, seed: int, pools: Mapping[str, Sequence[Any]] | None = None) -> None:
        self._seed = seed
        self._pools = _POOLS if pools is None else pools
        self._taken: Counter[str] = Counter()

    def take(self, field: str) -> Any:  # noqa: ANN401 - any JSON
        """Return the next value of the pool of `field`."""
        place = self._seed * _STRIDE + self._taken[field]
        self._taken[field] += 1
        pool = self._pools[field]
        return copied(pool[place % len(pool)])

    def other(self, field: str, than: object) -> Any:  # noqa: ANN401 - any JSON
        """Return the next value of the pool of `field` that is not `than`."""
        value = self.take(field)
        return self.take(field) if value == than else value

    def create(self, kind: str = WEBHOOK, payload: str = THIN, **options: Any) -> dict[str, Any]:  # noqa: ANN401 - as `create` has them
        """Return the params of a create with values of the pools."""
        return create(self.take, kind, payload, **options)

    def full(self, kind: str = WEBHOOK, payload: str = THIN, **fields: Any) -> dict[str, Any]:  # noqa: ANN401
        """Return the params of a create with every optional field set that a right server must accept."""
        every = {
            "version": payload == SNAPSHOT,
            "events_from": ("other_accounts", "self") if payload == THIN else ("other_accounts",),
            "include": ("webhook_endpoint.url", "webhook_endpoint.signing_secret") if kind == WEBHOOK else (),
            "description": True,
            "metadata": True,
        }
        return self.create(kind, payload, **{**every, **fields})

    def rich(self, kind: str = WEBHOOK, payload: str = THIN, **fields: Any) -> dict[str, Any]:  # noqa: ANN401
        """Return the params of a full create of whose every value a part can be changed, however late in it."""
        params = self.full(kind, payload, **fields)
        params |= {name: self.take(f"long {name}") for name in ("name", "description", "metadata")}
        params["enabled_events"] = self.take(f"long {payload}")
        return params | {kind: {"url": self.take("long url")}} if kind == WEBHOOK else params


_POOLS: Mapping[str, Sequence[Any]] = {
    **POOLS,
    "long name": [name for name in NAMES if len(name) > 24 and name[-1] in ascii_letters],  # noqa: PLR2004
    "long description": [
        text for text in DESCRIPTIONS if " " in text and not text.isascii() and text[0] in ascii_letters
    ],
    **{f"long {payload}": [one for one in lists if len(one) > 1] for payload, lists in EVENT_LISTS.items()},
    "long metadata": [entries for entries in METADATA if len(entries) > 1],
    "long url": [url for url in WEBHOOK_URLS if url.split("/")[3].isalpha()],
}


def copied(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a value that may be changed without changing the pool."""
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, dict) else value
