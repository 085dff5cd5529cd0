"""Text of others as Markdown that shows it and does nothing else."""

from __future__ import annotations

import re

from ed_contract.report.text import printable

_MARKS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&:@$=^])")


def plain(text: str) -> str:
    """Return text on one line with everything escaped that Markdown, GitHub's too, would act on."""
    return _MARKS.sub(r"\\\1", printable(text))


def code(text: str, language: str = "text") -> str:
    """Return lines as a code block, in a fence that is longer than any in them."""
    longest = max((len(ticks) for ticks in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    lines = "\n".join(printable(line) for line in text.split("\n"))
    return f"{fence}{language}\n{lines}\n{fence}"
