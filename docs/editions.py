"""Writes the editions of the page as JSON, beside their YAML, which people write: JSON is read a hundred times faster.

uv run python docs/editions.py
"""

from __future__ import annotations

import json
from pathlib import Path

from ed_contract.contract.reading import load

HERE = Path(__file__).resolve().parent.parent / "ed_contract" / "contract" / "editions"


def as_json(path: Path) -> str:
    """Return what stands beside an edition."""
    return json.dumps(load(path), ensure_ascii=False, separators=(",", ":")) + "\n"


def main() -> None:
    """Write one file for each edition."""
    for path in sorted(HERE.glob("*.yaml")):
        path.with_suffix(".json").write_text(as_json(path), encoding="utf-8")


if __name__ == "__main__":
    main()
