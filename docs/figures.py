"""Writes the figures of docs/trust.md from docs/data/trust.json, which `docs/trust.py` measures."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

FILE = Path(__file__).parent / "data" / "trust.json"
Figures: TypeAlias = dict[str, Any]


def shown(path: Path = FILE) -> str:
    """Return the figures that are kept as Markdown; a sentence if there are none."""
    if not path.exists():
        return "No figures are kept in this copy of the documentation: `uv run python docs/trust.py` writes them."
    kept: dict[str, Figures] = json.loads(path.read_text(encoding="utf-8"))
    return "\n\n".join(_SHOWN[part](kept[part]) for part in _SHOWN if part in kept)


def _of_zoo(one: Figures) -> str:
    first = one["first_finding"]
    problems = "\n".join(f"- `{name}`: {problem}" for name, problem in one["problems"].items())
    return _section(
        "The zoo",
        one,
        f"| broken servers | caught by the requirement that they break | {one['killed']} of {one['mutants']} |",
        f"| correct servers | accused | {one['false_alarms']} of {one['right_servers']} |",
        "| requests until the first finding | median, 95 %, most |"
        f" {first['median']}, {first['p95']}, {first['max']} |",
        after=f"What went wrong:\n\n{problems}" if problems else "",
    )


def _of_strangers(one: Figures) -> str:
    rows = [
        line
        for number, row in enumerate(one["sets"], 1)
        for line in (
            f"| set {number}, broken | caught at first sight | {row['at_first_sight']} of 40 |",
            f"| | caught now | {row['broken'] - len(row['missed'])} of {row['broken']} |",
            f"| set {number}, right | accused | {len(row['accused'])} of {row['right']} |",
        )
    ]
    missed = ", ".join(f"`{name}`" for row in one["sets"] for name in row["missed"])
    return _section("Servers written to slip through", one, *rows, after=f"Still missed: {missed}." if missed else "")


def _of_races(one: Figures) -> str:
    return _section(
        "A race between a select and an insert",
        one,
        *(f"| runs on {label} cores | that find it | {one[label]} of {one['runs']} |" for label in ("idle", "busy")),
    )


def _of_schemathesis(one: Figures) -> str:
    return _section(
        f"Schemathesis {one['schemathesis']} on the same servers",
        one,
        f"| broken servers | caught | {one['caught']} of {one['broken']} |",
        f"| | caught by ed_contract | {one['ours']['caught']} of {one['broken']} |",
        f"| correct servers | accused | {one['accused']} of {one['right']} |",
        f"| | accused by ed_contract | {one['ours']['accused']} of {one['right']} |",
        after="A sample of the zoo. Schemathesis was not asked whether servers accept whatever the document allows, "
        "since the page is silent about much of that.",
    )


_SHOWN: Mapping[str, Callable[[Figures], str]] = MappingProxyType(
    {"zoo": _of_zoo, "strangers": _of_strangers, "races": _of_races, "schemathesis": _of_schemathesis}
)


def _section(title: str, one: Figures, *rows: str, after: str = "") -> str:
    commit = f" ({one['commit']})" if one["commit"] else ""
    told = f"Measured on {one['date']} with version {one['version']}{commit} by `{one['command']}`; {one['where']}."
    partial = ["**Only a part was measured.**"] if one.get("partial") else []
    table = "\n".join(("| of | what | figure |", "|---|---|---|", *rows))
    return "\n\n".join(part for part in (f"### {title}", *partial, table, after, told) if part)
