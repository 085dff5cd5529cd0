"""The names of the phases of a run. Knows nothing of what they send."""

from __future__ import annotations

PHASES = (
    "smoke",
    "auth",
    "bodies",
    "bursts",
    "mutations",
    "boundaries",
    "idempotency",
    "combinations",
    "fuzz",
    "stateful",
    "afterwards",
    "restart",
)
"""In the order in which they run; measured over the zoo, it finds most bugs soonest."""
