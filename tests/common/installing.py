"""Installs into separate environments, if a package index can be reached."""

from __future__ import annotations

import shutil
import subprocess

import pytest

NO_INDEX = ("error sending request", "Failed to fetch", "dns error", "Network connectivity is disabled")


def uv(*arguments):
    """Run uv; skip the test if it is missing or cannot reach a package index."""
    command = [shutil.which("uv") or pytest.skip("there is no uv"), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    skip_without_index(done.returncode, done.stderr)
    assert done.returncode == 0, done.stderr


def skip_without_index(code, printed):
    """Skip the test if a uv command failed because no package index can be reached."""
    if code and any(said in printed for said in NO_INDEX):
        pytest.skip(f"no package index can be reached: {printed}")
