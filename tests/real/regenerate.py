"""Judges the published packages again, and writes docs/data/middlewares.json, which docs/middlewares.md shows.

uv run python tests/real/regenerate.py [PACKAGE ...]    all: some two minutes on two cores
"""

from __future__ import annotations

import json
import platform
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest does

from real.middlewares import SERVED, outcome
from real.promises import PROMISES

from ed_contract import __version__

FILE = Path(__file__).parents[2] / "docs" / "data" / "middlewares.json"
KEPT = ("level", "requirement", "fault", "expected", "actual")


def judged(name: str) -> dict:
    """Return what the page says of a package."""
    found = [{field: one[field] for field in KEPT} for one in outcome(name)]
    print(f"{name}: {len(found)} findings", flush=True)
    rows = {one["requirement"] for one in found}
    promises = {row: saying for row, saying in PROMISES.get(name, {}).items() if row in rows}
    return {"version": SERVED[name].version, "findings": found, "promises": promises}


def main() -> None:
    """Judge, two at a time, and write."""
    document = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {"packages": {}}
    names = sys.argv[1:] or list(SERVED)
    with ThreadPoolExecutor(2) as pool:
        packages = document["packages"] | dict(zip(names, pool.map(judged, names), strict=True))
    document = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "ed_contract": __version__,
        "python": platform.python_version(),
        "packages": {name: packages[name] for name in SERVED if name in packages},
    }
    FILE.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
