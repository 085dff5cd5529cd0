"""Writes the golden files anew: `uv run python tests/report/regenerate.py`; read the difference before committing."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # as pytest does, for tests/common

from common.golden import GOLDEN, golden_report, written

for name, text in written(golden_report()).items():
    GOLDEN.joinpath(name).write_text(text, encoding="utf-8")
