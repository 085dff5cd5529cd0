"""Judges published packages and mocks again, and writes docs/data/middlewares.json and mocks.json, which pages show.

uv run python tests/real/regenerate.py [NAME ...]    all: some three minutes on two cores
"""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest does

from real import middlewares, mocks
from real.middlewares import SERVED
from real.mocks import MOCKS
from real.promises import PROMISES

from ed_contract import __version__

DATA = Path(__file__).parents[2] / "docs" / "data"
KEPT = ("level", "requirement", "fault", "expected", "actual")


def package(name: str) -> dict:
    """Return what the page says of a package."""
    found = _shown(name, middlewares.outcome(name))
    rows = {one["requirement"] for one in found}
    promises = {row: saying for row, saying in PROMISES.get(name, {}).items() if row in rows}
    return {"version": SERVED[name].version, "findings": found, "promises": promises}


def mock(name: str) -> dict:
    """Return what the page says of a mock server."""
    return {
        "version": MOCKS[name].pin,
        "openapi": MOCKS[name].versions,
        "findings": _shown(name, mocks.outcome(name)),
    }


def _shown(name: str, found: list[dict]) -> list[dict]:
    print(f"{name}: {len(found)} findings", flush=True)
    return [{field: one[field] for field in KEPT} for one in found]


def write(file: Path, judge: Callable[[str], dict], every: Iterable[str]) -> None:
    """Judge those of a page that are wanted, two at a time, and write them beside the others."""
    every = [*every]
    names = [name for name in every if name in sys.argv[1:] or not sys.argv[1:]]
    document = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {"packages": {}}
    if not names:
        return
    with ThreadPoolExecutor(2) as pool:
        packages = document["packages"] | dict(zip(names, pool.map(judge, names), strict=True))
    document = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "ed_contract": __version__,
        "python": platform.python_version(),
        "packages": {name: packages[name] for name in every if name in packages},
    }
    file.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(DATA / "middlewares.json", package, SERVED)
    write(DATA / "mocks.json", mock, MOCKS)
