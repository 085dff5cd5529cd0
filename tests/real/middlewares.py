"""The published packages for idempotency keys, each around the same honest create: started, judged, stopped."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from contextlib import AbstractContextManager
from dataclasses import dataclass
from email import message_from_string
from pathlib import Path

from real import environments
from real.serving import serving

SERVERS = Path(__file__).parent / "servers"


@dataclass(frozen=True, kw_only=True)
class Served:
    """A package, and the file that puts it around the create."""

    file: str
    package: str = ""  # none: only the create

    @property
    def version(self) -> str:
        """The version that is installed; empty for none."""
        return (environments.FROM_PYPI | environments.FROM_NPM).get(self.package, "")


NONE = {
    name: Served(file=file)
    for name, file in {
        "none, with FastAPI": "with_nothing.py",
        "none, with Django": "with_nothing_django.py",
        "none, with Express": "with_nothing_express.cjs",
        "none, with Nest": "with_nothing_nest.cjs",
    }.items()
}
FILES = {
    "@node-idempotency/nestjs": "with_node_idempotency.cjs",
    "express-idempotency": "with_express_idempotency.cjs",
    "mobius-idempotence-library": "with_mobius.py",
}
PACKAGES = {
    name: Served(file=FILES.get(name) or f"with_{name.replace('-', '_')}.py", package=name)
    for name in (*environments.FROM_PYPI, *environments.FROM_NPM)
}
SERVED = NONE | PACKAGES


def around(file: str, log: Path | None = None) -> AbstractContextManager[str]:
    """Run a server in a process, which writes into `log`, and yield its address."""
    if file.endswith(".py"):
        return serving([environments.python(), SERVERS / file], log=log)
    modules = {"NODE_PATH": str(environments.node_modules()), "NODE_ENV": "production"}
    return serving(["node", SERVERS / file], environment=modules, log=log)


def judged(url: str, *options: str) -> dict:
    """Judge a server by the command, with a second credential and otherwise default options; return the report."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        keys = ["--api-key", "sk_test_a", "--second-api-key", "sk_test_b"]
        command = [sys.executable, "-m", "ed_contract", "run", url, *keys, *options, "--report", f"json={report}", "-q"]
        done = subprocess.run(
            [*command, "--no-record"],
            cwd=folder,
            env={name: value for name, value in os.environ.items() if not name.startswith("ED_CONTRACT_")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in {0, 1}, done.stdout + done.stderr
        return json.loads(report.read_text(encoding="utf-8"))


def findings(report: dict) -> list[dict]:
    """Return the findings of a report, each with its requirement's level."""
    return [{"level": row["level"], **one} for row in report["requirements"] for one in row["findings"]]


def outcome(name: str) -> list[dict]:
    """Serve a package, judge it, and return the findings."""
    with around(SERVED[name].file) as url:
        return findings(judged(url))


def readme(package: str) -> str:
    """Return the README that is installed with a package, as one line."""
    if package in environments.FROM_NPM:
        (file,) = [one for one in (environments.node_modules() / package).iterdir() if one.name.lower() == "readme.md"]
        text = file.read_text(encoding="utf-8")
    else:
        name = package.replace("-", "_")
        folder = environments.python().parents[1] / "lib" / f"python{environments.PYTHON}" / "site-packages"
        (file,) = folder.glob(f"{name}-*.dist-info/METADATA")
        text = str(message_from_string(file.read_text(encoding="utf-8")).get_payload())
    return re.sub(r"\s+", " ", re.sub(r"^#+ |[*`>]", "", text, flags=re.MULTILINE))
