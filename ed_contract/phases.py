"""The names of the phases of a run. Knows nothing of what they send."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SEARCH = "search"
"""The phase that judges no more requirements than the others: it looks further."""
SENDS: Mapping[str, str] = MappingProxyType(
    {
        "smoke": "the page's own example, and creates that each exercise many requirements",
        "auth": "creates without a valid credential",
        "bodies": "raw bytes: JSON that is invalid, truncated, too deeply nested or wrongly encoded",
        "mutations": "valid creates with one fault each, on every type",
        "keys": "creates under used, refused and similar keys, on every type",
        "bursts": "concurrent creates, under one key and under several",
        "boundaries": "creates on which the page is silent: unusual values, many together and one at a time",
        "combinations": "a covering array over the options: every combination of --strength of them",
        "fuzz": "random creates, --max-examples of them",
        "stateful": "random sequences over two keys: creates, refusals, replays and near twins",
        "afterwards": "the first creates again, hundreds of keys later",
        "restart": "the same again, after --restart-command",
        SEARCH: "unusual, invalid and similar values in every state of a key: the --max-requests beyond 900",
    }
)
"""What each phase sends."""
PHASES = tuple(SENDS)
"""In the order in which they run; measured over the zoo, it finds most bugs soonest. Search has no end."""

SHRINK = "shrink"
"""The phase after all others, in which findings are shrunk."""

_RENAMED = {"reduction": SHRINK, "idempotency": "keys"}


def phase_named(written: str) -> str:
    """Return the present name of a phase, given the one that a report or a record holds."""
    return _RENAMED.get(written, written)
