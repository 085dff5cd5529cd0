"""Installs this checkout for the GitHub action: apart from everything, or into a Python of the user's.

Run by the Python that is to have it; tells the following step, in GITHUB_OUTPUT, which Python that is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path


def main() -> None:
    """Install, with uv where there is one."""
    python, uv = Path(sys.executable), shutil.which("uv")
    if os.environ.get("ED_ACTION_APART"):
        folder = Path(os.environ["RUNNER_TEMP"]) / "ed-contract-environment"
        venv.create(folder, with_pip=uv is None)
        python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    installer = [uv, "pip", "install", "--python", str(python)] if uv else [str(python), "-m", "pip", "install"]
    subprocess.run([*installer, "--quiet", os.environ["GITHUB_ACTION_PATH"]], check=True)  # noqa: S603 - our own
    with Path(os.environ["GITHUB_OUTPUT"]).open("a", encoding="utf-8") as file:
        file.write(f"python={python}\n")


if __name__ == "__main__":
    main()
