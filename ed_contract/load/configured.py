"""What the command line says of a load; the processes that Locust starts inherit it."""

from __future__ import annotations

from pathlib import Path

from ed_contract.options import DEFAULTS, Settings
from ed_contract.transport import Target

LOCUSTFILE = str(Path(__file__).with_name("locustfile.py"))

target: Target | None = None
settings: Settings = DEFAULTS
folder: Path | None = None
