"""What people call the subjects of requirements, if neither the ids nor the statements have that word."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

MEANINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "401": ("auth",),
        "403": ("auth",),
        "409": ("conflict",),
        "500": ("server", "error"),
        "5xx": ("server", "error"),
        "authentication": ("auth",),
        "authorization": ("auth",),
        "concurrency": ("burst",),
        "concurrent": ("burst",),
        "crash": ("server", "error"),
        "dedup": ("replay",),
        "deduplication": ("replay",),
        "duplicate": ("replay", "burst"),
        "duplicates": ("replay", "burst"),
        "encoding": ("malformed",),
        "exception": ("leak",),
        "expiry": ("remembers",),
        "hang": ("answers",),
        "mismatch": ("conflict",),
        "network": ("lost",),
        "parallel": ("burst",),
        "race": ("burst",),
        "races": ("burst",),
        "repeat": ("replay",),
        "retries": ("replay", "lost"),
        "retry": ("replay", "retry", "lost"),
        "reuse": ("conflict",),
        "stacktrace": ("leak",),
        "tenant": ("account",),
        "tenants": ("account",),
        "timeout": ("answers", "lost"),
        "token": ("key",),
        "traceback": ("leak",),
        "ttl": ("remembers",),
        "unauthorized": ("auth",),
        "utf": ("malformed",),
    }
)
