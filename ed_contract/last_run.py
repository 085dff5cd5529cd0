"""The report of the last run, kept beside its record: `replay` finds it there by itself, and the next run compares."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from json import loads as parse
from pathlib import Path

from ed_contract.exceptions import UsageError
from ed_contract.files import write_file
from ed_contract.recording import FOLDER, kept_in
from ed_contract.report import json_report
from ed_contract.report.changes import changes
from ed_contract.report.model import Report
from ed_contract.report.redaction import Redactor

_NAME = "last.json"
_PRIVATE = 0o600


def keep(report: Report, redact: Redactor, folder: Path) -> bool:
    """Keep a report where the record of its run is kept, and return whether that could be done."""
    try:
        place = kept_in(folder) / _NAME
        with suppress(FileExistsError):
            os.close(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE))
        write_file(place, json_report.write(report, redact))
    except OSError:
        return False
    return True


def compared(report: Report, redact: Redactor, folder: Path) -> Report:
    """Return a report with what changed since the last run, if one against the same target is kept."""
    try:
        last = parse((folder / FOLDER / _NAME).read_text(encoding="utf-8"))
        return replace(report, last_run=changes(json_report.as_document(report, redact), last))
    except (OSError, ValueError, AttributeError, KeyError, TypeError):  # of another version, or somebody else's
        return report


def kept(folder: Path) -> Path:
    """Return the path of the report that was kept; raise UsageError if there is none."""
    place = folder / FOLDER / _NAME
    if not place.is_file():
        raise UsageError(f"no last run found at {place}\nrun `ed-contract run URL` first, or give a JSON report.")
    return place
