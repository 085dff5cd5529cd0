"""Installs what `-m real` runs against into folders in the user's cache, named after the pins: a second run is fast.

Nothing of it is committed, and no lock file is written. Without an index, or without Node, it says why.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tomllib
from pathlib import Path

from ed_contract.pytest_plugin.locking import alone

STRIPE_PYTHON, STRIPE_NODE = "16.1.0", "23.1.0"
PYTHON = "3.11"
LOCUST = "2.47.0"
FROM_PYPI = {
    "asgi-idempotency-header": "0.2.0",
    "django-idempotency-key": "1.3.0",
    "djangorestframework-idempotency-key": "1.0.3",
    "drf-idem": "0.1.1",
    "drf-idempotency": "1.0.0",
    "drf-idempotencykey": "0.2.0",
    "fastapi-idempotency": "0.1.1",
    "fastapi-idempotency-key": "0.1.1",
    "fastidempotent": "0.1.0",
    "ichido": "0.1.0",
    "idemgate": "0.1.0",
    "idemkit": "1.0.2",
    "idemptx": "0.2.2",
    "mobius-idempotence-library": "0.2.1",
    "pyidempotent": "0.1.0",
}
FROM_NPM = {"@node-idempotency/nestjs": "1.0.4", "express-idempotency": "1.0.6"}
BESIDE_PYPI = {
    "django": "5.2",
    "djangorestframework": "3.18.3",
    "fakeredis": "2.41.0",
    "fastapi": "0.165.0",
    "httpx": "0.28.1",  # of the vendor's client, for its asynchronous methods
    "lupa": "2.8",
    "redis": "5.3.1",
    "stripe": STRIPE_PYTHON,
    "uvicorn": "0.54.0",
    "waitress": "3.0.2",
}
BESIDE_NPM = {
    "@nestjs/common": "10.4.22",
    "@nestjs/core": "10.4.22",
    "@nestjs/platform-express": "10.4.22",
    "@node-idempotency/storage-adapter-memory": "1.0.2",
    "express": "5.3.0",
    "reflect-metadata": "0.2.2",
    "rxjs": "7.8.2",
    "stripe": STRIPE_NODE,
}
CONNEXION = {"connexion": "3.3.0", "flask": "3.1.3", "uvicorn": "0.54.0"}
OF_OPENAPI = {
    "@hono/node-server": "1.19.19",
    "@mockoon/cli": "9.9.0",
    "@redocly/cli": "2.77.0",
    "@scalar/mock-server": "0.14.4",
    "@stoplight/prism-cli": "5.16.0",
    "@stoplight/spectral-cli": "6.16.3",
    "openapi-backend": "5.21.2",
    "specmatic": "2.55.1",
}
NO_INDEX = ("error sending request", "Failed to fetch", "dns error", "Network connectivity", "ENOTFOUND", "EAI_AGAIN")
NO_INDEX += ("network was disabled", "ECONNREFUSED", "ETIMEDOUT", "ENETUNREACH")


class UnavailableError(Exception):
    """It cannot be installed here, for the reason that it says."""


def python() -> Path:
    """Return an interpreter with the packages of PyPI."""
    pins = [f"{name}=={version}" for name, version in (FROM_PYPI | BESIDE_PYPI).items()]
    return _installed(f"python-{PYTHON}", pins, _with_uv) / "bin" / "python"


def locust() -> Path:
    """Return an interpreter with Locust, and with what this project needs, but not the project itself."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = [*project["dependencies"], f"locust=={LOCUST}"]
    return _installed(f"locust-{PYTHON}", pins, _with_uv) / "bin" / "python"


def node_modules() -> Path:
    """Return a folder with the packages of npm."""
    _found("node")
    pins = [f"{name}@{version}" for name, version in (FROM_NPM | BESIDE_NPM).items()]
    return _installed("node", pins, _with_npm) / "node_modules"


def connexion() -> Path:
    """Return an interpreter with connexion."""
    pins = [f"{name}=={version}" for name, version in CONNEXION.items()]
    return _installed("connexion", pins, _with_uv) / "bin" / "python"


def openapi_tools() -> Path:
    """Return a folder with the packages of npm that start from an OpenAPI document."""
    _found("node")
    pins = [f"{name}@{version}" for name, version in OF_OPENAPI.items()]
    return _installed("openapi", pins, _with_npm) / "node_modules"


def java() -> str:
    """Return the command of Java."""
    return _found("java")


def schemathesis(version: str) -> list[str]:
    """Return the command of Schemathesis."""
    command = [_found("uv"), "tool", "run", "--quiet", "--from", f"schemathesis=={version}", "schemathesis"]
    _run([*command, "--version"])
    return command


def _installed(kind, pins, install):
    """Return the folder of these pins; make it first, in one process, if it is not there."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ed_contract-real"
    folder = cache / f"{kind}-{hashlib.sha256(' '.join(sorted(pins)).encode()).hexdigest()[:16]}"
    done = folder / "done"
    cache.mkdir(parents=True, exist_ok=True)
    with alone(folder.with_suffix(".lock"), lambda: None):
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            install(folder, pins)
            done.touch()
    return folder


def _with_uv(folder, pins):
    uv = _found("uv")
    _run([uv, "venv", "--quiet", "--python", PYTHON, folder])
    _run([uv, "pip", "install", "--quiet", "--python", folder / "bin" / "python", *pins])


def _with_npm(folder, pins):
    folder.mkdir()
    quiet = ("--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
    _run([_found("npm"), "install", *quiet, "--prefix", folder, *pins])


def _found(name):
    return shutil.which(name) or _give_up(f"there is no {name}")


def _run(command):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    if done.returncode and any(said in done.stderr for said in NO_INDEX):
        _give_up(f"no package index can be reached: {done.stderr}")
    assert done.returncode == 0, done.stderr


def _give_up(reason):
    raise UnavailableError(reason)
