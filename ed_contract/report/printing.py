"""Prints a report where there is no terminal: the command's lines, without colours, at a fixed width."""

from __future__ import annotations

import textwrap

from ed_contract.report.model import Report
from ed_contract.report.text import Line, report_lines

WIDTH = 100  # columns


def as_text(report: Report) -> str:
    """Return the lines of a report, prose wrapped at 100 columns; what is to be copied keeps its own lines."""
    shown = report.showing
    lines = report_lines(report, shown.redact, embedded=shown.embedded)
    return "\n".join(part for line in lines for part in wrapped(line, WIDTH))


def wrapped(line: Line, width: int) -> list[str]:
    """Return a line as one that is at most so wide, and those that it hangs over; what is to be copied stays one."""
    if line.hang is None:
        return [line.text]
    return textwrap.wrap(
        line.text,
        width,
        subsequent_indent=" " * line.hang,
        break_long_words=False,
        break_on_hyphens=False,
    )
