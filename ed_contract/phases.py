"""The names of the phases of a run. Knows nothing of what they send."""

from __future__ import annotations

SEARCH = "search"
"""The phase that judges no more requirements than the others: it looks further."""
PHASES = (
    "smoke",
    "auth",
    "bodies",
    "mutations",
    "keys",
    "bursts",
    "boundaries",
    "combinations",
    "fuzz",
    "stateful",
    "afterwards",
    "restart",
    SEARCH,
)
"""In the order in which they run; measured over the zoo, it finds most bugs soonest. Search has no end."""

SHRINK = "shrink"
"""The phase after all others, in which findings are shrunk."""

_RENAMED = {"reduction": SHRINK, "idempotency": "keys"}


def phase_named(written: str) -> str:
    """Return the present name of a phase, given the one that a report or a record holds."""
    return _RENAMED.get(written, written)
