"""The code blocks of README, AGENTS and docs: their contents, and whether a command printed what a page shows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = (ROOT / "README.md", ROOT / "AGENTS.md", *sorted((ROOT / "docs").rglob("*.md")))
_BLOCK = re.compile(r'^```(\w+)(?: title="([^"]*)"| no-run)?\n(.*?)^```$', re.DOTALL | re.MULTILINE)
_CHANGING = (
    (r"seen \d+ times", "seen N times"),
    (r"\d+ requests planned", "N requests planned"),
    (r"\d+ requests in [\d.]+ s", "N requests in N s"),
    (r"(?<=\S) {2,}", "  "),  # how wide a column is
)


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command on a page, and the output that the page shows."""

    text: str
    shown: str


@dataclass(frozen=True, kw_only=True)
class Block:
    """A code block on a page."""

    language: str
    title: str
    text: str

    @property
    def commands(self) -> tuple[Command, ...]:
        """The commands of a console block, with what is shown below each."""
        parts = re.split(r"^\$ ", self.text, flags=re.MULTILINE)
        assert parts[0] == "", f"a console block begins with a command: {self.text}"
        pairs = (part.partition("\n") for part in parts[1:])
        return tuple(Command(text=text, shown=shown) for text, _, shown in pairs)


def blocks(path: Path) -> tuple[Block, ...]:
    """Return the code blocks of a page, in order."""
    found = _BLOCK.finditer(path.read_text(encoding="utf-8"))
    return tuple(Block(language=one[1], title=one[2] or "", text=one[3]) for one in found)


def is_as_shown(shown: str, printed: str) -> bool:
    """Whether a command printed what a page shows.

    A line `…` stands for any lines, `…` in a line for anything in it; counts, times and the
    width of columns may differ.
    """
    lines = []
    for line in _settled(shown).strip("\n").split("\n"):
        anything = line.strip() == "…"
        lines.append(r"(?:.*\n)*" if anything else ".*".join(re.escape(part) for part in line.split("…")) + r"\n")
    return re.fullmatch("".join(lines), _settled(printed).strip("\n") + "\n") is not None


def _settled(text: str) -> str:
    for pattern, replacement in _CHANGING:
        text = re.sub(pattern, replacement, text)
    return text
