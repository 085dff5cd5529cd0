"""It works with the oldest dependencies that it says it takes, and with a Hypothesis that is a year old."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from common.installing import uv

ROOT = Path(__file__).resolve().parents[2]
SUITE = """
from hypothesis import given, settings

from ed_contract import strategies as ed

@given(ed.create_params(types=["webhook_endpoint"]), ed.mutated_cases(), ed.responses())
@settings(max_examples=20, deadline=None)
def test_mine(params, case, document):
    assert params["type"] == "webhook_endpoint" and case.body and document["id"]
"""


@pytest.mark.parametrize(
    "wanted", [("--resolution", "lowest-direct", "."), (".", "hypothesis>=6.147,<6.149")], ids=["oldest", "a year old"]
)
def test_a_session_with_older_dependencies(wanted, tmp_path):
    """The plugin beside a property test, with warnings as errors; each requirement is judged."""
    folder, venv = tmp_path / "suite", tmp_path / "venv"
    folder.mkdir()
    (folder / "test_mine.py").write_text(SUITE, encoding="utf-8")
    (folder / "shop.py").write_text("from ed_contract.reference import Reference\napp = Reference()\n", "utf-8")
    uv("venv", "--python", sys.executable, venv)
    python = venv / ("Scripts" if os.name == "nt" else "bin") / "python"
    uv("pip", "install", "--python", python, *(str(ROOT) if one == "." else one for one in wanted))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ED_CONTRACT_", "PYTEST_"))}
    command = [python, "-W", "error", "-m", "pytest", "--ed-app", "shop:app", "--ed-api-key=sk_test_a"]
    command += ["--ed-second-api-key=sk_test_b", "--ed-key-age=0", "-p", "no:cacheprovider"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env=kept)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "CONFORMS: shop:app" in done.stdout
    assert "117 passed, 6 skipped" in done.stdout
