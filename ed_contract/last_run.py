"""The report of the last run, kept beside its record: `replay` finds it there by itself."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from ed_contract.exceptions import UsageError
from ed_contract.files import write_file
from ed_contract.recording import FOLDER
from ed_contract.report import json
from ed_contract.report.model import Report
from ed_contract.report.redaction import Redactor

_NAME = "last.json"
_PRIVATE = 0o600


def keep(report: Report, redact: Redactor, folder: Path) -> bool:
    """Keep a report where the record of its run is kept, and return whether that could be done."""
    place = folder / FOLDER / _NAME
    try:
        with suppress(FileExistsError):
            os.close(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE))
        write_file(place, json.write(report, redact))
    except OSError:
        return False
    return True


def kept(folder: Path) -> Path:
    """Return the path of the report that was kept; raise UsageError if there is none."""
    place = folder / FOLDER / _NAME
    if not place.is_file():
        raise UsageError(f"no run is kept at {place}\nrun `ed-contract run URL` first, or give a JSON report.")
    return place
