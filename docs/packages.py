"""Writes the tables of published packages and mocks from docs/data/, where `tests/real/regenerate.py` puts them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "data" / "middlewares.json"
MOCKS = FILE.with_name("mocks.json")
LONGEST = 110  # characters of a finding that are shown
_IDS = re.compile(r"ed_test_[0-9A-Za-z]{40,}")
_FIRST = 3  # findings of a mock that are shown
_NONE = "none, with "
_SAYS = {"otherwise": "**promises otherwise**", "so": "says so"}


def tables() -> str:
    """Return an overview of the packages, and a section for each."""
    kept: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    packages = {name: one for name, one in kept["packages"].items() if not name.startswith(_NONE)}
    sections = [line for name, one in packages.items() for line in _section(name, one)]
    return "\n".join([_measured(kept), "", *_overview(packages), "", *sections])


def mocks() -> str:
    """Return a table of the mock servers, each with its first findings."""
    kept: dict[str, Any] = json.loads(MOCKS.read_text(encoding="utf-8"))
    head = (
        "| mock | version | OpenAPI | MUST | SHOULD | the first findings of a smoke run |",
        "|---|---|---|---|---|---|",
    )
    return "\n".join([_measured(kept), "", *head, *(_mock(name, one) for name, one in kept["packages"].items())])


def _mock(name: str, one: dict[str, Any]) -> str:
    levels = [found["level"] for found in one["findings"]]
    first = {found["requirement"]: found for found in reversed(one["findings"])}
    rows = [row for row in _rows(one) if first[row]["level"] == "must"][:_FIRST]
    texts = (f"{_link(row)}: {_cell(_shortened(first[row]['actual']))}" for row in rows)
    said = (name, one["version"], ", ".join(one["openapi"]), levels.count("must"), levels.count("should"))
    return "".join(f"| {cell} " for cell in (*said, "<br>".join(texts))) + "|"


def _measured(kept: dict[str, Any]) -> str:
    return f"Measured on {kept['date']} with ed_contract {kept['ed_contract']}, Python {kept['python']}."


def without_package() -> str:
    """Return what is found of the create alone, which is the same in all frameworks."""
    kept: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))["packages"]
    rows = {tuple(_rows(one)) for name, one in kept.items() if name.startswith(_NONE)}
    return "; ".join(", ".join(_link(row) for row in found) for found in sorted(rows))


def _overview(packages: dict[str, Any]) -> Iterator[str]:
    yield from ("| package | version | MUST | SHOULD | requirements that it breaks |", "|---|---|---|---|---|")
    for name, one in packages.items():
        levels = [found["level"] for found in one["findings"]]
        broken = ", ".join(_link(row) for row in _rows(one))
        yield f"| {name} | {one['version']} | {levels.count('must')} | {levels.count('should')} | {broken} |"


def _section(name: str, one: dict[str, Any]) -> Iterator[str]:
    yield from (f"### {name} {one['version']}", "", "| requirement | finding | its README |", "|---|---|---|")
    for found in one["findings"]:
        kind, said = one["promises"].get(found["requirement"], ("", ""))
        says = f'{_SAYS[kind]}: "{_cell(said)}"' if kind else "is silent"
        text = f"[{found['fault']}] {found['actual']}"
        yield f"| {_link(found['requirement'])} | {_cell(_shortened(text))} | {says} |"
    yield ""


def _rows(one: dict[str, Any]) -> list[str]:
    return [*dict.fromkeys(found["requirement"] for found in one["findings"])]


def _link(row: str) -> str:
    return f"[`{row}`](requirements/{row.partition('/')[0]}.md#{row})"


def _shortened(text: str) -> str:
    numbers: dict[str, str] = {}
    text = _IDS.sub(lambda found: numbers.setdefault(found[0], f"ed_{len(numbers) + 1}"), " ".join(text.split()))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _cell(text: str) -> str:
    for mark in ("&", "<", ">", "|", "*", "`", "_", "[", "]"):
        text = text.replace(mark, f"&#{ord(mark)};")
    return text
