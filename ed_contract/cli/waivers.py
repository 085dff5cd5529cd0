"""The options `--waivers` and `--waivers-update` of `run`."""

from __future__ import annotations

from pathlib import Path

from ed_contract.contract import Contract
from ed_contract.exceptions import UsageError
from ed_contract.files import write_file
from ed_contract.report import Report
from ed_contract.report.redaction import Redactor
from ed_contract.report.writers import require_writable
from ed_contract.waivers import Waivers, dump, load, today

JUDGED = {0, 1}  # exit codes of runs that could judge


def given(path: str | None, contract: Contract, *, update: bool) -> Waivers | None:
    """Return the waivers of a file, none of one that an update is to make, or None where no file was given."""
    if path is None:
        if update:
            raise UsageError("--waivers-update needs a file\ngive one with --waivers, e.g. waivers.toml.")
        return None
    if update:
        require_writable(path)
        if not Path(path).exists():
            return Waivers(today=today(), contract=contract)
    return load(path, contract)


def update(path: str, waivers: Waivers, report: Report, redact: Redactor) -> tuple[str, int]:
    """Write the file from a run; return a line that says so, and the exit code.

    A run that could not judge changes nothing. A fault in whose name the target put a secret is not written, and
    goes on failing.
    """
    if report.exit_code not in JUDGED:
        return f"  waivers: {path} unchanged: the run could not judge", report.exit_code
    faults = [
        (bug.finding.requirement, fault)
        for bug in report.failing
        if bug.waiver is None
        for fault in (bug.finding.fault, *bug.also)
        if redact(fault) == fault
    ]
    after = waivers.updated(faults, report.unneeded)
    kept = len({one.renamed for one in waivers.entries} & set(after.entries))
    try:
        write_file(path, dump(after))
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}\ngive a writable path.") from error
    dropped = len(waivers.entries) - kept
    return f"  waivers: {path}: {kept} kept, {len(after.entries) - kept} new, {dropped} dropped", 0
