"""Text of others as Markdown that shows it and does nothing else."""

from __future__ import annotations

import html
import re

from ed_contract.report.text import printable

_MARKS = re.compile(
    r"""
    \\(?=[!-/:-@\[-`{-~]|$)        # it would take the meaning of what follows
    | [`*<~$|]                     # code, emphasis, tags, strikethrough, formulas, cells
    | (?<![^\W_])_ | _(?![^\W_])   # emphasis, but inside of a word
    | \](?=\()                     # links and images; no other brackets lead anywhere, since no line begins with one
    | &(?=\#?\w+;)                 # entities
    | :(?=//) | (?<=[wW]{3})\.   # links of bare URLs
    | ^[#>+=\[-] | \#(?=\#*$)      # headings from their first mark to their last, quotes, lists, tasks
    | (?<=^\d)[.)]                 # numbered lists
    """,
    re.VERBOSE,
)
_LONG_NUMBER = re.compile(r"^(\d{2,9})([.)])")


def plain(text: str) -> str:
    """Return text on one line, without blanks around it, with a backslash before whatever GitHub would act on."""
    shown = _MARKS.sub(r"\\\g<0>", printable(text).strip())
    return _LONG_NUMBER.sub(r"\1\\\2", shown)


def code(text: str, language: str = "text") -> str:
    """Return lines as a code block, in a fence that is longer than any in them."""
    longest = max((len(ticks) for ticks in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    lines = "\n".join(printable(line) for line in text.split("\n"))
    return f"{fence}{language}\n{lines}\n{fence}"


def folded(title: str, block: str) -> str:
    """Return a block that is shown once the reader opens its title, which is a line of text."""
    return f"<details><summary>{html.escape(printable(title), quote=False)}</summary>\n\n{block}\n\n</details>"
