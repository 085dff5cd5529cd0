"""All rows of the table of faults, and the sample for the test run."""

from __future__ import annotations

from common.faults import rows_crash, rows_harm, rows_line, rows_stop, rows_time, rows_verdict

MODULES = (rows_line, rows_time, rows_crash, rows_verdict, rows_stop, rows_harm)
ROWS = {row.name: row for module in MODULES for row in module.ROWS}

SAMPLE: tuple[str, ...] = (
    "line/good",
    "line/connections-reset-10%-2",
    "line/reset-in-the-head",
    "line/closed-after-0.0005",
    "line/2-s-lost-at-30",
    "restart/1-s",
    "burst/twin-dropped",
    "informational/5-times-103",
    "storm/retry-after-600",
    "storm/now-and-then-offset",
    "max-time/drip-head",
    "max-time/endless-100",
    "draws/8000",
    "credential/16000",
    "proxy/no-proxy-network",
    "header/date-huge-offset",
    "stdout/full-asked-for",
    "report/folder-removed-found",
    "cut/max-requests",
    "credentials/401-in-bursts",
    "always/400",
    "target/environment",
    "redirect/308",
    "live/header-basic",
    "cleanup/id-two-dots",
)
"""Quick ones, of all kinds."""
