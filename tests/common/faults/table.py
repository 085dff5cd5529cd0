"""All rows of the table of faults, and the sample of them that stands in the test run."""

from __future__ import annotations

from . import rows_crash, rows_harm, rows_line, rows_stop, rows_time, rows_verdict

MODULES = (rows_line, rows_time, rows_crash, rows_verdict, rows_stop, rows_harm)
ROWS = {row.name: row for module in MODULES for row in module.ROWS}

SAMPLE: tuple[str, ...] = ()
"""Quick ones, of all kinds."""
