"""What the installed but unused plugin costs at pytest's start-up: pairs with and without it.

uv run python benchmarks/plugin_startup.py
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PAIRS = 15
COMMAND = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")


def seconds(folder: Path, *arguments: str) -> float:
    """Return how long a session with one empty test takes."""
    began = time.perf_counter()
    subprocess.run([*COMMAND, *arguments], cwd=folder, capture_output=True, check=True)  # noqa: S603 - our own command
    return time.perf_counter() - began


def main() -> None:
    """Print the median of the pairs' ratios."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "test_nothing.py").write_text("def test_nothing():\n    pass\n", encoding="utf-8")
        seconds(folder)
        pairs = [(seconds(folder), seconds(folder, "-p", "no:ed_contract")) for _ in range(PAIRS)]
    ratios = sorted(with_it / without for with_it, without in pairs)
    spread = f"{ratios[PAIRS // 4]:.3f} to {ratios[3 * PAIRS // 4]:.3f}"
    print(f"with the plugin / without: {statistics.median(ratios):.3f} (half of {PAIRS} pairs {spread})")


if __name__ == "__main__":
    main()
